using SuRnnStream.Distribution.Tests.Support;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Distribution.Tests;

/// <summary>What a stranger gets who has the packages and not the repository.</summary>
public sealed class PackagesTest(LocalFeed feed)
{
    [Theory, InlineData("SuRnnStream"), InlineData("SuRnnStream.Pipeline"), InlineData("SuRnnStream.Hosting"), InlineData("SuRnnStream.Reactive"), InlineData("SuRnnStream.Sensors"), InlineData("SuRnnStream.Wyoming"), InlineData("SuRnnStream.Cluster"), InlineData("SuRnnStream.NAudio"), InlineData("SuRnnStream.Codecs"), InlineData("SuRnnStream.Evaluation")]
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
        var built = "feed"; // with the paths of this checkout left out of it by CI alone
        if (Environment.GetEnvironmentVariable("CI") != "true") Assert.Equal(0, feed.PackAnew(Repository.File("src", "SuRnnStream"), built = "once").ExitCode);
        var again = feed.PackAnew(Repository.File("src", "SuRnnStream"), "again");
        Assert.True(again.ExitCode == 0, again.Text);
        Assert.Equal(Assembly(built), Assembly("again"));
    }

    [Fact]
    public void ReadmesApp_BuiltFromPackages_DetectsTheSamplesWords()
    {
        var app = feed.NewApp("readme");
        var built = LocalFeed.Dotnet(app, "build", "-c", "Release", "-o", "out", "-nologo", "-v", "q", "-nodeReuse:false");
        Assert.True(built.ExitCode == 0 && !built.Text.Contains("warning"), built.Text);
        Assert.Equal(["commands.surnn"], Directory.GetFiles(Path.Combine(app, "out", "models")).Select(Path.GetFileName));
        Assert.Equal(PackagedApp.Expected(), LocalFeed.Dotnet("/", Path.Combine(app, "out", "App.dll"), ShippedSample.Recording).Text); // wherever it is started from
    }
}
