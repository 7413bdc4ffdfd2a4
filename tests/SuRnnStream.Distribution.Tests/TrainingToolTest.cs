using System.Globalization;
using System.Runtime.InteropServices;
using SuRnnStream.Distribution.Tests.Support;
using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Distribution.Tests;

/// <summary>surnn-train, installed from its package and used outside the repository.</summary>
public sealed class TrainingToolTest(LocalFeed feed)
{
    const string Platform = "linux-x64";

    [Fact]
    public void Tool_Installed_TrainsAWordWithItsOwnStartModel_AndNamesSetupWithoutLibtorch()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64, "The tool is tried on x64 Linux.");
        var packages = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Assert.SkipUnless(Directory.Exists(Path.Combine(packages, $"libtorch-cpu-{Platform}")), "NuGet's folder of packages has no libtorch, which 'surnn-train setup' would fetch.");
        using (feed.Open("SuRnnStream")) { } // skips without a package source
        var packed = feed.Pack(Repository.File("src", "SuRnnStream.Training"), "tools", "-p:Tool=true", $"-p:ToolPlatforms={Platform}", "-p:RunAnalyzers=false");
        Assert.True(packed.ExitCode == 0, packed.Text);
        var package = new FileInfo(Path.Combine(feed.File("tools"), $"surnn-train.{Platform}.{LocalFeed.Version}.nupkg"));
        Assert.InRange(package.Length, 1_000_000, 25_000_000);

        using var folder = new TemporaryFolder();
        var (bin, model) = (folder.File("bin"), folder.File("up.surnn"));
        var installed = LocalFeed.Dotnet(folder.Path, "tool", "install", "surnn-train", "--tool-path", bin, "--version", LocalFeed.Version, "--source", feed.File("tools"));
        Assert.True(installed.ExitCode == 0, installed.Text);
        Record(folder.File("recordings"), "up", "left");
        string[] word = ["word", "up", "--recordings", folder.File("recordings"), "--voices", "0", "--epochs", "1", "--segments", "64", "--out", model];

        var without = LocalFeed.Execute("/usr/bin/env", folder.Path, [$"NUGET_PACKAGES={folder.File("none")}", "/bin/sh", "-c", "\"$0\" \"$@\" 2>&1", Path.Combine(bin, "surnn-train"), .. word[..^1], folder.File("none.surnn")]);
        Assert.Equal(1, without.ExitCode);
        Assert.Contains($"'surnn-train setup' fetches the package libtorch-cpu-{Platform} ", without.Text.TrimEnd().Split('\n')[^1]);
        Assert.DoesNotContain("TorchSharp", without.Text);

        var trained = LocalFeed.Execute(Path.Combine(bin, "surnn-train"), folder.Path, word);
        Assert.True(trained.ExitCode == 0, trained.Text);
        Assert.Contains("up: 4 of 4 held-back recordings found", trained.Text);
        Assert.Equal(["silence", "unknown", "up"], ModelFile.Load(model).Config.Labels);
    }

    /// <summary>Twenty people say each word, who all sound like the shipped recording, at other levels and in other noise.</summary>
    static void Record(string folder, params string[] words)
    {
        var (all, random) = (AudioFile.ReadAll(ShippedSample.Recording, 16_000), new Random(1));
        foreach (var row in File.ReadLines(Repository.File("samples", "audio", "commands.csv")).Skip(1).Select(line => line.Split(',')).Where(row => words.Contains(row[0])))
        {
            var (start, to) = ((int)(16_000 * (double.Parse(row[1], CultureInfo.InvariantCulture) - 0.2)), Directory.CreateDirectory(Path.Combine(folder, row[0])).FullName);
            for (var speaker = 0; speaker < 20; speaker++)
            {
                var gain = 0.4f + 0.6f * random.NextSingle();
                WavWriter.Write(Path.Combine(to, $"speaker{speaker}_1.wav"), [.. all.AsSpan(start, 16_000).ToArray().Select(sample => gain * sample + 0.0006f * (random.NextSingle() - 0.5f))], 16_000);
            }
        }
    }
}
