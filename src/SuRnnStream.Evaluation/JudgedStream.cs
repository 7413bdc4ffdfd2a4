namespace SuRnnStream.Evaluation;

/// <summary>What a model made of an <see cref="EvaluationStream"/>. The samples are not kept, and the scores only where they were asked for.</summary>
public sealed class JudgedStream
{
    readonly Func<ScoreTrack>? _track;

    internal JudgedStream(EvaluationStream stream, IReadOnlyList<LabelledEvent> events, ScoreTrack? track, VerdictTrack? verdicts, IReadOnlyList<Detection> detections, ComputeStats stats)
        : this(stream, events, track is null ? null : () => track, verdicts, detections, stats) { }

    internal JudgedStream(EvaluationStream stream, IReadOnlyList<LabelledEvent> events, Func<ScoreTrack>? track, VerdictTrack? verdicts, IReadOnlyList<Detection> detections, ComputeStats stats) =>
        (Name, Length, IsNegative, Speaker, Condition, Said, Events, _track, Verdicts, Detections, Stats) = (stream.Name, stream.Length, stream.IsNegative, stream.Speaker, stream.Condition, stream.Said, events, track, verdicts, detections, stats);

    /// <summary>The file.</summary>
    public string Name { get; }

    /// <summary>Length of the sound.</summary>
    public TimeSpan Length { get; }

    /// <summary>True: false alarms an hour are counted here.</summary>
    public bool IsNegative { get; }

    /// <summary>Who speaks, or the record; empty: not known.</summary>
    public string Speaker { get; }

    /// <summary>Under which condition the sound was heard; empty: as recorded.</summary>
    public string Condition { get; }

    /// <summary>What is said in it; empty: not known.</summary>
    public string Said { get; }

    /// <summary>Events that the model has a label for.</summary>
    public IReadOnlyList<LabelledEvent> Events { get; }

    /// <summary>What was detected with the evaluator's own options.</summary>
    public IReadOnlyList<Detection> Detections { get; }

    /// <summary>What it cost.</summary>
    public ComputeStats Stats { get; }

    /// <summary>Every event and every false alarm with its reason; empty where they were not asked for.</summary>
    public IReadOnlyList<JudgedEvent> Judged { get; init; } = [];

    /// <summary>SHA-256 of the sound as it was recorded, as 16-bit samples; empty: not known.</summary>
    internal byte[] Sound { get; init; } = [];

    /// <summary>The same with the labels and times of its events.</summary>
    internal byte[] Hash { get; init; } = [];

    /// <summary>In memory, or read from a <see cref="JudgeJournal"/> each time.</summary>
    internal ScoreTrack Track => _track?.Invoke() ?? throw new InvalidOperationException("The scores of this stream were not kept.");

    internal bool HasTrack => _track is not null;

    /// <summary>Of the second look; null: there was none.</summary>
    internal VerdictTrack? Verdicts { get; }

    /// <summary>Counted while it was heard; null: they come from the track.</summary>
    internal SweepCounts? Sweep { get; init; }

    /// <summary>The same of the peaks.</summary>
    internal StreamPeaks? Peaks { get; init; }

    /// <summary>The detections against the events.</summary>
    public EventMatch Match() => new(Events, Detections);

    /// <summary>What other options would have detected, against the events; with a second look, their thresholds are its own. Nothing is run again.</summary>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    internal EventMatch Match(DetectorOptions options)
    {
        var track = Track;
        return new EventMatch(Events, Verdicts?.Replay(options, track.Hop) ?? track.Replay(options));
    }
}
