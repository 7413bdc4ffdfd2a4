using System.IO.Pipes;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

public sealed class AudioFileTest : SampleSourceContract, IDisposable
{
    const int Rate = 22_050;

    readonly TemporaryFolder _folder = new();
    readonly List<AudioFile> _opened = [];

    protected override ISampleSource Open(float[] audio)
    {
        var file = AudioFile.Open(Encoded("contract.flac", audio));
        _opened.Add(file);
        return file;
    }

    protected override bool EndIsFree => false; // it may have to wait for ffmpeg

    public void Dispose()
    {
        _opened.ForEach(file => file.Dispose());
        _folder.Dispose();
    }

    /// <summary>What looks like a sound may be a list of addresses, which nobody asked to be fetched.</summary>
    [Fact]
    public void Open_OfAPlaylist_FetchesNothing()
    {
        using var server = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        server.Start();
        var address = $"http://{server.LocalEndpoint}/a.ts";
        foreach (var (name, text) in new[] { ("list.mp3", $"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{address}\n"), ("list.ogg", $"\u0001\u0002ffconcat version 1.0\nfile '{address}'\n"), ("list.m4a", $"\0\0\0\u0018ftypM4A \n{address}") })
        {
            File.WriteAllText(_folder.File(name), text);
            Assert.ThrowsAny<IOException>(() => AudioFile.Open(_folder.File(name)));
        }
        Assert.False(server.Pending());
    }

    /// <summary>A file of the name's kind.</summary>
    string Encoded(string name, float[] audio, params string[] options)
    {
        FfmpegProgram.Convert(Wav("source.wav", audio), _folder.File(name), options);
        return _folder.File(name);
    }

    string Wav(string name, float[] audio)
    {
        WavWriter.Write(_folder.File(name), audio, Rate);
        return _folder.File(name);
    }

    [Fact]
    public void Open_Flac_GivesTheSamplesOfItsWav()
    {
        var audio = Sound.Noise(100_000);
        using var file = AudioFile.Open(Encoded("talk.flac", audio));
        Assert.Equal(Rate, file.SampleRate);
        AssertSameBits(audio, file.ReadAll());
        Assert.Null(file.Damage);
    }

    [Fact]
    public void Open_FlacOf24BitsAndTwoChannels_GivesTheSamplesOfItsWav()
    {
        string[] stereo = ["-af", "pan=stereo|c0=c0|c1=-0.37*c0", "-ar", "48000"];
        var wav = Encoded("stereo.wav", Sound.Noise(20_000), [.. stereo, "-c:a", "pcm_s24le"]);
        FfmpegProgram.Convert(wav, _folder.File("stereo.flac"));
        using var expected = WavFile.Open(wav);
        using var flac = AudioFile.Open(_folder.File("stereo.flac"));
        Assert.Equal((2, 24, 48_000), (expected.FileChannels, expected.BitsPerSample, flac.SampleRate));
        AssertSameBits(expected.ReadAll(), flac.ReadAll());
    }

    [Theory, InlineData("tone.mp3"), InlineData("tone.ogg"), InlineData("tone.opus"), InlineData("tone.m4a"), InlineData("TONE.AIFF"), InlineData("tone.unusual")]
    public void Open_OtherKinds_SoundTheSame(string name)
    {
        string[] kind = name == "tone.unusual" ? ["-f", "flac"] : []; // known by what is in it
        using var file = AudioFile.Open(Encoded(name, Sound.Sine(440, Rate, 2 * Rate), kind));
        var samples = file.ReadAll();
        Assert.InRange(samples.Length, 1.95 * file.SampleRate, 2.1 * file.SampleRate);
        Assert.Equal(Sound.Decibels(0.125), Sound.Decibels(Sound.Power(samples.AsSpan(file.SampleRate / 2, file.SampleRate))), 0.5); // LAME scales by 0.95
    }

    [Theory, InlineData("-i talk.flac"), InlineData("$(touch made) `touch made` 'talk\".flac"), InlineData("concat:talk.flac")]
    public void Open_OddNames_AreNames(string name)
    {
        var audio = Sound.Noise(3_000);
        using var file = AudioFile.Open(Encoded(name, audio));
        AssertSameBits(audio, file.ReadAll());
        Assert.False(File.Exists("made"));
    }

    [Fact]
    public void ReadAll_AtAnotherRate_IsResampled()
    {
        var samples = AudioFile.ReadAll(Encoded("tone.flac", Sound.Sine(440, Rate, Rate)), 16_000);
        Assert.Equal(16_000, samples.Length);
        Assert.Equal(Sound.Decibels(0.125), Sound.Decibels(Sound.Power(samples.AsSpan(1_000, 14_000))), 0.01);
    }

