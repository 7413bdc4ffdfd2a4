using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.SecondLook;

/// <summary>A verifier that counts the model's own second look, too: what each of the two sees is what it sees alone, and their answers are multiplied by the rule.</summary>
public sealed class BothVerifiersTest
{
    const float Weight = 0.4f;

    static readonly SuRnnModel Model = VerifiedModels.With(SecondLookTest.Model, VerifiedModels.Shape, threshold: 0.12f);
    static readonly VerifierRule Rule = SecondLookTest.Rule with { Threshold = 0.2f };
    static readonly float[] Words = SecondLookTest.Words;

    static List<Candidate> Verdicts(IVerifier verifier)
    {
        var verdicts = new List<Candidate>();
        var detector = new StreamingDetector(Model, Model.Defaults with { Verifier = verifier }) { OnCandidate = verdicts.Add };
        for (var at = 0; at < Words.Length; at += 1_777) detector.Process(Words.AsSpan(at, Math.Min(1_777, Words.Length - at)), _ => { });
        detector.Finish(_ => { });
        return verdicts;
    }

    /// <summary>The model's own second look with another rule, told of everything that it sees.</summary>
    sealed class OwnAlone(VerifierRule rule) : IVerifier
    {
        readonly IVerifier _own = Model.LookOf(Model.Defaults)!;
        public List<(float[] Frames, float[] Told)> Asked { get; } = [];
        public IReadOnlyList<string> Labels => _own.Labels;
        public VerifierRule Rule => rule;
        public VerifierWindow Window => _own.Window;

        public long Verify(in VerifierCandidate candidate, Span<float> probabilities)
        {
            var work = _own.Verify(candidate, probabilities);
            Asked.Add((candidate.Frames.ToArray(), probabilities.ToArray()));
            return work;
        }
    }

    [Fact]
    public void Score_IsTheWeightedGeometricMeanOfWhatEachSaysAlone()
    {
        var alone = new SecondLookTest.Hash(Rule) { Keep = true };
        var own = new OwnAlone(Rule);
        var both = new SecondLookTest.Hash(Rule with { OwnLookWeight = Weight }) { Keep = true };
        Verdicts(alone);
        Verdicts(own);
        var verdicts = Verdicts(both);
        Assert.InRange(verdicts.Count, 10, 60);
        Assert.Equal(alone.Asked.Count, both.Asked.Count);
        var (yes, no) = (Model.Config.Labels.ToList().IndexOf("yes"), Model.Config.Labels.ToList().IndexOf("no"));
        for (var i = 0; i < verdicts.Count; i++)
        {
            Assert.Equal(alone.Asked[i].Samples, both.Asked[i].Samples);
            Assert.Equal(alone.Asked[i].Frames, both.Asked[i].Frames);
            var given = new float[3];
            new SecondLookTest.Hash(Rule).Verify(new VerifierCandidate { Samples = alone.Asked[i].Samples, Frames = alone.Asked[i].Frames }, given);
            var scores = new[] { yes, no }.Select((place, n) => Math.Pow(given[n + 1], 1 - Weight) * Math.Pow(own.Asked[i].Told[place], Weight)).ToArray();
            Assert.Equal(scores.Max(), verdicts[i].Score, 1e-4);
            Assert.Equal(scores[0] >= scores[1] ? "yes" : "no", verdicts[i].Label);
        }
    }

    [Fact]
    public void Work_IsThatOfBoth()
    {
        var stats = new StreamingDetector(Model, Model.Defaults with { Verifier = new SecondLookTest.Hash(Rule with { OwnLookWeight = Weight }) }).Process(Words, _ => { });
        Assert.Equal(stats.Candidates * (1_000 + Model.Config.Verifier!.MultiplyAdds(Model.Config.FrameLength, Model.Config.Labels.Count)), stats.VerifierMultiplyAdds);
        Assert.InRange(stats.Candidates, 10, 60);
    }

    [Fact]
    public void Process_AllocatesNothing()
    {
        var detector = new StreamingDetector(Model, Model.Defaults with { Verifier = new SecondLookTest.Hash(Rule with { Threshold = 0.999f, OwnLookWeight = Weight }) });
        Action<Detection> nobody = _ => { };
        detector.Process(Words.AsSpan(0, 400_000), nobody);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var stats = detector.Process(Words.AsSpan(400_000), nobody);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(stats.Candidates > 0);
    }

    [Fact]
    public void Retune_ToTheSameVerifier_KeepsTheBurst()
    {
        var options = Model.Defaults with { Verifier = new SecondLookTest.Hash(Rule with { OwnLookWeight = Weight }) };
        Assert.Same(Model.LookOf(options), Model.LookOf(options with { Threshold = 0.3f }));
        SecondLookTest.AssertGoesOn(Run(options, tuneEvery: 1), () => new StreamingDetector(Model, options));
        Assert.Equal(Run(options, tuneEvery: int.MaxValue), Run(options, tuneEvery: 3));
    }

    static List<Detection> Run(DetectorOptions options, int tuneEvery)
    {
        var (detector, detections) = (new StreamingDetector(Model, options), new List<Detection>());
        for (int at = 0, block = 0; at < Words.Length; at += 4_000, block++)
        {
            if (block % tuneEvery == 0) detector.Retune(options);
            detector.Process(Words.AsSpan(at, Math.Min(4_000, Words.Length - at)), detections.Add);
        }
        detector.Finish(detections.Add);
        return detections;
    }

    [Fact]
    public void ModelWithoutASecondLook_IsRefusedWithTheRemedy()
    {
        var counting = SecondLookTest.Model.Defaults with { Verifier = new SecondLookTest.Hash(Rule with { OwnLookWeight = Weight }) };
        Assert.Contains("OwnLookWeight", Assert.Throws<ArgumentException>(() => new StreamingDetector(SecondLookTest.Model, counting)).Message);
        Assert.Contains("my.look was made for", Assert.Throws<ArgumentException>(() => SecondLookTest.Model.Config.RequireOwnLook(counting.Verifier.Rule, "my.look")).Message);
        SecondLookTest.Model.Config.RequireOwnLook(Rule, "my.look");
        Model.Config.RequireOwnLook(counting.Verifier.Rule, "my.look");
        Assert.Contains("OwnLookWeight", Assert.Throws<ArgumentException>(() => (Rule with { OwnLookWeight = 1 }).Validate()).Message);
        Assert.Contains("OwnLookWeight", Assert.Throws<ArgumentException>(() => VerifiedModels.With(SecondLookTest.Model, VerifiedModels.Shape with { Rule = Rule with { OwnLookWeight = Weight } })).Message);
    }
}
