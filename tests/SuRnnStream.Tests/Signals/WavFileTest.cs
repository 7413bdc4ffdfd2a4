using SuRnnStream.Tests.Support;
using Xunit;
using static SuRnnStream.Tests.WavBytes;

namespace SuRnnStream.Tests;

public sealed class WavFileTest : SampleSourceContract
{
    static readonly byte[] TwoSamples = Sound.Pcm16([0.5f, -0.25f]);

    protected override ISampleSource Open(float[] audio) => Open(Wav(Sound.Pcm16(audio)));

    static WavFile Open(byte[] bytes, int? channel = null) => WavFile.Open(new MemoryStream(bytes), "test.wav", channel);

    public static TheoryData<string, int, int, byte[], float[]> Formats => new()
    {
        { "8", 8, 1, [0, 128, 255, 64], [-1, 0, 127 / 128f, -0.5f] },
        { "16", 16, 1, [0, 0x80, 0, 0, 0xFF, 0x7F, 0, 0xC0], [-1, 0, 32767 / 32768f, -0.5f] },
        { "24", 24, 1, [0, 0, 0x80, 0, 0, 0, 0xFF, 0xFF, 0x7F, 0, 0, 0xC0], [-1, 0, 8388607 / 8388608f, -0.5f] },
        { "32", 32, 1, [0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0xC0], [-1, 0, 0.5f, -0.5f] },
        { "float", 32, 3, Bytes(BitConverter.GetBytes, [-1f, 0.3f, 2.5f, 1e-20f]), [-1, 0.3f, 2.5f, 1e-20f] },
        { "double", 64, 3, Bytes(BitConverter.GetBytes, [-1d, 0.25, 2.5, 1e-20]), [-1, 0.25f, 2.5f, 1e-20f] },
    };

    [Theory, MemberData(nameof(Formats))]
    public void Read_EveryFormat_IsScaledToOne(string _, int bits, int tag, byte[] data, float[] expected)
    {
        using var wav = Open(Wav(data, bits, tag: tag));
        Assert.Equal((16_000, 1, bits, 4L), (wav.SampleRate, wav.FileChannels, wav.BitsPerSample, wav.Length));
        AssertSameBits(expected, wav.ReadAll());
        Assert.False(wav.Truncated);
    }

    [Theory, MemberData(nameof(Formats))]
    public void Read_EveryFormatAsExtensibleThroughAPipe_IsTheSame(string _, int bits, int tag, byte[] data, float[] expected)
    {
        var bytes = Riff([Extensible(tag, 2, bits), Chunk("data", data)]);
        using var left = WavFile.Open(new PipeStream(bytes), "test.wav", 0);
        using var right = WavFile.Open(new PipeStream(bytes), "test.wav", 1);
        AssertSameBits([expected[0], expected[2]], left.ReadAll());
        AssertSameBits([expected[1], expected[3]], right.ReadAll());
    }

    [Fact]
    public void Read_NonFiniteFloats_AreZero()
    {
        var floats = Bytes(BitConverter.GetBytes, [float.NaN, 0.5f, float.PositiveInfinity, float.NegativeInfinity]);
        AssertSameBits([0, 0.5f, 0, 0], Open(Wav(floats, 32, tag: 3)).ReadAll());
        var doubles = Bytes(BitConverter.GetBytes, [double.NaN, 0.5, 1e300]);
        AssertSameBits([0, 0.5f, 0], Open(Wav(doubles, 64, tag: 3)).ReadAll());
        var huge = Bytes(BitConverter.GetBytes, [float.MaxValue, float.MaxValue]);
        AssertSameBits([float.MaxValue], Open(Wav(huge, 32, 2, tag: 3)).ReadAll());
    }

    [Fact]
    public void Read_ThreeChannels_GivesTheMeanOrTheChosenOne()
    {
        var bytes = Wav(Sound.Pcm16([0.5f, 0.25f, 0, -0.5f, -0.25f, 0]), channels: 3);
        AssertSameBits([0.25f, -0.25f], Open(bytes).ReadAll());
        AssertSameBits([0.5f, -0.5f], Open(bytes, 0).ReadAll());
        AssertSameBits([0.25f, -0.25f], Open(bytes, 1).ReadAll());
        AssertSameBits([0, 0], Open(bytes, 2).ReadAll());
        Assert.Equal((3, 2L), (Open(bytes).FileChannels, Open(bytes, 2).Length));
    }

    [Theory, InlineData(-1), InlineData(1), InlineData(70_000)]
    public void Open_NoSuchChannel_SaysTheValue(int channel) =>
        Assert.Contains($"{channel}", Assert.Throws<ArgumentOutOfRangeException>(() => Open(Wav(TwoSamples), channel)).Message);

    [Theory, InlineData(false), InlineData(true)]
    public void Open_OtherChunksAround_AreSkipped(bool pipe)
    {
        var bytes = Riff([
            Chunk("JUNK", new byte[5001]), Chunk("LIST", [1, 2, 3]), Format(more: [0, 0]),
            Chunk("fact", new byte[4]), Chunk("\0\x1Fz ", []), Chunk("data", TwoSamples), Chunk("LIST", new byte[9]),
        ]);
        using var wav = WavFile.Open(pipe ? new PipeStream(bytes) : new MemoryStream(bytes), "test.wav");
        Assert.Equal(2, wav.Length);
        AssertSameBits([0.5f, -0.25f], wav.ReadAll());
    }

