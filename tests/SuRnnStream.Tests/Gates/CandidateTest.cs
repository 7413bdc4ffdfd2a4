using Xunit;

namespace SuRnnStream.Tests.Gates;

/// <summary>Every reason for which something is not detected, under each rule that has it.</summary>
public sealed class CandidateTest
{
    static readonly DetectorOptions Scores = MadeFrames.Talk with { Rule = GateRule.Scores };

    static TimeSpan Frames(double count) => TimeSpan.FromMilliseconds(20 * count);

    static (List<Candidate> Candidates, List<Detection> Detections) Run(MadeFrames made, DetectorOptions options, bool toItsEnd = true)
    {
        var (candidates, heard) = (new List<Candidate>(), new List<Detection>());
        var gate = new EventGate(options, MadeFrames.Config) { OnCandidate = candidates.Add };
        heard.AddRange(made.Run(gate));
        if (toItsEnd) gate.RunOut(made.All[^1].Scores, 0, heard.Add);
        return (candidates, heard);
    }

    static (string Label, CandidateOutcome Outcome)[] Outcomes(MadeFrames made, DetectorOptions options) =>
        [.. Run(made, options).Candidates.Select(one => (one.Label, one.Outcome))];

    [Fact]
    public void Scores_BelowTheThreshold_IsToldWhenItFalls()
    {
        var candidate = Assert.Single(Run(new MadeFrames().Then(2).Then(1, yes: 0.2f).Then(1, yes: 0.25f).Then(2, yes: 0.2f).Then(5), Scores).Candidates);
        Assert.Equal(new Candidate("yes", 0.25f, 0.3f, Frames(3), Frames(4), Frames(7), CandidateOutcome.BelowThreshold), candidate);
    }

    [Fact]
    public void Scores_BelowTheThresholdUntilTheEnd_IsToldAtTheEnd() =>
        Assert.Equal([("yes", CandidateOutcome.BelowThreshold)], Outcomes(new MadeFrames().Then(5, yes: 0.25f), Scores));

    [Fact]
    public void Scores_BelowRelease_IsNoCandidate() => Assert.Empty(Outcomes(new MadeFrames().Then(5, yes: 0.1f).Then(5), Scores));

    [Fact]
    public void Scores_OfTwoThatCompete_TheOtherLabelWins() =>
        Assert.Equal([("yes", CandidateOutcome.OtherLabel), ("no", CandidateOutcome.Detected)], Outcomes(new MadeFrames().Then(4, yes: 0.5f, no: 0.9f).Then(5), Scores));

    [Fact]
    public void Scores_WithinTheRefractoryTime_IsHeldBack() =>
        Assert.Equal([("yes", CandidateOutcome.Detected), ("yes", CandidateOutcome.Refractory)], Outcomes(new MadeFrames().Then(4, yes: 0.5f).Then(3).Then(4, yes: 0.6f).Then(5), Scores with { Refractory = TimeSpan.FromSeconds(1) }));

    [Fact]
    public void Scores_BeforeTheStreamHasSettled_IsHeldBack() =>
        Assert.Equal([("yes", CandidateOutcome.Settling)], Outcomes(new MadeFrames().Then(4, yes: 0.5f).Then(5), Scores with { Settle = TimeSpan.FromSeconds(1) }));

    [Fact]
    public void Scores_ALongSound_IsOneCandidate() => Assert.Equal([("yes", CandidateOutcome.Detected)], Outcomes(new MadeFrames().Then(200, yes: 0.5f).Then(5), Scores));

    [Fact]
    public void Talk_OverBackground_IsVetoed() => Assert.Equal([("yes", CandidateOutcome.Vetoed)],
        Outcomes(new MadeFrames().Then(1, 5, unknown: 0.6f).Then(10).Then(6, open: 9, yes: 0.9f).Then(7), MadeFrames.Talk));

    [Fact]
    public void Talk_BackgroundWhileItWaits_IsVetoed() =>
        Assert.Equal([("yes", CandidateOutcome.Vetoed)], Outcomes(new MadeFrames().Then(6, open: 9, yes: 0.9f).Then(1, open: 5, unknown: 0.6f).Then(9), MadeFrames.Talk));

