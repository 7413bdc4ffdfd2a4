using System.Text.RegularExpressions;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>Options may come before or after the paths, so the program has to know which of them take a value.</summary>
public sealed class OptionsTest : CliTest
{
    [Theory]
    [InlineData("detect"), InlineData("listen"), InlineData("classify"), InlineData("inspect"), InlineData("quantize")]
    [InlineData("evaluate"), InlineData("bench"), InlineData("make-stream"), InlineData("devices"), InlineData("wyoming")]
    public async Task EveryOptionOfTheHelpThatTakesAValue_IsKnownToTakeOne(string command)
    {
        var help = (await Run(command, "--help")).Out;
        string[] options = [.. Regex.Matches(help, @"^  (?:(-\w), )?(--[\w-]+) <", RegexOptions.Multiline).SelectMany(one => (string[])[one.Groups[1].Value, one.Groups[2].Value]).Where(name => name != "")];
        Assert.NotEmpty(options);
        foreach (var option in options)
        {
            var run = await Run(command, "some.wav", option);
            Assert.Equal((1, $"surnn: {option} needs a value; see surnn {command} --help"), (run.ExitCode, Assert.Single(run.Errors)));
        }
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
