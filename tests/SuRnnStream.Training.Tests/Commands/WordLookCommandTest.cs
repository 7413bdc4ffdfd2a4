using SuRnnStream.Tests;
using SuRnnStream.Training.Commands;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Commands;

public sealed class WordLookCommandTest : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FromTextAlone_WithoutSynthesisedClipsOfTheWord_SaysHowToMakeThem()
    {
        Directory.CreateDirectory(_folder.File("voices/training/alexa"));
        WavWriter.Write(_folder.File("voices/training/alexa/en_nohash_1.wav"), new float[16_000], 16_000);
        var error = Assert.Throws<InvalidDataException>(() => new WordLookCommand().Fit("computer", Shipped.File("models/wake-words.surnn"), _folder.File("out.look"), "recordings", "data", voices: _folder.File("voices"), textOnly: true));
        Assert.Contains("surnn-train voices --words computer", error.Message);
        Assert.Contains(_folder.File("voices"), error.Message);
    }

    [Fact]
    public void OfAWordThatTheFirstStageKnowsAndOneThatItDoesNot_SaysWhichIsWhich()
    {
        var error = Assert.Throws<ArgumentException>(() => new WordLookCommand().Fit("computer,jarvis", Shipped.File("models/wake-words.surnn"), _folder.File("out.look"), "recordings", "data"));
        Assert.Contains("knows computer but not jarvis", error.Message);
    }

    [Fact]
    public void OfNoHeads_Refuses() =>
        Assert.Contains("one head or more, not 0", Assert.Throws<ArgumentException>(() => new WordLookCommand().Fit("computer", Shipped.File("models/wake-words.surnn"), _folder.File("out.look"), "recordings", "data", heads: 0)).Message);
}
