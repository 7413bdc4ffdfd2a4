using SuRnnStream.Training.Data;
using SuRnnStream.Training.Net;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests;

public sealed class TrainerTest(TrainerTest.Shared shared) : IClassFixture<TrainerTest.Shared>
{
    public sealed class Shared : IDisposable
    {
        internal TinyCorpus Tiny { get; } = new();
        internal Corpus Corpus { get; }

        public Shared()
        {
            TorchSharp.torch.set_num_threads(1);
            Corpus = Tiny.Load();
        }

        public void Dispose() => Tiny.Dispose();
    }

    FitOptions Options => shared.Tiny.Options;

    [Fact]
    public void Loss_Falls_AndWordsAreLearnt()
    {
        var options = Options with
        {
            Epochs = 20,
            BatchSize = 16,
            EpochSegments = 64,
            Averaging = 0.9,
            RatePressure = 0.5,
            ClosingInBackground = (0.5, 1),
            ClosingInEvents = (0.6, 1),
            OpenInEvents = 0.5, // eighty steps: first learn, then close
        };
        using var trainer = new Trainer(options, shared.Corpus);
        var reports = Enumerable.Range(0, options.Epochs).Select(_ => trainer.RunEpoch()).ToArray();
        var story = string.Join("; ", reports.Select(report => $"{report.Loss:F3} {report.Clips.WordAccuracy:P0} {report.OpenInEvents:P0} {report.OpenInBackground:P0}"));
        Assert.True(reports[^1].Loss < 0.6 * reports[0].Loss, story);
        Assert.True(reports[^1].Clips.WordAccuracy >= 0.6, story);
        Assert.True(reports[^1].OpenInBackground < reports[9].OpenInBackground, story);
        Assert.Equal(12 + 4, reports[0].Clips.Clips); // and the four seconds of noise that were kept
    }

    public static TheoryData<CellKind, SwitchKind, int> Kinds => new()
    {
        { CellKind.Gru, SwitchKind.Event, 32 },
        { CellKind.Gru, SwitchKind.Both, 24 },
        { CellKind.Rnn, SwitchKind.Harmonic, 24 },
    };

    [Theory, MemberData(nameof(Kinds))]
    public void Resumed_IsTheSameAsUnbroken_BitForBit(CellKind cell, SwitchKind kind, int hidden)
    {
        var options = Options with
        {
            Config = Options.Config with { Layers = [new(cell, hidden, kind, kind == SwitchKind.Event ? 0 : 3)] },
            EpochSegments = 16,
        };
        var unbroken = Train(options, epochs: 4);

        var file = shared.Tiny.File("checkpoint.bin");
        List<EpochReport> log = [];
        using (var first = new Trainer(options, shared.Corpus))
        {
            for (var epoch = 0; epoch < 2; epoch++) log.Add(first.RunEpoch());
            File.WriteAllText(file + ".tmp", "left over by a kill while saving");
            first.Save(file);
            Assert.False(File.Exists(file + ".tmp"));
            first.RunEpoch(); // killed in the third: nothing of it may count
        }
        File.WriteAllText(file + ".tmp", "left over by a kill while saving");
        using var second = new Trainer(options, shared.Corpus);
        second.Load(file);
        Assert.Equal(2, second.Epoch);
        for (var epoch = 2; epoch < 4; epoch++) log.Add(second.RunEpoch());

        Assert.Equal(unbroken.Weights, Weights(second, options));
        Assert.Equal(unbroken.Log.Select(Timeless), log.Select(Timeless));
    }

    [Fact]
    public void Loaded_IsWhatWasSaved_BeforeItIsTrainedOn()
    {
        using var first = new Trainer(Options, shared.Corpus);
        first.RunEpoch();
        var file = shared.Tiny.File("saved.bin");
        first.Save(file);
        using var second = new Trainer(Options with { Seed = 7 }, shared.Corpus);
        second.Load(file);
        Assert.Equal(Weights(first, Options), Weights(second, Options));
        Assert.Equal(first.Judge.Clips(first.Averaged), second.Judge.Clips(second.Averaged));
    }

    /// <summary>Every place of a checkpoint is under its checksum, and the generation before is still there.</summary>
    [Fact]
    public void Load_OfADamagedCheckpoint_GoesOnFromTheOneBefore()
    {
        var checkpoint = shared.Tiny.File("generations.bin");
        using var first = new Trainer(Options, shared.Corpus);
        first.RunEpoch();
        first.Save(checkpoint);
        var before = Weights(first, Options);
        first.RunEpoch();
        first.Save(checkpoint);
        var bytes = File.ReadAllBytes(checkpoint);
        var random = new Random(4);
        for (var i = 0; i < 5; i++)
        {
            var damaged = bytes.ToArray();
            damaged[random.Next(100, damaged.Length)] ^= 4;
            File.WriteAllBytes(checkpoint, damaged);
            using var second = new Trainer(Options with { Seed = 7 }, shared.Corpus);
            second.Load(checkpoint);
            Assert.Equal(1, second.Epoch);
            Assert.Equal(before, Weights(second, Options));
        }
        File.Delete(checkpoint); // a kill between the two moves of a save
        Assert.Equal(1, Trainer.EpochOf(checkpoint));
        File.Delete(checkpoint + ".previous");
        File.WriteAllBytes(checkpoint, bytes[..^1]);
        Assert.Contains(checkpoint, Assert.Throws<InvalidDataException>(() => Trainer.EpochOf(checkpoint)).Message);
    }

