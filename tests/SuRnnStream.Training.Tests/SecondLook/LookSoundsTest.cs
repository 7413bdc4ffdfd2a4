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
        Assert.Null(plain.Word);
        var placed = new LookSounds([], Rate, [_speech]) { Talker = talker, AfterTalk = afterTalk }.Copy(_clip, new Random(seed));
        float[] added = [.. placed.Samples.Zip(plain.Samples, (with, without) => with - without)];
        return (placed, added, Decibels(plain.Samples.AsSpan(placed.Word!.Value.Start..placed.Word.Value.End)));
    }

    static double Decibels(ReadOnlySpan<float> sound) => 20 * Math.Log10(Math.Max(1e-9, Waveform.Rms(sound)));

    [Fact]
    public void ATalker_IsUnderAllOfIt_12To32DecibelsBelow()
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var (placed, added, word) = Copy(seed, talker: 1, afterTalk: 0);
            Assert.InRange(Decibels(added) - word, -37, -9); // the clip's own level is that of its audible part, and noise is in it
            var (_, end, latest) = placed.Word!.Value;
            Assert.Equal(end + (int)(0.6 * Rate), latest);
        }
    }

    [Fact]
    public void ASentenceBefore_EndsBeforeTheWordBegins()
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var (placed, added, word) = Copy(seed, talker: 0, afterTalk: 1);
            var last = Array.FindLastIndex(added, sample => Math.Abs(sample) > 1e-4f);
            Assert.InRange((placed.Word!.Value.Start - last) / (double)Rate, 0.04, 0.71);
            Assert.InRange(Decibels(added.AsSpan(last - 3_000, 3_000)) - word, -14, 8);
        }
    }

    [Theory]
    [InlineData(45)]
    [InlineData(25)]
    [InlineData(10)]
    public void Noise_IsFrom5DecibelsBelowTheClip_ToTheFaintest(double faintest)
    {
        double[] below = [.. Enumerable.Range(0, 40).Select(seed =>
        {
            var placed = new LookSounds([], Rate) { Faintest = faintest }.Copy(_clip, new Random(seed));
            var clip = placed.Samples.AsSpan(placed.Start + (placed.End - placed.Start) * 7 / 16, (placed.End - placed.Start) / 8); // within what is audible, whatever the speed
            return Decibels(clip) - Decibels(placed.Samples.AsSpan(0, placed.Start)); // the noise is in both
        })];
        Assert.InRange(below.Min(), 1, 9);                        // made noise is now louder, now fainter
        Assert.InRange(below.Max(), faintest - 7, faintest + 5);
    }

    [Fact]
    public void WithoutSpeech_NothingIsAddedOrDrawn()
    {
        var plain = new LookSounds([], Rate).Copy(_clip, new Random(3)).Samples;
        foreach (var sounds in new[] { new LookSounds([], Rate) { Talker = 0.5, AfterTalk = 0.5 }, new LookSounds([], Rate, [_speech]) })
        {
            var placed = sounds.Copy(_clip, new Random(3));
            Assert.Equal(plain, placed.Samples);
            Assert.Null(placed.Word);
        }
    }

    [Fact]
    public void ABurst_IsTheClips_IfItOverlaps_AndEndsInTimeWhereSomebodySpeaks()
    {
        static Burst Of(long start, long end) => new(start, end, end + 10, 0, []);
        var alone = new LookSounds.Placed([], 100, 200);
        Assert.All([Of(0, 101), Of(199, 999)], burst => Assert.True(alone.Holds(burst)));
        Assert.All([Of(0, 100), Of(200, 260)], burst => Assert.False(alone.Holds(burst)));
        var word = alone with { Word = (120, 180, 260) };
        Assert.All([Of(0, 151), Of(179, 260)], burst => Assert.True(word.Holds(burst)));
        Assert.All([Of(0, 150), Of(180, 260), Of(100, 261)], burst => Assert.False(word.Holds(burst)));
    }

    [Fact]
    public void ABurst_HoldsASeam_IfItGoesOnOverIt()
    {
        static Burst Of(long start, long end) => new(start, end, end + 10, 0, []);
        var placed = new LookSounds.Placed([], 10_000, 18_000); // the seam is at 14,000
        Assert.True(placed.HoldsSeam(Of(12_399, 16_001), 0.5, Rate));
        Assert.False(placed.HoldsSeam(Of(12_400, 16_001), 0.5, Rate));
        Assert.False(placed.HoldsSeam(Of(12_399, 16_000), 0.5, Rate));
        Assert.False((placed with { Word = (10_500, 17_500, 16_500) }).HoldsSeam(Of(12_399, 16_501), 0.5, Rate));
    }
}
