using System.Runtime.InteropServices;
using SuRnnStream.Distribution.Tests.Support;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Distribution.Tests;

/// <summary>Apps as the templates and the readme of Pipeline make them, run by dotnet run outside the repository.</summary>
public sealed class TemplatesTest(LocalFeed feed)
{
    static readonly string[] Words = ShippedSample.Detected;
    static readonly string Recording = ShippedSample.Recording;

    /// <summary>The three files of Hosting's readme, with a recording in place of the microphone.</summary>
    [Fact]
    public void HostingReadmesApp_RunByDotnetRun_TellsDelegateSinkAndObservable()
    {
        var app = feed.NewApp("web", package: "SuRnnStream.Hosting", files: [("App.csproj", "<Project "), ("appsettings.json", "{\n  \"SuRnnStream\""), ("Program.cs", "WebApplication.CreateBuilder")]);
        var run = LocalFeed.Dotnet(app, "run", "-v", "q", "--", "--Urls=http://127.0.0.1:0", $"--SuRnnStream:Sources:hall:Address={Recording}", "--SuRnnStream:StopWhenDone=true", "--Logging:LogLevel:Default=Warning");
        var lines = run.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(run.ExitCode == 0 && !run.Text.Contains("warning"), run.Text);
        Assert.Equal(Words, lines.Where(line => line.StartsWith("door: ", StringComparison.Ordinal)).Select(line => line[6..]));
        Assert.Equal(Words, lines.Where(line => line.StartsWith("the door opens: ", StringComparison.Ordinal)).Select(line => line[16..]));
        Assert.Single(lines, line => line.StartsWith("hall at 00:00:50", StringComparison.Ordinal) && line.EndsWith(": stop", StringComparison.Ordinal));
        Assert.Equal(2 * Words.Length + 1, lines.Length);
    }

    [Fact]
    public void ConsoleTemplate_RunByDotnetRun_DetectsTheSamplesWords()
    {
        var app = feed.NewFromTemplate("surnn-console");
        var run = LocalFeed.Dotnet(app, "run", "-v", "q", "--", Recording);
        Assert.Equal((0, string.Join(' ', Words)), (run.ExitCode, string.Join(' ', run.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim().Split("  ")[1]))));
        Assert.DoesNotContain("warning", run.Text);
    }

    /// <summary>By dotnet run the content root is the project's folder, and the model is in the output folder alone.</summary>
    [Fact]
    public void WorkerTemplate_RunByDotnetRun_AndPublishedTrimmedAsASingleFile_DetectsTheSamplesWords()
    {
        var app = feed.NewFromTemplate("surnn-worker");
        string[] settings = [$"--SuRnnStream:Sources:hall:Address={Recording}", "--SuRnnStream:StopWhenDone=true", "--Logging:LogLevel:Default=Warning"];
        Assert.Equal(Told(Words), Lines(LocalFeed.Dotnet(app, ["run", "-v", "q", "--", .. settings])));
        var misspelt = LocalFeed.Dotnet(app, ["run", "-v", "q", "--no-build", "--", .. settings, "--SuRnnStream:Detectors:door:Model=comands"]);
        Assert.NotEqual(0, misspelt.ExitCode);
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The single file is tried on Linux.");
        var published = LocalFeed.Dotnet(app, "publish", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-p:PublishSingleFile=true", "-p:PublishTrimmed=true", "--self-contained", "-o", "out", "-nologo", "-v", "q", "-nodeReuse:false");
        Assert.SkipWhen(published.Text.Contains("NU1101") || published.Text.Contains("NU1301"), "The runtime's package is not here and no package source can be reached.");
        Assert.True(published.ExitCode == 0 && !published.Text.Contains("warning"), published.Text);
        Assert.Equal(Told(Words), Lines(LocalFeed.Execute(Path.Combine(app, "out", "surnn-worker"), Path.Combine(app, "out"), settings)));

        static string Told(IEnumerable<string> words) => string.Join(' ', words.Select(word => $"door: {word}"));
        static string Lines((int ExitCode, string Text) run) => run.ExitCode != 0 ? $"exit code {run.ExitCode}: {run.Text}" : string.Join(' ', run.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(" (")[0]));
    }

    [Fact]
    public void WebTemplate_Builds()
    {
        var app = feed.NewFromTemplate("surnn-web");
        var built = LocalFeed.Dotnet(app, "build", "-o", "out", "-nologo", "-v", "q", "-nodeReuse:false");
        Assert.True(built.ExitCode == 0 && !built.Text.Contains("warning"), built.Text);
        Assert.Equal(["commands.surnn"], Directory.GetFiles(Path.Combine(app, "out", "models")).Select(Path.GetFileName));
    }
}
