namespace SuRnnStream;

/// <summary>
/// Scores and switches to events, by one of the rules of <see cref="GateRule"/>. All in stream time: a frame is known by the position of its first sample,
/// so that times stay right where samples were lost.
/// </summary>
sealed class EventGate
{
    /// <summary>How long scores are held at least after the end of a stream, so that smoothed ones reach their peak.</summary>
    public static readonly TimeSpan RunsOut = TimeSpan.FromSeconds(1.5);

    readonly SuRnnConfig _config;
    readonly IFrameTiming _timing;
    readonly long _hop;
    readonly int[] _others;            // places of the background labels but silence
    readonly ScoreGate _scores;
    readonly SwitchBursts _bursts;
    readonly BurstGate _burst;
    readonly TalkGate _talk;
    GateRule _rule;
    long _next;                        // where the next frame begins if nothing is lost

    /// <exception cref="ArgumentException">An option is outside its range, or the model has no switches for the rule.</exception>
    public EventGate(DetectorOptions options, SuRnnConfig config)
    {
        (_config, _timing) = (config, config.RequireTiming());
        _hop = _timing.HopLength;
        _others = [.. config.Labels.Index().Where(label => config.Background.Contains(label.Item) && label.Item != ClipClassifier.Silence).Select(label => label.Index)];
        _scores = new ScoreGate(config);
        _bursts = new SwitchBursts(_timing, config.Layers.Sum(layer => layer.Hidden));
        _burst = new BurstGate(config, _bursts);
        _talk = new TalkGate(config, _scores, _bursts);
        Retune(options);
        Reset();
    }

    /// <summary>
    /// Other thresholds and times from the next frame on; scores, armed labels, an open decision window and a burst stay as they are. With another rule all
    /// of them are forgotten.
    /// </summary>
    /// <exception cref="ArgumentException">An option is outside its range, or the model has no switches for the rule; the old ones stay.</exception>
    public void Retune(DetectorOptions options)
    {
        options.Validate(_config);
        var changes = options.Rule != _rule;
        _rule = options.Rule;
        _bursts.Retune(options.Burst);
        _scores.Retune(options);
        _burst.Retune(options);
        _talk.Retune(options.Talk);
        if (changes) Reset(Position);
        LongestWait = _rule switch
        {
            GateRule.Bursts => Samples(options.Burst.Longest + options.Burst.Calm),
            GateRule.Talk => Samples(options.DecisionWindow + options.Talk.CalmWithin),
            _ => _scores.DecisionWindow,
        };
    }

    long Samples(TimeSpan time) => (long)Math.Round(time / _timing.Hop) * _hop;

    /// <summary>First sample of the next frame. Raised where samples were lost.</summary>
    public long Position { get; set; }

    /// <summary>First sample of the last frame.</summary>
    public long LastFrame => Position - _hop;

    /// <summary>Least samples between two detections of a label.</summary>
    public long Refractory => _scores.Refractory;

    /// <summary>Place after the frame in which the score of the event that was emitted last was highest.</summary>
    public long EndOfBest => _rule == GateRule.Bursts ? _burst.EndOfBest : _scores.EndOfBest;

    /// <summary>True: something has begun that may still become an event.</summary>
    public bool IsBusy => _scores.IsDeciding || _bursts.Begin >= 0 || _talk.Holds;

    /// <summary>True: the label was detected, or competed with one that was, and has not fallen below its release level since. Never under bursts, which end with their verdict.</summary>
    public bool HasFired(int label) => _scores.HasFired(label);

    /// <summary>Samples from the highest score of an event to its verdict, at most.</summary>
    public long LongestWait { get; private set; }

    /// <summary>Stream time of the end of the last frame's window.</summary>
    public TimeSpan EndOfLastFrame => _timing.StreamTime(Position - _hop + _timing.WindowLength);

    /// <summary>For tests: true turns the short cut for frames without events off. The detections are the same.</summary>
    internal bool AlwaysLook { init => _scores.AlwaysLook = value; }

