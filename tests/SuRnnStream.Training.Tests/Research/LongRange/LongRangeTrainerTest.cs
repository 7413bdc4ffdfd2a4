using SuRnnStream.Research.LongRange;
using SuRnnStream.Tests;
using SuRnnStream.Training.Net;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Research.LongRange;

[Trait("Category", "Thorough")]
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

    /// <summary>Norms and embedding are folded into the weights that the runtime has.</summary>
    [Theory, InlineData("adding", 1), InlineData("adding", 3), InlineData("selective-copy", 1), InlineData("selective-copy", 2), InlineData("selective-copy", 4)]
    public void RuntimeOfBlocks_AgreesWithTorch(string name, int layers)
    {
        using var torch = new TorchScope();
        var task = name == "adding" ? Adding : Copy;
        using var trainer = new LongRangeTrainer(task, Options(task, LongRangeSwitch.Event, steps: 12) with { Layers = layers, BlockWidth = 14, LearningRate = 0.02 });
        trainer.Run(_ => { }, stop: TestContext.Current.CancellationToken);
        var (run, model) = trainer.Finish();
        Assert.Equal(14, model!.Config.BlockWidth);
        Assert.True(run.Runtime.LargestDifference is >= 0 and < 1e-4, $"{run.Runtime.LargestDifference} apart");
        Assert.InRange(run.Runtime.OpenRatio, 0.02, 0.98);
    }

    [Fact]
    public void Curriculum_TrainsAtItsLengths_AndTestsAtItsOwn()
    {
        using var torch = new TorchScope();
        static SequenceTask OfLength(int length) => SequenceTasks.Create("adding", new LongRangeSetting { Length = length }, null);
        var options = Options(Adding, LongRangeSwitch.Event, steps: 20) with { Curriculum = "20:50,30:25,40:25", ScaleOpen = true, Open = 0.4, FallFrom = 0, FallTo = 0.5 };
        using var trainer = new LongRangeTrainer(Adding, options, OfLength);
        Assert.Equal(1, trainer.RateAt(0));
        Assert.Equal(0.85, trainer.RateAt(5), 1e-9);                 // half of the way to 0.7, which is less than 0.4 x 40 / 20
        Assert.Equal(0.4 * 40 / 30, trainer.RateAt(10), 1e-9);
        Assert.Equal(0.4, trainer.RateAt(19), 1e-9);
        trainer.Run(_ => { }, stop: TestContext.Current.CancellationToken);
        Assert.Equal([.. Enumerable.Repeat(20, 10), .. Enumerable.Repeat(30, 5), .. Enumerable.Repeat(40, 5)], trainer.Curve.Select(point => point.Length));
        Assert.Equal(40, trainer.Finish().Run.Options.Length);
        Assert.Contains("has no other lengths", Assert.Throws<ArgumentException>(() => new LongRangeTrainer(Adding, options)).Message);
    }

    [Theory]
    [InlineData("32", "no part of a curriculum"), InlineData("32:x", "no part"), InlineData("0:100", "no part"), InlineData("32:40,64:30", "must be 100")]
    public void CurriculumThatIsNone_IsRefused(string curriculum, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => LengthPlan.Parse(curriculum, 64, 100)).Message);

    [Fact]
    public void SwitchParameters_HaveTheirOwnLearningRate()
    {
        using var torch = new TorchScope();
        float Moved(double rate)
        {
            using var trainer = new LongRangeTrainer(Adding, Options(Adding, LongRangeSwitch.Event, steps: 1) with { SwitchLearningRate = rate });
            trainer.Run(_ => { }, stop: TestContext.Current.CancellationToken);
            return trainer.Finish().Model!.Weights["layer.0.switch.own"][0];
        }
        // Adam's first step is the learning rate, up or down; the average goes nine tenths of the way.
        var (still, slow, fast) = (Moved(1e-9), Moved(1), Moved(10));
        Assert.Equal(10, (fast - still) / (slow - still), 0.05);
    }

    /// <summary>What runs on a CUDA device, here on the CPU: the step loop in Torch operations, and an optimizer that copies.</summary>
    [Theory, InlineData(LongRangeSwitch.Event), InlineData(LongRangeSwitch.Harmonic), InlineData(LongRangeSwitch.Random), InlineData(LongRangeSwitch.None)]
    public void PlainDevice_TrainsAsTheFusedRecurrence(LongRangeSwitch kind)
    {
        using var torch = new TorchScope();
        double[] Losses(string device, out LongRangeRun run)
        {
            using var trainer = new LongRangeTrainer(Copy, Options(Copy, kind, steps: 8) with { Layers = 2, BlockWidth = 14, Device = device, Surrogate = SurrogateKind.Sigmoid, Slope = 2 });
            trainer.Run(_ => { }, stop: TestContext.Current.CancellationToken);
            run = trainer.Finish().Run;
            return [.. trainer.Curve.Select(point => point.Loss)];
        }
        var (fused, plain) = (Losses(TrainingDevice.Cpu, out var one), Losses(TrainingDevice.Plain, out var other));
        foreach (var (a, b) in fused.Zip(plain)) Assert.Equal(a, b, 1e-3);
        Assert.Equal(one.OpenRatio, other.OpenRatio, 0.01);
        Assert.True(other.Runtime.LargestDifference < 1e-4);
    }

    [Fact]
    public void DeviceThatThereIsNot_IsRefused()
    {
        Assert.Contains("choose cpu, cuda or plain", Assert.Throws<ArgumentException>(() => TrainingDevice.Of("gpu")).Message);
        if (!TorchSharp.torch.cuda.is_available()) Assert.Contains("finds no CUDA device", Assert.Throws<ArgumentException>(() => TrainingDevice.Of("cuda")).Message);
    }

    [Theory, InlineData("adding"), InlineData("selective-copy")]
    public void Window_ShowsOnlyTheLastSteps(string name)
    {
        var (whole, cut) = (SequenceTasks.Create(name, new LongRangeSetting { Length = 60 }, null), SequenceTasks.Create(name, new LongRangeSetting { Length = 60, Window = 12 }, null));
        var steps = 12 + (60 - whole.ScoredFrom) - 1; // the first answer sees twelve
        SequenceBatch all = whole.Test(5)[1], last = cut.Test(5)[1];
        Assert.Equal((steps, 5), (last.Steps, last.Count));
        Assert.Equal(all.Values?[^(steps * 5 * 2)..], last.Values);
        Assert.Equal(all.Tokens?[^(steps * 5)..], last.Tokens);
        Assert.Equal(all.Targets, last.Targets);
        Assert.Equal(all.Classes, last.Classes);
        Assert.Equal(steps, cut.Training(1, 0, 4).Steps);
        using var torch = new TorchScope();
        using var trainer = new LongRangeTrainer(cut, Options(cut, LongRangeSwitch.Event, steps: 2) with { Window = 12 });
        trainer.Run(_ => { }, stop: TestContext.Current.CancellationToken);
        Assert.True(trainer.Finish().Run.Runtime.LargestDifference < 1e-4);
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
        Assert.Equal(unbroken.Finish().Model!.Weights["layer.0.recurrent"].ToArray(), resumed.Finish().Model!.Weights["layer.0.recurrent"].ToArray());
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
