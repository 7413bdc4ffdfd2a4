using System.Buffers.Binary;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Codecs;

/// <summary>Managed decoders against ffmpeg's: as long, at the same place, the same sound.</summary>
public sealed class SoundCodecsTest : IDisposable
{
    static readonly float[] Words = WavFile.Open(Repository.File("samples", "audio", "commands.wav")).ReadAll()[..(6 * 16_000)];

    readonly TemporaryFolder _folder = new();

    public SoundCodecsTest() => SoundCodecs.Register();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.mp3", 16_000, 1, 1e-5)]
    [InlineData("a.mp3", 44_100, 2, 1e-5)]
    [InlineData("a.mp3", 11_025, 1, 1e-5)]
    [InlineData("a.ogg", 16_000, 1, 1e-5)]
    [InlineData("a.ogg", 44_100, 2, 1e-5)]
    [InlineData("a.opus", 48_000, 1, 0.01)] // Concentus computes in integers
    [InlineData("a.opus", 48_000, 2, 0.01)]
    public void Samples_AreThoseOfFfmpeg(string name, int rate, int channels, double most)
    {
        var path = Encoded(name, "-ar", $"{rate}", "-ac", $"{channels}");
        var expected = DecodedByFfmpeg(path);
        using var file = AudioFile.Open(path, programs: null);
        var samples = file.ReadAll();
        Assert.Equal((rate, expected.Length), (file.SampleRate, samples.Length));
        Assert.InRange(Enumerable.Range(0, samples.Length).Max(i => Math.Abs(samples[i] - expected[i])), 0, most);
        Assert.Null(file.Damage);
    }

    /// <summary>NLayer gives other samples than ffmpeg wherever an MP3 of 8 kHz has short blocks, and tells nobody.</summary>
    [Fact]
    public void Mp3Of8Kilohertz_IsLeftToFfmpeg()
    {
        var path = Encoded("a.mp3", "-ar", "8000");
        Assert.Equal(DecodedByFfmpeg(path), AudioFile.ReadAll(path, 8_000));
        Assert.Equal($"{path}: this MP3 cannot be decoded: NLayer decodes MP3 of 8 kHz wrongly, so ffmpeg is needed, which is not installed; replace the file, or convert it to WAV with a program that can.",
            Assert.Throws<InvalidAudioException>(() => AudioFile.Open(path, programs: null)).Message);
    }

    [Fact]
    public void OpusOfSixChannels_IsDecodedByItsMapping()
    {
        var path = Encoded("surround.opus", "-ac", "6", "-b:a", "256k");
        using var file = AudioFile.Open(path, programs: null, channel: 5);
        Assert.Equal(3L * Words.Length, file.ReadAll().Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => AudioFile.Open(path, programs: null, channel: 6));
    }

