using System.Globalization;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

/// <summary>What a stream promises: chunks do not matter, nothing is allocated, no stream disturbs another, states can be kept.</summary>
public sealed class StreamingDetectorTest
{
    static readonly DetectorOptions Eager = TinyModels.Eager;

    static readonly SuRnnModel Model = TinyModels.Build(CellKind.Gru, SwitchKind.Both, stem: true, layers: 2);

    [Fact]
    public void Process_HoweverSamplesAreCut_GivesTheSameDetectionsAndCounts()
    {
        var detections = 0;
        foreach (var (cell, kind, stem, layers) in TinyModels.Kinds())
        {
            var model = TinyModels.Build(cell, kind, stem, layers);
            var sound = Sounds.Mixture(40, seed: 3);
            var whole = Run(new(model, Eager), sound);
            detections += whole.Detections.Count;
            Assert.Equal((sound.Length - 256) / 160 + 1, whole.Stats.Frames);
            for (var seed = 0; seed < 4; seed++)
            {
                var cut = RunInPieces(new(model, Eager), sound, seed);
                Assert.Equal(whole.Detections, cut.Detections);
                Assert.Equal(whole.Stats, cut.Stats);
                Assert.Equal(whole.Scores, cut.Scores);
            }
        }
        Assert.True(detections > 150, $"{detections} detections do not tell much");
    }

    [Fact]
    public void Process_Dense_GivesTheSameDetections()
    {
        foreach (var (cell, kind, stem, layers) in TinyModels.Kinds())
        {
            var model = TinyModels.Build(cell, kind, stem, layers);
            var sound = Sounds.Mixture(25, seed: 4);
            var (skipping, dense) = (Run(new(model, Eager), sound), Run(new(model, Eager with { Dense = true }), sound));
            Assert.Equal(skipping.Detections, dense.Detections);
            Assert.Equal(skipping.Scores, dense.Scores);
            Assert.Equal(skipping.Stats.SwitchesOpen, dense.Stats.SwitchesOpen);
            Assert.Equal(0, dense.Stats.FramesSkipped);
            if (kind != SwitchKind.None) Assert.True(skipping.Stats.MultiplyAdds < dense.Stats.MultiplyAdds);
        }
    }

    [Fact]
    public void Process_AfterWarmUp_AllocatesNothing()
    {
        foreach (var options in new[] { Eager, Eager with { Dense = true } })
        {
            var (detector, sound) = (new StreamingDetector(Model, options), Sounds.Mixture(40, seed: 5));
            var heard = 0;
            Action<Detection> count = _ => heard++;
            for (var i = 0; i < 3; i++) detector.Process(sound, count);
            heard = 0;
            Assert.Equal(0, Allocations.Of(() =>
            {
                detector.Process(sound, count);
                detector.Reset();
                detector.Process(sound, count);
            }));
            Assert.True(heard > 5);
        }
    }

    [Fact]
    public void Times_LieInsideTheStream_AndStatsCoverIt()
    {
        var sound = Sounds.Mixture(40, seed: 3);
        var (detections, stats, _) = Run(new(Model, Eager), sound);
        Assert.Equal(160 * stats.Frames, stats.StreamTime.TotalSeconds * 16_000, 1e-3);
        foreach (var detection in detections)
        {
            Assert.True(detection.Start <= detection.End && detection.End <= detection.Time);
            Assert.InRange(detection.Time.TotalSeconds, 0.016, sound.Length / 16_000.0);
            Assert.InRange(detection.Score, Eager.Threshold, 1);
            Assert.Null(detection.Source);
        }
    }

    [Fact]
    public void OnFrame_SeesEveryFrameAsTheDetectorLeavesIt()
    {
        var (sound, frames, open) = (Sounds.Mixture(10, seed: 7), 0, 0L);
        var (mel, state, features) = (new MelFrontEnd(Model.Config.FrontEnd!), Model.NewState(), new float[Model.Config.FrameLength]);
        var expected = new List<float[]>();
        ReadOnlySpan<float> left = sound;
        while (mel.TryNext(ref left, features))
        {
            Model.Step(features, state);
            expected.Add([.. features, .. state.Scores.Span]);
        }
        var detector = new StreamingDetector(Model, Eager)
        {
            OnFrame = (in FrameView frame) =>
            {
                float[] seen = [.. frame.Features, .. frame.Scores];
                Assert.Equal(expected[frames], seen);
                Assert.Equal(TimeSpan.FromMilliseconds(16 + 10 * frames++), frame.End);
                for (var layer = 0; layer < 2; layer++) open += frame.Open(layer).Count(true);
                Assert.Equal(1, frame.Stats.Frames);
            },
        };
        var stats = detector.Process(sound, _ => { });
        Assert.Equal((expected.Count, stats.SwitchesOpen), (frames, open));
    }

