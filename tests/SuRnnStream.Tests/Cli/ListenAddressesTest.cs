using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>surnn listen on every kind of file and address: what detect says of the same sound.</summary>
public sealed class ListenAddressesTest : CliTest
{
    static readonly float[] Tones = AsPcm(ToneModel.Tones(4));

    /// <summary>A stereo WAV was taken for two channels of a sensor, and failed whichever channel was asked for.</summary>
    [Theory, InlineData("left.wav", "--channel", "0"), InlineData("both.wav")]
    public async Task StereoWav_IsHeardAsDetectHearsIt(string name, params string[] channel)
    {
        var path = Folder.File(name);
        var right = name == "left.wav" ? new float[Tones.Length] : Tones;
        File.WriteAllBytes(path, WavBytes.Wav(Sound.Pcm16([.. Tones.Zip(right, (l, r) => new[] { l, r }).SelectMany(pair => pair)]), channels: 2));
        await AssertHeardAsync(path, path, channel);
    }

    [Theory, InlineData("tones.flac"), InlineData("tones.mp3"), InlineData("tones.ogg")]
    public async Task CodedSound_IsHeardAsDetectHearsIt(string name)
    {
        FfmpegProgram.Convert(Wav("tones.wav", Tones), Folder.File(name));
        await AssertHeardAsync(Folder.File(name), Folder.File(name));
    }

    [Fact]
    public async Task Replay_IsThatFile_AtItsSpeed()
    {
        var path = Wav("tones.wav", Tones);
        await AssertHeardAsync($"replay:{path}?speed=1000", path);
        var wrong = await Run("listen", $"replay:{path}?sped=2", "--model", ModelPath);
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("sped=2 means nothing here", Assert.Single(wrong.Errors));
    }

    [Fact]
    public async Task Replay_OfSensors_IsThatRecording()
    {
        var path = Folder.File("ecg.csv");
        File.WriteAllLines(path, PulseModel.Stream(800).Select((value, m) => PulseModel.Line(m, value)).Prepend("time [s],MLII [mV]"));
        ModelFile.Save(ModelPath, PulseModel.Build());
        await AssertHeardAsync($"replay:{path}?speed=1000", path);
    }

    [Fact]
    public async Task Microphone_IsADeviceByItsName()
    {
        using var alsa = new AlsaFolder();
        alsa.Add("door", Tones);
        var wav = Wav("tones.wav", Tones);
        await AssertHeardAsync("microphone:door", wav, "--duration", FormattableString.Invariant($"{(double)Tones.Length / ToneModel.Rate}"), "--realtime", "--encoding", "s16");
    }

    [Fact]
    public async Task FilesThatCannotBeHeard_AreOneLine()
    {
        File.WriteAllText(Folder.File("notes.flac"), "this is no sound");
        foreach (var (name, says) in new[] { ("nosuch.flac", "there is no such file"), (Folder.File("notes.flac"), "notes.flac"), ("replay:nosuch.wav", "there is no such file") })
        {
            var run = await Run("listen", name, "--model", ModelPath);
            Assert.Equal((1, ""), (run.ExitCode, run.Out));
            Assert.Contains(says, Assert.Single(run.Errors));
        }
    }

    async Task AssertHeardAsync(string address, string path, params string[] options)
    {
        string[] common = ["--model", ModelPath, "--format", "csv"], forDetect = options is ["--channel", ..] ? options : [];
        var detect = await Run(["detect", path, .. forDetect, .. common]);
        var listen = await Run(["listen", address, .. options, .. common]);
        Assert.Equal((0, "", 0), (listen.ExitCode, listen.Error, detect.ExitCode));
        Assert.True(detect.Lines.Length > 4, detect.Out);
        Assert.Equal(Detections(detect), Detections(listen));

        static string[] Detections(CliRun run) => [.. run.Lines.Select(line => line[line.IndexOf(',')..])]; // without the source's name
    }
}