    [Fact]
    public void Load_OfACheckpointThatEndsEarly_NamesIt()
    {
        var checkpoint = shared.Tiny.File("short.bin");
        using var trainer = new Trainer(Options, shared.Corpus);
        trainer.Save(checkpoint);
        File.WriteAllBytes(checkpoint, File.ReadAllBytes(checkpoint)[..^100]);
        Assert.Contains(checkpoint, Assert.Throws<InvalidDataException>(() => trainer.Load(checkpoint)).Message);
    }

    /// <summary>The first checkpoints had neither a mark nor a number of kinds in front.</summary>
    [Fact]
    public void Load_OfACheckpointWithoutASecondHead_NamesTheDifference()
    {
        var checkpoint = shared.Tiny.File("without-kinds.bin");
        using var earlier = new Trainer(Options with { KindsWeight = 0 }, shared.Corpus);
        earlier.RunEpoch();
        earlier.Save(checkpoint);
        File.WriteAllBytes(checkpoint, File.ReadAllBytes(checkpoint)[(24 + 8)..]); // nor a seal
        Assert.Equal(1, Trainer.EpochOf(checkpoint));
        using var later = new Trainer(Options with { Seed = 9 }, shared.Corpus);
        Assert.Contains("kinds", Assert.Throws<InvalidDataException>(() => later.Load(checkpoint)).Message);
    }

    [Fact]
    public void BeginWith_AModel_HearsWhatTheModelHears_AndLearnsOtherLabels()
    {
        var model = Trained(Options);
        using var same = new Trainer(Options with { Seed = 9 }, shared.Corpus);
        same.BeginWith(model);
        Assert.Equal(0, same.Epoch);
        var (theirs, ours) = (Scores(SuRnnNet.From(model)), Scores(same.Averaged));
        Assert.True(theirs.Zip(ours, (a, b) => Math.Abs(a - b)).Max() < 1e-3, "the batch normalisation that came back changes what is heard");

        using var other = new Trainer(Options with { Config = Options.Config with { Labels = [Corpus.Unknown, "flat", "up", "side", "silence"] } }, shared.Corpus);
        other.BeginWith(model);
        float[] Row(SuRnnWeights of, int label) => of["head.weight"].ToArray()[(32 * label)..(32 * label + 32)];
        var (before, after) = (model.Weights, other.Averaged.Export());
        Assert.Equal(Row(before, 3), Row(after, 1)); // flat
        Assert.Equal(Row(before, 0), Row(after, 4)); // silence
        Assert.DoesNotContain(Row(after, 3), Enumerable.Range(0, 5).Select(label => Row(before, label))); // side is new
    }

    [Fact]
    public void BeginWith_ADenseModel_AddsSwitches_AndAnotherShapeIsRefused()
    {
        var dense = Trained(Options with { Config = Options.Config with { Layers = [new(CellKind.Gru, 32, SwitchKind.None)] } });
        using var trainer = new Trainer(Options, shared.Corpus);
        trainer.BeginWith(dense);
        Assert.Equal(dense.Weights["layer.0.recurrent"].ToArray(), trainer.Averaged.Export()["layer.0.recurrent"].ToArray());
        Assert.True(trainer.RunEpoch().OpenInEvents is > 0 and < 1);

        var small = Trained(Options with { Config = Options.Config with { Layers = [new(CellKind.Gru, 16, SwitchKind.Event)] } });
        Assert.Contains("layers", Assert.Throws<ArgumentException>(() => trainer.BeginWith(small)).Message);
        Assert.Contains("float32", Assert.Throws<ArgumentException>(() => trainer.BeginWith(dense.ToInt8())).Message);
    }

    [Fact]
    public void Teacher_DrawsTheAnswersNearer()
    {
        var file = shared.Tiny.File("teacher.surnn");
        var teacher = Trained(Options with { EpochSegments = 160 });
        ModelFile.Save(file, teacher);
        double Apart(FitOptions options)
        {
            using var trainer = new Trainer(options, shared.Corpus);
            for (var epoch = 0; epoch < 3; epoch++) trainer.RunEpoch();
            return Scores(SuRnnNet.From(teacher)).Zip(Scores(trainer.Averaged), (a, b) => Math.Abs(a - b)).Average();
        }
        var (alone, distilled) = (Apart(Options), Apart(Options with { Teacher = file, Distillation = 5 }));
        Assert.True(distilled < 0.8 * alone, $"{distilled} from the teacher, {alone} without");

        var other = Options with { Teacher = file, Config = Options.Config with { Labels = ["silence", "unknown", "this", "that", "thus"] } };
        Assert.Contains(file, Assert.Throws<ArgumentException>(() => new Trainer(other, shared.Corpus)).Message);
    }

