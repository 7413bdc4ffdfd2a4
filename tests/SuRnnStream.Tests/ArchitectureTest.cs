using System.Xml.Linq;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

/// <summary>References between projects point down, and the friends of a project are tests, or siblings of a list that only shrinks.</summary>
public sealed class ArchitectureTest
{
    /// <summary>Layers, the lowest first. A project refers to lower layers only.</summary>
    static readonly string[][] Layers =
    [
        ["SuRnnStream"],
        ["SuRnnStream.Pipeline", "SuRnnStream.Reactive", "SuRnnStream.Native", "SuRnnStream.Models", "SuRnnStream.Templates"],
        ["SuRnnStream.Hosting", "SuRnnStream.Evaluation", "SuRnnStream.Codecs"],
        ["SuRnnStream.Sensors", "SuRnnStream.Wyoming", "SuRnnStream.Onnx", "SuRnnStream.NAudio", "SuRnnStream.Cluster"],
        ["SuRnnStream.Cli", "SuRnnStream.Training", "SuRnnStream.Server", "SuRnnStream.Web"],
        ["SuRnnStream.Cli.Onnx"],
    ];

    /// <summary>Siblings that still use what a stranger cannot. Who makes a member public, or does without it, takes a name away; nobody adds one.</summary>
    static readonly Dictionary<string, string[]> Friends = new()
    {
        ["SuRnnStream"] = ["SuRnnStream.Evaluation", "surnn-train"],
        ["SuRnnStream.Evaluation"] = ["surnn", "surnn-train"],
    };

    static readonly string[] TestPrograms = ["SuRnnStream.Benchmarks", "SuRnnStream.Fuzz", "surnn-peers", "surnn-research", "surnn-smoke"];

    static readonly Dictionary<string, XDocument> Projects = Directory.GetFiles(Repository.File("src"), "*.csproj", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}templates{Path.DirectorySeparatorChar}", StringComparison.Ordinal)) // those that `dotnet new` makes
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file), XDocument.Load);

    [Fact]
    public void EveryProject_HasALayer() => Assert.Equal(Layers.SelectMany(layer => layer).Order(), Projects.Keys.Order());

    [Fact]
    public void References_PointToLowerLayers()
    {
        Assert.All(Projects, project => Assert.All(Values(project.Value, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))),
            to => Assert.True(LayerOf(to) < LayerOf(project.Key), $"{project.Key} refers to {to}, which is no lower layer.")));

        static int LayerOf(string project) => Array.FindIndex(Layers, layer => layer.Contains(project));
    }

    [Fact]
    public void Core_NeedsNoPackage() => Assert.Empty(Values(Projects["SuRnnStream"], "PackageReference"));

    [Fact]
    public void Friends_AreTests_OrOfTheListThatOnlyShrinks() => Assert.All(Projects, project =>
        Assert.Equal(Friends.GetValueOrDefault(project.Key, []).Order(), Values(project.Value, "InternalsVisibleTo").Where(friend => !friend.EndsWith(".Tests", StringComparison.Ordinal) && !TestPrograms.Contains(friend)).Order()));

    static IEnumerable<string> Values(XDocument project, string item) => project.Descendants(item).Select(element => (string?)element.Attribute("Include")).OfType<string>();
}
