using SuRnnStream.Tests.Support;
using SuRnnStream.Training.Data;
using Xunit;

namespace SuRnnStream.Training.Tests.Data;

public class ClipTest
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
    public void FromSamples_FindsTheEndsOfATone_InNoise(double noise, int start, int end)
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var samples = Sounds.Noise(Rate, noise, seed);
            var tone = Sounds.Tone(end - start, 440, 0.3);
            for (var i = 0; i < tone.Length; i++) samples[start + i] += tone[i];
            var clip = Clip.FromSamples(3, samples, Rate);
            Assert.Equal(3, clip.Label);
            Assert.InRange(clip.Start, start - Within, start + Within);
            Assert.InRange(clip.End, end - Within, end + Within);
        }
    }

    [Fact]
    public void FromSamples_KeepsASoundWithAShortGapTogether()
    {
        var samples = Sounds.Noise(Rate, 0.001);
        foreach (var (at, length) in new[] { (4_000, 2_000), (7_600, 2_000) }) Sounds.Tone(length, 700).CopyTo(samples, at); // 100 ms between
        var clip = Clip.FromSamples(2, samples, Rate);
        Assert.InRange(clip.Start, 4_000 - Within, 4_000 + Within);
        Assert.InRange(clip.End, 9_600 - Within, 9_600 + Within);
    }

    [Theory, InlineData(1), InlineData(100), InlineData(161), InlineData(16_000)]
    public void FromSamples_OfSilenceOrNearlyNothing_StaysInBounds(int samples)
    {
        foreach (var sound in new[] { Sounds.Silence(samples), Sounds.Noise(samples) })
        {
            var clip = Clip.FromSamples(2, sound, Rate);
            Assert.InRange(clip.Start, 0, samples);
            Assert.InRange(clip.End, clip.Start, samples);
        }
    }
}
