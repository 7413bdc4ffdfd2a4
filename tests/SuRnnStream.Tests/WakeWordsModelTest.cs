using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

/// <summary>The shipped model of two wake words, on real recordings where those are at hand: it was trained on four fifths of them.</summary>
public sealed class WakeWordsModelTest
{
    static readonly string Model = Repository.File("models", "wake-words.surnn");

    [Fact]
    public void Save_OfTheShippedModel_GivesItsFile() => ShippedFile.AssertSaves(Model);

    [Theory]
    [InlineData("computer", 0.93), InlineData("alexa", 0.93)]
    [InlineData("jarvis", 0), InlineData("smart_mirror", 0), InlineData("snowboy", 0), InlineData("view_glass", 0)]
    public void Detect_OfRealRecordings_FindsTheWord_AndNothingElse(string word, double atLeast)
    {
        var folder = Recordings.Folder("wake-words", word);
        var model = ModelFile.Load(Model);
        var (files, found, wrong) = (Directory.GetFiles(folder, "*.wav"), 0, 0);
        foreach (var file in files)
        {
            HashSet<string> heard = [];
            new StreamingDetector(model).Process([.. new float[8_000], .. AudioFile.ReadAll(file, 16_000), .. new float[16_000]], detection => heard.Add(detection.Label));
            found += heard.Remove(word) ? 1 : 0;
            wrong += heard.Count;
        }
        Assert.True(found >= atLeast * files.Length, $"{found} of {files.Length}");
        Assert.True(wrong <= 1, $"{wrong} recordings with another word");
    }
}