    /// <summary>Told of every candidate when its outcome is known, also of those that are detected. Detections are the same. Null: not asked for.</summary>
    public Action<Candidate>? OnCandidate
    {
        set => _burst.Trace = _scores.Trace = value is null ? null : new CandidateTrace(_config, value);
    }

    public void Reset(long position = 0)
    {
        (Position, _next) = (position, position);
        _scores.Reset(position);
        _bursts.Reset();
        _burst.Reset(position);
        _talk.Reset();
    }

    /// <summary>
    /// The frames until now belong to the detector that has armed this one: scores and bursts start empty, and background labels count only after
    /// they have been low once.
    /// </summary>
    public void Arm()
    {
        Reset(Position);
        _bursts.WaitForFall();
    }

    /// <summary>Takes the next frame. True: an event is due.</summary>
    /// <param name="scores">[Labels]</param>
    /// <param name="open">Switches that were open.</param>
    /// <param name="detection">The event.</param>
    public bool TryAdvance(ReadOnlySpan<float> scores, int open, out Detection detection)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scores.Length, _config.Labels.Count);
        var now = Position;
        Position += _hop;
        if (_rule == GateRule.Scores) return _scores.TryAdvance(scores, now, confirmed: true, out detection);
        // A burst before a gap that is longer than calm needs is over: it has been taken to its end.
        detection = default;
        var due = _rule == GateRule.Bursts && _bursts.EndsInGapBefore(now, now - _next) && _burst.TryJudge(now, out detection);
        _next = Position;
        var begins = _bursts.Advance(now, open, Other(scores));
        if (_rule == GateRule.Bursts)
        {
            if (!_burst.TryAdvance(scores, now, begins, out var ended)) return due;
            detection = ended; // a gap ended another burst in the same frame: cannot be, as calm takes longer
            return true;
        }
        due = _talk.TryAdvance(scores, now, open, out detection);
        if (_bursts.IsCalm) _bursts.End();
        return due;
    }

    float Other(ReadOnlySpan<float> scores)
    {
        var highest = 0f;
        foreach (var place in _others) highest = MathF.Max(highest, scores[place]);
        return highest;
    }

    /// <summary>Frames in <see cref="RunsOut"/>.</summary>
    public static int FramesToRunOut(IFrameTiming timing) => (int)Math.Ceiling(RunsOut / timing.Hop);

    /// <summary>The stream has ended with these scores [Labels]: what is pending is decided as if they were held and every switch shut.</summary>
    /// <param name="scores">Of the last frame.</param>
    /// <param name="after">Frames after the end that the gate has taken.</param>
    /// <param name="onDetection">Called before this returns.</param>
    public void RunOut(ReadOnlySpan<float> scores, int after, Action<Detection> onDetection)
    {
        for (var frames = FramesToRunOut(_timing) - after; frames > 0 || IsBusy; frames--) // a decision window or a calm may be longer
            if (TryAdvance(scores, 0, out var detection)) onDetection(detection);
        _scores.EndRises(LastFrame);
    }

    internal void Save(BinaryWriter to)
    {
        to.Write((byte)_rule);
        to.Write(Position);
        to.Write(_next);
        _scores.Save(to);
        if (_rule == GateRule.Scores) return;
        _bursts.Save(to);
        _burst.Save(to);
        _talk.Save(to);
    }

    internal void Restore(BinaryReader from)
    {
        var rule = (GateRule)from.ReadByte();
        (Position, _next) = (from.ReadInt64(), from.ReadInt64());
        if (Position < 0 || Position > long.MaxValue / 4 || _next < 0 || _next > Position) throw new InvalidDataException($"A saved gate is at sample {Position}.");
        if (rule != _rule) throw new InvalidDataException($"The state was saved under the rule {rule}, but the detector has {_rule}: give it the options that it was saved with.");
        _scores.Restore(from, Position);
        if (_rule == GateRule.Scores) return;
        _bursts.Restore(from, Position);
        _burst.Restore(from, Position);
        _talk.Restore(from, Position);
    }
}
