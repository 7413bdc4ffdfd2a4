namespace SuRnnStream.Cluster;

/// <summary>
/// A host's rules about detections that a cluster makes. They are applied in the host, because the cluster has no rules. Releases of labels and gaps come with the
/// detections; what the loudspeaker plays is known here. Samples come on one thread, answers on others.
/// </summary>
sealed class ClusterRules
{
    readonly Lock _lock = new();            // guards the rules, and keeps what they tell in order
    readonly StreamDecisions? _rules;       // null: there are none
    readonly LoudspeakerReference? _reference; // null: there is no reference
    readonly Action<Detection> _to;

    /// <exception cref="ArgumentException">A rule is invalid.</exception>
    public ClusterRules(PipelineOptions pipeline, SuRnnModel model, DetectorOptions detector, Action<Detection> to)
    {
        _to = to;
        if (pipeline.Decisions is not { } decisions) return;
        _rules = new StreamDecisions(decisions, model, detector, to, pipeline.OnVerdict, pipeline.SourceName);
        if (decisions.Loudspeaker is { } loudspeaker && pipeline.Played is { } played) _reference = new LoudspeakerReference(_rules.Loudspeaker!, loudspeaker, played, model, detector);
    }

    public DecisionCounts Counts
    {
        get
        {
            lock (_lock) return _rules?.Counts ?? default;
        }
    }

    public IReadOnlyList<string> Describe() => _rules is null ? [] : [.. _rules.Describe()];

    /// <inheritdoc cref="LoudspeakerReference.Hear"/>
    public void Hear(long start, bool gap, ReadOnlySpan<float> samples)
    {
        if (_reference is null) return;
        lock (_lock) _reference.Hear(start, gap, samples);
    }

    /// <param name="detection">Or a mark: the phase is End then.</param>
    /// <param name="agreeing">Frames that agree with it; null: they were not counted.</param>
    public void Take(in Detection detection, int? agreeing)
    {
        lock (_lock)
        {
            if (detection.Phase == EventPhase.End) TakeMark(detection);
            else if (_rules is null) _to(detection);
            else
            {
                if (_rules.Loudspeaker is { } loudspeaker) loudspeaker.Agreeing = agreeing ?? 0;
                _rules.Take(detection);
            }
        }
    }

    /// <summary>All up to a stream time is told.</summary>
    public void Advance(TimeSpan now)
    {
        lock (_lock) _rules?.Advance(now);
    }

    public void End(TimeSpan time)
    {
        lock (_lock)
        {
            _rules?.Advance(time);
            _rules?.End(EventEnd.StreamEnded);
        }
    }

    void TakeMark(in Detection mark)
    {
        if (_rules is null) return;
        if (mark.EndedBy == EventEnd.Gap)
        {
            _rules.Advance(mark.Time);
            _rules.End(EventEnd.Gap);
        }
        else _rules.Release(mark.Label, mark.Time);
    }
}
