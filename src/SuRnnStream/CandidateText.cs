namespace SuRnnStream;

/// <summary>Outcomes in words, the same in tables, files and pages.</summary>
public static class CandidateText
{
    /// <summary>The outcome in words: "below threshold", "other label", "vetoed", "no calm", "refractory", "settling", "no candidate" or "detected".</summary>
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
