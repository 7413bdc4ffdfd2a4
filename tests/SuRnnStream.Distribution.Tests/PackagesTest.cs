using System.Globalization;
using System.Runtime.InteropServices;
using SuRnnStream.Distribution.Tests.Support;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Distribution.Tests;

/// <summary>What a stranger gets who has the packages and not the repository.</summary>
public sealed class PackagesTest(LocalFeed feed)
{
    static readonly string[] Words = ["yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"];
    static readonly string Recording = Repository.File("samples", "audio", "commands.wav");

    [Theory, InlineData("SuRnnStream"), InlineData("SuRnnStream.Pipeline"), InlineData("SuRnnStream.Reactive"), InlineData("SuRnnStream.Sensors"), InlineData("SuRnnStream.Wyoming"), InlineData("SuRnnStream.Cluster")]
    public void Package_Contents_AreAssemblyDocumentationReadmeAndIcon(string name)
    {
        using var package = feed.Open(name);
        var entries = package.Entries.Select(entry => entry.FullName).ToArray();
        Assert.Superset(new HashSet<string> { $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml", "README.md", "icon.png" }, entries.ToHashSet());
        using var nuspec = new StreamReader(package.GetEntry(name + ".nuspec")!.Open());
        Assert.Contains("<license type=\"expression\">MIT</license>", nuspec.ReadToEnd());
        using var symbols = feed.Open(name, kind: "snupkg");
        Assert.Contains(symbols.Entries, entry => entry.FullName == $"lib/net10.0/{name}.pdb");
    }

    [Fact]
    public void Pack_Twice_GivesTheSameAssembly()
    {
        byte[] Assembly(string from)
        {
            using var package = feed.Open("SuRnnStream", from);
            using var bytes = new MemoryStream();
            using var entry = package.GetEntry("lib/net10.0/SuRnnStream.dll")!.Open();
            entry.CopyTo(bytes);
            return bytes.ToArray();
        }
        var first = Assembly("feed");
        var again = feed.Pack(Repository.File("src", "SuRnnStream"), "again", "again-artifacts");
        Assert.True(again.ExitCode == 0, again.Text);
        Assert.Equal(first, Assembly("again"));
    }

    [Fact]
    public void ReadmesApp_BuiltFromPackages_DetectsTheSamplesWords()
    {
        var app = feed.NewApp("readme");
        var built = LocalFeed.Dotnet(app, "build", "-c", "Release", "-o", "out", "-nologo", "-v", "q", "-nodeReuse:false");
        Assert.True(built.ExitCode == 0 && !built.Text.Contains("warning"), built.Text);
        Assert.Equal(["commands.surnn"], Directory.GetFiles(Path.Combine(app, "out", "models")).Select(Path.GetFileName));
        Assert.Equal(Expected(), LocalFeed.Dotnet("/", Path.Combine(app, "out", "App.dll"), Recording).Text); // wherever it is started from
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
        var app = WithOwnModel("single", project => project);
        var published = LocalFeed.Dotnet(app, "publish", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-p:PublishSingleFile=true", "--self-contained", "false", "-o", "out", "-nologo", "-v", "q", "-nodeReuse:false");
        Assert.SkipWhen(published.Text.Contains("NU1101") || published.Text.Contains("NU1301"), "The host's package is not here and no package source can be reached.");
        AssertRuns(app, published);
    }

    [Fact]
    public void AllOfThePackages_InANativeApp_HaveNoTrimOrAotWarning()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64, "The native program is tried on x64 Linux.");
        Assert.SkipUnless((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "clang"))), "There is no clang to link a native program with: apt-get install clang zlib1g-dev.");
        var app = WithOwnModel("native", project => project.Replace("  </ItemGroup>", $"""
                <PackageReference Include="SuRnnStream.Sensors" Version="{LocalFeed.Version}" />
                <TrimmerRootAssembly Include="SuRnnStream;SuRnnStream.Pipeline;SuRnnStream.Sensors" />
              </ItemGroup>
            """));
        var published = LocalFeed.Dotnet(app, "publish", "-c", "Release", "-r", "linux-x64", "-p:PublishAot=true", "-p:TrimmerSingleWarn=false", "-o", "out", "-nologo", "-nodeReuse:false");
        Assert.SkipWhen(published.Text.Contains("NU1101") || published.Text.Contains("NU1301"), "The native compiler's package is not here and no package source can be reached.");
        AssertRuns(app, published);
    }

    string WithOwnModel(string name, Func<string, string> change)
    {
        var app = feed.NewApp(name, project => change(project.Replace(">commands<", ">commands;my/word.surnn<")));
        File.Copy(Repository.File("models", "heartbeat.surnn"), Path.Combine(Directory.CreateDirectory(Path.Combine(app, "my")).FullName, "word.surnn"));
        return app;
    }

    static void AssertRuns(string app, (int ExitCode, string Text) published)
    {
        Assert.True(published.ExitCode == 0 && !published.Text.Contains("warning"), published.Text);
        Assert.Equal(["commands.surnn", "word.surnn"], Directory.GetFiles(Path.Combine(app, "out", "models")).Select(Path.GetFileName).Order());
        Assert.Equal(Expected(), LocalFeed.Execute(Path.Combine(app, "out", "App"), "/", Recording).Text);
    }

    /// <summary>What the repository's own code hears in the sample: ten words, a line each.</summary>
    static string Expected()
    {
        using var wav = WavFile.Open(Recording);
        var lines = new List<string>();
        var detector = new StreamingDetector(ModelFile.Load(Repository.File("models", "commands.surnn")));
        var (source, samples) = (Resampler.To(wav, 16_000), new float[1024]);
        for (int n; (n = source.Read(samples)) > 0;)
            detector.Process(samples.AsSpan(0, n), d => lines.Add(string.Create(CultureInfo.InvariantCulture, $"{d.Time.TotalSeconds:F2} {d.Label} {d.Score:F2}")));
        Assert.Equal(10, lines.Count);
        return string.Concat(lines.Select(line => line + Environment.NewLine));
    }
}
