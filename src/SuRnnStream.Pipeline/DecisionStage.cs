namespace SuRnnStream;

/// <summary>Between one stream's detector and its consumers: the rules, the wall clock, what the loudspeaker plays. A stream without any of these has none.</summary>
sealed class DecisionStage
{
    readonly DecisionOptions _options;
    readonly string? _source;
    readonly StreamOrigin? _origin;
    readonly PlayedSound? _played;
    readonly Action<DetectionVerdict>? _tell;
    StreamDecisions _rules;
    LoudspeakerReference? _reference;   // null: there is no reference
    IFrameTiming _timing;
    DecisionCounts _before;             // of rules before these

    /// <param name="options">The rules.</param>
    /// <param name="model">Whose detections these are.</param>
    /// <param name="detector">Its detector's options.</param>
    /// <param name="source">The stream's name.</param>
    /// <param name="origin">For the wall clock; null: none.</param>
    /// <param name="played">What the loudspeaker plays; null: nobody says.</param>
    /// <param name="tell">Told of every verdict; must not throw.</param>
    /// <exception cref="ArgumentException">A rule is invalid, or asks for a clock or a loudspeaker that is not there.</exception>
    public DecisionStage(DecisionOptions options, SuRnnModel model, DetectorOptions? detector, string? source, StreamOrigin? origin, PlayedSound? played, Action<DetectionVerdict>? tell)
    {
        if (options.NeedsClock && origin is null) throw new ArgumentException("A rule has hours of the day, but there is no clock: set Clock in the options, or leave From and To out.");
        if (options.Loudspeaker is not null && played is null) throw new ArgumentException("There are rules for the loudspeaker, but nothing says what it plays: set Played in the options, or leave Loudspeaker out.");
        if (played is not null && options.Loudspeaker is null) throw new ArgumentException("Played says what the loudspeaker plays, but there are no rules for it: set Loudspeaker in the decisions, or leave Played out.");
        (_options, _source, _origin, _played, _tell) = (options, source, origin, played, tell);
        (_rules, _timing) = (NewRules(model, detector), model.Config.RequireTiming());
        _reference = NewReference(model, detector);
        Hear = detection => _rules.Take(detection with { Source = _source ?? detection.Source, At = _origin?.At(detection.Time) });
        OnReleased = options.Edges ? (label, time) => _rules.Release(label, time) : null;
    }

    /// <summary>Where what passes goes.</summary>
    public List<Detection> To { get; set; } = [];

    /// <summary>What the detector tells its detections.</summary>
    public Action<Detection> Hear { get; }

    /// <summary>What the detector tells of releases; null: nobody asks.</summary>
    public Action<string, TimeSpan>? OnReleased { get; }

    public DecisionCounts Counts => _before + _rules.Counts;

    public IEnumerable<string> Describe() => _rules.Describe();

    /// <summary>Looks at frames where the loudspeaker's rule does, then tells <paramref name="next"/>.</summary>
    public FrameObserver? Watching(FrameObserver? next) => _played is null ? next : (in FrameView frame) =>
    {
        _rules.Loudspeaker?.OnFrame(frame.End, frame.Scores);
        next?.Invoke(frame);
    };

    /// <summary>Complains of rules that do not fit a model with these options.</summary>
    public void Check(SuRnnModel model, DetectorOptions? detector) => _options.Validate(model.Config, detector ?? model.Defaults);

    /// <summary>From now on another model detects; events that are open end.</summary>
    public void Swap(SuRnnModel model, DetectorOptions? detector)
    {
        _rules.End(EventEnd.Reset);
        _before += _rules.Counts;
        (_rules, _timing) = (NewRules(model, detector), model.Config.RequireTiming());
        _reference = NewReference(model, detector);
    }

    public void Ignore(TimeSpan from, TimeSpan to) => _rules.Ignore(from, to);

    /// <summary>Samples from a place on are about to be processed.</summary>
    /// <param name="start">Place of the first.</param>
    /// <param name="gap">Samples before it are lost.</param>
    /// <param name="samples">At the model's rate.</param>
    public void Before(long start, bool gap, ReadOnlySpan<float> samples)
    {
        if (gap) _rules.End(EventEnd.Gap);
        _reference?.Hear(start, gap, samples);
    }

    /// <summary>All samples up to a place are processed.</summary>
    public void After(long position) => _rules.Advance(_timing.StreamTime(position));

    /// <summary>The stream ends.</summary>
    public void End() => _rules.End(EventEnd.StreamEnded);

    StreamDecisions NewRules(SuRnnModel model, DetectorOptions? detector) =>
        new(_options, model, detector ?? model.Defaults, detection => To.Add(detection), _tell, _source);

    LoudspeakerReference? NewReference(SuRnnModel model, DetectorOptions? detector) => _played is null || _options.Loudspeaker is not { } loudspeaker ? null
        : new LoudspeakerReference(_rules.Loudspeaker!, loudspeaker, _played, model, detector);
}
