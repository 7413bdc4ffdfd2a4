using System.Text.Json;
using SuRnnStream.Training.Commands;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Tests.SecondLook;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Commands;

/// <summary>The shipped model on the words of the shipped recording, ten of them, all of which it detects.</summary>
public sealed class TableCommandTest
{
    [Fact]
    public void Table_CountsWhatIsThere_AndComparesWithAnotherModel()
    {
        using var tiny = new TinyJudging();
        var json = tiny.File("table.json");
        new TableCommand().Table(Shipped.File("models/commands.surnn"), tiny.Root, against: Shipped.File("models/commands-float32.surnn"), json: json);
        using var table = JsonDocument.Parse(File.ReadAllText(json));
        Assert.Equal("reporting", table.RootElement.GetProperty("set").GetString());
        JsonElement Figure(string group, string name) => table.RootElement.GetProperty("figures").EnumerateArray().Single(one => one.GetProperty("group").GetString() == group && one.GetProperty("name").GetString() == name);

        Assert.Equal(12, Figure("12-class clips", "right").GetProperty("of").GetDouble());
        Assert.Equal(1, Figure("12-class clips", "right of yes").GetProperty("of").GetDouble());
        var missed = Figure("words over noise 20 dB below", "missed");
        Assert.Equal((10, 2), (missed.GetProperty("of").GetDouble(), missed.GetProperty("speakers").GetInt32()));
        Assert.InRange(missed.GetProperty("count").GetDouble(), 0, 2);
        Assert.Equal(2, missed.GetProperty("bySpeaker").GetArrayLength());
        Assert.Equal(2, missed.GetProperty("difference").GetArrayLength());
        Assert.Equal(1, Figure("other words alone", "fire").GetProperty("of").GetDouble());
        var read = Figure("running speech", "false alarms, read");
        Assert.Equal((0, 10 / 3600.0), (read.GetProperty("count").GetDouble(), Math.Round(read.GetProperty("hours").GetDouble(), 9)), new Near());
        Assert.Equal(0, Figure("cost in digital silence", "multiply-adds a frame").GetProperty("value").GetDouble());
        Assert.Contains(table.RootElement.GetProperty("figures").EnumerateArray(), one => one.GetProperty("group").GetString() == "a command 0.1 s after a wake word");
        Assert.Contains(table.RootElement.GetProperty("figures").EnumerateArray(), one => one.GetProperty("group").GetString()!.StartsWith("4 minutes, 10 words", StringComparison.Ordinal));
    }

    [Fact]
    public void Table_ThatCannotBeMade_SaysWhy()
    {
        using var tiny = new TinyJudging();
        var model = Shipped.File("models/commands.surnn");
        Assert.Contains("choosing or reporting", Assert.Throws<ArgumentException>(() => new TableCommand().Table(model, tiny.Root, set: "testing")).Message);
        Assert.Contains("unpack.sh", Assert.Throws<DirectoryNotFoundException>(() => new TableCommand().Table(model, tiny.File("nowhere"))).Message);
        Assert.Contains("more-speech.py", Assert.Throws<DirectoryNotFoundException>(() => new TableCommand().Table(model, tiny.Root, more: tiny.File("nowhere"))).Message);
        Directory.Delete(Path.Combine(tiny.Root, "wake-words"), recursive: true);
        Assert.Contains("wake-words", Assert.Throws<DirectoryNotFoundException>(() => new TableCommand().Table(model, tiny.Root)).Message);
    }

    [Fact]
    public void Table_OfWakeWords_CountsTheFifthThatWasHeldBack()
    {
        using var tiny = new TinyJudging();
        var (json, heldBack) = (tiny.File("table.json"), tiny.Data.WakeWords().Where(word => word.Word != "jarvis" && word.Fold == 0).ToArray());
        new TableCommand().Table(Shipped.File("models/wake-words.surnn"), tiny.Root, json: json);
        using var table = JsonDocument.Parse(File.ReadAllText(json));
        double Of(string group, string name) => table.RootElement.GetProperty("figures").EnumerateArray().Single(one => one.GetProperty("group").GetString() == group && one.GetProperty("name").GetString() == name).GetProperty("of").GetDouble();
        Assert.NotEmpty(heldBack);
        Assert.Equal(heldBack.Length, Of("words as recorded", "missed"));
        Assert.Equal(heldBack.Length, Of("words over noise 10 dB below", "missed"));
        const string fifths = "words over noise 10 dB below, each fifth of the recordings";
        Assert.Equal(heldBack.Length, Of(fifths, "missed of fifth 1"));
        Assert.Equal(20, Enumerable.Range(1, 5).Sum(fifth => tiny.Data.WakeWords().Any(word => word.Word != "jarvis" && word.Fold == fifth - 1) ? Of(fifths, $"missed of fifth {fifth}") : 0));
        Assert.Equal(11, Of("commands and other words over noise 20 dB below", "fire"));
        if (Voices.KeptFromTraining().Count > 0) Assert.Equal(4 * 16, Of("words that begin like a wake word, synthesised", "fire")); // four voices, eight words for each of the two
    }

