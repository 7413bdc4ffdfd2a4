namespace SuRnnStream;

/// <summary>
/// The rules of one stream as <see cref="DecisionOptions"/> say: between its detector and its observers. Pipeline, pool and host use this, and so can a
/// program that runs a detector itself. Not thread-safe.
/// </summary>
public sealed class StreamDecisions
{
    readonly DecisionChain _chain;
    readonly IgnoredTimes _ignored = new();
    readonly LoudspeakerRule? _loudspeaker;
    readonly EventEdges? _edges;
    readonly Action<Detection> _to;
    readonly Action<DetectionVerdict>? _tell;
    readonly Action<DetectionVerdict> _take;
    readonly string? _source;

    /// <param name="options">The rules.</param>
    /// <param name="model">Whose detections these are.</param>
    /// <param name="detector">Its detector's options.</param>
    /// <param name="to">Told of what passes; where edges are asked for, of begins and ends.</param>
    /// <param name="onVerdict">Called with every verdict, also for what is merged or held back, and why. Null: not called.</param>
    /// <param name="source">Name of the stream, the <see cref="Detection.Source"/> of its detections.</param>
    /// <param name="zone">Where the hours of the day are meant; by default the machine's.</param>
    /// <exception cref="ArgumentException">A rule is invalid; see <see cref="DecisionOptions.Validate"/>.</exception>
    public StreamDecisions(DecisionOptions options, SuRnnModel model, DetectorOptions detector, Action<Detection> to, Action<DetectionVerdict>? onVerdict = null, string? source = null, TimeZoneInfo? zone = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(to);
        options.Validate(model.Config, detector);
        (_to, _tell, _source) = (to, onVerdict, source);
        var rules = new List<Decision> { _ignored };
        if (options.Loudspeaker is { } loudspeaker) rules.Add(_loudspeaker = new LoudspeakerRule(loudspeaker, model.Config.RequireFrontEnd().SampleRate, model.Config.Labels));
        if (options.Rules.Count > 0) rules.Add(new LabelRules(options.Rules, zone: zone));
        if (options.Sequence.Count > 0) rules.Add(new LabelSequence(options.Sequence, options.SequenceWithin));
        if (options.Edges) rules.Add(_edges = new EventEdges(options.MaximumDuration, options.Hold > TimeSpan.Zero ? options.Hold : null, fromRelease: true));
        _chain = new DecisionChain(rules);
        _take = Take;
    }

    /// <summary>What became of the detections.</summary>
    public DecisionCounts Counts => _chain.Counts;

    /// <summary>True: <see cref="Release"/> must be called, see <see cref="StreamingDetector.OnReleased"/>.</summary>
    public bool NeedsReleases => _edges is not null;

    /// <summary>The rule that listens to what the loudspeaker plays. Null: there is none.</summary>
    public LoudspeakerRule? Loudspeaker => _loudspeaker;

    /// <summary>A detection of the stream.</summary>
    public void Take(in Detection detection) => _chain.Take(detection, _take);

    /// <summary>A label's score has fallen below its release level.</summary>
    public void Release(string label, TimeSpan time) => _edges?.Release(label, _source, time, _take);

    /// <summary>All detections up to a stream time have been taken.</summary>
    public void Advance(TimeSpan now) => _chain.Advance(now, _take);

    /// <summary>Events that overlap a segment of stream time do not count: a chime, the tail of a reply. The network goes on.</summary>
    /// <exception cref="ArgumentException">It ends before it begins.</exception>
    public void Ignore(TimeSpan from, TimeSpan to) => _ignored.Ignore(from, to);

    /// <summary>Samples were lost, the detector is reset, or the stream ends: open events end.</summary>
    public void End(EventEnd why) => _chain.End(why, _take);

    /// <inheritdoc cref="Decision.Save"/>
    public void Save(BinaryWriter to) => _chain.Save(to);

    /// <inheritdoc cref="Decision.Restore"/>
    public void Restore(BinaryReader from) => _chain.Restore(from);

    /// <summary>The rules in force, a line each; empty where there are none.</summary>
    public IEnumerable<string> Describe() => _chain.Rules.Skip(1).Select(rule => rule.Description);

    void Take(DetectionVerdict verdict)
    {
        _tell?.Invoke(verdict);
        if (verdict.Outcome == DecisionOutcome.Passed) _to(verdict.Detection);
    }
}
