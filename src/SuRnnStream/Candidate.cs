namespace SuRnnStream;

/// <summary>
/// Something that was detected or nearly was: a rise of a label's smoothed score above its release level, a burst of open switches, or what a second look was
/// asked about. Reported once, when its outcome is known. All times are positions in the stream. This project's extension.
/// </summary>
/// <param name="Label">The label.</param>
/// <param name="Score">
/// Highest score of what the rule compares with <paramref name="Threshold"/>, 0 to 1: the smoothed one under <see cref="GateRule.Scores"/> and
/// <see cref="GateRule.Talk"/>, that of the whole burst under <see cref="GateRule.Bursts"/>, or the second look's.
/// </param>
/// <param name="Threshold">The label's threshold at that moment.</param>
/// <param name="Start">When the score rose above the release level, or the burst began.</param>
/// <param name="End">When the score was highest, or the burst ended.</param>
/// <param name="Time">When the outcome was known.</param>
/// <param name="Outcome">What became of it.</param>
public readonly record struct Candidate(string Label, float Score, float Threshold, TimeSpan Start, TimeSpan End, TimeSpan Time, CandidateOutcome Outcome)
{
    /// <summary>Name of the stream, where the pipeline or the caller gave it one.</summary>
    public string? Source { get; init; }

    internal static Candidate Of(Detection detection, float threshold, CandidateOutcome outcome) =>
        new(detection.Label, detection.Score, threshold, detection.Start, detection.End, detection.Time, outcome);
}