    [Fact]
    public void Table_OfHeartbeats_TakesTheRecordsThatWereLeftOut()
    {
        using var beats = new TinyBeats(records: 3, seconds: 30);
        var (root, json) = (beats.File("root"), beats.File("table.json"));
        Directory.CreateDirectory(Path.Combine(root, "mit-bih"));
        foreach (var file in Directory.GetFiles(beats.Folder)) File.Move(file, Path.Combine(root, "mit-bih", Path.GetFileName(file)));
        var model = Shipped.File("models/heartbeat.surnn");
        new TableCommand().Table(model, root, leftOut: "1,3", json: json);
        using var table = JsonDocument.Parse(File.ReadAllText(json));
        var found = table.RootElement.GetProperty("figures").EnumerateArray().First(one => one.GetProperty("group").GetString() == "beats, records left out");
        Assert.Equal(2, found.GetProperty("speakers").GetInt32());
        Assert.InRange(found.GetProperty("of").GetDouble(), 50, 90); // two records of half a minute
        Assert.Equal(["F1 of 1", "F1 of 3"], table.RootElement.GetProperty("figures").EnumerateArray().Where(one => one.GetProperty("group").GetString() == "beats by record").Select(one => one.GetProperty("name").GetString()!));
        Assert.Contains("101", Assert.Throws<IOException>(() => new TableCommand().Table(model, root)).Message); // the card's names
        Assert.Contains("each record is judged by one model", Assert.Throws<InvalidDataException>(() => new TableCommand().Table($"{model},{model}", root, leftOut: "1")).Message);
        Assert.Contains("mit-bih", Assert.Throws<DirectoryNotFoundException>(() => new TableCommand().Table(model, beats.File("nowhere"))).Message);
    }

    /// <summary>The refusal named a setting of the rule and no file, and came after the embedding was asked for.</summary>
    [Fact]
    public void Table_OfAHeadThatNeedsTheModelsOwnLook_IsRefusedByItsFile_WhereTheModelHasNone()
    {
        using var tiny = new TinyJudging();
        var look = tiny.File("both.look");
        LookFile.Save(LookFileTest.Head() with { Rule = new VerifierRule { OwnLookWeight = 0.5f } }, look);
        Assert.Equal($"{look} was made for a model with a second look of its own, such as commands, and this model has none: use such a model, or another verifier.",
            Assert.Throws<ArgumentException>(() => new TableCommand().Table(Shipped.File("models/commands-small.surnn"), tiny.Root, verifier: look)).Message);
    }

    [Fact]
    public void Table_OfOtherModels_IsRefused() =>
        Assert.Contains("judge-events", Assert.Throws<ArgumentException>(() => new TableCommand().Table(Shipped.File("models/gesture.surnn"), "nowhere")).Message);

    [Fact]
    public void Split_WritesThePurposesSounds()
    {
        using var tiny = new TinyJudging();
        var output = tiny.File("out");
        new SplitCommand().Split(output, tiny.Root);
        Assert.Equal(12, Directory.GetFiles(Path.Combine(output, "clips"), "*.wav", SearchOption.AllDirectories).Length);
        Assert.Single(Directory.GetFiles(Path.Combine(output, "clips/yes")));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(output, "speech/read")).Length);
        Assert.Equal(6 * TinyJudging.Rate, Corpus.Read(Path.Combine(output, "noise/fan.wav"), TinyJudging.Rate).Length); // the last tenth of a minute
        Assert.Equal(tiny.Data.WakeWords().Count(word => word.Fold == 0), Directory.GetFiles(Path.Combine(output, "wake-words"), "*.wav", SearchOption.AllDirectories).Length);
        Assert.Contains("not empty", Assert.Throws<InvalidDataException>(() => new SplitCommand().Split(output, tiny.Root)).Message);
        Assert.Contains("training, choosing or reporting", Assert.Throws<ArgumentException>(() => new SplitCommand().Split(tiny.File("two"), tiny.Root, set: "all")).Message);
    }

    sealed class Near : IEqualityComparer<(double Count, double Hours)>
    {
        public bool Equals((double Count, double Hours) a, (double Count, double Hours) b) => a.Count == b.Count && Math.Abs(a.Hours - b.Hours) < 1e-6;
        public int GetHashCode((double Count, double Hours) one) => one.Count.GetHashCode();
    }
}