    [Fact]
    public void Open_InTheMiddleOfAStream_Works()
    {
        var stream = new MemoryStream([.. new byte[10], .. Wav(TwoSamples)]) { Position = 10 };
        AssertSameBits([0.5f, -0.25f], WavFile.Open(stream, "test.wav").ReadAll());
    }

    [Theory, InlineData("RF64"), InlineData("BW64")]
    public void Open_WideSizes_BoundTheData(string id)
    {
        var bytes = Riff(
            [Ds64(100, 4), Format(), Chunk("data", TwoSamples, uint.MaxValue), Chunk("LIST", new byte[8])],
            id, uint.MaxValue);
        using var wav = Open(bytes);
        Assert.Equal((2L, false), (wav.Length, wav.Truncated));
        AssertSameBits([0.5f, -0.25f], wav.ReadAll());
        AssertSameBits([0.5f, -0.25f], WavFile.Open(new PipeStream(bytes), "test.wav").ReadAll());
    }

    [Fact]
    public void Open_WideSizeBeyondTheFile_IsTruncated()
    {
        var bytes = Riff(
            [Ds64(1UL << 40, 1UL << 40), Format(), Chunk("data", TwoSamples, uint.MaxValue)], "RF64", uint.MaxValue);
        using var wav = Open(bytes);
        Assert.Equal((2L, true), (wav.Length, wav.Truncated));
        using var pipe = WavFile.Open(new PipeStream(bytes), "test.wav");
        Assert.Equal((1L << 39, false), (pipe.Length, pipe.Truncated));
        AssertSameBits([0.5f, -0.25f], pipe.ReadAll());
        Assert.True(pipe.Truncated);
    }

    [Theory]
    [InlineData(uint.MaxValue, uint.MaxValue)]  // ffmpeg
    [InlineData(0u, 0u)]                        // many recorders
    [InlineData(40u, 0u)]                       // the RIFF size is right, the data size was never written
    [InlineData(0x7FFFF024u, 0x7FFFF000u)]      // SoX
    [InlineData(0x80000024u, 0x80000000u)]      // arecord
    public void Read_StreamedLength_RunsToTheEnd(uint riffSize, uint dataSize)
    {
        var bytes = Riff([Format(), Chunk("data", TwoSamples, dataSize)], riffSize: riffSize);
        using var file = Open(bytes);
        Assert.Equal((2L, false), (file.Length, file.Truncated));
        AssertSameBits([0.5f, -0.25f], file.ReadAll());
        using var pipe = WavFile.Open(new PipeStream(bytes), "test.wav");
        Assert.Null(pipe.Length);
        AssertSameBits([0.5f, -0.25f], pipe.ReadAll());
        Assert.False(file.Truncated || pipe.Truncated);
    }

    [Fact]
    public void Read_WideStreamedLength_RunsToTheEnd()
    {
        foreach (var size in (ulong[])[0, ulong.MaxValue])
        {
            var bytes = Riff([Ds64(size, size), Format(), Chunk("data", TwoSamples, uint.MaxValue)], "RF64");
            Assert.Equal((2L, false), (Open(bytes).Length, Open(bytes).Truncated));
            Assert.Equal(2, WavFile.Open(new PipeStream(bytes), "test.wav").ReadAll().Length);
        }
    }

    [Fact]
    public void Read_NoData_IsEmptyEvenBeforeAnotherChunk()
    {
        using var wav = Open(Riff([Format(), Chunk("data", []), Chunk("LIST", new byte[20])]));
        Assert.Equal(0, wav.Length);
        Assert.Empty(wav.ReadAll());
    }

    [Fact]
    public void Read_DataBeyondTheFile_IsTruncated()
    {
        var bytes = Riff([Format(), Chunk("data", [.. TwoSamples, 7], 4000)])[..^1];
        using var wav = Open(bytes);
        Assert.Equal((2L, true), (wav.Length, wav.Truncated));
        AssertSameBits([0.5f, -0.25f], wav.ReadAll());
    }

    [Fact]
    public void Read_CutFrameAtTheEndOfTheData_IsIgnored()
    {
        using var wav = Open(Wav([.. TwoSamples, 1, 2, 3], channels: 2));
        Assert.Equal((1L, false), (wav.Length, wav.Truncated));
        AssertSameBits([0.125f], wav.ReadAll());
    }

    [Fact]
    public void Open_Path_ReadsTheFileAndClosesIt()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.wav");
        WavWriter.Write(path, [0.5f, -0.25f], 22_050);
        using (var wav = WavFile.Open(path))
        {
            Assert.Equal((path, 22_050, 2L), (wav.Name, wav.SampleRate, wav.Length));
            AssertSameBits([0.5f, -0.25f], wav.ReadAll());
        }
        File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
    }

    [Fact]
    public void Read_FileAfterWarmUp_AllocatesNothing()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.wav");
        WavWriter.Write(path, Sound.Noise(50_000), 16_000);
        Assert.Equal(0, Allocations.OfReading(() => WavFile.Open(path), piece: 160));
    }

    [Fact]
    public void Dispose_ClosesTheStream()
    {
        var stream = new MemoryStream(Wav(TwoSamples));
        WavFile.Open(stream, "test.wav").Dispose();
        Assert.False(stream.CanRead);
    }

    static byte[] Bytes<T>(Func<T, byte[]> toBytes, T[] values) => [.. values.SelectMany(toBytes)];
}
