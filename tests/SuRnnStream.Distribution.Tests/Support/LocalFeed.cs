using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(SuRnnStream.Distribution.Tests.Support.LocalFeed))]

namespace SuRnnStream.Distribution.Tests.Support;

/// <summary>The packages, made once for all tests when the first needs one, and apps in folders outside the repository that know of nothing else.</summary>
public sealed class LocalFeed : IDisposable
{
    public const string Version = "0.1.0"; // the build's own, so that nothing is compiled again
    static readonly string[] Packages = ["SuRnnStream", "SuRnnStream.Cluster", "SuRnnStream.Codecs", "SuRnnStream.Evaluation", "SuRnnStream.Hosting", "SuRnnStream.Models", "SuRnnStream.NAudio", "SuRnnStream.Pipeline", "SuRnnStream.Reactive", "SuRnnStream.Sensors", "SuRnnStream.Templates", "SuRnnStream.Wyoming"];

    readonly TemporaryFolder _folder = new();
    readonly Lazy<string> _packed, _hive;

    public LocalFeed() => (_packed, _hive) = (new(PackAll), new(InstallTemplates));

    /// <summary>A folder with the templates alone: no template of the machine's user is touched.</summary>
    string InstallTemplates()
    {
        using (Open("SuRnnStream.Templates")) { }
        var hive = _folder.File("hive");
        var installed = Dotnet(_folder.Path, "new", "install", Path.Combine(_folder.File("feed"), $"SuRnnStream.Templates.{Version}.nupkg"), "--force", "--debug:custom-hive", hive);
        Assert.True(installed.ExitCode == 0, installed.Text);
        return hive;
    }

