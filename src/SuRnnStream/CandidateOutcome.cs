namespace SuRnnStream;

/// <summary>What became of a <see cref="Candidate"/>: a detection, or why it is none.</summary>
public enum CandidateOutcome : byte
{
    /// <summary>It was detected.</summary>
    Detected,

    /// <summary>Its score did not reach its threshold.</summary>
    BelowThreshold,

    /// <summary>Another label was ahead of it, or too near to it.</summary>
    OtherLabel,

    /// <summary>A background label (but silence) spoke against it: <see cref="TalkOptions.Veto"/>, <see cref="BurstOptions.Before"/>, <see cref="BurstOptions.After"/>.</summary>
    Vetoed,

    /// <summary>The switches did not come to rest in time after it, as in the middle of speech.</summary>
    NoCalm,

    /// <summary>It came too soon after the label's last detection: <see cref="DetectorOptions.Refractory"/>.</summary>
    Refractory,

    /// <summary>It came too soon after the start of the stream: <see cref="DetectorOptions.Settle"/>.</summary>
    Settling,

    /// <summary>The rule saw nothing to judge: no score rose above its release level, there was no burst, or it was too short.</summary>
    NoCandidate,
}
