namespace SuRnnStream;

/// <summary>Outcomes in words, the same in tables, files and pages.</summary>
static class CandidateText
{
    /// <summary>In words.</summary>
    public static string Text(this CandidateOutcome outcome) => outcome switch
    {
        CandidateOutcome.Detected => "detected",
        CandidateOutcome.BelowThreshold => "below threshold",
        CandidateOutcome.OtherLabel => "other label",
        CandidateOutcome.Vetoed => "vetoed",
        CandidateOutcome.NoCalm => "no calm",
        CandidateOutcome.Refractory => "refractory",
        CandidateOutcome.Settling => "settling",
        _ => "no candidate",
    };
}
