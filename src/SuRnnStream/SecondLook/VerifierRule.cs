using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>
/// What a verifier is asked about, and how its probabilities decide together with the detector's own scores. For label l of a candidate the score is
/// <c>p(l) * (N(l) + OwnFloor)^OwnPower * (1 - U)^BackgroundPower * (1 - A(l))^AfterPower</c>, where p(l) is the verifier's probability, N(l) the detector's highest score of l
/// within the burst until calm, U its highest score of a background label other than <em>silence</em>, in frames with any open switch, within
/// <see cref="Back"/> before the burst, and A(l) the highest of those within the burst after N(l). The label with the highest score is detected if that reaches the threshold. Our own rule, not the paper's.
/// </summary>
public sealed record VerifierRule
{
    /// <summary>Score from which the best label is detected, in (0, 1).</summary>
    public float Threshold { get; init; } = 0.3f;

    /// <summary>Added to the detector's own score, so that a label it did not see can still be the verifier's; in (0, 1].</summary>
    public float OwnFloor { get; init; } = 0.02f;

    /// <summary>Weight of the detector's own score, 0 (none) to 4.</summary>
    public float OwnPower { get; init; } = 0.25f;

    /// <summary>Weight of what came before the burst, 0 (none) to 4.</summary>
    public float BackgroundPower { get; init; } = 0.25f;

    /// <summary>Weight of what came within the burst after the label's highest score, 0 (none) to 4: the higher, the fewer words fire that only begin like a label.</summary>
    public float AfterPower { get; init; }

    /// <summary>
    /// Weight of the second look that the model's file brings, beside a verifier of <see cref="DetectorOptions.Verifier"/>: with w the probability of a label is <c>p^(1 - w) * m^w</c>, where p is the verifier's and m that of the
    /// model's own. 0 (only the verifier is asked) to below 1; above 0 the model must have one. It is asked by this rule, not by its own.
    /// </summary>
    public float OwnLookWeight { get; init; }

    /// <summary>How far before the burst a background label counts; zero to ten seconds.</summary>
    public TimeSpan Back { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Open switches of a frame that belongs to a burst, over all layers; 1 or more.</summary>
    public int Open { get; init; } = 4;

    /// <summary>Time with fewer open switches that ends a burst, above zero to a second.</summary>
    public TimeSpan Calm { get; init; } = TimeSpan.FromMilliseconds(140);

    /// <summary>Shortest burst that is asked about, 100 ms to ten seconds: with <see cref="Calm"/> it bounds how often the verifier is asked.</summary>
    public TimeSpan AtLeast { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest burst that is asked about as a whole, above <see cref="AtLeast"/> to ten seconds.</summary>
    public TimeSpan AtMost { get; init; } = TimeSpan.FromSeconds(1.2);

    /// <summary>How often a longer burst is asked about while it lasts, from <see cref="AtMost"/> on and once more at its end; 100 ms to ten seconds, or zero: not at all.</summary>
    public TimeSpan CutEvery { get; init; }

    /// <summary>
    /// A frame this many decibels below the loudest one so far counts as one without open switches, so that a word's burst ends although someone talks in the background. 6 to 60, or zero: loudness does not count.
    /// The loudest level falls by <see cref="LoudestFalls"/> a second; a frame's level is the mean of its bands in decibels.
    /// </summary>
    public float BelowLoudest { get; init; }

    /// <summary>
    /// A frame whose score of <em>silence</em> is at least this counts as one without open switches, so that a burst ends where the network tells that nobody speaks to it, although switches are still open.
    /// (0, 1), or zero: the score does not count. A layer that holds has its own limit of 0.5 beside it. Our own rule, not the paper's.
    /// </summary>
    public float SilentFrom { get; init; }

    /// <summary>Decibels by which the loudest level of <see cref="BelowLoudest"/> falls in a second.</summary>
    public const float LoudestFalls = 5.4f;

    /// <summary>The score of a label.</summary>
    /// <param name="probability">The verifier's, in [0, 1].</param>
    /// <param name="own">The detector's highest within the burst, in [0, 1].</param>
    /// <param name="before">Highest score of a background label before the burst, in [0, 1].</param>
    /// <param name="after">Highest score of a background label within the burst after <paramref name="own"/>, in [0, 1].</param>
    public float Score(float probability, float own, float before, float after = 0) =>
        probability * MathF.Pow(own + OwnFloor, OwnPower) * MathF.Pow(MathF.Max(0, 1 - before), BackgroundPower) * MathF.Pow(MathF.Max(0, 1 - after), AfterPower);

    /// <summary>The probability that counts where the model's own second look is asked, too.</summary>
    /// <param name="probability">The verifier's, in [0, 1].</param>
    /// <param name="ownLook">That of the model's own second look, in [0, 1].</param>
    internal float Both(float probability, float ownLook) => MathF.Pow(probability, 1 - OwnLookWeight) * MathF.Pow(ownLook, OwnLookWeight);

    internal int CalmFrames(IFrameTiming timing) => Math.Max(1, Frames(Calm, timing));

    internal static int Frames(TimeSpan time, IFrameTiming timing) => (int)Math.Round(time / timing.Hop);

    /// <summary>This rule, checked.</summary>
    /// <exception cref="ArgumentException">A value is outside its range; the message names it.</exception>
    public VerifierRule Validate()
    {
        var (least, longest) = (TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10));
        Require(Threshold is > 0 and < 1, $"The verifier's {nameof(Threshold)}", Threshold, "(0, 1)");
        Require(OwnFloor is > 0 and <= 1, $"The verifier's {nameof(OwnFloor)}", OwnFloor, "(0, 1]");
        Require(OwnPower is >= 0 and <= 4, $"The verifier's {nameof(OwnPower)}", OwnPower, "[0, 4]");
        Require(BackgroundPower is >= 0 and <= 4, $"The verifier's {nameof(BackgroundPower)}", BackgroundPower, "[0, 4]");
        Require(AfterPower is >= 0 and <= 4, $"The verifier's {nameof(AfterPower)}", AfterPower, "[0, 4]");
        Require(OwnLookWeight is >= 0 and < 1, $"The verifier's {nameof(OwnLookWeight)}", OwnLookWeight, "[0, 1)");
        Require(Back >= TimeSpan.Zero && Back <= longest, $"The verifier's {nameof(Back)}", Back, "zero to ten seconds");
        Require(Open >= 1, $"The verifier's {nameof(Open)}", Open, "1 and above");
        Require(Calm > TimeSpan.Zero && Calm <= TimeSpan.FromSeconds(1), $"The verifier's {nameof(Calm)}", Calm, "above zero to a second");
        Require(AtLeast >= least && AtLeast <= longest, $"The verifier's {nameof(AtLeast)}", AtLeast, "100 ms to ten seconds");
        Require(AtMost > AtLeast && AtMost <= longest, $"The verifier's {nameof(AtMost)}", AtMost, $"above {AtLeast} to ten seconds");
        Require(CutEvery == TimeSpan.Zero || CutEvery >= least && CutEvery <= longest, $"The verifier's {nameof(CutEvery)}", CutEvery, "zero, or 100 ms to ten seconds");
        Require(BelowLoudest is 0 or >= 6 and <= 60, $"The verifier's {nameof(BelowLoudest)}", BelowLoudest, "zero, or 6 to 60 decibels");
        Require(SilentFrom is 0 or > 0 and < 1, $"The verifier's {nameof(SilentFrom)}", SilentFrom, "zero, or (0, 1)");
        return this;
    }
}
