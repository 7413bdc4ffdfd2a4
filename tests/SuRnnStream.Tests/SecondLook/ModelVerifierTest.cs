using System.Text;
using SuRnnStream.Evaluation;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.SecondLook;

/// <summary>A model file with a second look of its own. Its weights are drawn, so what it says is of no use, but depends on every frame that it sees.</summary>
public sealed class ModelVerifierTest
{
    static readonly SuRnnModel First = SecondLookTest.Model;
    static readonly SuRnnModel Model = VerifiedModels.With(First, VerifiedModels.Shape, threshold: 0.12f);
    static readonly float[] Words = SecondLookTest.Words;

    static (List<Detection> Detections, ComputeStats Stats) Run(SuRnnModel model, float[] samples, Func<int> chunk, DetectorOptions? options = null)
    {
        var detector = new StreamingDetector(model, options);
        var (detections, stats) = (new List<Detection>(), new ComputeStats());
        for (var at = 0; at < samples.Length;)
        {
            var n = Math.Min(chunk(), samples.Length - at);
            stats += detector.Process(samples.AsSpan(at, n), detections.Add);
            at += n;
        }
        stats += detector.Finish(detections.Add);
        return (detections, stats);
    }

    [Fact]
    public void Process_InAnyChunksAndDense_DetectsAndCountsTheSame()
    {
        var (whole, stats) = Run(Model, Words, () => Words.Length);
        Assert.InRange(stats.Accepted, 1, stats.Candidates - 1);
        Assert.Equal(stats.Accepted, whole.Count);
        Assert.Equal(stats.Candidates * Model.Config.Verifier!.MultiplyAdds(40, 12), stats.VerifierMultiplyAdds);
        var random = new Random(5);
        foreach (var (chunk, dense) in new (Func<int>, bool)[] { (() => 1 + random.Next(40), false), (() => random.Next(1, 20_000), false), (() => 1_000, true) })
        {
            var (detections, other) = Run(Model, Words, chunk, Model.Defaults with { Dense = dense });
            Assert.Equal(whole, detections);
            Assert.Equal((stats.Candidates, stats.Accepted, stats.VerifierMultiplyAdds), (other.Candidates, other.Accepted, other.VerifierMultiplyAdds));
        }
    }

    [Fact]
    public void Verify_Off_IsTheFirstStage()
    {
        Assert.Equal(0.33f, Model.FirstStage.Threshold);
        Assert.Equal(0.25f, Model.FirstStage.Thresholds["up"]);
        var alone = Run(Model, Words, () => 4_000, Model.FirstStage with { Thresholds = First.Defaults.Thresholds });
        Assert.Equal(Run(First, Words, () => 4_000).Detections, alone.Detections);
        Assert.Equal(0, alone.Stats.Candidates);
        Assert.Same(First.Defaults, First.FirstStage);
    }

    [Fact]
    public void AnotherRule_IsTheFirstStageAlone()
    {
        var talk = Model.Defaults.With(GateRule.Talk);
        Assert.False(talk.Verify);
        Assert.Equal(Run(First, Words, () => 4_000, First.Defaults.With(GateRule.Talk)).Detections, Run(Model, Words, () => 4_000, talk).Detections);
    }

    [Fact]
    public void Restore_InTheMiddle_GoesOnExactly()
    {
        SecondLookTest.AssertGoesOn(Run(Model, Words, () => 700).Detections, () => new StreamingDetector(Model));
    }

    [Fact]
    public void Restore_OfAStateWithoutSecondLook_IsRefused()
    {
        using var saved = new MemoryStream();
        new StreamingDetector(Model, Model.FirstStage).Save(saved);
        saved.Position = 0;
        Assert.Throws<InvalidDataException>(() => new StreamingDetector(Model).Restore(saved));
    }

    [Fact]
    public void Retune_ToTheFirstStageAndBack_TakesTheirThresholds()
    {
        var detector = new StreamingDetector(Model);
        detector.Retune(Model.FirstStage);
        Assert.Equal(0, detector.Process(Words.AsSpan(0, 160_000), _ => { }).Candidates);
        detector.Retune(Model.Defaults with { Threshold = 0.001f });
        var detections = new List<Detection>();
        var stats = detector.Process(Words.AsSpan(160_000), detections.Add);
        Assert.InRange(stats.Candidates, 5, 60);
        Assert.InRange(detections.Count, stats.Candidates - 3, stats.Candidates); // but for one soon after another of the same label
    }

    [Fact]
    public void Process_AllocatesNothing()
    {
        var detector = new StreamingDetector(Model, Model.Defaults with { Threshold = 0.999f });
        Action<Detection> nobody = _ => { };
        detector.Process(Words.AsSpan(0, 400_000), nobody);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var stats = detector.Process(Words.AsSpan(400_000), nobody);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(stats.Candidates > 0);
    }