    SuRnnModel Trained(FitOptions options)
    {
        using var trainer = new Trainer(options, shared.Corpus);
        trainer.RunEpoch();
        return new SuRnnModel(options.Config, trainer.Averaged.Export());
    }

    /// <summary>Probabilities of the labels in some segments.</summary>
    float[] Scores(SuRnnNet net)
    {
        using var torch = new TorchScope();
        var maker = new SegmentMaker(shared.Corpus, Options.Config.RequireFrontEnd(), Options.Segments, 5);
        using var batch = Batch.Stack([.. Enumerable.Range(0, 16).Select(n => maker.Make(0, n))], Options.Config.FrameLength);
        return net.Forward(batch.Frames).Logits.softmax(2).contiguous().data<float>().ToArray();
    }

    [Fact]
    public void SameSeed_GivesTheSame_AndAnotherSeedAnother()
    {
        var options = Options with { EpochSegments = 16 };
        var (weights, log) = Train(options, epochs: 1);
        var same = Train(options, epochs: 1);
        Assert.Equal(weights, same.Weights);
        Assert.Equal(log.Select(Timeless), same.Log.Select(Timeless));
        var other = Train(options with { Seed = 2 }, epochs: 1);
        Assert.NotEqual(weights, other.Weights);
        Assert.NotEqual(log[0].Loss, other.Log[0].Loss);
    }

    /// <summary>Under the mean's pressure alone some neurons close for good.</summary>
    [Fact]
    public void EveryNeuronOpensNowAndThen_WhereEachHasALeastRate()
    {
        int Dead(double least)
        {
            var options = Options with { EpochSegments = 64, Epochs = 16, OpenInEvents = 0.05, OpenInBackground = 1, LeastOpen = least, Averaging = 0.5, ClosingInBackground = (0, 0.2), ClosingInEvents = (0, 0.3) };
            using var trainer = new Trainer(options, shared.Corpus);
            for (var epoch = 0; epoch < options.Epochs; epoch++) trainer.RunEpoch();
            using var torch = new TorchScope();
            var maker = new SegmentMaker(shared.Corpus, options.Config.RequireFrontEnd(), options.Segments, 5);
            using var batch = Batch.Stack([.. Enumerable.Range(0, 32).Select(n => maker.Make(0, n))], options.Config.FrameLength);
            var opened = trainer.Averaged.Forward(batch.Frames).Gates[0].amax([0, 1]).data<float>().ToArray();
            return opened.Count(open => open == 0);
        }
        var (free, held) = (Dead(least: 0), Dead(least: 0.03));
        Assert.True(free >= 5 && 2 * held <= free, $"of 32 neurons {free} never open, and {held} with a least rate");
    }

    [Fact]
    public void Kinds_AreASecondTask_AndNothingOfItIsExported()
    {
        var options = Options with { EpochSegments = 16 };
        using var without = new Trainer(options with { KindsWeight = 0 }, shared.Corpus);
        using var with = new Trainer(options, shared.Corpus);
        without.RunEpoch();
        with.RunEpoch();
        Assert.NotEqual(Weights(without, options), Weights(with, options));
        Assert.Equal(without.Averaged.parameters().Count() + 2, with.Averaged.parameters().Count());
        Assert.Equal(TinyCorpus.Words.Length, with.Averaged.get_parameter("kinds.weight")!.shape[0]);
    }

    [Fact]
    public void DenseTwin_IsAlwaysOpen()
    {
        using var trainer = new Trainer(Options with { Config = Options.Config with { Layers = [new(CellKind.Gru, 32, SwitchKind.None)] } }, shared.Corpus);
        var report = trainer.RunEpoch();
        Assert.Equal(1, report.Clips.OpenInSpeech);
        Assert.Equal(0, report.Noise.WhollyShut);
    }

    [Fact]
    public void Progress_CountsEveryBatch()
    {
        using var trainer = new Trainer(Options, shared.Corpus);
        List<(int, int)> seen = [];
        trainer.RunEpoch((done, of, loss) =>
        {
            seen.Add((done, of));
            Assert.True(double.IsFinite(loss));
        });
        Assert.Equal([(1, 3), (2, 3), (3, 3)], seen);
        Assert.Equal(24, trainer.SegmentsPerEpoch);
        Assert.Equal(Train(Options, 1).Weights, Weights(trainer, Options)); // whether anybody looks on changes nothing
    }

    (int[] Weights, List<EpochReport> Log) Train(FitOptions options, int epochs)
    {
        using var trainer = new Trainer(options, shared.Corpus);
        var log = Enumerable.Range(0, epochs).Select(_ => trainer.RunEpoch()).ToList();
        return (Weights(trainer, options), log);
    }

    static EpochReport Timeless(EpochReport report) => report with { Seconds = 0 };

    /// <summary>All exported numbers, as bits.</summary>
    static int[] Weights(Trainer trainer, FitOptions options)
    {
        var weights = trainer.Averaged.Export();
        return [.. SuRnnWeights.Shapes(options.Config).SelectMany(tensor => weights[tensor.Name].ToArray()).Select(BitConverter.SingleToInt32Bits)];
    }
}
