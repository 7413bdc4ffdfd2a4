namespace SuRnnStream;

/// <summary>What a <see cref="Decision"/> made of a detection.</summary>
/// <param name="Detection">As it came, or with its <see cref="Detection.Phase"/>.</param>
/// <param name="Outcome">Passed, merged or held back.</param>
/// <param name="Reason">Why it was held back; <see cref="HoldReason.None"/> otherwise.</param>
/// <param name="Time">When that was decided, on the clock of the decision: from the detection's own time on.</param>
public readonly record struct DetectionVerdict(Detection Detection, DecisionOutcome Outcome, HoldReason Reason, TimeSpan Time)
{
    /// <summary>The detection that passed in place of this one. Null: none did, or this one passed.</summary>
    public Detection? Winner { get; init; }
}
