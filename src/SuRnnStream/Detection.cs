namespace SuRnnStream;

/// <summary>One event, reported once. All times are positions in the stream, never the time at which the code ran.</summary>
/// <param name="Label">The label that was detected.</param>
/// <param name="Score">Highest smoothed score of the event so far, above its threshold and at most 1.</param>
/// <param name="Start">When the score first rose above the release level.</param>
/// <param name="End">When the score was highest.</param>
/// <param name="Time">When the detection was emitted.</param>
/// <param name="Source">Name of the stream, where the pipeline or the caller gave it one.</param>
public readonly record struct Detection(string Label, float Score, TimeSpan Start, TimeSpan End, TimeSpan Time, string? Source = null)
{
    /// <summary>When the event itself was, where the model's front end finds that out: for a heartbeat, its R peak. Null: not known.</summary>
    public TimeSpan? Landmark { get; init; }

    /// <summary>
    /// Mean level over the word, from <see cref="Start"/> to <see cref="End"/>, in dBFS: 10 log10 of the mean square, where full scale is 1, so that a sine of
    /// full scale has -3. Null: not asked for (<see cref="DetectorOptions.Level"/>), or the model detects events of sensors.
    /// </summary>
    public float? Level { get; init; }

    /// <summary>Decibels of <see cref="Level"/> above the floor: the level that a tenth of the last seconds' frames stay below. Null as there.</summary>
    public float? LevelAboveFloor { get; init; }

    /// <summary>
    /// <see cref="Time"/> by the wall clock. Late by what the device's buffer delays sound, and as true as the machine's clock. Null: not asked for,
    /// or the stream is a recording.
    /// </summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Which part of the event this reports. Ends are reported only where edges were asked for.</summary>
    public EventPhase Phase { get; init; }

    /// <summary>Why the event ended, where <see cref="Phase"/> is <see cref="EventPhase.End"/>.</summary>
    public EventEnd EndedBy { get; init; }
}
