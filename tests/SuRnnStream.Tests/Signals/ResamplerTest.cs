using SuRnnStream.Tests.Pipeline;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

public sealed class ResamplerTest : SampleSourceContract
{
    protected override ISampleSource Open(float[] audio) => Resampler.To(new ArraySource(audio, 44_100), 16_000);

    static float[] Convert(float[] audio, int from, int to) => Resampler.To(new ArraySource(audio, from), to).ReadAll();

    static Span<float> Middle(float[] samples) => samples.AsSpan(samples.Length / 4, samples.Length / 2);

    [Theory]
    [InlineData(44_100, 16_000), InlineData(48_000, 16_000), InlineData(8000, 16_000), InlineData(22_050, 16_000)]
    [InlineData(11_025, 16_000), InlineData(16_000, 16_001), InlineData(44_100, 16_001)]
    [InlineData(192_000, 16_000), InlineData(9_999_991, 16_000)]
    public void Read_Sine_IsTheIdealSine(int from, int to)
    {
        var actual = Convert(Sound.Sine(1000, from, from / 2), from, to);
        var ideal = Sound.Sine(1000, to, actual.Length);
        float[] error = [.. actual.Zip(ideal, (a, b) => a - b)];
        var snr = Sound.Decibels(Sound.Power(Middle(ideal)) / Sound.Power(Middle(error)));
        TestContext.Current.TestOutputHelper?.WriteLine($"SNR {snr:F1} dB");
        Assert.True(snr > 60, $"SNR {snr:F1} dB");
    }

