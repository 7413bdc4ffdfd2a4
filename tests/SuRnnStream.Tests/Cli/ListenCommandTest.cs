using System.Text.Json;
using Spectre.Console;
using SuRnnStream.Cli;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

public sealed class ListenCommandTest : CliTest
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task File_Pipe_AndDetect_GiveTheSameDetections()
    {
        var sound = AsPcm(ToneModel.Tones(5));
        var path = Wav("five.wav", sound);
        var detect = await Run("detect", path, "--model", ModelPath, "--format", "json");
        var file = await Run("listen", path, "--model", ModelPath, "--format", "json");
        var pipe = await RunWith(new PipeStream(Sound.Pcm16(sound)), "listen", "-", "--model", ModelPath, "--format", "json");
        var floats = await RunWith(new PipeStream([.. sound.SelectMany(BitConverter.GetBytes)], 999),
            "listen", "-", "--encoding", "f32", "--model", ModelPath, "--format", "json");
        Assert.Equal(6, detect.Lines.Length);
        Assert.Equal(detect.Lines[..^1], file.Lines[..^1]);
        Assert.Equal(Detections(detect), Detections(pipe));
        Assert.Equal(Detections(detect), Detections(floats));
        Assert.All((CliRun[])[file, pipe, floats], run => Assert.Equal((0, ""), (run.ExitCode, run.Error)));

        var (plain, live) = (detect.Json[^1].GetProperty("summary"), file.Json[^1].GetProperty("summary"));
        Assert.Equal([.. Names(plain), "lost", "gaps", "candidates"], Names(live));
        Assert.Equal(plain.GetProperty("macs").GetInt64(), live.GetProperty("macs").GetInt64());
    }

    [Fact]
    public async Task Device_GivesTheDetectionsOfTheFile_AndRecordsIt()
    {
        using var alsa = new AlsaFolder();
        var sound = AsPcm(ToneModel.Tones(3));
        alsa.Add("door", sound);
        var detect = await Run("detect", Wav("three.wav", sound), "--model", ModelPath, "--format", "json");
        var seconds = FormattableString.Invariant($"{(double)sound.Length / ToneModel.Rate}");
        var device = await Run("listen", "door", "--encoding", "s16", "--realtime", "--duration", seconds, "--record", Folder.File("door.wav"),
            "--model", ModelPath, "--format", "json");
        Assert.Equal((0, ""), (device.ExitCode, device.Error));
        Assert.Equal(4, detect.Lines.Length);
        Assert.Equal(Detections(detect), Detections(device));
        var summary = device.Json[^1].GetProperty("summary");
        Assert.Equal((0, 0), (summary.GetProperty("dropped").GetInt64(), summary.GetProperty("gaps").GetInt64()));
        Assert.Equal(["overruns", "suspensions", "losses", "reopenings"], Names(summary.GetProperty("device")));
        using var recorded = WavFile.Open(Folder.File("door.wav"));
        Assert.Equal(sound, recorded.ReadAll());
    }

    [Fact]
    public async Task ListDevices_PrintsThem()
    {
        using var alsa = new AlsaFolder();
        alsa.Add("door", [0f]);
        Assert.Contains("door  The door", (await Run("listen", "--list-devices")).Lines);
    }

    [Fact]
    public async Task Device_ThatIsMissing_IsOneLineThatSaysWhatToDo()
    {
        using var alsa = new AlsaFolder();
        alsa.Add("door", [0f]);
        foreach (var run in (CliRun[])[await Run("listen", "window", "--model", ModelPath), await Run("listen", "--model", ModelPath)])
        {
            Assert.Equal((1, ""), (run.ExitCode, run.Out));
            Assert.Matches("^surnn: (window|default): cannot be opened for recording: .*; plug a microphone in or name another", Assert.Single(run.Errors));
        }
    }

    [Fact]
    public async Task Device_Interrupted_EndsWithASummaryAndNoError()
    {
        using var alsa = new AlsaFolder();
        alsa.Add("door", ToneModel.Tones(1));
        using var stop = new CancellationTokenSource();
        using var printed = new ManualResetEventSlim();
        var output = new SignallingWriter(printed);
        var run = Surnn.RunAsync(["listen", "door", "--encoding", "s16", "--realtime", "--model", ModelPath, "--format", "json"],
            new Terminal(output, TextWriter.Null, () => Stream.Null), stop.Token);
        printed.Wait(Cancellation);
        stop.Cancel();
        Assert.Equal(0, await run.WaitAsync(TimeSpan.FromMinutes(5), Cancellation));
        Assert.StartsWith("{\"summary\":", output.ToString().Split(Environment.NewLine)[^2]);
    }

    [Fact]
    public async Task Table_OnNoTerminal_IsALineADetection()
    {
        var run = await Run("listen", Wav("two.wav", ToneModel.Tones(2)), "--model", ModelPath);
        Assert.Matches(@"^ +0\.\d{3}  low +[01]\.\d\d ", run.Lines[2]);
        Assert.Matches(@"^ +0\.\d{3}  high +[01]\.\d\d ", run.Lines[3]);
        Assert.StartsWith("2 detections in 1.3 s", run.Lines[4]);
    }

    [Fact]
    public async Task OnATerminal_ThePictureHasWordsAndCost_AndTheSummaryComesLast()
    {
        var (console, screen) = Screen();
        var output = new StringWriter();
        var path = Wav("two.wav", ToneModel.Tones(2));
        var code = await Surnn.RunAsync(["listen", path, "--realtime", "--model", ModelPath], new Terminal(output, TextWriter.Null, () => Stream.Null, console), Cancellation);
        Assert.Equal(0, code);
        var picture = screen.ToString();
        Assert.All((string[])["surnn listen", "level", "7.0 kHz", "100 Hz", "open", "low", "high", "cost", "sound", "0 samples dropped, 0 lost, 0 gaps"],
            part => Assert.Contains(part, picture));
        Assert.Contains("2 detections in 1.3 s", output.ToString());
    }

    [Fact]
    public async Task OnATerminal_ThePictureOfSensorsHasTheirChannels()
    {
        var (console, screen) = Screen();
        var output = new StringWriter();
        string[] args = ["listen", Repository.File("samples", "sensors", "gesture.csv"), "--duration", "6", "--model", Repository.File("models", "gesture.surnn")];
        Assert.Equal(0, await Surnn.RunAsync(args, new Terminal(output, TextWriter.Null, () => Stream.Null, console), Cancellation));
        var picture = screen.ToString();
        Assert.All((string[])["100 Hz", "acc x", "gyro z", "open", "wingardium", "flippendo", "data", "0 samples dropped, 0 lost, 0 gaps"], part => Assert.Contains(part, picture));
        Assert.DoesNotContain("kHz", picture);
        Assert.Contains("1 detection in 6.0 s", output.ToString());
    }

    [Fact]
    public async Task Duration_EndsTheStream()
    {
        var path = Wav("ten.wav", ToneModel.Tones(10));
        var run = await Run("listen", path, "--duration", "1.3", "--model", ModelPath, "--format", "json");
        Assert.Equal(3, run.Lines.Length);
        Assert.Equal(1.3, run.Json[^1].GetProperty("summary").GetProperty("seconds").GetDouble());
    }

    [Fact]
    public async Task AFileThatWasCutShort_IsHeardToItsEnd_AndIsAnErrorAsInDetect()
    {
        var path = Wav("cut.wav", ToneModel.Tones(3));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^2_000]);
        var detect = await Run("detect", path, "--model", ModelPath, "--format", "csv");
        var listen = await Run("listen", path, "--model", ModelPath, "--format", "csv");
        Assert.Equal((1, 4, $"surnn: {path}: a part could not be decoded: the file ends before its sound does"), (listen.ExitCode, listen.Lines.Length, Assert.Single(listen.Errors)));
        Assert.Equal((detect.Out, detect.Error), (listen.Out, listen.Error));
    }

    [Fact]
    public async Task Channel_ChoosesOne()
    {
        var sound = ToneModel.Tones(2);
        float[] stereo = [.. sound.SelectMany(sample => (float[])[0, sample])];
        string[] shape = ["listen", "-", "--channels", "2", "--model", ModelPath, "--format", "csv", "--channel"];
        Assert.Equal(3, (await RunWith(new PipeStream(Sound.Pcm16(stereo)), [.. shape, "1"])).Lines.Length);
        Assert.Single((await RunWith(new PipeStream(Sound.Pcm16(stereo)), [.. shape, "0"])).Lines);
    }

    [Theory]
    [InlineData(2, "one source", "listen", "a.wav", "b.wav")]
    [InlineData(1, "there is no such file", "listen", "a.wav")]
    [InlineData(2, "s16, s32 or f32", "listen", "-", "--encoding", "u8")]
    [InlineData(2, "--duration", "listen", "-", "--duration", "-1")]
    [InlineData(2, "--channels is for raw audio", "listen", "a.wav", "--channels", "2")]
    [InlineData(2, "--rate and --encoding are for", "listen", "EXISTS", "--rate", "8000")]
    [InlineData(1, "there is no channel 1 in it", "listen", "EXISTS", "--channel", "1")]
    [InlineData(1, "only 0 to 0", "listen", "-", "--channel", "1")]
    [InlineData(1, "is there already", "listen", "-", "--record", "EXISTS")]
    [InlineData(2, "(0, 1)", "listen", "-", "--threshold", "1.5")]
    public async Task WhatCannotBe_IsOneLine(int exitCode, string message, params string[] args)
    {
        var exists = Wav("here.wav", ToneModel.Tones(1));
        var run = await Run([.. args.Select(arg => arg == "EXISTS" ? exists : arg), "--model", ModelPath]);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Out));
        Assert.Contains(message, Assert.Single(run.Errors));
    }

    /// <summary>A terminal with colours, and what is written on it.</summary>
    static (IAnsiConsole Console, StringWriter Written) Screen()
    {
        var screen = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.EightBit,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(screen),
        });
        (console.Profile.Width, console.Profile.Height) = (120, 40);
        return (console, screen);
    }

    static string[] Detections(CliRun run) =>
        [.. run.Lines[..^1].Select(line => line[line.IndexOf("\"label\"", StringComparison.Ordinal)..])];

    static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(member => member.Name);
}
