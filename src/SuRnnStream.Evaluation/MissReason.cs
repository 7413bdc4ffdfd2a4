namespace SuRnnStream.Evaluation;

/// <summary>Why an event was missed.</summary>
static class MissReason
{
    /// <param name="missed">The event.</param>
    /// <param name="candidates">Of the stream.</param>
    /// <param name="other">The label that was detected in its place, or null.</param>
    public static CandidateOutcome Of(LabelledEvent missed, IEnumerable<Candidate> candidates, string? other)
    {
        Candidate? best = null;
        foreach (var candidate in candidates)
        {
            if (candidate.Label != missed.Label || !Overlaps(missed, candidate)) continue;
            if (best is not { } before || Rank(candidate) > Rank(before) || Rank(candidate) == Rank(before) && candidate.Score > before.Score) best = candidate;
        }
        var outcome = best?.Outcome ?? CandidateOutcome.NoCandidate;
        return outcome is CandidateOutcome.BelowThreshold or CandidateOutcome.NoCandidate && other is not null ? CandidateOutcome.OtherLabel : outcome;
    }

    /// <summary>What came nearest: something that reached its threshold says more than a smaller rise beside it. A detection is the last thing to blame: it may be another event's.</summary>
    static int Rank(Candidate candidate) => candidate.Outcome switch
    {
        CandidateOutcome.Detected => 1,
        CandidateOutcome.NoCandidate or CandidateOutcome.BelowThreshold => 0,
        _ => 2,
    };

    static bool Overlaps(LabelledEvent one, Candidate candidate) => candidate.Start <= one.End + EventMatch.Grace && candidate.End >= one.Start;
}
