using SuRnnStream.Tests;
using SuRnnStream.Training.LongRange;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.LongRange;

public class LongRangeTrainerTest
{
    static readonly SequenceTask Adding = SequenceTasks.Create("adding", new LongRangeSetting { Length = 40 }, null);
    static readonly SequenceTask Copy = SequenceTasks.Create("selective-copy", new LongRangeSetting { Length = 30 }, null);

    static LongRangeOptions Options(SequenceTask task, LongRangeSwitch kind, CellKind cell = CellKind.Gru, int steps = 6) => LongRangeOptions.For(task, kind, full: false) with
    {
        Cell = cell,
        Hidden = 20,
        Steps = steps,
        Batch = 16,
        Embedding = 6,
    };

    [Theory, InlineData(LongRangeSwitch.Event), InlineData(LongRangeSwitch.Both)]
    public void Adding_IsLearnt(LongRangeSwitch kind)
    {
        using var torch = new TorchScope();
        using var trainer = new LongRangeTrainer(Adding, Options(Adding, kind, steps: 300) with { Batch = 32, LearningRate = 0.01, Open = 0.3 });
        trainer.Run(_ => { }, stop: TestContext.Current.CancellationToken);
        var (run, _) = trainer.Finish();
        Assert.True(run.Metric < 0.05, $"mse {run.Metric}; {run.Chance} says nothing");
        Assert.InRange(run.OpenRatio, 0.01, 0.4);
    }

    public static TheoryData<string, CellKind, LongRangeSwitch> Kinds =>
        [.. from task in new[] { "adding", "selective-copy" } from cell in Enum.GetValues<CellKind>().Where(cell => cell != CellKind.Hold) from kind in Enum.GetValues<LongRangeSwitch>() select (task, cell, kind)];

    /// <summary>Numbers and tokens, an answer at the end and many: what was trained is what the shipped runtime does.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void Runtime_AgreesWithTorch(string name, CellKind cell, LongRangeSwitch kind)
    {
        using var torch = new TorchScope();
        var task = name == "adding" ? Adding : Copy;
        using var trainer = new LongRangeTrainer(task, Options(task, kind, cell) with { Layers = 2, Mean = name == "adding" && kind == LongRangeSwitch.Both });
        trainer.Run(_ => { }, stop: TestContext.Current.CancellationToken);
        var run = trainer.Finish().Run;
        var runtime = run.Runtime;
        Assert.True(runtime.LargestDifference is >= 0 and < 1e-4, $"{runtime.LargestDifference} apart; losses {string.Join(' ', run.Curve.Select(point => point.Loss))}; "
            + $"Torch's metric {run.Metric} on the test set, {runtime.TorchMetric} on part of it, the runtime's {runtime.Metric} there");
        Assert.Equal(runtime.TorchMetric, runtime.Metric, 1e-3);
        Assert.True(kind == LongRangeSwitch.None ? runtime.OpenRatio == 1 : runtime.OpenRatio is > 0.02 and < 0.98, $"{runtime.OpenRatio:P1} open");
    }

    [Theory, InlineData(LongRangeSwitch.Random), InlineData(LongRangeSwitch.Rhythm)]
    public void BaselinesOpen_AtTheWantedRate(LongRangeSwitch kind)
    {
        using var torch = new TorchScope();
        using var trainer = new LongRangeTrainer(Adding, Options(Adding, kind, steps: 1) with { Hidden = 200, Open = 0.2 });
        Assert.InRange(trainer.Finish().Run.OpenRatio, 0.15, 0.25);
    }

    [Theory, InlineData(LongRangeSwitch.Harmonic), InlineData(LongRangeSwitch.Random)]
    public void BrokenOffRun_GoesOnExactly(LongRangeSwitch kind)
    {
        using var torch = new TorchScope();
        using var folder = new TemporaryFolder();
        var options = Options(Adding, kind, steps: 40);
        using var unbroken = new LongRangeTrainer(Adding, options);
        unbroken.Run(point => { if (point.Step == 20) unbroken.Save(folder.File("middle")); }, stop: TestContext.Current.CancellationToken);
        using var resumed = new LongRangeTrainer(Adding, options);
        resumed.Load(folder.File("middle"));
        Assert.Equal(20, resumed.Step);
        resumed.Run(_ => { }, stop: TestContext.Current.CancellationToken);
        Assert.Equal(unbroken.Curve.Select(point => point with { Seconds = 0 }), resumed.Curve.Select(point => point with { Seconds = 0 }));
        Assert.Equal(unbroken.Finish().Model.Weights["layer.0.recurrent"].ToArray(), resumed.Finish().Model.Weights["layer.0.recurrent"].ToArray());
    }

    [Fact]
    public void Checkpoint_OfOtherOptions_IsRefused()
    {
        using var torch = new TorchScope();
        using var folder = new TemporaryFolder();
        using var one = new LongRangeTrainer(Adding, Options(Adding, LongRangeSwitch.Event));
        one.Save(folder.File("one"));
        using var other = new LongRangeTrainer(Adding, Options(Adding, LongRangeSwitch.Event) with { Seed = 2 });
        Assert.Contains("other options", Assert.Throws<InvalidDataException>(() => other.Load(folder.File("one"))).Message);
        File.WriteAllBytes(folder.File("short"), File.ReadAllBytes(folder.File("one"))[..^4000]);
        Assert.Contains("ends early", Assert.Throws<InvalidDataException>(() => new LongRangeTrainer(Adding, Options(Adding, LongRangeSwitch.Event)).Load(folder.File("short"))).Message);
    }
}