    [Theory, InlineData(4, 24), InlineData(4, 70)]
    public void Talk_WhereSpeechGoesOn_FindsNoCalm(int frames, int open) =>
        Assert.Equal([("yes", CandidateOutcome.NoCalm)], Outcomes(new MadeFrames().Then(frames, open: 9, yes: 0.9f).Then(open, open: 9).Then(7), MadeFrames.Talk));

    [Fact]
    public void Talk_ALongBurst_FindsNoCalm() =>
        Assert.Equal([("yes", CandidateOutcome.NoCalm)], Outcomes(new MadeFrames().Then(61 - 6, open: 9).Then(6, open: 9, yes: 0.9f).Then(7), MadeFrames.Talk));

    [Fact]
    public void Talk_ALouderOne_TakesItsPlace() => Assert.Equal([("yes", CandidateOutcome.OtherLabel), ("no", CandidateOutcome.Detected)],
        Outcomes(new MadeFrames().Then(6, open: 9, yes: 0.5f).Then(6, open: 9, no: 0.9f).Then(7), MadeFrames.Talk));

    [Fact]
    public void Talk_BelowTheThreshold_IsTold() =>
        Assert.Equal([("yes", CandidateOutcome.BelowThreshold)], Outcomes(new MadeFrames().Then(6, open: 9, yes: 0.25f).Then(7), MadeFrames.Talk));

    [Theory]
    [InlineData(0.25f, 0, 10, 0, CandidateOutcome.BelowThreshold)]
    [InlineData(0.9f, 0, 10, 0, CandidateOutcome.Detected)]
    [InlineData(0.35f, 0, 10, 0.34f, CandidateOutcome.OtherLabel)] // too near a second label
    [InlineData(0.35f, 0.6f, 10, 0, CandidateOutcome.Vetoed)]
    [InlineData(0.9f, 0, 61, 0, CandidateOutcome.NoCalm)]
    [InlineData(0.9f, 0, 4, 0, CandidateOutcome.NoCandidate)]
    public void Bursts_SayWhatBecameOfTheBest(float yes, float unknownBefore, int frames, float no, CandidateOutcome outcome)
    {
        var made = new MadeFrames().Then(10, open: 1, unknown: unknownBefore).Then(frames, open: 20, yes: yes, no: no).Then(10);
        Assert.Equal(outcome, Run(made, MadeFrames.Bursts).Candidates.Single(one => one.Label == "yes").Outcome);
    }

    [Fact]
    public void Bursts_OfTwo_TheOtherLabelWins() => Assert.Equal([("yes", CandidateOutcome.OtherLabel), ("no", CandidateOutcome.Detected)],
        Outcomes(new MadeFrames().Then(10, open: 20, yes: 0.4f, no: 0.9f).Then(10), MadeFrames.Bursts));

    [Fact]
    public void Bursts_WithinTheRefractoryTime_AreHeldBack() => Assert.Equal([("yes", CandidateOutcome.Detected), ("yes", CandidateOutcome.Refractory)],
        Outcomes(new MadeFrames().Then(10, open: 20, yes: 0.9f).Then(10).Then(10, open: 20, yes: 0.9f).Then(10), MadeFrames.Bursts with { Refractory = TimeSpan.FromSeconds(2) }));

    [Fact]
    public void Bursts_BeforeTheStreamHasSettled_AreHeldBack() => Assert.Equal([("yes", CandidateOutcome.Settling)],
        Outcomes(new MadeFrames().Then(10, open: 20, yes: 0.9f).Then(10), MadeFrames.Bursts with { Settle = TimeSpan.FromSeconds(1) }));

    /// <summary>In a noisy room a burst does not end, and the answer must not wait for its end.</summary>
    [Fact]
    public void Bursts_ThatDoNotEnd_SayNoCalmAtOnce()
    {
        var made = new MadeFrames().Then(20, open: 9).Then(6, open: 9, yes: 0.8f).Then(400, open: 9).Then(6, open: 9, yes: 0.9f).Then(9, open: 9);
        Assert.Equal([("yes", 0.8f, CandidateOutcome.NoCalm), ("yes", 0.9f, CandidateOutcome.NoCalm)], Run(made, MadeFrames.Bursts, toItsEnd: false).Candidates.Select(one => (one.Label, one.Score, one.Outcome)));
        Assert.Equal(2, Run(made.Then(20), MadeFrames.Bursts).Candidates.Count); // and its end tells nothing twice
    }

