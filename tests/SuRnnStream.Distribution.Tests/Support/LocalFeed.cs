using System.Diagnostics;
using System.IO.Compression;
using System.Text.RegularExpressions;
using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Distribution.Tests.Support;

/// <summary>The packages, made once, and apps in folders outside the repository that know of nothing else.</summary>
public sealed class LocalFeed : IDisposable
{
    public const string Version = "0.1.0-test"; // one that no other package folder holds
    static readonly string[] Packages = ["SuRnnStream", "SuRnnStream.Cluster", "SuRnnStream.Models", "SuRnnStream.Pipeline", "SuRnnStream.Reactive", "SuRnnStream.Sensors", "SuRnnStream.Wyoming"];

    readonly TemporaryFolder _folder = new();
    readonly string _packed;

    public LocalFeed()
    {
        var projects = string.Join(',', Packages.Select(name => $"\"src/{name}/{name}.csproj\""));
        File.WriteAllText(_folder.File("packages.slnf"), $"{{\"solution\":{{\"path\":\"{Repository.File("SuRnnStream.sln")}\",\"projects\":[{projects}]}}}}");
        _packed = Pack(_folder.File("packages.slnf"), "feed").Text;
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Packs a project, or several, as CI does.</summary>
    public (int ExitCode, string Text) Pack(string project, string to) => Dotnet(_folder.Path, "pack", project, "-c", "Release", "-o", _folder.File(to),
        $"-p:ArtifactsPath={_folder.File(to + "-artifacts")}", $"-p:Version={Version}", "-p:ContinuousIntegrationBuild=true", "-nologo", "-v", "q", "-nodeReuse:false");

    /// <summary>A package of this name. Skips the test where packages cannot be made.</summary>
    /// <param name="name">The package.</param>
    /// <param name="feed">Where it was packed to.</param>
    /// <param name="kind">nupkg, or snupkg for its symbols.</param>
    public ZipArchive Open(string name, string feed = "feed", string kind = "nupkg")
    {
        Assert.SkipWhen(_packed.Contains("NU1101") || _packed.Contains("NU1301"), "What the packages depend on is not here and no package source can be reached.");
        var file = Path.Combine(_folder.File(feed), $"{name}.{Version}.{kind}");
        Assert.True(File.Exists(file), _packed);
        return ZipFile.OpenRead(file);
    }

    /// <summary>A new app: the project file and the program that the package's readme shows.</summary>
    /// <param name="name">Name of its folder.</param>
    /// <param name="change">What is different in its project file.</param>
    public string NewApp(string name, Func<string, string>? change = null)
    {
        using var package = Open("SuRnnStream");
        using var readme = new StreamReader(package.GetEntry("README.md")!.Open());
        var blocks = Regex.Matches(readme.ReadToEnd(), "```[a-z]+\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value).ToArray();
        var app = Directory.CreateDirectory(_folder.File(name)).FullName;
        var project = blocks[0].Replace("\"0.1.0\"", $"\"{Version}\"");
        File.WriteAllText(Path.Combine(app, "App.csproj"), change?.Invoke(project) ?? project);
        File.WriteAllText(Path.Combine(app, "Program.cs"), blocks[1]);
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        File.WriteAllText(Path.Combine(app, "NuGet.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{_folder.File("packages")}" /></config>
              <fallbackPackageFolders><clear /><add key="host" value="{Directory.CreateDirectory(cache).FullName}" /></fallbackPackageFolders>
              <packageSources><clear /><add key="local" value="{_folder.File("feed")}" /><add key="nuget.org" value="https://api.nuget.org/v3/index.json" /></packageSources>
              <packageSourceMapping>
                <packageSource key="local"><package pattern="SuRnnStream*" /></packageSource>
                <packageSource key="nuget.org"><package pattern="*" /></packageSource>
              </packageSourceMapping>
            </configuration>
            """);
        return app;
    }

    public static (int ExitCode, string Text) Dotnet(string folder, params string[] arguments) => Execute("dotnet", folder, arguments);

    public static (int ExitCode, string Text) Execute(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, WorkingDirectory = folder };
        start.Environment.Remove("NUGET_PACKAGES"); // it would go before the app's own folder
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text);
    }
}
