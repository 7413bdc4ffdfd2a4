using SuRnnStream.Training.SecondLook;
using Xunit;

namespace SuRnnStream.Training.Tests.SecondLook;

/// <summary>Recorded commands that go on as another word.</summary>
public sealed class SplicedWordTest
{
    const int Rate = 16_000;

    /// <summary>A tone of a level in the middle of a second of nothing.</summary>
    static float[] Tone(double hertz, float level, double seconds = 0.4)
    {
        var clip = new float[Rate];
        var (from, length) = (Rate / 4, (int)(seconds * Rate));
        for (var i = 0; i < length; i++) clip[from + i] = level * (float)Math.Sin(2 * Math.PI * hertz * i / Rate);
        return clip;
    }

    /// <summary>Part of a segment's energy at a frequency.</summary>
    static double Part(ReadOnlySpan<float> samples, double hertz)
    {
        double sine = 0, cosine = 0, energy = 0;
        for (var i = 0; i < samples.Length; i++)
        {
            var angle = 2 * Math.PI * hertz * i / Rate;
            (sine, cosine, energy) = (sine + samples[i] * Math.Sin(angle), cosine + samples[i] * Math.Cos(angle), energy + samples[i] * samples[i]);
        }
        return 2 * (sine * sine + cosine * cosine) / samples.Length / Math.Max(1e-9, energy);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Make_BeginsWithTheCommand_AndGoesOnWithTheOtherWord_WithoutAPause(int seed)
    {
        var (word, seam) = SplicedWord.Make(Tone(500, 0.5f), Tone(1_500, 0.05f), Rate, new Random(seed));
        Assert.InRange(word.Length, Rate / 2, (int)(1.1 * Rate));
        Assert.InRange(seam, Rate / 4, Rate / 2);
        Assert.InRange(Part(word.AsSpan(0, seam), 500), 0.9, 1.01);
        Assert.InRange(Part(word.AsSpan(seam + 400, 2_000), 1_500), 0.9, 1.01);
        for (var at = 400; at + 400 < word.Length; at += 200) Assert.True(word.AsSpan(at, 200).ToArray().Max(MathF.Abs) > 0.1f, $"a pause at sample {at} of {word.Length}"); // and both are as loud
    }

    [Fact]
    public void Make_OfAShortOrSilentClip_IsStillAWord()
    {
        var (word, seam) = SplicedWord.Make(new float[Rate / 10], Tone(1_500, 0.1f, 0.1), Rate, new Random(1));
        Assert.InRange(seam, 1, word.Length - 1);
        Assert.All(word, sample => Assert.True(float.IsFinite(sample)));
    }
}
