using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>What counts as a near miss, and how much sound around it is kept: people's voices. Off unless these options are set.</summary>
public sealed record NearMissOptions
{
    /// <summary>Score from which something that is not detected is a near miss, in (0, 1). Below the release level of a label's threshold there are no candidates, so that nothing is kept.</summary>
    public float From { get; init; } = 0.4f;

    /// <summary>Stream time before the candidate's <see cref="Candidate.Start"/>, 0 to 10 s.</summary>
    public TimeSpan Before { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Stream time after the candidate's <see cref="Candidate.End"/>, 0 to 60 s.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromSeconds(1);

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal NearMissOptions Validate()
    {
        Require(From is > 0 and < 1, nameof(From), From, "(0, 1)");
        _ = ToSound().Validate();
        return this;
    }

    internal SoundOptions ToSound() => new() { Before = Before, After = After };
}
