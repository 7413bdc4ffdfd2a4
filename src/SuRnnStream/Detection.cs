namespace SuRnnStream;

/// <summary>One event, heard once. All times are positions in the stream, never the time at which the code ran.</summary>
/// <param name="Label">What was heard.</param>
/// <param name="Score">Highest smoothed score of the event so far, above its threshold and at most 1.</param>
/// <param name="Start">When the score first rose above the release level.</param>
/// <param name="End">When the score was highest.</param>
/// <param name="Time">When the detection was emitted.</param>
/// <param name="Source">Name of the stream, where the pipeline or the caller gave it one.</param>
public readonly record struct Detection(string Label, float Score, TimeSpan Start, TimeSpan End, TimeSpan Time, string? Source = null)
{
    /// <summary>When the event itself was, where the model's front end finds that out: for a heartbeat, its R peak. Null: nobody knows.</summary>
    public TimeSpan? Landmark { get; init; }
}
