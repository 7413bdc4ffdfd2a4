using System.Text;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>Near misses from listening to their review: keys, players, breaking off, going on.</summary>
public sealed class ReviewCommandTest : CliTest
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    string Near => Folder.File("near");

    async Task<CliRun> Listen(int tones, params string[] more) =>
        await Run(["listen", Wav("tones.wav", ToneModel.Tones(tones)), "-m", ModelPath, "-t", "0.999", "--keep-near-misses", "0.6", "--near-misses", Near, .. more]);

    static Task<CliRun> Review(string keys, params string[] args) => RunWith(new MemoryStream(Encoding.ASCII.GetBytes(keys)), ["review", .. args]);

    string[] Files(string below) => Directory.Exists(Path.Combine(Near, below)) ? [.. Directory.GetFiles(Path.Combine(Near, below), "*.wav", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Near, file))] : [];

    [Fact]
    public async Task Listen_SaysWhyItDidNotFire_AndKeepsNearMisses()
    {
        var run = await Listen(4);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(run.Lines, line => line.StartsWith("low: 0 of 2 candidates detected, 2 below threshold; the last: 1.00 of 1.00 at ", StringComparison.Ordinal));
        Assert.Equal(4, Directory.GetFiles(Near, "*.wav").Length);
        Assert.Contains("voices of whoever speaks here", run.Errors[0]);
        Assert.Contains($"4 near misses kept; go on with: surnn review {Near}", run.Errors[^1]);
        var json = (await Run("listen", Folder.File("tones.wav"), "-m", ModelPath, "-t", "0.999", "-f", "json")).Json[^1].GetProperty("summary").GetProperty("candidates");
        Assert.Equal(2, json.GetProperty("high").GetProperty("below threshold").GetInt32());
        Assert.Equal("below threshold", json.GetProperty("high").GetProperty("last").GetProperty("outcome").GetString());
        Assert.False(Directory.Exists("near-misses")); // unless asked for, nothing is kept
    }

    [Fact]
    public async Task Listen_WithALimit_KeepsTheNewest() =>
        Assert.Contains("4 near misses kept, 2 older ones went", (await Listen(4, "--near-miss-limit", "2")).Errors[^1]);

    [Theory]
    [InlineData("below the threshold in force, which is 0.5, not 0.6", "--keep-near-misses", "0.6")]
    [InlineData("below the threshold in force", "--keep-near-misses", "0")]
    [InlineData("need --keep-near-misses", "--near-misses", "x")]
    [InlineData("need --keep-near-misses", "--near-miss-limit", "5")]
    [InlineData("--near-miss-limit is a number", "--keep-near-misses", "0.4", "--near-miss-limit", "0")]
    public async Task Listen_WithWrongOptions_SaysWhichOne(string error, params string[] options)
    {
        var run = await Run(["listen", Wav("one.wav", ToneModel.Tones(1)), "-m", ModelPath, .. options]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(error, run.Error);
    }

    [Fact]
    public async Task Keys_Judge_AndABrokenOffReview_GoesOn()
    {
        await Listen(4);
        var first = await Review("w\nx n", Near, "--silent");
        Assert.Equal(0, first.ExitCode);
        Assert.Contains("'x' is no key here: w word, n no word, u unsure, p play again, b back, q quit", first.Lines);
        Assert.Contains("1 word, 1 no word, 0 unsure, 2 to go", first.Lines);
        Assert.Contains($"go on with: surnn review {Near}", first.Lines);
        var second = await Review("uW", Near, "--silent");
        Assert.Contains("2 word, 1 no word, 1 unsure, 0 to go", second.Lines);
        Assert.All(Files("word"), file => Assert.Matches(@"^word.(low|high).[^/\\]+\.wav$", file));
        Assert.Equal((2, 1, 1, 0), (Files("word").Length, Files("no-word").Length, Files("unsure").Length, Directory.GetFiles(Near).Length));
        foreach (var wav in Directory.GetFiles(Near, "*.wav", SearchOption.AllDirectories)) Assert.True(File.Exists(Path.ChangeExtension(wav, ".json")));
        Assert.Equal(["2 word, 1 no word, 1 unsure, 0 to go", $"train on them with: surnn-train word WORD --reviewed {Near} and the options of the training before"], (await Review("", Near, "--silent")).Lines);
    }

    [Fact]
    public async Task Back_TakesTheLastVerdictBack_AndQuitLeavesTheRest()
    {
        await Listen(3);
        var run = await Review("bnbwnq", Near, "--silent");
        Assert.Contains("there is nothing to go back to", run.Lines);
        Assert.Contains("1 word, 1 no word, 0 unsure, 1 to go", run.Lines);
    }

    [Fact]
    public async Task APlayer_GetsEachFile_AndAgain()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the player is a shell script");
        await Listen(2);
        var player = Folder.File("player");
        await File.WriteAllTextAsync(player, $"#!/bin/sh\necho \"$1\" >> {Folder.File("played")}\n", Cancellation);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(player, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var waiting = Directory.GetFiles(Near, "*.wav").Order(StringComparer.Ordinal).ToArray();
        await Review("pwn", Near, "--player", player);
        Assert.Equal([waiting[0], waiting[0], waiting[1]], await File.ReadAllLinesAsync(Folder.File("played"), Cancellation));
        await Listen(1);
        var run = await Review("q", Near, "--player", "/no/such/player");
        Assert.Contains(run.Lines, line => line.Trim().StartsWith(Near, StringComparison.Ordinal)); // its path instead
    }

    [Fact]
    public async Task AFolderThatIsNone_OrALabelThatIsNoName_IsSaid()
    {
        var none = await Review("w", Folder.File("nowhere"), "--silent");
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("There is no folder", none.Error);
        await Listen(1);
        var note = Directory.GetFiles(Near, "*.json")[0];
        await File.WriteAllTextAsync(note, (await File.ReadAllTextAsync(note, Cancellation)).Replace("\"label\": \"low\"", "\"label\": \"../../low\"", StringComparison.Ordinal).Replace("\"label\": \"high\"", "\"label\": \"../../high\"", StringComparison.Ordinal), Cancellation);
        var strange = await Review("w", Near, "--silent");
        Assert.Equal(1, strange.ExitCode);
        Assert.Contains("cannot be the name of a folder", strange.Error);
        Assert.False(Directory.Exists(Folder.File("low")));
    }
}
