using System.Globalization;
using SuRnnStream.Research.Anomalies;
using SuRnnStream.Research.Commands;
using SuRnnStream.Research.LongRange;
using SuRnnStream.Tests;
using Xunit;

namespace SuRnnStream.Training.Tests.Research.Commands;

[Trait("Category", "Thorough")]
public sealed class AnomaliesCommandTest : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Waves of 24 hours with a little noise; from 700 to 720 the wave stands still.</summary>
    void Write(string name, int values = 1_000)
    {
        var (random, file) = (new Random(name.Length), _folder.File("data/some/" + name));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllLines(file, Enumerable.Range(0, values).Select(t => string.Create(CultureInfo.InvariantCulture,
            $"{new DateTime(2014, 2, 1).AddHours(t):yyyy-MM-dd HH:mm:ss},{10 + (t is >= 700 and < 720 ? 4 : Math.Sin(2 * Math.PI * t / 24)) + 0.05 * random.NextDouble():F4}")).Prepend("timestamp,value"));
    }

    void Label(string json)
    {
        Directory.CreateDirectory(_folder.File("labels"));
        File.WriteAllText(_folder.File("labels/combined_windows.json"), json);
    }

    [Fact]
    public void Judge_LearnsTheWave_AndReportsThreeDetectors()
    {
        Write("a.csv");
        Write("bb.csv");
        Label("""{"some/a.csv": [["2014-03-02 04:00:00.000000", "2014-03-03 10:00:00.000000"]], "some/bb.csv": [], "other/c.csv": []}""");
        var stream = MetricStream.Load(_folder.Path)[0];
        Assert.Equal((1_000, 150, (700, 730)), (stream.Values.Length, stream.Probation, stream.Windows.Single()));

        new AnomaliesCommand().Judge(_folder.Path, _folder.File("report.md"), hidden: 16, steps: 200);
        var report = File.ReadAllText(_folder.File("report.md"));
        Assert.Matches(@"\| suRNN's prediction error \| -?[\d.]+ \| \d+\.\d \| 1 of 1 \| ", report);
        Assert.All(new[] { "| last-value error | ", "| moving z-score | ", "| some/bb.csv, 0 | ", "--hidden 16 --steps 200", "Best here: " }, part => Assert.Contains(part, report));
        new AnomaliesCommand().Judge(_folder.Path, _folder.File("again.md"), hidden: 16, steps: 200);
        Assert.Equal(report, File.ReadAllText(_folder.File("again.md")));
    }

    [Fact]
    public void Network_ForeseesBetterThanTheLastValue()
    {
        Write("a.csv");
        Label("""{"some/a.csv": []}""");
        var task = new NextValueTask(MetricStream.Load(_folder.Path)[0]) { Length = NextValueTask.PieceLength };
        using var trainer = new LongRangeTrainer(task, new LongRangeOptions { Task = task.Name, Length = task.Length, Switch = LongRangeSwitch.Event, Hidden = 16, Steps = 200, Batch = 16, Open = 0.3, Slope = 4, LearningRate = 5e-3 });
        trainer.Run(_ => { }, TestContext.Current.CancellationToken);
        var errors = task.Errors(trainer.Finish().Model!, out var cost);
        Assert.True(errors[200..700].Average() < 0.5 * task.LastValueErrors()[200..700].Average(), $"{errors[200..700].Average()} and {task.LastValueErrors()[200..700].Average()}");
        Assert.InRange(cost.OpenRatio, 0.01, 0.8);
    }

    [Fact]
    public void Load_OfWhatCannotBeUnderstood_SaysWhere()
    {
        string Refused() => Assert.ThrowsAny<Exception>(() => MetricStream.Load(_folder.Path)).Message;
        Write("a.csv");
        Label("{}");
        Assert.Contains("The labels have no windows of some/a.csv", Refused());
        Label("""{"some/a.csv": [["yesterday"]]}""");
        Assert.Contains("The labels of some/a.csv have a window 'yesterday', which is no two times", Refused());
        Label("[1");
        Assert.Contains("combined_windows.json is no object of lists of windows", Refused());
        Label("""{"some/a.csv": []}""");
        File.AppendAllText(_folder.File("data/some/a.csv"), "2014-04-01 00:00:00;1\n");
        Assert.Contains("a.csv: line 1002: '2014-04-01 00:00:00;1' is no timestamp and value; write lines as", Refused());
        Write("a.csv", values: 400);
        Assert.Contains("some/a.csv is too short to learn from: its first part has 60 values, and needs 128", Assert.Throws<ArgumentException>(() => new NextValueTask(MetricStream.Load(_folder.Path)[0]) { Length = 64 }).Message);
    }
}
