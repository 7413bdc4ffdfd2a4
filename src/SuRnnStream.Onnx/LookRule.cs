namespace SuRnnStream;

/// <summary>
/// What a head is asked about, and how its probabilities decide together with the detector's own scores. For label l of a candidate the score is
/// <c>head(l) * (N(l) + OwnFloor)^OwnPower * (1 - U)^BackgroundPower</c>, where N(l) is the detector's highest score of l within the burst and U its
/// highest score of <em>unknown</em> in frames with any open switch within <see cref="Back"/> before the burst. Our own rule; figures in the README.
/// </summary>
public sealed record LookRule
{
    /// <summary>Score from which the best label is detected, in (0, 1).</summary>
    public float Threshold { get; init; } = 0.3f;

    /// <summary>Added to the detector's own score, so that a label it did not see can still be the head's; in (0, 1].</summary>
    public float OwnFloor { get; init; } = 0.02f;

    /// <summary>Weight of the detector's own score, 0 (none) to 4.</summary>
    public float OwnPower { get; init; } = 0.25f;

    /// <summary>Weight of what came before the burst, 0 (none) to 4.</summary>
    public float BackgroundPower { get; init; } = 0.25f;

    /// <summary>How far before the burst <em>unknown</em> counts; from zero.</summary>
    public TimeSpan Back { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Open switches of a frame that belongs to a burst, 1 or more.</summary>
    public int Open { get; init; } = 4;

    /// <summary>Time with fewer open switches that ends a burst, above zero.</summary>
    public TimeSpan Calm { get; init; } = TimeSpan.FromMilliseconds(140);

    /// <summary>Shortest burst that is asked about, from zero.</summary>
    public TimeSpan AtLeast { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest burst that is asked about.</summary>
    public TimeSpan AtMost { get; init; } = TimeSpan.FromSeconds(1.2);

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal LookRule Validate()
    {
        Require(Threshold is > 0 and < 1, nameof(Threshold), Threshold, "(0, 1)");
        Require(OwnFloor is > 0 and <= 1, nameof(OwnFloor), OwnFloor, "(0, 1]");
        Require(OwnPower is >= 0 and <= 4, nameof(OwnPower), OwnPower, "[0, 4]");
        Require(BackgroundPower is >= 0 and <= 4, nameof(BackgroundPower), BackgroundPower, "[0, 4]");
        Require(Back >= TimeSpan.Zero, nameof(Back), Back, "zero and above");
        Require(Open >= 1, nameof(Open), Open, "1 and above");
        Require(Calm > TimeSpan.Zero, nameof(Calm), Calm, "above zero");
        Require(AtLeast >= TimeSpan.Zero, nameof(AtLeast), AtLeast, "zero and above");
        Require(AtMost > AtLeast, nameof(AtMost), AtMost, $"above {AtLeast}");
        return this;
    }

    static void Require<T>(bool holds, string name, T value, string range)
    {
        if (!holds) throw new ArgumentException($"{name} is {value}, but must be in {range}.");
    }
}
