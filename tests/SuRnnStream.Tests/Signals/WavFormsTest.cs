using Xunit;
using static SuRnnStream.Tests.WavBytes;

namespace SuRnnStream.Tests.Signals;

/// <summary>WAV files as recorders write them, of which other programs hear the sound.</summary>
public sealed class WavFormsTest : IDisposable
{
    static readonly short[] Sound = [.. Enumerable.Range(0, 4_000).Select(i => (short)(8_000 * Math.Sin(0.3 * i)))];

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A redundant field decided: what arecord -f S24_LE writes, what small recorders write, and fewer bits than bytes.</summary>
    [Theory]
    [InlineData("S24_LE", 24, 4)]
    [InlineData("BlockAlign 1", 16, 1)]
    [InlineData("BlockAlign 0", 16, 0)]
    [InlineData("12 bits in 2 bytes", 12, 2)]
    [InlineData("20 bits in 3 bytes", 20, 3)]
    public void Read_OfAFrameSizeThatDiffers_GivesTheSound(string form, int bits, int blockAlign)
    {
        byte[] Sample(short value) => bits switch
        {
            24 => [0, (byte)value, (byte)(value >> 8), (byte)(value < 0 ? 0xFF : 0)],
            20 => [0, (byte)value, (byte)(value >> 8)],
            _ => [(byte)value, (byte)(value >> 8)],
        };
        var bytes = Riff([Format(bits: bits, blockAlign: blockAlign), Chunk("data", [.. Sound.SelectMany(Sample)])]);
        var wav = WavFile.Open(new MemoryStream(bytes), form);
        var samples = new float[5_000];
        var filled = 0;
        for (int got; (got = wav.Read(samples.AsSpan(filled))) > 0;) filled += got;
        Assert.Equal(Sound.Select(value => value / 32_768f), samples[..filled]);
    }

    [Theory, InlineData(-1, true), InlineData(1, false), InlineData(0, false)]
    public void Remark_OfChannelsThatCancelEachOther_SaysSo(int other, bool said)
    {
        var random = new Random(3);
        var path = Write("two.wav", Wav([.. Sound.SelectMany(value => new[] { value, (short)(other * value + (other == 0 ? random.Next(-9_000, 9_000) : 0)) }).SelectMany(value => U16(value & 0xFFFF))], channels: 2));
        using var file = AudioFile.Open(path);
        ReadAll(file);
        if (said) Assert.Contains("its 2 channels cancel each other", file.Remark);
        else Assert.Null(file.Remark);
        using var left = AudioFile.Open(path, channel: 0);
        Assert.Equal(Sound.Select(value => value / 32_768f), ReadAll(left));
        Assert.Null(left.Remark);
        Assert.Equal($"{path}: there is no channel 2 in it", Assert.Throws<ArgumentOutOfRangeException>(() => AudioFile.Open(path, channel: 2)).Message);
    }

    [Fact]
    public void Damage_OfAFileThatEndsEarly_OrHasMoreThanOneSound_IsSaid()
    {
        byte[] data = [.. Sound.SelectMany(value => U16(value & 0xFFFF))];
        string? Damage(byte[] bytes)
        {
            using var file = AudioFile.Open(Write("d.wav", bytes));
            Assert.NotEmpty(ReadAll(file));
            return file.Damage;
        }
        Assert.Null(Damage(Wav(data)));
        Assert.Null(Damage([.. Wav(data), .. Chunk("LIST", new byte[5])]));
        Assert.Equal("the file ends before its sound does", Damage(Wav(data)[..^1_000]));
        Assert.Equal("there is a second data chunk of 100 bytes, which is not read", Damage(Riff([Format(), Chunk("data", data), Chunk("LIST", new byte[5]), Chunk("data", new byte[100])])));
    }

    /// <summary>3 kB of it took 863 MB at the model's rate.</summary>
    [Fact]
    public void Open_OfARateThatIsNoSounds_IsRefused() =>
        Assert.Contains("the sample rate is 1 Hz, which is no sound", Assert.Throws<InvalidAudioException>(() => AudioFile.Open(Write("slow.wav", Wav(new byte[3_000], rate: 1)))).Message);

    /// <summary>mu-law and other coded WAVs go the way that FLAC goes.</summary>
    [Fact]
    public void Open_OfAMuLawWav_IsDecodedByFfmpeg()
    {
        var path = Write("law.wav", Wav([.. Enumerable.Range(0, 8_000).Select(i => (byte)(i % 16 < 8 ? 0x8F : 0x0F))], bits: 8, rate: 8_000, tag: 7)); // two loud values, turn by turn
        Assert.Contains("a WAV of mu-law needs ffmpeg", Assert.Throws<InvalidAudioException>(() => AudioFile.Open(path, programs: "")).Message);
        Assert.SkipWhen(Ffmpeg.Find(Environment.GetEnvironmentVariable("PATH")) is null, "ffmpeg is not installed.");
        using var file = AudioFile.Open(path);
        Assert.Equal(8_000, file.SampleRate);
        var samples = ReadAll(file);
        Assert.Equal(8_000, samples.Length);
        Assert.InRange(samples.Max() - samples.Min(), 0.2f, 2.1f);
    }

    string Write(string name, byte[] bytes)
    {
        var path = _folder.File(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    static float[] ReadAll(ISampleSource source)
    {
        var (all, samples) = (new List<float>(), new float[1_000]);
        for (int got; (got = source.Read(samples)) > 0;) all.AddRange(samples[..got]);
        return [.. all];
    }
}
