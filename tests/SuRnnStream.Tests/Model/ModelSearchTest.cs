using Xunit;

namespace SuRnnStream.Tests.Model;

public sealed class ModelSearchTest : IDisposable
{
    readonly TemporaryFolder _program = new(), _root = new();

    [Theory]
    [InlineData("word", "program/models/word.surnn", "root/models/word.surnn")]      // a name: beside the program first
    [InlineData("word", "root/models/word.surnn", "root/word")]
    [InlineData("word.surnn", "root/word.surnn", "program/models/word.surnn")]       // a path: from the content root first
    [InlineData("word.surnn", "program/word.surnn", "program/models/word.surnn")]
    [InlineData("word.surnn", "program/models/word.surnn", null)]
    [InlineData("models/word.surnn", "root/models/word.surnn", "program/models/word.surnn")]
    [InlineData("models/word.surnn", "program/models/word.surnn", null)]             // what `dotnet run` has: the model is in the output folder alone
    public void Find_TakesTheFirstPlace(string model, string expected, string? other)
    {
        foreach (var file in new[] { expected, other }.OfType<string>())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Full(file))!);
            File.WriteAllText(Full(file), "");
        }
        Assert.Equal(Full(expected), ModelSearch.Find(model, _root.Path, _program.Path));
    }

    [Fact]
    public void Find_OfAMissingModel_ListsEveryPlaceThereIsAndThePackage()
    {
        Directory.CreateDirectory(Full("program/models"));
        File.WriteAllText(Full("program/models/commands.surnn"), "");
        var missing = Assert.Throws<FileNotFoundException>(() => ModelSearch.Find("heartbeat", _root.Path, _program.Path)).Message;
        foreach (var place in new[] { "program/models/heartbeat.surnn", "root/models/heartbeat.surnn", "root/heartbeat", "program/heartbeat" }) Assert.Contains(Full(place), missing);
        Assert.Contains("By name there are commands.", missing);
        Assert.Contains("SuRnnStream.Models", missing);
        Assert.DoesNotContain("nor", Assert.Throws<FileNotFoundException>(() => ModelSearch.Find(Full("root/gone.surnn"), _root.Path, _program.Path)).Message.Split('.')[0]);
        Assert.Throws<ArgumentException>(() => ModelFile.Find(" "));
    }

    public void Dispose()
    {
        _program.Dispose();
        _root.Dispose();
    }

    string Full(string file) => Path.Combine(file.StartsWith("program/", StringComparison.Ordinal) ? _program.Path : _root.Path, file[(file.IndexOf('/') + 1)..]);
}
