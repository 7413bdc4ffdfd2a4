using System.Text.Json;
using SuRnnStream.Tests;
using SuRnnStream.Training.Commands;
using Xunit;

namespace SuRnnStream.Training.Tests.Commands;

public class LongRangeCommandTest
{
    static int Run(string output, string switches = "none,event", int seeds = 1, int steps = 3, double open = 0.2) =>
        new LongRangeCommand().LongRange("adding", output, switches: switches, seeds: seeds, length: 30, steps: steps, hidden: 8, batch: 4, open: open, stop: TestContext.Current.CancellationToken);

    [Fact]
    public void Runs_BecomeAReport_ATable_AndModels()
    {
        using var folder = new TemporaryFolder();
        var output = folder.File("runs");
        Assert.Equal(0, Run(output, seeds: 2));
        using var report = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "adding-30.json")));
        Assert.Equal(["none", "event"], report.RootElement.EnumerateArray().Select(row => row.GetProperty("switch").GetString()));
        foreach (var row in report.RootElement.EnumerateArray())
        {
            Assert.Equal(2, row.GetProperty("seeds").GetInt32());
            Assert.Equal((30, 8, 3, "mse", "gru"), (row.GetProperty("length").GetInt32(), row.GetProperty("hidden").GetInt32(), row.GetProperty("trainSteps").GetInt32(), row.GetProperty("metric").GetString(), row.GetProperty("cell").GetString()));
            Assert.True(row.GetProperty("spread").GetDouble() > 0);
        }
        Assert.Equal("PNG"u8.ToArray(), File.ReadAllBytes(Path.Combine(output, "adding-30.png"))[1..4]);
        var model = ModelFile.Load(Path.Combine(output, "adding-30", "gru-event-seed2.surnn"));
        Assert.Equal((2, Readout.Last, HeadKind.Linear), (model.Config.Inputs, model.Config.Readout, model.Config.Head));

        new LongRangeCommand().Table(output, folder.File("table"));
        Assert.Equal(2, JsonDocument.Parse(File.ReadAllText(folder.File("table.json"))).RootElement.GetArrayLength());
        Assert.Contains("| adding | 30 | gru | event | 8 | 2 | mse |", File.ReadAllText(folder.File("table.md")));
    }

    [Fact]
    public void FinishedRun_IsNotRepeated_NorMixedWithAnother()
    {
        using var folder = new TemporaryFolder();
        var output = folder.File("runs");
        Run(output, "event");
        var result = Path.Combine(output, "adding-30", "gru-event-seed1.json");
        var written = File.GetLastWriteTimeUtc(result);
        Run(output, "event");
        Assert.Equal(written, File.GetLastWriteTimeUtc(result));
        var error = Assert.Throws<InvalidDataException>(() => Run(output, "event", steps: 4));
        Assert.StartsWith($"{result} is of a run with other options", error.Message);
        File.WriteAllText(result, "{");
        Assert.StartsWith($"{result} is no result", Assert.Throws<InvalidDataException>(() => Run(output, "event")).Message);
    }

    [Fact]
    public void BadOptions_AreNamed()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("no switch 'often': choose none, random", Assert.Throws<ArgumentException>(() => Run(folder.File("runs"), "often")).Message);
        var copy = Assert.Throws<ArgumentException>(() => new LongRangeCommand().LongRange("selective-copy", folder.File("runs"), mean: true, stop: TestContext.Current.CancellationToken));
        Assert.Equal("The head can see the mean over all steps only where there is one answer; selective-copy has 8.", copy.Message);
        Assert.Contains("not 0", Assert.Throws<ArgumentException>(() => Run(folder.File("runs"), open: 0)).Message);
        Assert.Contains("There is no task 'nothing'", Assert.Throws<ArgumentException>(() => new LongRangeCommand().LongRange("nothing", folder.File("runs"), stop: TestContext.Current.CancellationToken)).Message);
        Directory.CreateDirectory(folder.File("empty"));
        Assert.Contains("holds no finished run", Assert.Throws<InvalidDataException>(() => new LongRangeCommand().Table(folder.File("empty"), folder.File("table"))).Message);
    }
}
