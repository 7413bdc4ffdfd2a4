using System.Text.Json;
using SuRnnStream.Evaluation;
using SuRnnStream.Research.Commands;
using SuRnnStream.Tests;
using Xunit;

namespace SuRnnStream.Training.Tests.Research.Commands;

[Trait("Category", "Thorough")]
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
        Assert.Matches(@"\| adding \| 30 \| gru \| event \| 8 \| 2 \| mse \| [\d.]+ ± [\d.]+ \|", File.ReadAllText(folder.File("table.md")));
    }

    [Fact]
    public void Test_OfFinishedModels_AtOtherLengths_IsOfTheShippedRuntime()
    {
        using var folder = new TemporaryFolder();
        Run(folder.File("runs"), "event");
        var model = Path.Combine(folder.File("runs"), "adding-30", "gru-event-seed1.surnn");
        new LongRangeTestCommand().Test("adding", model, "30,90", folder.File("lengths"), sequences: 20, timed: 2, windows: "0,12", stop: TestContext.Current.CancellationToken);
        using var rows = JsonDocument.Parse(File.ReadAllText(folder.File("lengths.json")));
        Assert.Equal([(30, 0), (30, 12), (90, 0), (90, 12)], rows.RootElement.EnumerateArray().Select(row => (row.GetProperty("length").GetInt32(), row.GetProperty("window") is { ValueKind: JsonValueKind.Number } cut ? cut.GetInt32() : 0)));
        foreach (var row in rows.RootElement.EnumerateArray())
        {
            Assert.Equal(("adding-30/gru-event-seed1", 20), (row.GetProperty("model").GetString()!.Replace('\\', '/'), row.GetProperty("sequences").GetInt32()));
            Assert.InRange(row.GetProperty("value").GetDouble(), 0.01, 10);
            Assert.True(row.GetProperty("multiplyAddsPerStep").GetDouble() <= row.GetProperty("multiplyAddsPerStepDense").GetDouble());
            Assert.True(row.GetProperty("timesFaster").GetDouble() > 0);
        }
        Assert.Contains("| adding | 90 | 12 steps | 20 | mse |", File.ReadAllText(folder.File("lengths.md")));
        Assert.All(rows.RootElement.EnumerateArray(), row => Assert.Equal(JsonValueKind.Null, row.GetProperty("bounds").ValueKind)); // of accuracies only

        string Refused(string task, string lengths) => Assert.Throws<ArgumentException>(() => new LongRangeTestCommand().Test(task, model, lengths, folder.File("no"), stop: TestContext.Current.CancellationToken)).Message;
        Assert.Contains("takes 2 numbers a step and gives 1; listops has 16 and 10", Refused("listops", "40"));
        var absent = Assert.Throws<FileNotFoundException>(() => new LongRangeTestCommand().Test("adding", model + "x", "30", folder.File("no"), stop: TestContext.Current.CancellationToken)).Message;
        Assert.Contains($"There is no model {model}x; {Path.GetDirectoryName(model)} has gru-event-seed1.surnn: ", absent);
        Assert.Contains("--lengths are whole numbers from 1 on", Refused("adding", "30,x"));
    }

    /// <summary>What is cut is memory, not the time that harmonic switches see.</summary>
    [Fact]
    public void Test_OfACutMemory_KeepsTheRhythm()
    {
        using var folder = new TemporaryFolder();
        Run(folder.File("runs"), "harmonic");
        var file = Path.Combine(folder.File("runs"), "adding-30", "gru-harmonic-seed1.surnn");
        new LongRangeTestCommand().Test("adding", file, "30", folder.File("lengths"), sequences: 4, timed: 1, windows: "12", stop: TestContext.Current.CancellationToken);
        var model = ModelFile.Load(file);
        var (state, open, openAtFirst) = (model.NewState(), 0, 0);
        for (var t = 0; t < 30; t++)
        {
            model.Step([0.5f, 0], state);
            var now = state.Open(0).Count(true);
            if (t < 12) openAtFirst += now;
            if (t >= 18) open += now;
        }
        Assert.NotEqual(openAtFirst, open); // or the test would say nothing
        using var rows = JsonDocument.Parse(File.ReadAllText(folder.File("lengths.json")));
        Assert.Equal(open / (12.0 * 8), rows.RootElement[0].GetProperty("openRatio").GetDouble(), 1e-9);
    }

    [Fact]
    public void Test_OfOneAnswerASequence_HasBounds()
    {
        using var folder = new TemporaryFolder();
        new LongRangeCommand().LongRange("listops", folder.File("runs"), switches: "none", length: 40, steps: 2, hidden: 8, batch: 4, tested: 8, stop: TestContext.Current.CancellationToken);
        new LongRangeTestCommand().Test("listops", Path.Combine(folder.File("runs"), "listops-40", "gru-none-seed1.surnn"), "40", folder.File("lengths"), sequences: 20, timed: 1, stop: TestContext.Current.CancellationToken);
        using var rows = JsonDocument.Parse(File.ReadAllText(folder.File("lengths.json")));
        var row = rows.RootElement[0];
        var expected = Bounds.OfPart((int)Math.Round(20 * row.GetProperty("value").GetDouble()), 20);
        Assert.Equal((expected.Lower, expected.Upper), (row.GetProperty("bounds").GetProperty("lower").GetDouble(), row.GetProperty("bounds").GetProperty("upper").GetDouble()));
        Assert.Contains(FormattableString.Invariant($" | {100 * expected.Lower:F2} to {100 * expected.Upper:F2} | "), File.ReadAllText(folder.File("lengths.md")));
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
        new LongRangeCommand().Table(output, folder.File("table"));
        Assert.Matches(@"\| 1 \| mse \| [\d.]+ \|", File.ReadAllText(folder.File("table.md"))); // one seed has no spread
        var error = Assert.Throws<InvalidDataException>(() => Run(output, "event", steps: 4));
        Assert.StartsWith($"{result} is of a run with other options (steps was 3, now 4): ", error.Message);
        File.WriteAllText(result, File.ReadAllText(result).Replace("\"testSeed\": 2811", "\"testSeed\": 0")); // of other test sequences
        Assert.StartsWith($"{result} is of a run with other options", Assert.Throws<InvalidDataException>(() => Run(output, "event")).Message);
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
        LongRangeCommand command = new();
        Assert.Contains("--fall is two rising parts", Assert.Throws<ArgumentException>(() => command.LongRange("adding", folder.File("runs"), fall: "0.5,0.1", stop: TestContext.Current.CancellationToken)).Message);
        Assert.Contains("--switch-learning-rate", Assert.Throws<ArgumentException>(() => command.LongRange("adding", folder.File("runs"), switchLearningRate: 0, stop: TestContext.Current.CancellationToken)).Message);
        string Refused(string stem = "", int s4 = 0, double floor = 0, int tested = 0) =>
            Assert.Throws<ArgumentException>(() => command.LongRange("adding", folder.File("runs"), stem: stem, s4: s4, floor: floor, tested: tested, stop: TestContext.Current.CancellationToken)).Message;
        Assert.Contains("--stem is channels", Refused(stem: "8"));
        Assert.Contains("--s4 is 0 to 8 layers, not 9", Refused(s4: 9));
        Assert.Contains("--floor is a part of 0 to 1", Refused(floor: 1));
        Assert.Contains("--tested is a number of sequences", Refused(tested: -1));
        Assert.Contains("There is no task 'nothing'", Assert.Throws<ArgumentException>(() => new LongRangeCommand().LongRange("nothing", folder.File("runs"), stop: TestContext.Current.CancellationToken)).Message);
        Directory.CreateDirectory(folder.File("empty"));
        Assert.Contains("holds no finished run", Assert.Throws<InvalidDataException>(() => new LongRangeCommand().Table(folder.File("empty"), folder.File("table"))).Message);
    }
}
