using NAudio.Wave;
using NAudio.Wave.SampleProviders;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.NAudioSources;

/// <summary>Against the real NAudio: its readers, its resampler, its buffer of live sound.</summary>
public sealed class SampleProviderSourceTest
{
    static readonly string Sample = Repository.File("samples", "audio", "commands.wav");

    [Theory, InlineData(16_000), InlineData(48_000), InlineData(44_100)]
    public async Task Words_ThroughNAudiosReaderAndResampler_AreThoseOfTheFile(int rate)
    {
        var model = ModelFile.Load(Repository.File("models", "commands.surnn"));
        var expected = await Labels(new DetectorPipeline(WavFile.Open(Sample), model));
        using var reader = new WaveFileReader(Sample);
        ISampleProvider provider = reader.ToSampleProvider();
        if (rate != reader.WaveFormat.SampleRate) provider = new WdlResamplingSampleProvider(provider, rate);
        var labels = await Labels(new DetectorPipeline(new SampleProviderSource(provider), model));
        if (rate == reader.WaveFormat.SampleRate) Assert.Equal(expected, labels);
        else Assert.InRange(labels.Intersect(expected).Count(), expected.Count - 1, expected.Count); // its filter dulls the highest band: one word of ten may fall below the threshold
    }

    [Fact]
    public void Resampler_OfNAudio_LosesNothing()
    {
        using var reader = new WaveFileReader(Sample);
        var source = new SampleProviderSource(new WdlResamplingSampleProvider(reader.ToSampleProvider(), 48_000));
        Assert.InRange(Count(source), 3 * (reader.SampleCount - 64), 3 * (reader.SampleCount + 64));
    }

    [Fact]
    public void Channel_IsTakenFromInterleavedFrames()
    {
        var stereo = new MonoToStereoSampleProvider(new SignalGenerator(16_000, 1) { Type = SignalGeneratorType.Square, Gain = 0.5 }) { LeftVolume = 1, RightVolume = 0.5f };
        var right = new float[10];
        Assert.Equal(10, new SampleProviderSource(stereo, channel: 1).Read(right));
        Assert.All(right, sample => Assert.Equal(0.25f, Math.Abs(sample)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SampleProviderSource(stereo, channel: 2));
    }

    /// <summary>What the readme says of a live buffer: such a source ends, or never does.</summary>
    [Fact]
    public void LiveBuffer_EndsWhenItIsEmpty_OrGivesSilenceWithoutEnd()
    {
        var buffer = new BufferedWaveProvider(new WaveFormat(16_000, 16, 1)) { ReadFully = false };
        buffer.AddSamples(new byte[200]);
        Assert.Equal(100, Count(new SampleProviderSource(buffer.ToSampleProvider())));
        buffer.ReadFully = true;
        Assert.Equal(64, new SampleProviderSource(buffer.ToSampleProvider()).Read(new float[64]));
    }

    static long Count(SampleProviderSource source)
    {
        long all = 0;
        var block = new float[1_000];
        for (int count; (count = source.Read(block)) > 0;) all += count;
        return all;
    }

    static async Task<List<string>> Labels(DetectorPipeline pipeline)
    {
        var labels = new List<string>();
        await foreach (var detection in pipeline.DetectAsync(TestContext.Current.CancellationToken)) labels.Add(detection.Label);
        return labels;
    }
}