    [Fact]
    public void AStorm_IsBoundedByTheRule()
    {
        // The last word over and over, in pieces that open and shut the switches as often as they can.
        float[] word = Words[(56 * 16_000 + 8_000)..(56 * 16_000 + 14_400)], storm = new float[60 * 16_000];
        for (var i = 0; i < storm.Length; i++) storm[i] = i % 4_160 < 2_080 ? word[i % word.Length] : 0;
        var (_, stats) = Run(Model, storm, () => 1_600);
        Assert.InRange(stats.Candidates, 1, 60 / (0.1 + 0.14) + 1); // the shortest burst and its calm
        Assert.Equal(stats.Candidates * Model.Config.Verifier!.MultiplyAdds(40, 12), stats.VerifierMultiplyAdds);
    }

    [Fact]
    public void Evaluator_AtAnotherThreshold_CountsWhatADetectorWithItWouldDetect()
    {
        var heard = new Evaluator(Model).Hear(EvaluationStream.FromRecording("words", [], Words, 16_000));
        foreach (var threshold in new[] { 0.06f, 0.12f, 0.2f, 0.4f })
            Assert.Equal(Run(Model, Words, () => 4_000, Model.Defaults with { Threshold = threshold }).Detections, heard.Verdicts!.Replay(Model.Defaults with { Threshold = threshold }, TimeSpan.FromMilliseconds(20)));
    }

    [Fact]
    public void Classify_AsksAboutTheLongestBurst_AndAboutNothingInSilence()
    {
        var classifier = new ClipClassifier(Model);
        var word = Words.AsSpan((int)(1.4 * 16_000), 16_000);
        var (result, alone) = (classifier.Classify(word), new ClipClassifier(First).Classify(word));
        Assert.InRange(result.Stats.Candidates, 1, 3);
        Assert.Equal(result.Stats.Candidates * Model.Config.Verifier!.MultiplyAdds(40, 12), result.Stats.VerifierMultiplyAdds);
        Assert.Equal(alone.Score, result.Score); // the network's
        Assert.Equal("yes", alone.Label);
        Assert.NotEqual("yes", result.Label);    // drawn weights say something else
        Assert.Equal(result.Label, classifier.Classify(word).Label);
        var silent = classifier.Classify(new float[16_000]);
        Assert.Equal(("silence", 0L), (silent.Label, silent.Stats.Candidates));
    }

    [Fact]
    public void Int8AndFloat32_HaveTheSameSecondLook()
    {
        var float32 = VerifiedModels.With(ModelFile.Load(Repository.File("models", "commands-float32.surnn")), VerifiedModels.Shape, threshold: 0.12f);
        var int8 = float32.ToInt8();
        foreach (var (name, _) in float32.Config.Verifier!.Tensors(float32.Config)) Assert.Equal(float32.Weights[name].ToArray(), int8.Weights[name].ToArray());
        Assert.NotEmpty(Run(int8, Words, () => 4_000).Detections);
    }

    [Fact]
    public void Saved_AndLoaded_ItIsTheSame()
    {
        using MemoryStream once = new(), twice = new();
        ModelFile.Save(once, Model);
        Assert.Equal(7, once.ToArray()[6]);
        once.Position = 0;
        var loaded = ModelFile.Load(once, "once");
        ModelFile.Save(twice, loaded);
        Assert.Equal(once.ToArray(), twice.ToArray());
        Assert.Equal(Model.FirstStage.Threshold, loaded.FirstStage.Threshold);
        Assert.Equal(Run(Model, Words, () => 4_000).Detections, Run(loaded, Words, () => 4_000).Detections);
    }

    [Theory]
    [InlineData("\"framesAfter\":5", "\"framesAfter\":9", "FramesAfter is 9")]
    [InlineData("\"hidden\":16,\"own", "\"hidden\":17,\"own", "verifier.hidden.weight")]
    [InlineData("\"ownPower\":0.25", "\"ownPower\":5.25", "OwnPower is 5.25")]
    [InlineData("\"firstThreshold\":0.33", "\"firstThreshold\":1.33", "Threshold is 1.33")]
    [InlineData("{\"up\":0.25}},\"detector\"", "{\"xx\":0.25}},\"detector\"", "'xx'")]
    public void Load_OfAHeaderThatDoesNotFit_SaysWhy(string from, string to, string why)
    {
        using var file = new MemoryStream();
        ModelFile.Save(file, Model, checksum: false);
        var bytes = file.ToArray();
        var place = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(from));
        Assert.True(place > 0);
        Encoding.UTF8.GetBytes(to).CopyTo(bytes, place);
        Assert.Contains(why, Assert.Throws<InvalidModelException>(() => ModelFile.Load(new MemoryStream(bytes), "changed")).Message);
    }

    [Fact]
    public void AModelWithoutEventSwitches_IsRefused()
    {
        var dense = ModelFile.Load(Repository.File("models", "commands-dense.surnn"));
        Assert.Contains("no layer of the model has an event switch", Assert.Throws<ArgumentException>(() => VerifiedModels.With(dense, VerifiedModels.Shape)).Message);
    }
}
