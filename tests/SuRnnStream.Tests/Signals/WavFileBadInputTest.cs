using Xunit;
using static SuRnnStream.Tests.WavBytes;

namespace SuRnnStream.Tests;

public sealed class WavFileBadInputTest
{
    static readonly byte[] Data = Chunk("data", new byte[8]);

    static byte[] WithFormat(byte[] format) => Riff([format, Data]);

    /// <summary>The file, where it is wrong and what the message must say.</summary>
    public static TheoryData<string, byte[], long, string> Cases => new()
    {
        { "empty", [], 0, "empty" },
        { "1 byte", Text("R"), 1, "ends inside its header" },
        { "4 bytes", Text("RIFF"), 4, "ends inside its header" },
        { "11 bytes", Text("RIFF____WAV"), 11, "ends inside its header" },
        { "text", Text("file,label\r\na.wav,dog\r\n"), 0, "looks like text; check the path" },
        { "short text", Text("no"), 0, "looks like text" },
        { "LFS", Text("version https://git-lfs.github.com/spec/v1\noid"), 0, "Git LFS pointer" },
        { "FLAC", Text("fLaC\0\0\0\x22____________"), 0, "looks like FLAC; convert it" },
        { "Ogg", Text("OggS\0\x2____________"), 0, "looks like Ogg" },
        { "MP3 with a tag", Text("ID3\x4\0\0____________"), 0, "looks like MP3" },
        { "MP3", [0xFF, 0xFB, 0x90, 0x64, .. new byte[100]], 0, "looks like MP3" },
        { "AAC", [0xFF, 0xF1, 0x50, 0x80, .. new byte[100]], 0, "looks like AAC" },
        { "AIFF", Text("FORM\0\0\0\0AIFFCOMM"), 0, "looks like AIFF" },
        { "M4A", Text("\0\0\0\x20" + "ftypM4A \0\0\0\0"), 0, "looks like MP4" },
        { "zip", Text("PK\x3\x4" + "____________"), 0, "a zip archive; check the path" },
        { "zeros", new byte[300], 0, "zero bytes" },
        { "noise", [1, 200, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13], 0, "not a WAV file;" },
        { "AVI", Riff([Data], form: "AVI "), 8, "'AVI '" },
        { "big endian", Riff([Data], "RIFX"), 0, "RIFX" },
        { "nothing in it", Riff([]), 12, "no fmt chunk" },
        { "no fmt", Riff([Chunk("LIST", new byte[4])]), 24, "no fmt chunk" },
        { "data first", Riff([Data, Format()]), 12, "no fmt chunk before" },
        { "no data", Riff([Format(), Chunk("LIST", new byte[3])]), 48, "no data chunk" },
        { "cut in a chunk header", [.. Riff([Format()]), .. Text("dat")], 36, "no data chunk" },
        { "short fmt", WithFormat(Chunk("fmt ", new byte[14])), 12, "has 14 bytes and needs 16" },
        { "cut in fmt", Riff([Format()])[..30], 30, "ends inside its fmt chunk" },
        { "short EXTENSIBLE", WithFormat(Format(0xFFFE)), 12, "has 16 bytes and needs 40" },
        { "EXTENSIBLE codec", WithFormat(Extensible(0x55, 1, 16)), 44, "0x0055 (MP3)" },
        { "EXTENSIBLE guid", WithFormat(Extensible(1, 1, 16, new byte[14])), 44, "00000001-0000-0000-0000-000000000000" },
        { "no channels", WithFormat(Format(channels: 0)), 22, "0 channels" },
        { "0 Hz", WithFormat(Format(rate: 0)), 24, "0 Hz" },
        { "4 GHz", WithFormat(Format(rate: 4_000_000_000)), 24, "4000000000 Hz" },
        { "too many channels", WithFormat(Format(channels: 65_535, bits: 32)), 22, "65535 channels of 32 bits need 262140" },
        { "ADPCM", WithFormat(Format(0x11, bits: 4)), 20, "0x0011 (IMA ADPCM)" },
        { "mu-law", WithFormat(Format(7, bits: 8)), 20, "0x0007 (mu-law)" },
        { "MS ADPCM", WithFormat(Format(2, bits: 4)), 20, "0x0002 (Microsoft ADPCM)" },
        { "A-law", WithFormat(Format(6, bits: 8)), 20, "0x0006 (A-law)" },
        { "GSM", WithFormat(Format(0x31, bits: 8)), 20, "0x0031 (GSM 6.10)" },
        { "MPEG", WithFormat(Format(0x50, bits: 8)), 20, "0x0050 (MPEG)" },
        { "AAC in WAV", WithFormat(Format(0xFF, bits: 8)), 20, "0x00FF (AAC)" },
        { "WMA", WithFormat(Format(0x161, bits: 8)), 20, "0x0161 (WMA)" },
        { "FLAC in WAV", WithFormat(Format(0xF1AC)), 20, "0xF1AC (FLAC)" },
        { "unknown codec", WithFormat(Format(0xABCD)), 20, "0xABCD is not supported" },
        { "33 bits", WithFormat(Format(bits: 33)), 34, "33 bits per PCM sample" },
        { "0 bits", WithFormat(Format(bits: 0)), 34, "0 bits per PCM sample" },
        { "16-bit float", WithFormat(Format(3, bits: 16)), 34, "16 bits per float sample" },
        { "huge chunk", Riff([Chunk("LIST", [], uint.MaxValue), Format(), Data]), 12, "'LIST' chunk has 4294967295 bytes" },
        { "huge odd chunk", Riff([Chunk("a\nb\0", [], 0xFFFFFFFD)]), 12, "'a?b?' chunk has 4294967293 bytes" },
        { "huge fmt", Riff([Format(more: new byte[50]).Replace(4, U32(uint.MaxValue)), Data]), 12, "'fmt ' chunk" },
        { "short ds64", Riff([Chunk("ds64", new byte[8])], "RF64"), 12, "ds64 chunk has 8 bytes" },
        { "cut in ds64", Riff([Ds64(0, 0)], "RF64")[..30], 30, "ends inside its ds64 chunk" },
        { "overflowing ds64", Riff([Ds64(0, 1UL << 63), Format(), Data], "RF64"), 28, "9223372036854775808 bytes" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Open_BadFile_SaysWhichWhereAndWhy(string name, byte[] bytes, long offset, string reason)
    {
        foreach (var stream in (Stream[])[new MemoryStream(bytes), new PipeStream(bytes)])
        {
            var error = Assert.Throws<InvalidAudioException>(() => WavFile.Open(stream, $"{name}.wav"));
            Assert.StartsWith($"{name}.wav: byte {offset}: ", error.Message);
            Assert.Contains(reason, error.Message);
            Assert.Matches("; (convert it|copy|check the path).*[.]$", error.Message);
            Assert.Equal(($"{name}.wav", offset), (error.Name, error.Offset));
            Assert.True(stream.CanRead); // stays the caller's
        }
    }

    [Fact]
    public void Open_NameWithLineBreak_StillGivesOneLine() =>
        Assert.StartsWith("a?b?c.wav: ", Assert.Throws<InvalidAudioException>(() => WavFile.Open(Stream.Null, "a\r" + "b\nc.wav")).Message);

    [Fact]
    public void Open_BadPath_KeepsItsUsualException()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<FileNotFoundException>(() => WavFile.Open(folder.File("missing.wav")));
        Assert.Throws<DirectoryNotFoundException>(() => WavFile.Open(folder.File("missing/missing.wav")));
        Assert.Throws<UnauthorizedAccessException>(() => WavFile.Open(folder.Path));
        Assert.Throws<ArgumentNullException>(() => WavFile.Open(null!));
        Assert.Throws<ArgumentException>(() => WavFile.Open(""));
    }

    [Fact]
    public void Open_BadFileOnDisk_NamesThePathAndClosesTheFile()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("bad.wav");
        File.WriteAllText(path, "hello");
        Assert.StartsWith($"{path}: byte 0: ", Assert.Throws<InvalidAudioException>(() => WavFile.Open(path)).Message);
        File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Open_MutatedFiles_FailOnlyWithInvalidAudio(int seed)
    {
        var random = new Random(seed);
        byte[][] seeds =
        [
            Wav(Sound.Pcm16(Sound.Noise(20))),
            Wav(new byte[96], 24, 2),
            Riff([Chunk("LIST", new byte[7]), Extensible(3, 2, 32), Chunk("data", new byte[32], uint.MaxValue)]),
            Riff([Ds64(90, 8), Format(), Chunk("data", new byte[8], uint.MaxValue)], "RF64", uint.MaxValue),
        ];
        var buffer = new float[100];
        var (opened, refused) = (0, 0);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = Mutate(seeds[random.Next(seeds.Length)], random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using var wav = WavFile.Open(i % 2 == 0 ? new MemoryStream(bytes) : new PipeStream(bytes), "fuzz.wav");
                opened++;
                Assert.True(wav.SampleRate > 0 && wav.FileChannels > 0 && wav.Length is null or >= 0);
                var total = 0;
                while (wav.Read(buffer) is > 0 and var got)
                {
                    Assert.True((total += got) <= bytes.Length);
                    Assert.All(buffer[..got], sample => Assert.True(float.IsFinite(sample)));
                }
            }
            catch (InvalidAudioException error)
            {
                refused++;
                Assert.StartsWith("fuzz.wav: byte ", error.Message);
                Assert.DoesNotContain('\n', error.Message);
                Assert.InRange(error.Offset, 0, bytes.Length);
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
        }
        Assert.True(opened > 100 && refused > 100, $"{opened} opened, {refused} refused: the mutations test only one side.");
    }

    static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = (byte[])original.Clone();
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.AsSpan(at, Math.Min(4, bytes.Length - at)).Fill((byte)(random.Next(2) * 255)); break;
                case 3: bytes = [.. bytes[..at], .. bytes[random.Next(bytes.Length)..]]; break;
                default: bytes = bytes[..at]; break;
            }
            if (bytes.Length == 0) break;
        }
        return bytes;
    }
}

file static class ByteArrays
{
    public static byte[] Replace(this byte[] bytes, int at, byte[] with) => [.. bytes[..at], .. with, .. bytes[(at + with.Length)..]];
}
