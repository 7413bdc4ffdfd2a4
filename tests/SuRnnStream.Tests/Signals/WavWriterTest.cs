using Xunit;

namespace SuRnnStream.Tests;

public sealed class WavWriterTest
{
    [Fact]
    public void Write_EveryStepOf16Bits_ComesBackExactly()
    {
        float[] samples = [.. Enumerable.Range(short.MinValue, 65_536).Select(s => s / 32768f)];
        using var wav = Reopen(samples);
        Assert.Equal((44_100, 1, 16, 65_536L), (wav.SampleRate, wav.FileChannels, wav.BitsPerSample, wav.Length));
        Assert.Equal(samples, wav.ReadAll());
    }

    [Fact]
    public void Write_OtherSamples_AreRoundedAndClamped() => Assert.Equal(
        [1 / 32768f, 0, 32767 / 32768f, -1, 32767 / 32768f, -1, 0],
        Reopen([0.6f / 32768, -0.4f / 32768, 1, -1.5f, float.PositiveInfinity, float.NegativeInfinity, float.NaN]).ReadAll());

    [Fact]
    public void Write_Nothing_IsAValidFile() => Assert.Empty(Reopen([]).ReadAll());

    [Fact]
    public void Write_Path_ReplacesTheFile()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.wav");
        WavWriter.Write(path, new float[1000], 8000);
        WavWriter.Write(path, [0.5f], 8000);
        Assert.Equal(46, new FileInfo(path).Length);
    }

    [Theory, InlineData(0), InlineData(-1)]
    public void Write_BadRate_LeavesTheFileAlone(int rate)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.wav");
        Assert.Contains($"{rate}", Assert.Throws<ArgumentOutOfRangeException>(() => WavWriter.Write(path, [], rate)).Message);
        Assert.False(File.Exists(path));
    }

    static WavFile Reopen(float[] samples)
    {
        var stream = new MemoryStream();
        WavWriter.Write(stream, samples, 44_100);
        stream.Position = 0;
        return WavFile.Open(stream, "test.wav");
    }
}
