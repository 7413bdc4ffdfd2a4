using SuRnnStream.Evaluation;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Evaluation;

public sealed class AudiblePartTest
{
    const int Rate = 16_000, Within = 30 * Rate / 1000;

    [Theory]
    [InlineData(0.001, 4_000, 9_000)]
    [InlineData(0.01, 4_000, 9_000)]
    [InlineData(0.05, 4_000, 9_000)]
    [InlineData(0.01, 0, 3_000)]
    [InlineData(0.01, 11_000, 16_000)]
    [InlineData(0.0, 6_000, 8_000)]
    [InlineData(0.02, 2_345, 14_321)]
    public void Of_FindsTheEndsOfATone_InNoise(double noise, int start, int end)
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var samples = Sounds.Noise(Rate, noise, seed);
            var tone = Sounds.Tone(end - start, 440, 0.3);
            for (var i = 0; i < tone.Length; i++) samples[start + i] += tone[i];
            var part = AudiblePart.Of(samples, Rate);
            Assert.InRange(part.Start, start - Within, start + Within);
            Assert.InRange(part.End, end - Within, end + Within);
        }
    }

    [Fact]
    public void Of_KeepsASoundWithAShortGapTogether()
    {
        var samples = Sounds.Noise(Rate, 0.001);
        foreach (var (at, length) in new[] { (4_000, 2_000), (7_600, 2_000) }) Sounds.Tone(length, 700).CopyTo(samples, at); // 100 ms between
        var part = AudiblePart.Of(samples, Rate);
        Assert.InRange(part.Start, 4_000 - Within, 4_000 + Within);
        Assert.InRange(part.End, 9_600 - Within, 9_600 + Within);
    }

    [Theory, InlineData(1), InlineData(100), InlineData(161), InlineData(16_000)]
    public void Of_OfSilenceOrNearlyNothing_StaysInBounds(int samples)
    {
        foreach (var sound in new[] { Sounds.Silence(samples), Sounds.Noise(samples) })
        {
            var part = AudiblePart.Of(sound, Rate);
            Assert.InRange(part.Start, 0, samples);
            Assert.InRange(part.End, part.Start, samples);
        }
    }
}