    [Fact]
    public void OpusGain_OfTheHeader_IsApplied()
    {
        var path = Encoded("loud.opus");
        var plain = AudioFile.ReadAll(path, 48_000);
        var bytes = File.ReadAllBytes(path);
        var head = bytes.AsSpan().IndexOf("OpusHead"u8);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(head + 16), -6 * 256); // -6 dB
        Rewrite(bytes, 0);
        File.WriteAllBytes(path, bytes);
        var quiet = AudioFile.ReadAll(path, 48_000);
        Assert.Equal(plain.Length, quiet.Length);
        Assert.InRange(Enumerable.Range(0, plain.Length).Max(i => Math.Abs(quiet[i] - plain[i] * 0.501187f)), 0, 1e-6);
    }

    [Theory, InlineData("a.ogg"), InlineData("a.opus")]
    public void OggOnStandardInput_IsTheSame(string name)
    {
        var path = Encoded(name);
        Stream input = new MemoryStream(File.ReadAllBytes(path));
        using var piped = AudioFile.TryOpen(ref input, "-", null)!;
        using var file = AudioFile.Open(path, programs: null);
        Assert.Equal(file.ReadAll(), piped.ReadAll());
    }

    [Theory, InlineData("a.mp3"), InlineData("a.ogg"), InlineData("a.opus")]
    public void FileThatWasCutShort_GivesWhatThereIs(string name)
    {
        var path = Encoded(name);
        var whole = AudioFile.ReadAll(path, 16_000).Length;
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^(int)(new FileInfo(path).Length / 3)]);
        using var file = AudioFile.Open(path, programs: null);
        var rest = Resampler.To(file, 16_000).ReadAll();
        Assert.InRange(rest.Length, whole / 3, whole - 1);
    }

    [Fact]
    public void OpusPage_ThatIsDamaged_IsLeftOutAndTold()
    {
        var path = Encoded("a.opus");
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 0x40;
        File.WriteAllBytes(path, bytes);
        using var file = AudioFile.Open(path, programs: null);
        Assert.InRange(file.ReadAll().Length, Words.Length, 3 * Words.Length - 1);
        Assert.Equal("pages are damaged and left out", file.Damage);
    }

    [Fact]
    public void SecondSoundInAnOgg_IsTold()
    {
        var path = Encoded("a.opus");
        File.WriteAllBytes(path, [.. File.ReadAllBytes(path), .. File.ReadAllBytes(path)]);
        using var file = AudioFile.Open(path, programs: null);
        Assert.Equal(3L * Words.Length, file.ReadAll().Length);
        Assert.Equal("there is a second sound, which is not read", file.Damage);
    }

    /// <summary>Foreign decoders meet hostile bytes: one typed error or samples, never another exception, and never more samples than the bytes can hold.</summary>
    [Theory, InlineData("a.mp3", 1), InlineData("a.ogg", 2), InlineData("a.opus", 3)]
    public void DamagedBytes_GiveSamplesOrOneError(string name, int seed)
    {
        var good = File.ReadAllBytes(Encoded(name, "-t", "1"));
        var random = new Random(seed);
        var (read, refused) = (0, 0);
        for (var i = 0; i < 150; i++)
        {
            var bytes = good.ToArray();
            for (var flips = random.Next(1, 20); flips > 0; flips--) bytes[random.Next(i % 2 == 0 ? 300 : bytes.Length)] = (byte)random.Next(256);
            if (name != "a.mp3" && i % 3 == 0) Rewrite(bytes, 0);
            File.WriteAllBytes(_folder.File("bad"), bytes);
            try
            {
                using var file = AudioFile.Open(_folder.File("bad"), programs: null);
                var block = new float[1_000];
                for (var all = 0; file.Read(block) is > 0 and var got;) Assert.InRange(all += got, 1, 60 * bytes.Length * 10);
                read++;
            }
            catch (Exception error) when (error is InvalidAudioException)
            {
                Assert.DoesNotContain('\n', error.Message);
                refused++;
            }
        }
        Assert.True(read > 0 && refused > 0, $"{read} read, {refused} refused");
    }

    string Encoded(string name, params string[] options)
    {
        WavWriter.Write(_folder.File("source.wav"), Words, 16_000);
        FfmpegProgram.Convert(_folder.File("source.wav"), _folder.File(name), options);
        return _folder.File(name);
    }

    float[] DecodedByFfmpeg(string path)
    {
        FfmpegProgram.Convert(path, _folder.File("decoded.wav"), "-c:a", "pcm_f32le");
        using var wav = WavFile.Open(_folder.File("decoded.wav"));
        return wav.ReadAll();
    }

    /// <summary>Gives a page of an Ogg file its right checksum again.</summary>
    static void Rewrite(byte[] bytes, int page)
    {
        if (page + 27 >= bytes.Length) return;
        var length = 27 + bytes[page + 26];
        if (page + length > bytes.Length) return;
        length += bytes.AsSpan(page + 27, bytes[page + 26]).ToArray().Sum(segment => segment);
        if (page + length > bytes.Length) return;
        bytes.AsSpan(page + 22, 4).Clear();
        uint crc = 0;
        foreach (var b in bytes.AsSpan(page, length))
        {
            crc ^= (uint)b << 24;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 0x80000000) != 0 ? crc << 1 ^ 0x04C11DB7 : crc << 1;
        }
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(page + 22), crc);
    }
}
