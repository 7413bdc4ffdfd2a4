namespace SuRnnStream.Evaluation;

/// <summary>What a model made of an <see cref="EvaluationStream"/>. The samples are not kept.</summary>
public sealed class HeardStream
{
    internal HeardStream(EvaluationStream stream, IReadOnlyList<LabelledEvent> events, ScoreTrack track, VerdictTrack? verdicts, IReadOnlyList<Detection> detections, ComputeStats stats) =>
        (Name, Length, IsNegative, Events, Track, Verdicts, Detections, Stats) = (stream.Name, stream.Length, stream.IsNegative, events, track, verdicts, detections, stats);

    /// <summary>The file.</summary>
    public string Name { get; }

    /// <summary>Length of the sound.</summary>
    public TimeSpan Length { get; }

    /// <summary>True: false alarms an hour are counted here.</summary>
    public bool IsNegative { get; }

    /// <summary>Events that the model has a label for.</summary>
    public IReadOnlyList<LabelledEvent> Events { get; }

    /// <summary>What was detected with the evaluator's own options.</summary>
    public IReadOnlyList<Detection> Detections { get; }

    /// <summary>What it cost.</summary>
    public ComputeStats Stats { get; }

    internal ScoreTrack Track { get; }

    /// <summary>Of the second look; null: there was none.</summary>
    internal VerdictTrack? Verdicts { get; }

    /// <summary>The detections against the events.</summary>
    public EventMatch Match() => new(Events, Detections);

    /// <summary>What other options would have detected, against the events; with a second look, their thresholds are its own. Nothing is run again.</summary>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    internal EventMatch Match(DetectorOptions options) => new(Events, Verdicts?.Replay(options, Track.Hop) ?? Track.Replay(options));
}
