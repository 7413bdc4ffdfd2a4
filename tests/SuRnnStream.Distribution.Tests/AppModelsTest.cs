using System.Runtime.InteropServices;
using SuRnnStream.Distribution.Tests.Support;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Distribution.Tests;

/// <summary>Models that an app names in its project file.</summary>
public sealed class AppModelsTest(LocalFeed feed)
{
    [Theory]
    [InlineData("comands", "SURNN001", "'comands'", "commands,", "wake-words")]
    [InlineData("my/word.surnn", "SURNN002", "my/word.surnn", "relative to the project")]
    [InlineData("commands;commands;own/commands.surnn", "SURNN003", "own/commands.surnn", "rename one")]
    public void SuRnnModels_ThatCannotBeCopied_StopTheBuildAndSayWhy(string models, params string[] said)
    {
        var app = feed.NewApp(said[0], project => project.Replace(">commands<", $">{models}<"));
        Directory.CreateDirectory(Path.Combine(app, "own"));
        File.Copy(Repository.File("models", "heartbeat.surnn"), Path.Combine(app, "own", "commands.surnn"));
        var restored = LocalFeed.Dotnet(app, "restore", "-v", "q", "-nodeReuse:false");
        Assert.True(restored.ExitCode == 0, restored.Text);
        var (exitCode, text) = LocalFeed.Dotnet(app, "msbuild", "-t:AddSuRnnModels", "-nologo", "-v:q", "-nodeReuse:false");
        Assert.Equal(1, exitCode);
        Assert.All(said, part => Assert.Contains(part, text));
    }

    [Fact]
    public void ModelsOfAnApp_PublishedAsASingleFile_LieBesideIt()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The single file is tried on Linux.");
        var app = PackagedApp.WithOwnModel(feed, "single", project => project);
        var published = LocalFeed.Dotnet(app, "publish", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-p:PublishSingleFile=true", "--self-contained", "false", "-o", "out", "-nologo", "-v", "q", "-nodeReuse:false");
        Assert.SkipWhen(published.Text.Contains("NU1101") || published.Text.Contains("NU1301"), "The host's package is not here and no package source can be reached.");
        PackagedApp.AssertRuns(app, published);
    }
}
