using System.Text.RegularExpressions;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>Options may come before or after the paths, so the program has to know which of them take a value.</summary>
public sealed class OptionsTest : CliTest
{
    [Theory]
    [InlineData("detect"), InlineData("listen"), InlineData("classify"), InlineData("inspect"), InlineData("quantize"), InlineData("bench"), InlineData("make-stream"), InlineData("devices")]
    [InlineData("evaluate"), InlineData("review"), InlineData("enroll"), InlineData("record"), InlineData("label"), InlineData("wyoming")]
    public async Task EveryOptionOfTheHelpThatTakesAValue_SaysSoWithoutOne(string command)
    {
        var help = await Run(command, "--help");
        Assert.Equal((0, ""), (help.ExitCode, help.Error));
        string[] options = [.. Regex.Matches(help.Out, @"^  ((?:-\w, )?(?:--[\w-]+(?:, )?)+) <", RegexOptions.Multiline).SelectMany(one => one.Groups[1].Value.Split(", "))];
        Assert.NotEmpty(options);
        foreach (var option in options)
        {
            var run = await Run(command, option);
            Assert.Equal((2, $"surnn: {option} needs a value; see surnn {command} --help"), (run.ExitCode, Assert.Single(run.Errors)));
        }
    }

    [Fact]
    public async Task APathThatLooksLikeAnOption_IsRefused_UnlessAfterTwoDashes()
    {
        Wav("-talk.wav", ToneModel.Tones(2));
        var path = Path.GetRelativePath(Directory.GetCurrentDirectory(), Folder.File("-talk.wav"));
        Assert.Contains("has no option -talk.wav", (await Run("detect", "-talk.wav", "-m", ModelPath)).Error);
        Assert.Contains("-talk.wav: there is no such file", (await Run("detect", "-m", ModelPath, "--", "-talk.wav")).Error);
        Assert.Equal(0, (await Run("detect", "-m", ModelPath, "--", path)).ExitCode);
    }

    [Fact]
    public async Task AnEqualsSign_IsAsGoodAsABlank()
    {
        var path = Wav("two.wav", ToneModel.Tones(2));
        var run = await Run("detect", path, $"--model={ModelPath}", "--format=csv", "-t=0.5");
        Assert.Equal((0, 3), (run.ExitCode, run.Lines.Length));
    }

    [Fact]
    public async Task Completion_NamesCommandsAndOptions()
    {
        Assert.Equal(["detect", "devices"], (await Run("[suggest:8]", "surnn de")).Lines);
        Assert.Contains("--threshold", (await Run("[suggest:18]", "surnn detect --thr")).Lines);
    }

    [Fact]
    public async Task NoCommand_ShowsTheHelp()
    {
        var run = await Run();
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("detect <paths>", run.Out);
    }

    [Theory, InlineData("scores"), InlineData("talk"), InlineData("bursts")]
    public async Task Rule_MayComeAfterThePath(string rule)
    {
        var path = Wav("two.wav", ToneModel.Tones(2));
        var before = await Run("detect", "--rule", rule, path, "--model", ModelPath, "--format", "csv");
        var after = await Run("detect", path, "--model", ModelPath, "--format", "csv", "--rule", rule);
        Assert.Equal((before.ExitCode, before.Out, before.Error), (after.ExitCode, after.Out, after.Error));
        if (rule == "scores") Assert.Equal((0, 3), (after.ExitCode, after.Lines.Length));
    }

    [Theory]
    [InlineData("detect", "some.wav", "--model"), InlineData("evaluate", "--negatives", "some.wav", "--model"), InlineData("bench", "--model")]
    [InlineData("inspect"), InlineData("quantize", "--out", "small.surnn")]
    public async Task AModelThatIsNotThere_OrIsAFolder_IsNamed(params string[] args)
    {
        string missing = Folder.File("missing.surnn"), folder = Path.GetDirectoryName(missing)!;
        foreach (var (path, message) in new[] { (missing, "there is no such file"), (folder, "this is a folder; name a file in it") })
        {
            var run = await Run([.. args, path]);
            Assert.Equal((1, $"surnn: {path}: {message}"), (run.ExitCode, Assert.Single(run.Errors)));
        }
    }

    [Theory, InlineData("-V"), InlineData("--version")]
    public async Task Version_IsOneLine(string option)
    {
        var run = await Run(option);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches(@"^\d+\.\d+\.\d+", Assert.Single(run.Lines));
    }
}
