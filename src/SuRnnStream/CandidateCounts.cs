namespace SuRnnStream;

/// <summary>How many candidates there were of each outcome. Values add up with +.</summary>
public readonly record struct CandidateCounts
{
    /// <summary>Rises that were detected.</summary>
    public long Detected { get; init; }

    /// <inheritdoc cref="CandidateOutcome.BelowThreshold"/>
    public long BelowThreshold { get; init; }

    /// <inheritdoc cref="CandidateOutcome.OtherLabel"/>
    public long OtherLabel { get; init; }

    /// <inheritdoc cref="CandidateOutcome.Vetoed"/>
    public long Vetoed { get; init; }

    /// <inheritdoc cref="CandidateOutcome.NoCalm"/>
    public long NoCalm { get; init; }

    /// <inheritdoc cref="CandidateOutcome.Refractory"/>
    public long Refractory { get; init; }

    /// <inheritdoc cref="CandidateOutcome.NoCandidate"/>
    public long NoCandidate { get; init; }

    /// <inheritdoc cref="CandidateOutcome.Settling"/>
    public long Settling { get; init; }

    /// <summary>All of them.</summary>
    public long All => Detected + Missed;

    /// <summary>Those that were not detected.</summary>
    public long Missed => BelowThreshold + OtherLabel + Vetoed + NoCalm + Refractory + NoCandidate + Settling;

    /// <summary>Those of one outcome.</summary>
    public long Of(CandidateOutcome outcome) => outcome switch
    {
        CandidateOutcome.Detected => Detected,
        CandidateOutcome.BelowThreshold => BelowThreshold,
        CandidateOutcome.OtherLabel => OtherLabel,
        CandidateOutcome.Vetoed => Vetoed,
        CandidateOutcome.NoCalm => NoCalm,
        CandidateOutcome.Refractory => Refractory,
        CandidateOutcome.NoCandidate => NoCandidate,
        CandidateOutcome.Settling => Settling,
        _ => 0,
    };

    /// <summary>One candidate.</summary>
    public static CandidateCounts One(CandidateOutcome outcome) => outcome switch
    {
        CandidateOutcome.Detected => new() { Detected = 1 },
        CandidateOutcome.BelowThreshold => new() { BelowThreshold = 1 },
        CandidateOutcome.OtherLabel => new() { OtherLabel = 1 },
        CandidateOutcome.Vetoed => new() { Vetoed = 1 },
        CandidateOutcome.NoCalm => new() { NoCalm = 1 },
        CandidateOutcome.Refractory => new() { Refractory = 1 },
        CandidateOutcome.NoCandidate => new() { NoCandidate = 1 },
        CandidateOutcome.Settling => new() { Settling = 1 },
        _ => default,
    };

    /// <summary>The counts of both together.</summary>
    public static CandidateCounts operator +(CandidateCounts a, CandidateCounts b) => new()
    {
        Detected = a.Detected + b.Detected,
        BelowThreshold = a.BelowThreshold + b.BelowThreshold,
        OtherLabel = a.OtherLabel + b.OtherLabel,
        Vetoed = a.Vetoed + b.Vetoed,
        NoCalm = a.NoCalm + b.NoCalm,
        Refractory = a.Refractory + b.Refractory,
        NoCandidate = a.NoCandidate + b.NoCandidate,
        Settling = a.Settling + b.Settling,
    };
}
