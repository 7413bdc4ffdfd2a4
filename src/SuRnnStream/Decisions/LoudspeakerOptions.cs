using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>What is held back because this machine's own loudspeaker said it. The defaults were chosen on recordings; see the readme of the package.</summary>
public sealed record LoudspeakerOptions
{
    /// <summary>Mean level of what is played from which the rule looks at it, in dBFS, -90 to 0.</summary>
    public float LoudFrom { get; init; } = -50;

    /// <summary>Correlation of the two envelopes over a second, at the best delay, from which the microphone follows the loudspeaker; in (0, 1).</summary>
    public float Follows { get; init; } = 0.7f;

    /// <summary>The longest delay from what is played to what the microphone gets, 0 to 1 s.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>Score that a detection needs while the microphone follows the loudspeaker, in (0, 1).</summary>
    public float Threshold { get; init; } = 0.9f;

    /// <summary>Frames of the event whose own score, before smoothing, reaches <see cref="Threshold"/>, 1 to 100.</summary>
    public int AgreeingFrames { get; init; } = 2;

    /// <summary>
    /// True: the model also listens to what is played, and a label that it detects there does not count while the same sound may arrive at the microphone.
    /// Costs a second stream of the model while something is played; silence costs next to nothing.
    /// </summary>
    public bool DetectPlayed { get; init; } = true;

    /// <summary>Thresholds for what is played, as a part of the detector's own, in (0, 1]: the sound there is clean, and what is detected only holds back the same word.</summary>
    public float PlayedThreshold { get; init; } = 0.7f;

    /// <summary>The options of the detector that listens to what is played: a second look there would cost more than it saves, and the level is not needed.</summary>
    /// <param name="detector">Those of the detector that listens to the room.</param>
    public DetectorOptions ForPlayed(DetectorOptions detector) => detector with
    {
        Threshold = detector.Threshold * PlayedThreshold,
        Thresholds = detector.Thresholds.ToDictionary(one => one.Key, one => one.Value * PlayedThreshold),
        Verifier = null,
        Level = false,
    };

    /// <exception cref="ArgumentException">A value is outside its range; the message names it.</exception>
    internal LoudspeakerOptions Validate()
    {
        Require(LoudFrom is >= -90 and <= 0, $"{nameof(LoudFrom)} of the loudspeaker", LoudFrom, "-90 to 0 dBFS");
        Require(Follows is > 0 and < 1, $"{nameof(Follows)} of the loudspeaker", Follows, "(0, 1)");
        Require(LongestDelay >= TimeSpan.Zero && LongestDelay <= TimeSpan.FromSeconds(1), $"{nameof(LongestDelay)} of the loudspeaker", LongestDelay, "0 to 1 s");
        Require(Threshold is > 0 and < 1, $"{nameof(Threshold)} of the loudspeaker", Threshold, "(0, 1)");
        Require(PlayedThreshold is > 0 and <= 1, $"{nameof(PlayedThreshold)} of the loudspeaker", PlayedThreshold, "(0, 1]");
        Require(AgreeingFrames is >= 1 and <= 100, $"{nameof(AgreeingFrames)} of the loudspeaker", AgreeingFrames, "1 to 100");
        return this;
    }
}
