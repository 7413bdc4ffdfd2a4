using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>
/// What a burst of open switches is, and how <see cref="GateRule.Bursts"/> scores it: N (1 - U)^Before (1 - A)^After (1 - M / N)^Second. N is the peak of a
/// label's smoothed score in the burst, M that of the best other label, U the highest score of a background label (but silence) in the
/// <see cref="LookBack"/> before the burst, A that in the burst after the label's own peak. This project's extension.
/// </summary>
public sealed record BurstOptions
{
    /// <summary>
    /// Part of the switches from which on a frame belongs to a burst, in (0, 1]: 4 of 128. Of a model that holds it does not matter: there a frame that is heard belongs to a
    /// burst unless silence has more than half of its score.
    /// </summary>
    public float OpenPart { get; init; } = 1 / 32f;

    /// <summary>A burst ends, and is judged, when fewer switches were open for so long: 0 to 2 s.</summary>
    public TimeSpan Calm { get; init; } = TimeSpan.FromMilliseconds(140);

    /// <summary>A shorter burst is none; from zero.</summary>
    public TimeSpan Shortest { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>A longer burst is speech, and dropped; above zero, at most a minute.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(1.2);

    /// <summary>How long before a burst the background labels count: 0 to 10 s.</summary>
    public TimeSpan LookBack { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Weight of the background before the burst, 0 to 4: the higher, the fewer false alarms in speech and commands straight after it.</summary>
    public float Before { get; init; } = 0.25f;

    /// <summary>Weight of the background after the label's peak, 0 to 4.</summary>
    public float After { get; init; } = 1.5f;

    /// <summary>Weight of the lead over the second label, 0 to 4.</summary>
    public float Second { get; init; } = 0.25f;

    /// <exception cref="ArgumentException">A value is outside its range; the message names it.</exception>
    internal void Validate()
    {
        Require(OpenPart is > 0 and <= 1, nameof(OpenPart), OpenPart, "(0, 1]");
        Require(Calm >= TimeSpan.Zero && Calm <= TimeSpan.FromSeconds(2), nameof(Calm), Calm, "zero to 2 s");
        Require(Shortest >= TimeSpan.Zero && Shortest <= Longest, nameof(Shortest), Shortest, $"zero to {nameof(Longest)}");
        Require(Longest > TimeSpan.Zero && Longest <= TimeSpan.FromMinutes(1), nameof(Longest), Longest, "above zero to a minute");
        Require(LookBack >= TimeSpan.Zero && LookBack <= TimeSpan.FromSeconds(10), nameof(LookBack), LookBack, "zero to 10 s");
        Require(Before is >= 0 and <= 4, nameof(Before), Before, "[0, 4]");
        Require(After is >= 0 and <= 4, nameof(After), After, "[0, 4]");
        Require(Second is >= 0 and <= 4, nameof(Second), Second, "[0, 4]");
    }
}