    [Fact]
    public void Reset_GivesTheDetectorOfANewStream()
    {
        var (used, sound) = (new StreamingDetector(Model, Eager), Sounds.Mixture(20, seed: 6));
        var first = Run(used, sound);
        used.Reset();
        AssertSame(first, Run(used, sound));
    }

    [Fact]
    public void New_WithAModelThatIsNoDetector_SaysWhy()
    {
        static void Refused(SuRnnConfig config, string says)
        {
            var model = TinyModels.Build(config);
            Assert.Contains(says, Assert.Throws<ArgumentException>(() => new StreamingDetector(model)).Message);
            Assert.Contains(says, Assert.Throws<ArgumentException>(() => new ClipClassifier(model)).Message);
        }
        var config = TinyModels.Config();
        Refused(config with { FrontEnd = null, Inputs = 3 }, "The model takes frames of 3 numbers, not sound: call SuRnnModel.Step");
        Refused(config with { Readout = Readout.Last }, "the model's readout is Last");
        Refused(config with { Readout = Readout.Mean }, "the model's readout is Mean");
        Refused(config with { Head = HeadKind.Linear }, "the model's head is Linear");
    }

    [Fact]
    public void SaveAndRestore_ChangeNothing()
    {
        foreach (var (cell, kind, stem, layers) in TinyModels.Kinds())
        {
            var model = TinyModels.Build(cell, kind, stem, layers);
            var sound = Sounds.Mixture(20, seed: 7);
            var whole = Run(new(model, Eager), sound);
            for (var at = 0; at < sound.Length; at += 7_001)
            {
                var before = new StreamingDetector(model, Eager);
                var first = Run(before, sound[..at]);
                var after = new StreamingDetector(Reloaded(model), Eager);
                after.Process(Sounds.Noise(1_234), _ => { }); // of which nothing may be left
                after.Restore(Saved(before));
                var second = Run(after, sound[at..]);
                Assert.Equal(whole.Detections, first.Detections.Concat(second.Detections));
                Assert.Equal(whole.Scores, second.Scores);
                var stats = first.Stats + second.Stats;
                if (!stem) Assert.Equal(whole.Stats, stats); // a stem works a few outputs out again
                Assert.Equal((whole.Stats.Frames, whole.Stats.SwitchesOpen), (stats.Frames, stats.SwitchesOpen));
            }
        }
    }

    [Fact]
    public void Restore_OfAStateCutShort_ThrowsAndResets()
    {
        var (sound, detector) = (Sounds.Mixture(10, seed: 8), new StreamingDetector(Model, Eager));
        var fresh = Run(new(Model, Eager), sound);
        detector.Process(sound, _ => { });
        var saved = Saved(detector).ToArray();
        for (var length = 0; length < saved.Length; length += length < 400 ? 1 : 13)
            Assert.Throws<InvalidDataException>(() => detector.Restore(new MemoryStream(saved[..length])));
        AssertSame(fresh, Run(detector, sound));
    }

    [Fact]
    public void Restore_OfADamagedState_ThrowsOrWorks()
    {
        var (sound, detector) = (Sounds.Mixture(5, seed: 9), new StreamingDetector(Model, Eager));
        var fresh = Run(new(Model, Eager), sound);
        detector.Process(sound, _ => { });
        var saved = Saved(detector).ToArray();
        var random = new Random(10);
        var refused = 0;
        for (var i = 0; i < 1_500; i++)
        {
            var damaged = saved.ToArray();
            var end = i < 600 ? 600 : saved.Length; // the front holds most of what can be wrong
            for (var bytes = random.Next(1, 6); bytes > 0; bytes--) damaged[random.Next(end)] = (byte)random.Next(256);
            try
            {
                detector.Restore(new MemoryStream(damaged));
                detector.Process(sound.AsSpan(0, Math.Min(sound.Length, 2_000)), _ => { });
            }
            catch (InvalidDataException)
            {
                if (refused++ % 100 == 0) AssertSame(fresh, Run(detector, sound));
            }
        }
        Assert.True(refused > 300, $"only {refused} were refused");
    }