    string PackAll()
    {
        var projects = string.Join(',', Packages.Select(name => $"\"src/{name}/{name}.csproj\""));
        System.IO.File.WriteAllText(_folder.File("packages.slnf"), $"{{\"solution\":{{\"path\":\"{Repository.File("SuRnnStream.sln")}\",\"projects\":[{projects}]}}}}");
        return Pack(_folder.File("packages.slnf"), "feed").Text;
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Packs a project, or several, as CI does, from what this build has made.</summary>
    /// <param name="project">Its file, or a solution's.</param>
    /// <param name="to">Name of the feed's folder.</param>
    /// <param name="more">Other arguments.</param>
    public (int ExitCode, string Text) Pack(string project, string to, params string[] more)
    {
        using (BuildFolder.Enter()) return Dotnet(_folder.Path, ["pack", project, "-c", "Release", "-o", _folder.File(to), "-nologo", "-v", "q", "-nodeReuse:false", .. more]);
    }

    /// <summary>Packs from nothing, in a folder of its own, so that no path may matter. The build has run the analyzers.</summary>
    public (int ExitCode, string Text) PackAnew(string project, string to) =>
        Dotnet(_folder.Path, "pack", project, "-c", "Release", "-o", _folder.File(to), $"-p:ArtifactsPath={_folder.File(to + "-artifacts")}", "-p:ContinuousIntegrationBuild=true", "-p:RunAnalyzers=false", "-nologo", "-v", "q", "-nodeReuse:false");

    /// <summary>Folder or file of this feed's own.</summary>
    public string File(string name) => _folder.File(name);

    /// <summary>A package of this name. Skips the test where packages cannot be made.</summary>
    /// <param name="name">The package.</param>
    /// <param name="feed">Where it was packed to.</param>
    /// <param name="kind">nupkg, or snupkg for its symbols.</param>
    public ZipArchive Open(string name, string feed = "feed", string kind = "nupkg")
    {
        Assert.SkipWhen(_packed.Value.Contains("NU1101") || _packed.Value.Contains("NU1301"), "What the packages depend on is not here and no package source can be reached.");
        var file = Path.Combine(_folder.File(feed), $"{name}.{Version}.{kind}");
        Assert.True(System.IO.File.Exists(file), _packed.Value);
        return ZipFile.OpenRead(file);
    }

    /// <summary>A new app: the project file and the program that the package's readme shows.</summary>
    /// <param name="name">Name of its folder.</param>
    /// <param name="change">What is different in its project file.</param>
    public string NewApp(string name, Func<string, string>? change = null) => NewApp(name, "SuRnnStream", [("App.csproj", "<Project "), ("Program.cs", "using System;")], change);

    /// <summary>A new app of the blocks in a package's readme.</summary>
    /// <param name="name">Name of its folder.</param>
    /// <param name="package">Whose readme.</param>
    /// <param name="files">Name of a file, and what its block has in it.</param>
    /// <param name="change">What is different in the first of them.</param>
    public string NewApp(string name, string package, (string Name, string Has)[] files, Func<string, string>? change = null)
    {
        using var packed = Open(package);
        using var readme = new StreamReader(packed.GetEntry("README.md")!.Open());
        var blocks = Regex.Matches(readme.ReadToEnd(), "```[a-z]+\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value).ToArray();
        var app = Directory.CreateDirectory(_folder.File(name)).FullName;
        foreach (var (i, (file, has)) in files.Index())
        {
            var block = blocks.First(block => block.Contains(has, StringComparison.Ordinal)).Replace("\"0.1.0\"", $"\"{Version}\"");
            System.IO.File.WriteAllText(Path.Combine(app, file), i == 0 && change is not null ? change(block) : block);
        }
        NameSources(app);
        return app;
    }

    /// <summary>A new app of a template, as `dotnet new NAME -o FOLDER` makes it.</summary>
    /// <param name="template">surnn-console, for example.</param>
    public string NewFromTemplate(string template)
    {
        using (Open("SuRnnStream.Templates")) { } // skips where packages cannot be made
        var (app, hive) = (_folder.File(template), _hive.Value);
        (int ExitCode, string Text) made;
        lock (_hive) made = Dotnet(_folder.Path, "new", template, "-o", app, "--debug:custom-hive", hive, "--no-update-check");
        Assert.True(made.ExitCode == 0, made.Text);
        NameSources(app);
        return app;
    }

    /// <summary>Packages of ours come from the feed alone, whatever the machine's folder of packages has.</summary>
    void NameSources(string app)
    {
        var cache = Directory.CreateDirectory(Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages")).FullName;
        var fallback = Directory.EnumerateDirectories(cache, "surnnstream*").Any() ? "" : $"""<add key="host" value="{cache}" />""";
        System.IO.File.WriteAllText(Path.Combine(app, "NuGet.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{_folder.File("packages")}" /></config>
              <fallbackPackageFolders><clear />{fallback}</fallbackPackageFolders>
              <packageSources><clear /><add key="local" value="{_folder.File("feed")}" /><add key="nuget.org" value="https://api.nuget.org/v3/index.json" /></packageSources>
              <packageSourceMapping>
                <packageSource key="local"><package pattern="SuRnnStream*" /></packageSource>
                <packageSource key="nuget.org"><package pattern="*" /></packageSource>
              </packageSourceMapping>
            </configuration>
            """);
    }

    public static (int ExitCode, string Text) Dotnet(string folder, params string[] arguments) => Execute("dotnet", folder, arguments);

    public static (int ExitCode, string Text) Execute(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, WorkingDirectory = folder };
        start.Environment.Remove("NUGET_PACKAGES"); // it would go before the app's own folder
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1"; // a node that stays would keep the output open
        var (text, ended) = (new StringBuilder(), new TaskCompletionSource());
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null) ended.TrySetResult();
            else lock (text) text.AppendLine(line.Data);
        };
        process.Start();
        process.BeginOutputReadLine();
        if (!process.WaitForExit(TimeSpan.FromMinutes(60)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end in 60 minutes: {text}");
        }
        ended.Task.Wait(TimeSpan.FromSeconds(2)); // not for ever: the compiler's server stays, and may keep the output open
        lock (text) return (process.ExitCode, text.ToString());
    }
}
