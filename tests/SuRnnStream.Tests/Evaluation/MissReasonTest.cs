using SuRnnStream.Evaluation;
using Xunit;

namespace SuRnnStream.Tests.Evaluation;

public sealed class MissReasonTest
{
    static readonly LabelledEvent Missed = new("yes", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

    static Candidate Candidate(CandidateOutcome outcome, float score = 0.5f, double start = 1.2, double end = 1.8, string label = "yes") =>
        new(label, score, 0.5f, TimeSpan.FromSeconds(start), TimeSpan.FromSeconds(end), TimeSpan.FromSeconds(end + 0.2), outcome);

    [Theory]
    [InlineData(CandidateOutcome.BelowThreshold)]
    [InlineData(CandidateOutcome.OtherLabel)]
    [InlineData(CandidateOutcome.Vetoed)]
    [InlineData(CandidateOutcome.NoCalm)]
    [InlineData(CandidateOutcome.Refractory)]
    [InlineData(CandidateOutcome.Settling)]
    [InlineData(CandidateOutcome.NoCandidate)]
    [InlineData(CandidateOutcome.Detected)] // outside the time that counts
    public void Of_OneCandidate_IsItsOutcome(CandidateOutcome outcome) => Assert.Equal(outcome, MissReason.Of(Missed, [Candidate(outcome)], null));

    [Fact]
    public void Of_Several_IsWhatCameNearest() => Assert.Equal(CandidateOutcome.Vetoed,
        MissReason.Of(Missed, [Candidate(CandidateOutcome.BelowThreshold, 0.49f), Candidate(CandidateOutcome.NoCalm, 0.6f), Candidate(CandidateOutcome.Vetoed, 0.7f), Candidate(CandidateOutcome.Detected, 0.9f)], null));

    [Fact]
    public void Of_WhatIsElsewhere_OrAnotherLabels_IsNone() =>
        Assert.Equal(CandidateOutcome.NoCandidate, MissReason.Of(Missed, [Candidate(CandidateOutcome.Vetoed, start: 3.1, end: 3.5), Candidate(CandidateOutcome.Vetoed, start: 0.1, end: 0.9), Candidate(CandidateOutcome.Vetoed, label: "no")], null));

    [Theory]
    [InlineData(CandidateOutcome.BelowThreshold, CandidateOutcome.OtherLabel)]
    [InlineData(CandidateOutcome.Vetoed, CandidateOutcome.Vetoed)]
    public void Of_WhereAnotherLabelWasDetected_ThatIsTheReason_UnlessThereIsABetterOne(CandidateOutcome own, CandidateOutcome reason) =>
        Assert.Equal(reason, MissReason.Of(Missed, [Candidate(own)], "no"));
}
