using SuRnnStream.Evaluation;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

public sealed class MakeStreamCommandTest : CliTest
{
    void Clips()
    {
        for (var n = 0; n < 4; n++)
        {
            Wav($"clips/low/{n}.wav", [.. ToneModel.Quiet(0.3), .. ToneModel.Tone(ToneModel.Low, 0.2), .. ToneModel.Quiet(0.3)]);
            Wav($"clips/high/{n}.wav", [.. ToneModel.Quiet(0.3), .. ToneModel.Tone(ToneModel.High, 0.2), .. ToneModel.Quiet(0.3)]);
            Wav($"clips/other/{n}.wav", [.. ToneModel.Quiet(0.3), .. ToneModel.Loud(0.2), .. ToneModel.Quiet(0.3)]);
        }
    }

    [Fact]
    public async Task Stream_IsHeardAsItsTableSays()
    {
        Clips();
        var made = Folder.File("stream.wav");
        string[] command = ["make-stream", "--clips", Folder.File("clips"), "--labels", "low,high", "--minutes", "0.5", "--targets", "7", "--others", "3", "--snr", "40", "--level", "-9", "--out", made];
        var run = await Run(command);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
        [
            $"{made}: 0.5 minutes at 16 kHz, clips at -9 dBFS, pink noise 40 dB below, seed 1",
            $"{Folder.File("stream.csv")}: 7 targets: high 3, low 4",
            "not in the table: 3 others: other 3",
        ], run.Lines);

        var events = EventTable.Read(Folder.File("stream.csv"));
        var detected = (await Run("detect", made, "--model", ModelPath, "--format", "json")).Json[..^1];
        Assert.Equal(7, events.Count);
        Assert.Equal(events.Select(one => one.Label), detected.Select(one => one.GetProperty("label").GetString()));
        Assert.All(events.Zip(detected), pair => Assert.InRange(pair.Second.GetProperty("time").GetDouble(), pair.First.Start.TotalSeconds, pair.First.End.TotalSeconds + 1));

        var bytes = File.ReadAllBytes(made);
        await Run(command);
        Assert.Equal(bytes, File.ReadAllBytes(made));
    }

    [Fact]
    public async Task Nothing_IsMisuse()
    {
        var run = await Run("make-stream");
        Assert.Equal((2, "surnn: --clips is missing; see surnn make-stream --help"), (run.ExitCode, run.Error.TrimEnd()));
    }

    [Theory]
    [InlineData(1, "12 targets are wanted", "--targets", "12")]
    [InlineData(1, "there is no such folder", "--background", "/nowhere")]
    [InlineData(1, "do not fit", "--minutes", "0.1")]
    [InlineData(2, "--minutes is above 0 to 600, not NaN", "--minutes", "NaN")]
    [InlineData(2, "ends in .wav", "--out", "stream.mp3")]
    [InlineData(1, "signal-to-noise", "--snr", "201")]
    public async Task Misuse_IsOneLine_AndNothingIsWritten(int exitCode, string message, params string[] options)
    {
        Clips();
        string[] given = options[0] == "--out" ? options : ["--out", Folder.File("stream.wav"), .. options];
        var run = await Run(["make-stream", "--clips", Folder.File("clips"), "--labels", "low,high", .. options[0] == "--targets" ? [] : (string[])["--targets", "4"], .. given]);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Out));
        Assert.Contains(message, Assert.Single(run.Errors));
        Assert.False(File.Exists(Folder.File("stream.wav")));
    }
}
