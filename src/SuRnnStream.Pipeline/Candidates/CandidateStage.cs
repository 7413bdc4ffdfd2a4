namespace SuRnnStream;

/// <summary>Between a stream's candidates and whoever asks for them: counts, an observer, near misses. Counting allocates nothing once every label has had a candidate.</summary>
sealed class CandidateStage
{
    readonly PipelineOptions _options;
    readonly DetectionHub? _hub;                        // null: exceptions are not guarded, for whoever drives it does
    readonly Lock _lock = new();                        // guards the next one
    readonly Dictionary<string, LabelCount> _labels = new(StringComparer.Ordinal);
    ScoreHistory? _scores;                              // the detector's thread only

    CandidateStage(PipelineOptions options, DetectionHub? hub) => (_options, _hub) = (options, hub);

    /// <summary>Null: nothing is asked for.</summary>
    /// <exception cref="ArgumentException">Near misses are asked for of a model of sensors.</exception>
    public static CandidateStage? For(PipelineOptions options, DetectionHub? hub, SuRnnModel model)
    {
        if (!options.CountCandidates && options.OnCandidate is null && options.NearMisses is null) return null;
        var stage = new CandidateStage(options, hub);
        stage.Follow(model);
        return stage;
    }

    /// <summary>The sound around near misses is taken from here.</summary>
    public SoundKeeper? Sounds { get; set; }

    /// <summary>From the next frame on it is this model's scores that are told.</summary>
    public void Follow(SuRnnModel model)
    {
        if (_options.NearMisses is not { } wanted) return;
        model.Config.RequireSoundDetector();
        _scores = new ScoreHistory(model.Config, wanted.Before + SoundOptions.LongestEvent);
    }

    /// <summary>Keeps the frames' scores where near misses are asked for, then tells <paramref name="next"/>.</summary>
    public FrameObserver? Watching(FrameObserver? next) => _options.NearMisses is null ? next : (in FrameView frame) =>
    {
        _scores!.Add(frame);
        next?.Invoke(frame);
    };

    /// <summary>Takes one, on the detector's thread.</summary>
    public void Take(Candidate candidate)
    {
        candidate = candidate with { Source = _options.SourceName ?? candidate.Source };
        lock (_lock)
        {
            if (!_labels.TryGetValue(candidate.Label, out var count)) _labels[candidate.Label] = count = new LabelCount();
            count.Counts += CandidateCounts.One(candidate.Outcome);
            count.Last = candidate;
        }
        if (_options.OnCandidate is { } observer) Tell(observer, candidate);
        if (_options is not { NearMisses: { } wanted, OnNearMiss: { } keep } || Sounds is null || !IsNearMiss(candidate, wanted.From)) return;
        var around = new Detection(candidate.Label, candidate.Score, candidate.Start, candidate.End, candidate.Time) { Source = candidate.Source };
        Tell(keep, new NearMiss(candidate, Sounds.Open(around, wanted.ToSound()), _scores!.Highest(candidate.Start, candidate.Time)));
    }

    /// <summary>What was lost to another label has that one's detection to explain it.</summary>
    internal static bool IsNearMiss(in Candidate candidate, float from) =>
        candidate.Outcome is not (CandidateOutcome.Detected or CandidateOutcome.OtherLabel) && candidate.Score >= from;

    /// <summary>Label by label, in the order of their names. Any thread.</summary>
    public IReadOnlyList<LabelCandidates> Snapshot()
    {
        lock (_lock) return [.. _labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => new LabelCandidates(label.Key, label.Value.Counts, label.Value.Last))];
    }

    void Tell<T>(Action<T> observer, T told)
    {
        if (_hub is null) observer(told);
        else _hub.Guard(observer, told);
    }

    sealed class LabelCount
    {
        public CandidateCounts Counts { get; set; }
        public Candidate Last { get; set; }
    }
}