    /// <summary>The echo of a detected label is no near miss.</summary>
    [Theory, InlineData(GateRule.Scores), InlineData(GateRule.Talk), InlineData(GateRule.Bursts)]
    public void ARiseBesideADetection_IsOfTheOtherLabel(GateRule rule)
    {
        var options = (rule == GateRule.Bursts ? MadeFrames.Bursts : MadeFrames.Talk) with { Rule = rule };
        var outcomes = Outcomes(new MadeFrames().Then(10, open: 9, yes: 0.9f, no: 0.25f).Then(1, open: 9, no: 0.25f).Then(12, no: 0.2f).Then(5), options);
        Assert.Equal([("no", CandidateOutcome.OtherLabel), ("yes", CandidateOutcome.Detected)], outcomes.Order());
    }

    [Theory, InlineData(GateRule.Scores), InlineData(GateRule.Talk), InlineData(GateRule.Bursts)]
    public void Asking_AllocatesNothing(GateRule rule)
    {
        var count = 0;
        var gate = new EventGate((rule == GateRule.Bursts ? MadeFrames.Bursts : MadeFrames.Talk) with { Rule = rule }, MadeFrames.Config) { OnCandidate = _ => count++ };
        var frames = MadeFrames.Random(3_000, 7).All;
        void Run()
        {
            foreach (var (open, scores) in frames) gate.TryAdvance(scores, open, out _);
        }
        Run();
        Assert.Equal(0, Support.Allocations.Of(Run));
        Assert.True(count > 20, $"{count} candidates do not tell much");
    }

    [Fact]
    public void Counts_HaveEveryOutcome()
    {
        var counts = Enum.GetValues<CandidateOutcome>().Aggregate(new CandidateCounts(), (sum, outcome) => sum + CandidateCounts.One(outcome));
        Assert.Equal((8, 7), (counts.All, counts.Missed));
        foreach (var outcome in Enum.GetValues<CandidateOutcome>()) Assert.Equal(1, counts.Of(outcome));
        Assert.Equal(8, Enum.GetValues<CandidateOutcome>().Select(outcome => outcome.Text()).Distinct().Count());
    }

    [Theory, InlineData(GateRule.Scores), InlineData(GateRule.Talk), InlineData(GateRule.Bursts)]
    public void RandomFrames_DetectTheSame_AndEveryDetectionIsOneCandidate(GateRule rule)
    {
        var options = (rule == GateRule.Bursts ? MadeFrames.Bursts : MadeFrames.Talk) with { Rule = rule, Smoothing = 0.5f, Threshold = 0.2f, Refractory = TimeSpan.FromSeconds(1) };
        var outcomes = new HashSet<CandidateOutcome>();
        for (var seed = 0; seed < 10; seed++)
        {
            var made = MadeFrames.Random(3_000, seed);
            var (candidates, heard) = Run(made, options, toItsEnd: false);
            Assert.Equal(made.Run(options), heard);
            Assert.Equal(heard.Select(one => Candidate.Of(one, 0.2f, CandidateOutcome.Detected)), candidates.Where(one => one.Outcome == CandidateOutcome.Detected));
            Assert.Equal(candidates.OrderBy(one => one.Time), candidates);
            outcomes.UnionWith(candidates.Select(one => one.Outcome));
        }
        Assert.True(outcomes.Count >= 4, string.Join(", ", outcomes));
    }

    [Fact]
    public void ADetector_TellsItsCandidates()
    {
        var model = Support.ToneModel.Build();
        var (candidates, heard) = (new List<Candidate>(), new List<Detection>());
        var detector = new StreamingDetector(model) { OnCandidate = candidates.Add };
        detector.Process([.. Support.ToneModel.Quiet(1), .. Support.ToneModel.Tone(Support.ToneModel.Low, 1), .. Support.ToneModel.Quiet(1)], heard.Add);
        detector.Finish(heard.Add);
        Assert.Equal("low", Assert.Single(heard).Label);
        Assert.Equal(heard.Select(one => (one.Label, one.Score, one.Time)), candidates.Where(one => one.Outcome == CandidateOutcome.Detected).Select(one => (one.Label, one.Score, one.Time)));
    }
}
