using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>How much sound around a detection is kept for whoever asks. Without these options no sound outlives its block.</summary>
public sealed record SoundOptions
{
    /// <summary>How far back before now a detection's start can lie for its sound to be there still.</summary>
    internal static readonly TimeSpan LongestEvent = TimeSpan.FromSeconds(5);

    /// <summary>Stream time before the detection's <see cref="Detection.Start"/>, 0 to 10 s.</summary>
    public TimeSpan Before { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Stream time after the detection's <see cref="Detection.End"/>, 0 to 60 s.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromSeconds(3);

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal SoundOptions Validate()
    {
        Require(Before >= TimeSpan.Zero && Before <= TimeSpan.FromSeconds(10), nameof(Before), Before, "0 to 10 s");
        Require(After >= TimeSpan.Zero && After <= TimeSpan.FromSeconds(60), nameof(After), After, "0 to 60 s");
        return this;
    }
}