    [Fact]
    public void Restore_OfAnotherModelsState_Throws()
    {
        var saved = Saved(new StreamingDetector(Model, Eager)).ToArray();
        var config = Model.Config;
        SuRnnConfig[] others =
        [
            config with { Stem = [] },
            config with { SalienceFrames = 2 },
            config with { Labels = ["noise", "yes", "no", "go"] },
            config with { FrontEnd = TinyModels.FrontEnd with { HopLength = 128 } },
            config with { FrontEnd = TinyModels.FrontEnd with { LowHz = 100.5f } },
            config with { Layers = [config.Layers[0], config.Layers[1] with { Cell = CellKind.Rnn }] },
        ];
        foreach (var other in others)
        {
            var detector = new StreamingDetector(TinyModels.Build(other), Eager);
            Assert.Contains("another shape", Assert.Throws<InvalidDataException>(() => detector.Restore(new MemoryStream(saved))).Message);
        }
        byte[] minusOne = [0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0];
        Assert.Throws<InvalidDataException>(() => new StreamingDetector(Model).Restore(new MemoryStream(minusOne)));
        new StreamingDetector(Model, Eager).Restore(new MemoryStream(saved));
    }

    [Fact]
    public void Restore_InACountryWithDecimalCommas_TakesTheSameState()
    {
        var model = TinyModels.Build(TinyModels.Config() with { FrontEnd = TinyModels.FrontEnd with { LowHz = 100.5f } });
        var saved = Saved(new StreamingDetector(model));
        var before = CultureInfo.CurrentCulture;
        var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        commas.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = commas;
            new StreamingDetector(model).Restore(saved);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void TwoStreams_OfOneModel_DoNotDisturbEachOther()
    {
        var sounds = Enumerable.Range(0, 2).Select(i => Sounds.Mixture(60, seed: 20 + i)).ToArray();
        var alone = sounds.Select(sound => Run(new(Model, Eager), sound)).ToArray();
        for (var round = 0; round < 5; round++)
        {
            var together = new Result[2];
            using var start = new Barrier(2);
            var threads = Enumerable.Range(0, 2).Select(i => new Thread(() =>
            {
                var detector = new StreamingDetector(Model, Eager);
                start.SignalAndWait();
                together[i] = RunInPieces(detector, sounds[i], round);
            })).ToArray();
            foreach (var thread in threads) thread.Start();
            foreach (var thread in threads) thread.Join();
            for (var i = 0; i < 2; i++) AssertSame(alone[i], together[i]);
        }
    }

    [Fact]
    public void Options_ComeFromTheModel_UnlessGiven()
    {
        var never = TinyModels.Build(Model.Config, defaults: Eager with { Threshold = 0.9999f });
        var sound = Sounds.Mixture(40, seed: 3);
        Assert.Empty(Run(new(never), sound).Detections);
        Assert.NotEmpty(Run(new(never, Eager), sound).Detections);
        Assert.Throws<ArgumentException>(() => new StreamingDetector(Model, Eager with { Threshold = 2 }));
    }

    readonly record struct Result(List<Detection> Detections, ComputeStats Stats, float[] Scores);

    static void AssertSame(Result expected, Result actual)
    {
        Assert.Equal(expected.Detections, actual.Detections);
        Assert.Equal(expected.Stats, actual.Stats);
        Assert.Equal(expected.Scores, actual.Scores);
    }

    static Result Run(StreamingDetector detector, float[] sound) => Run(detector, [sound]);

    static Result RunInPieces(StreamingDetector detector, float[] sound, int seed)
    {
        var random = new Random(seed);
        var pieces = new List<float[]>();
        for (var at = 0; at < sound.Length; at += pieces[^1].Length)
            pieces.Add(sound[at..Math.Min(sound.Length, at + random.Next(random.Next(5) == 0 ? 3 : 1_500))]);
        return Run(detector, pieces);
    }

    /// <summary>Detections, stats without the times, scores at the end.</summary>
    static Result Run(StreamingDetector detector, IEnumerable<float[]> pieces)
    {
        var (detections, stats) = (new List<Detection>(), new ComputeStats());
        foreach (var piece in pieces) stats += detector.Process(piece, detections.Add);
        return new(detections, stats with { FrontEndTime = default, NetworkTime = default }, detector.State.Scores.ToArray());
    }

    static MemoryStream Saved(StreamingDetector detector)
    {
        var stream = new MemoryStream();
        detector.Save(stream);
        stream.Position = 0;
        return stream;
    }

    static SuRnnModel Reloaded(SuRnnModel model)
    {
        var stream = new MemoryStream();
        ModelFile.Save(stream, model);
        stream.Position = 0;
        return ModelFile.Load(stream, "reloaded");
    }
}
