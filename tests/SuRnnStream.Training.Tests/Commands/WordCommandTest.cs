using SuRnnStream.Training.Commands;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Commands;

public sealed class WordCommandTest : IDisposable
{
    readonly TinyCorpus _tiny = new();

    public void Dispose() => _tiny.Dispose();

    string Output => _tiny.File("out/word.surnn");

    string Start => Shipped.File("models/commands-float32.surnn");

    [Fact]
    public void Word_FromRecordings_WritesAModelOfThatWord_AndSaysWhatItLacks()
    {
        var before = Console.Out;
        using var said = new StringWriter();
        Console.SetOut(said);
        try { Assert.Equal(0, new WordCommand().Word("up", Output, recordings: Path.Combine(_tiny.Data, "training"), start: Start, voices: 0, epochs: 1, segments: 64, threshold: 0.6f)); }
        finally { Console.SetOut(before); }
        var model = ModelFile.Load(Output);
        Assert.Equal(["silence", "unknown", "up"], model.Config.Labels);
        Assert.Equal(["silence", "unknown"], model.Config.Background);
        Assert.Equal(0.6f, model.Defaults.Threshold);
        Assert.Equal(ModelFile.Load(Start).Config.Layers, model.Config.Layers);
        Assert.Contains("8 of up", said.ToString());
        Assert.Matches(@"up: \d of \d held-back recordings found", said.ToString());
        Assert.Contains("give --speech", said.ToString());
        Assert.Contains("give --noise", said.ToString());
        Assert.Throws<InvalidDataException>(() => new WordCommand().Word("up", Output, recordings: Path.Combine(_tiny.Data, "training"), start: Start, voices: 0, epochs: 1)); // there is one
    }

    [Theory]
    [InlineData("", "is no word"), InlineData("a/b", "is no word"), InlineData("up", "--recordings")]
    public void Word_WithNothingToTrainOn_SaysWhatToGive(string words, string says) =>
        Assert.Contains(says, Assert.Throws<ArgumentException>(() => new WordCommand().Word(words, Output, start: Start, voices: 0)).Message);

    [Fact]
    public void Word_WithoutAModelToBeginWith_NamesIt() =>
        Assert.Contains("nowhere.surnn", Assert.Throws<FileNotFoundException>(() => new WordCommand().Word("up", Output, start: "nowhere.surnn")).Message);
}
