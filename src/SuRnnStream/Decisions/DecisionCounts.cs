namespace SuRnnStream;

/// <summary>What became of the detections: Seen = Passed + Merged + HeldBack + Waiting, always. Values add up with +.</summary>
public readonly record struct DecisionCounts
{
    /// <summary>Detections that came.</summary>
    public long Seen { get; init; }

    /// <summary>Those that count.</summary>
    public long Passed { get; init; }

    /// <summary>Those that became a part of another one that counts.</summary>
    public long Merged { get; init; }

    /// <summary>Those that wait for others, or for the end of a window.</summary>
    public long Waiting { get; init; }

    /// <summary>Held back: <see cref="HoldReason.Ignored"/>.</summary>
    public long Ignored { get; init; }

    /// <summary>Held back: <see cref="HoldReason.OwnLoudspeaker"/>.</summary>
    public long OwnLoudspeaker { get; init; }

    /// <summary>Held back: <see cref="HoldReason.BelowThreshold"/>.</summary>
    public long BelowThreshold { get; init; }

    /// <summary>Held back: <see cref="HoldReason.OutsideHours"/>.</summary>
    public long OutsideHours { get; init; }

    /// <summary>Held back: <see cref="HoldReason.Unconfirmed"/>.</summary>
    public long Unconfirmed { get; init; }

    /// <summary>Held back: <see cref="HoldReason.Refractory"/>.</summary>
    public long Refractory { get; init; }

    /// <summary>Held back: <see cref="HoldReason.Disarmed"/>.</summary>
    public long Disarmed { get; init; }

    /// <summary>Held back: <see cref="HoldReason.LostArbitration"/>.</summary>
    public long LostArbitration { get; init; }

    /// <summary>Held back: <see cref="HoldReason.NotAgreed"/>.</summary>
    public long NotAgreed { get; init; }

    /// <summary>Held back: <see cref="HoldReason.Incomplete"/>.</summary>
    public long Incomplete { get; init; }

    /// <summary>Held back for any reason.</summary>
    public long HeldBack => Ignored + OwnLoudspeaker + BelowThreshold + OutsideHours + Unconfirmed + Refractory + Disarmed + LostArbitration + NotAgreed + Incomplete;

    /// <summary>Held back for one reason; 0 for <see cref="HoldReason.None"/>.</summary>
    public long Of(HoldReason reason) => reason switch
    {
        HoldReason.Ignored => Ignored,
        HoldReason.OwnLoudspeaker => OwnLoudspeaker,
        HoldReason.BelowThreshold => BelowThreshold,
        HoldReason.OutsideHours => OutsideHours,
        HoldReason.Unconfirmed => Unconfirmed,
        HoldReason.Refractory => Refractory,
        HoldReason.Disarmed => Disarmed,
        HoldReason.LostArbitration => LostArbitration,
        HoldReason.NotAgreed => NotAgreed,
        HoldReason.Incomplete => Incomplete,
        _ => 0,
    };

    /// <summary>The counts of both together.</summary>
    public static DecisionCounts operator +(DecisionCounts a, DecisionCounts b) => new()
    {
        Seen = a.Seen + b.Seen,
        Passed = a.Passed + b.Passed,
        Merged = a.Merged + b.Merged,
        Waiting = a.Waiting + b.Waiting,
        Ignored = a.Ignored + b.Ignored,
        OwnLoudspeaker = a.OwnLoudspeaker + b.OwnLoudspeaker,
        BelowThreshold = a.BelowThreshold + b.BelowThreshold,
        OutsideHours = a.OutsideHours + b.OutsideHours,
        Unconfirmed = a.Unconfirmed + b.Unconfirmed,
        Refractory = a.Refractory + b.Refractory,
        Disarmed = a.Disarmed + b.Disarmed,
        LostArbitration = a.LostArbitration + b.LostArbitration,
        NotAgreed = a.NotAgreed + b.NotAgreed,
        Incomplete = a.Incomplete + b.Incomplete,
    };
}
