using SuRnnStream.Peers;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Peers;

public class LevelGateTest
{
    const int Chunk = 1_280;

    [Fact]
    public void Passes_WhatIsLouderThanTheRoom_AndHalfASecondAfterIt()
    {
        float[] room = Sounds.Noise(20 * Chunk, level: 0.001, seed: 1), word = Sounds.Noise(3 * Chunk, level: 0.01, seed: 2); // 20 dB over it
        var passed = Run([.. room, .. word, .. room]);
        Assert.Equal(Enumerable.Range(20, 9), passed);
        Assert.Empty(Run(room));
        Assert.Empty(Run(new float[20 * Chunk]));
        Assert.Equal(Enumerable.Range(5, 9), Run([.. new float[5 * Chunk], .. word, .. new float[20 * Chunk]]).Take(9)); // after digital silence
    }

    [Fact]
    public void ALouderRoom_IsTheRoomAfterAWhile()
    {
        var passed = Run([.. Sounds.Noise(10 * Chunk, level: 0.001, seed: 1), .. Sounds.Noise(300 * Chunk, level: 0.004, seed: 2)]); // 12 dB more: 6 s until it is 6 dB over the floor
        Assert.InRange(passed.Max(), 10 + 70, 10 + 90);
    }

    static List<int> Run(float[] sound)
    {
        var gate = new LevelGate();
        return [.. Enumerable.Range(0, sound.Length / Chunk).Where(chunk => gate.Passes(sound.AsSpan(chunk * Chunk, Chunk)))];
    }
}
