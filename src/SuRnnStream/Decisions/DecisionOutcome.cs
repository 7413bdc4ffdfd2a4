namespace SuRnnStream;

/// <summary>What became of a detection. Every detection has exactly one outcome.</summary>
public enum DecisionOutcome : byte
{
    /// <summary>It counts.</summary>
    Passed,

    /// <summary>It became a part of another detection, which passed: <see cref="DetectionVerdict.Winner"/>.</summary>
    Merged,

    /// <summary>It does not count; <see cref="DetectionVerdict.Reason"/> says why.</summary>
    HeldBack,
}

/// <summary>Why a detection was held back.</summary>
public enum HoldReason : byte
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>It is in a time that is ignored.</summary>
    Ignored,

    /// <summary>It is what the loudspeaker played.</summary>
    OwnLoudspeaker,

    /// <summary>Its score is below the rule's threshold.</summary>
    BelowThreshold,

    /// <summary>It is outside the rule's hours of the day.</summary>
    OutsideHours,

    /// <summary>It was not confirmed within the rule's window.</summary>
    Unconfirmed,

    /// <summary>It came too soon after the label's last one.</summary>
    Refractory,

    /// <summary>Nothing had armed the detector.</summary>
    Disarmed,

    /// <summary>Another source answers.</summary>
    LostArbitration,

    /// <summary>No other source agreed within the window.</summary>
    NotAgreed,

    /// <summary>The sequence of which it is a part was not completed.</summary>
    Incomplete,
}