    [Fact]
    public void Read_FileThatWasCutShort_GivesWhatThereIs_AndSaysSo()
    {
        var audio = Sound.Noise(100_000);
        var path = Encoded("cut.flac", audio);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^70_001]);
        using var file = AudioFile.Open(path);
        var samples = file.ReadAll();
        Assert.InRange(samples.Length, 10_000, 90_000);
        AssertSameBits(audio[..samples.Length], samples);
        Assert.NotNull(file.Damage);
        Assert.DoesNotContain(path, file.Damage);
    }

    [Fact]
    public void Open_WithoutFfmpeg_SaysWhatToDo()
    {
        var path = _folder.File("talk.flac");
        File.WriteAllBytes(path, [.. "fLaC"u8, 0, 0, 0, 34]);
        var error = Assert.Throws<InvalidAudioException>(() => AudioFile.Open(path, _folder.Path));
        Assert.Equal($"{path}: FLAC needs ffmpeg, which is not installed; apt-get install ffmpeg, or convert to WAV.", error.Message);
        File.WriteAllBytes(_folder.File("talk.wma"), [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]);
        Assert.Contains("talk.wma: WMA needs ffmpeg", Assert.Throws<InvalidAudioException>(() => AudioFile.Open(_folder.File("talk.wma"), programs: null)).Message);
    }

    [Fact]
    public void Open_Wav_NeedsNoFfmpeg_WhateverItsName()
    {
        var audio = Sound.Noise(1_000);
        foreach (var name in new[] { "a.wav", "a.flac", "a" })
        {
            using var file = AudioFile.Open(Wav(name, audio), programs: null);
            AssertSameBits(audio, file.ReadAll());
        }
    }

    [Fact]
    public void Open_WavFromAPipe_LosesNothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Opens a pipe by its name in /proc.");
        var audio = Sound.Noise(1_000); // fits into the pipe
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        WavWriter.Write(pipe, audio, Rate);
        using var file = AudioFile.Open($"/proc/self/fd/{pipe.GetClientHandleAsString()}", programs: null);
        pipe.DisposeLocalCopyOfClientHandle();
        pipe.Dispose();
        AssertSameBits(audio, file.ReadAll());
    }

    [Fact]
    public void Open_WhatFfmpegCannotRead_SaysWhy()
    {
        File.WriteAllBytes(_folder.File("header.flac"), File.ReadAllBytes(Encoded("whole.flac", Sound.Noise(1_000)))[..30]);
        var error = Assert.Throws<InvalidAudioException>(() => AudioFile.Open(_folder.File("header.flac")));
        Assert.StartsWith(_folder.File("header.flac") + ": ffmpeg cannot decode it: ", error.Message);
        Assert.EndsWith("; replace the file, or convert it to WAV with a program that can.", error.Message);
        Assert.DoesNotContain("says nothing", error.Message);
    }

    [Theory, InlineData("text.flac"), InlineData("text.wav"), InlineData("text.txt")]
    public void Open_Text_SaysWhatItIs(string name)
    {
        File.WriteAllText(_folder.File(name), "This is no sound.");
        Assert.Contains("it looks like text", Assert.Throws<InvalidAudioException>(() => AudioFile.Open(_folder.File(name), programs: null)).Message);
    }

    [Fact]
    public void Open_NoSuchFile_IsTheUsualError() => Assert.Throws<FileNotFoundException>(() => AudioFile.Open(_folder.File("none.flac")));

    [Fact]
    public void Read_WhereFfmpegFails_ThrowsAfterTheLastSample_WithItsWords()
    {
        var audio = Sound.Noise(5_000);
        var programs = FfmpegProgram.Script(_folder.Path, $"cat '{Wav("half.wav", audio)}'\necho '[flac @ 0x5] out of luck' >&2\necho more >&2\nexit 3\n");
        using var file = AudioFile.Open(Flac(), programs);
        var samples = new float[5_000];
        for (var read = 0; read < samples.Length;) read += file.Read(samples.AsSpan(read));
        AssertSameBits(audio, samples);
        Assert.Contains("ffmpeg cannot decode it: out of luck; ", Assert.Throws<InvalidAudioException>(() => file.Read(samples)).Message);
        Assert.Equal(0, file.Read(samples));
    }

    [Fact]
    public void Read_MoreComplaintsThanAPipeHolds_StopNothing()
    {
        var audio = Sound.Noise(5_000);
        var programs = FfmpegProgram.Script(_folder.Path, $"i=0\nwhile [ $i -lt 4000 ]; do echo 'a line of some length that fills the pipe' >&2; i=$((i+1)); done\ncat '{Wav("late.wav", audio)}'\n");
        using var file = AudioFile.Open(Flac(), programs);
        AssertSameBits(audio, file.ReadAll());
        Assert.Equal("a line of some length that fills the pipe", file.Damage);
    }

    [Fact]
    public void Dispose_BeforeTheEnd_EndsTheProcess()
    {
        var programs = FfmpegProgram.Script(_folder.Path, $"echo $$ > '{_folder.File("pid")}'\nexec cat '{Wav("start.wav", Sound.Noise(1_000))}' /dev/zero\n");
        var file = AudioFile.Open(Flac(), programs);
        Assert.Equal(100, file.Read(new float[100]));
        var process = System.Diagnostics.Process.GetProcessById(int.Parse(File.ReadAllText(_folder.File("pid")), System.Globalization.CultureInfo.InvariantCulture));
        file.Dispose();
        file.Dispose();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(5)));
    }

    string Flac()
    {
        File.WriteAllBytes(_folder.File("some.flac"), [.. "fLaC"u8]);
        return _folder.File("some.flac");
    }
}
