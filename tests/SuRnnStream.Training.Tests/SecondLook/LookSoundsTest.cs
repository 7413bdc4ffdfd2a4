using SuRnnStream.Evaluation.Mixing;
using SuRnnStream.Training.SecondLook;
using Xunit;

namespace SuRnnStream.Training.Tests.SecondLook;

/// <summary>Somebody's speech under a clip or before it. Everything else of a copy is the same without it, so what was added is the difference.</summary>
public sealed class LookSoundsTest : IDisposable
{
    const int Rate = 16_000;

    readonly string _folder = Directory.CreateTempSubdirectory("look-sounds-").FullName;
    readonly string _speech;
    readonly float[] _clip = new float[Rate];

    public LookSoundsTest()
    {
        var random = new Random(1);
        for (var i = 6_000; i < 11_000; i++) _clip[i] = 0.05f * MathF.Sin(0.2f * i);
        var speech = new float[3 * Rate];
        for (var i = Rate / 2; i < speech.Length - Rate / 2; i++) speech[i] = 0.1f * (2 * random.NextSingle() - 1);
        _speech = Path.Combine(_folder, "speech.wav");
        WavWriter.Write(_speech, speech, Rate);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    (LookSounds.Placed Placed, float[] Added, double Word) Copy(int seed, double talker, double afterTalk)
    {
        var plain = new LookSounds([], Rate).Copy(_clip, new Random(seed));
        var placed = new LookSounds([], Rate, [_speech]) { Talker = talker, AfterTalk = afterTalk }.Copy(_clip, new Random(seed));
        float[] added = [.. placed.Samples.Zip(plain.Samples, (with, without) => with - without)];
        return (placed, added, Decibels(plain.Samples.AsSpan(placed.Start, (placed.End - placed.Start) / 2)));
    }

    static double Decibels(ReadOnlySpan<float> sound) => 20 * Math.Log10(Math.Max(1e-9, Waveform.Rms(sound)));

    [Fact]
    public void ATalker_IsUnderAllOfIt_12To32DecibelsBelow()
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var (placed, added, word) = Copy(seed, talker: 1, afterTalk: 0);
            Assert.InRange(Decibels(added) - word, -37, -9); // the clip's own level is that of its audible part, and noise is in it
            Assert.Equal(placed.End + (int)(0.6 * Rate), placed.Latest);
        }
    }

    [Fact]
    public void ASentenceBefore_EndsBeforeTheWordBegins()
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var (placed, added, word) = Copy(seed, talker: 0, afterTalk: 1);
            var length = 2 * (placed.End - placed.Start); // from the middle of the audible part to its end
            var last = Array.FindLastIndex(added, sample => Math.Abs(sample) > 1e-4f);
            Assert.InRange((placed.End - length - last) / (double)Rate, 0.02, 0.75);
            Assert.InRange(Decibels(added.AsSpan(last - 3_000, 3_000)) - word, -14, 8);
        }
    }

    [Fact]
    public void WithoutSpeech_NothingIsAddedOrDrawn()
    {
        var (_, added, _) = Copy(3, talker: 0, afterTalk: 0);
        Assert.All(added, sample => Assert.Equal(0, sample));
        var placed = new LookSounds([], Rate) { Talker = 0.5, AfterTalk = 0.5 }.Copy(_clip, new Random(3));
        Assert.Equal(new LookSounds([], Rate).Copy(_clip, new Random(3)).Samples, placed.Samples);
        Assert.Equal(int.MaxValue, placed.Latest);
    }

    [Fact]
    public void ABurst_IsTheClips_IfItOverlapsAndEndsInTime()
    {
        var placed = new LookSounds.Placed([], 100, 200, 260);
        Burst Of(long start, long end) => new(start, end, end + 10, 0, []);
        Assert.True(placed.Holds(Of(0, 101)));
        Assert.True(placed.Holds(Of(199, 260)));
        Assert.False(placed.Holds(Of(0, 100)));
        Assert.False(placed.Holds(Of(200, 260)));
        Assert.False(placed.Holds(Of(0, 261)));
    }
}
