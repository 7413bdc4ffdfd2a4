using Xunit;

namespace SuRnnStream.Tests;

public sealed class PcmStreamSourceTest : SampleSourceContract
{
    protected override ISampleSource Open(float[] audio) => new PcmStreamSource(new PipeStream(Sound.Pcm16(audio)), 16_000);

    [Fact]
    public void Read_Mono_GivesTheSamples()
    {
        var audio = Sound.Noise(1000);
        AssertSameBits(audio, Open(audio).ReadAll());
    }

    [Fact]
    public void Read_Stereo_GivesTheMean()
    {
        var source = new PcmStreamSource(new PipeStream(Sound.Pcm16([0.5f, 0.25f, -1, 0, 0.5f, -0.5f])), 16_000, 2);
        AssertSameBits([0.375f, -0.5f, 0], source.ReadAll());
    }

    [Theory, InlineData(1, 1), InlineData(2, 1), InlineData(2, 2), InlineData(2, 3)]
    public void Read_CutFrameAtTheEnd_IsIgnored(int channels, int extra)
    {
        byte[] bytes = [.. Sound.Pcm16(Sound.Noise(channels * 10)), .. new byte[extra]];
        Assert.Equal(10, new PcmStreamSource(new PipeStream(bytes), 16_000, channels).ReadAll().Length);
    }

    [Fact]
    public void Read_LargerFrameThanTheBuffer_IsWhole()
    {
        var bytes = Sound.Pcm16([.. Enumerable.Repeat(0.5f, 60_000), .. Enumerable.Repeat(-0.5f, 60_000)]);
        AssertSameBits([0.5f, -0.5f], new PcmStreamSource(new PipeStream(bytes, 1000), 16_000, 60_000).ReadAll());
    }

    [Fact]
    public void Read_LiveStream_ReturnsWhatThereIs() =>
        Assert.Equal(5, new PcmStreamSource(new PipeStream(new byte[100], largestRead: 10), 16_000).Read(new float[50]));

    [Theory, InlineData(0), InlineData(-8000)]
    public void New_BadRate_SaysTheValue(int rate) => Assert.Contains($"{rate}",
        Assert.Throws<ArgumentOutOfRangeException>(() => new PcmStreamSource(Stream.Null, rate)).Message);

    [Theory, InlineData(0), InlineData(-2), InlineData(65_536)]
    public void New_BadChannels_SaysTheValue(int channels) => Assert.Contains($"{channels}",
        Assert.Throws<ArgumentOutOfRangeException>(() => new PcmStreamSource(Stream.Null, 16_000, channels)).Message);
}
