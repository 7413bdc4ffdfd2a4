using System.Text.Json;
using SuRnnStream.Training.Commands;
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
        Assert.Contains(table.RootElement.GetProperty("figures").EnumerateArray(), one => one.GetProperty("group").GetString()!.StartsWith("20 minutes, 10 words", StringComparison.Ordinal));
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

    sealed class Near : IEqualityComparer<(double Count, double Hours)>
    {
        public bool Equals((double Count, double Hours) a, (double Count, double Hours) b) => a.Count == b.Count && Math.Abs(a.Hours - b.Hours) < 1e-6;
        public int GetHashCode((double Count, double Hours) one) => one.Count.GetHashCode();
    }
}