    [Theory]
    [InlineData(44_100, 16_000, 8000), InlineData(44_100, 16_000, 9000), InlineData(44_100, 16_000, 15_000)]
    [InlineData(44_100, 16_000, 21_000), InlineData(48_000, 16_000, 8100), InlineData(48_000, 16_000, 17_000)]
    [InlineData(22_050, 16_000, 8500), InlineData(44_100, 16_001, 12_000)]
    [InlineData(96_000, 16_000, 30_000), InlineData(16_001, 16_000, 8000.4)]
    public void Read_ToneAboveTheNyquistFrequency_IsSuppressed(int from, int to, double frequency)
    {
        var input = Sound.Sine(frequency, from, from / 2);
        var suppressed = Sound.Decibels(Sound.Power(Middle(Convert(input, from, to))) / Sound.Power(Middle(input)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{suppressed:F1} dB");
        Assert.True(suppressed < -70, $"{suppressed:F1} dB");
    }

    [Theory, InlineData(0.01), InlineData(0.5), InlineData(0.89)]
    public void Read_PassBand_IsFlat(double nyquists)
    {
        var output = Convert(Sound.Sine(nyquists * 8000, 44_100, 44_100), 44_100, 16_000);
        Assert.InRange(Sound.Decibels(Sound.Power(Middle(output)) / 0.125), -0.01, 0.01);
    }

    [Theory, InlineData(44_100, 16_000), InlineData(8000, 16_000), InlineData(16_000, 16_001)]
    public void Read_Constant_StaysConstant(int from, int to)
    {
        var audio = new float[from / 2];
        Array.Fill(audio, 0.5f);
        foreach (var sample in Middle(Convert(audio, from, to))) Assert.Equal(0.5f, sample, 1e-6f);
    }

    [Theory]
    [InlineData(48_000, 16_000, 900), InlineData(8000, 16_000, 500), InlineData(44_100, 16_000, 441 * 3), InlineData(48_000, 16_000, 0)]
    [InlineData(16_000, 16_001, 4000)]
    public void Read_Impulse_KeepsItsTime(int from, int to, int at)
    {
        var audio = new float[from];
        audio[at] = 1;
        var output = Convert(audio, from, to);
        var peak = (int)Math.Round((double)at * to / from);
        Assert.Equal(peak, Array.IndexOf(output, output.Max()));
        if (at == 0) return; // half of it is before the first output
        var (sum, moment) = (0.0, 0.0);
        for (var n = -150; n <= 150; n++) (sum, moment) = (sum + output[peak + n], moment + n * output[peak + n]);
        Assert.Equal((double)at * to / from, peak + moment / sum, 1e-3);
    }

    [Theory]
    [InlineData(44_100, 16_000), InlineData(8000, 16_000), InlineData(16_000, 16_001), InlineData(48_000, 16_000), InlineData(16_000, 8)]
    public void Read_Length_IsTheCeiling(int from, int to)
    {
        foreach (var length in (int[])[0, 1, 2, 3, 100, 1023, 1024, 1025, 4321])
            Assert.Equal(((long)length * to + from - 1) / from, Convert(new float[length], from, to).Length);
    }

    [Theory]
    [InlineData(48_000, 16_000), InlineData(8000, 16_000), InlineData(16_000, 16_001), InlineData(44_100, 11_025), InlineData(16_000, 8)]
    public void Read_AnyChunkingOfTheSource_GivesTheSameSamples(int from, int to)
    {
        var audio = Sound.Noise(6000);
        var whole = Convert(audio, from, to);
        foreach (var chunk in (int[])[1, 13, 160])
        {
            var source = new PcmStreamSource(new PipeStream(Sound.Pcm16(audio), largestRead: 2 * chunk), from);
            AssertSameBits(whole, Resampler.To(source, to).ReadAll(chunk));
        }
    }

    [Theory]
    [InlineData(44_100, 16_000), InlineData(48_000, 16_000), InlineData(8000, 16_000), InlineData(16_000, 16_001), InlineData(16_000, 8)]
    public void Read_AcrossGaps_KeepsTheTimesAndMixesNothing(int from, int to)
    {
        foreach (var (lost, chunk) in (((long, int)[])[(1, 7), (2, 160), (1000, int.MaxValue), (100_003, 1), (long.MaxValue >> 20, 333)]))
        {
            var (before, behind) = (Sound.Noise(3001), Sound.Noise(4003));
            var source = new ScriptedSource { SampleRate = from, LargestRead = chunk }.Play(before).Lose(lost).Play(behind);
            var resampled = (ILossySource)Resampler.To(source, to);
            var actual = resampled.ReadAll(100);

            // Behind the gap: as from silence, at the phase that the place has.
            var silence = (int)((before.Length + lost) % from) + 2 * from;
            var whole = Convert([.. new float[silence], .. behind], from, to);
            var first = Convert(before, from, to);
            AssertSameBits([.. first, .. whole[(int)Ceiling((Int128)silence * to, from)..]], actual);
            Assert.Equal(Ceiling((Int128)(before.Length + lost) * to, from), first.Length + resampled.SamplesLost);
        }

        static Int128 Ceiling(Int128 a, Int128 b) => (a + b - 1) / b;
    }

    [Fact]
    public void Read_ManySmallGaps_LosesWhatTheSourceLoses()
    {
        var source = new ScriptedSource { SampleRate = 44_100 };
        for (var i = 0; i < 441; i++) source.Play(Sound.Noise(i % 50)).Lose(i % 13);
        var resampled = (ILossySource)Resampler.To(source, 16_000);
        var count = resampled.ReadAll().Length;
        var places = Enumerable.Range(0, 441).Sum(i => i % 50 + i % 13);
        Assert.Equal((places * 16_000L + 44_099) / 44_100, count + resampled.SamplesLost);
    }

    [Fact]
    public void Read_LiveSource_ReturnsAsSoonAsThereIsASample()
    {
        var resampled = Resampler.To(new PcmStreamSource(new PipeStream(new byte[20_000], largestRead: 320), 48_000), 16_000);
        var buffer = new float[16_000];
        resampled.Read(buffer);
        for (var i = 0; i < 20; i++) Assert.InRange(resampled.Read(buffer), 53, 54);
    }

    [Fact]
    public void Read_InterpolatedAfterWarmUp_AllocatesNothing() =>
        Assert.Equal(0, Allocations.OfReading(() => Resampler.To(new ArraySource(new float[50_000], 16_000), 16_001), piece: 160));

    [Fact]
    public void To_TheSameRate_IsTheSource()
    {
        var source = new ArraySource(new float[1], 16_000);
        Assert.Same(source, Resampler.To(source, 16_000));
    }

    [Theory, InlineData(0), InlineData(-16_000), InlineData(2)]
    public void To_BadRate_SaysTheValue(int rate) => Assert.Contains($"{rate}",
        Assert.Throws<ArgumentOutOfRangeException>(() => Resampler.To(new ArraySource(new float[1], 16_000), rate)).Message);

    [Fact]
    public void To_ExtremeRates_StayBounded()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(1, Resampler.To(new ArraySource(new float[1], int.MaxValue), int.MaxValue / 4096 + 1).Read(new float[10]));
        Assert.Equal(10, Resampler.To(new ArraySource(new float[1], 1), int.MaxValue).Read(new float[10]));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 30_000_000);
    }
}
