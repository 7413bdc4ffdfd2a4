namespace SuRnnStream;

/// <summary>Samples in, detections out; one instance per stream. Not thread-safe; its model is shared.</summary>
public sealed partial class StreamingDetector
{
    readonly SuRnnModel _model;
    readonly TimeSpan _hop;
    bool _dense;
    readonly IFrontEnd _front;     // samples -> frame, of sound or of sensors
    readonly LevelTrack? _levels;  // null: not asked for
    bool[] _fired = [];            // [Labels] detected and not released; empty: not asked for
    readonly float[] _frame;
    readonly SuRnnState _state;    // what this stream remembers
    readonly EventGate _gate;      // scores -> events
    SecondLook? _look;             // bursts -> events, in place of the gate's
    readonly bool _restsInSilence; // digital silence shuts every switch, so that the scores are held
    StageClock _clock = new(TimeProvider.System);
    DormantDetector[] _followers = []; // which get this one's frames
    bool _leads;                   // there are some; beside fields that every frame needs, so that streams without any do not wait for memory

    /// <param name="model">Shared by any number of detectors.</param>
    /// <param name="options">When a score counts as an event; by default what the model was tuned with.</param>
    /// <exception cref="ArgumentException">
    /// An option is outside its range, or the model does not give scores in every frame: it has no front end, another
    /// <see cref="Readout"/> than PerStep, or a linear head.
    /// </exception>
    public StreamingDetector(SuRnnModel model, DetectorOptions? options = null) : this(model, options, new FrontEndMemory(model.Config)) { }

    /// <summary>One that shares its working memory with other detectors of the same thread.</summary>
    /// <param name="model">Shared by any number of detectors.</param>
    /// <param name="options">When a score counts as an event; null: what the model was tuned with.</param>
    /// <param name="memory">Of the model's front end.</param>
    /// <exception cref="ArgumentException">As of the other constructor, or the memory is of another front end.</exception>
    public StreamingDetector(SuRnnModel model, DetectorOptions? options, FrontEndMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        options ??= model.Defaults;
        var transform = memory.Require(model.Config.FrontEnd).Transform;
        (_model, _hop, _dense) = (model, model.Config.RequireTiming().Hop, options.Dense);
        (_state, _gate) = (model.NewState(), new EventGate(options, model.Config));
        _front = transform is null ? new SensorFrontEnd(model.Config.Sensor!, _gate.LongestWait) : new MelFrontEnd(transform);
        _frame = new float[model.Config.FrameLength];
        if (options.Level && transform is not null) _levels = new LevelTrack(transform.WindowEnergy, _hop);
        if (model.LookOf(options) is { } verifier) _look = new SecondLook(verifier, model.Config, options);
        _restsInSilence = model.Config.FrontEnd is not null && model.Config.FrameSwitch is not { Hangover: > 0 } && model.Config.Layers.All(layer => layer.SeesInput || layer.Holds);
    }

    /// <summary>The network's memory and its last scores.</summary>
    public SuRnnState State => _state;

    /// <summary>Index of the next sample in the stream; skipped samples and samples before a <see cref="Reset"/> count.</summary>
    public long Position => _gate.Position + _front.Pending;

    /// <summary>Samples of sensors that were missing (NaN) and have been held from before, since this detector was made.</summary>
    public long SamplesHeld => _front.SamplesHeld;

    /// <summary>Those of <see cref="SamplesHeld"/> that were there, but so far from the rest (fill values, a loose electrode) that no sensor gives them.</summary>
    public long SamplesWild => _front.SamplesWild;

    /// <summary>Called with every frame, after the network and before its detection; <see cref="Process"/> rethrows what it throws. Null: not called.</summary>
    public FrameObserver? OnFrame { get; init; }

    /// <summary>
    /// Told when the smoothed score of a label that was detected has fallen below its release level, and at which stream time: where its event ends. Called on
    /// the detector's thread. Not called for a <see cref="Reset"/>: whoever resets knows it. Null: not called.
    /// </summary>
    public Action<string, TimeSpan>? OnReleased
    {
        get;
        init
        {
            field = value;
            _fired = value is null ? [] : new bool[_model.Config.Labels.Count];
        }
    }

    /// <summary>Called with every verdict of the second look with its best label, detected or not. Null: not called.</summary>
    internal Action<Detection>? OnVerdict { init { if (_look is not null) _look.OnVerdict = value; } }

    /// <summary>
    /// Called with everything that was detected or nearly was, when its outcome is known: what the rule of the options took for a candidate, or, where there is a
    /// second look, what it was asked about. A detection's candidate comes just before it. Called on the detector's thread, before <see cref="Process"/> or
    /// <see cref="Finish"/> returns; what goes on at a <see cref="Reset"/> is not told, and a rise that goes on is not saved. Null: not called.
    /// </summary>
    public Action<Candidate>? OnCandidate
    {
        get;
        init
        {
            field = value;
            _gate.OnCandidate = value is null ? null : candidate =>
            {
                if (_look is null) value(candidate); // else the gate does not decide
            };
            _look?.OnCandidate = value;
        }
    }

    /// <summary>Told how long a frame took, of one in 16: a histogram of it shows whether a device keeps up. Called before the frame's <see cref="OnFrame"/>. Null: not called.</summary>
    public Action<TimeSpan>? OnTimed { get; init; }

    /// <summary>From the next samples on it works with this memory, as on a thread that takes it over. What is detected stays the same.</summary>
    /// <param name="memory">Of the model's front end; another detector may have used it before.</param>
    /// <exception cref="ArgumentException">It is of another front end.</exception>
    public void Borrow(FrontEndMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        if (memory.Require(_model.Config.FrontEnd).Transform is { } transform) ((MelFrontEnd)_front).Transform = transform;
    }

    /// <summary>Fetches what the next frame will look at into the processor's cache: for whoever runs thousands of streams, between whose frames it is lost. It changes nothing else.</summary>
    public void Prefetch()
    {
        _front.Fetch();
        _state.Fetch();
    }

    /// <summary>
    /// Takes any number of samples at the model's sample rate, of sound in [-1, 1], of sensors in the model's channels and units, one moment's
    /// channels after each other and NaN where a value is missing; the detections do not depend on how they are cut up.
    /// <paramref name="onDetection"/> is called before Process returns.
    /// </summary>
    /// <returns>What these samples cost.</returns>
    public ComputeStats Process(ReadOnlySpan<float> samples, Action<Detection> onDetection)
    {
        var counts = new FrameCounts();
        _clock.Start();
        do
        {
            var block = _look is null && !_leads ? samples : samples[..Math.Min(samples.Length, SecondLook.MostSamples)];
            samples = samples[block.Length..];
            _look?.Hear(block);
            if (_leads) foreach (var follower in _followers) follower.Hear(block);
            Advance(block, ref counts, onDetection);
        }
        while (!samples.IsEmpty);
        _clock.FrontEndDone();
        var (frontEnd, network) = _clock.Take();
        var stats = counts.With(frontEnd, network, _hop);
        return _look is null ? stats : stats + _look.Take();
    }

    void Advance(ReadOnlySpan<float> samples, ref FrameCounts counts, Action<Detection> onDetection)
    {
        while (_front.TryNext(ref samples, _frame))
        {
            if (_front.Restarted) Restart();
            _clock.FrontEndDone();
            var step = _model.Step(_frame, _state, _dense);
            var fired = _gate.TryAdvance(_state.Scores.Span, step.OpenForBursts, out var detection);
            counts.Add(step);
            var took = _clock.NetworkDone();
            if (took is { } time) OnTimed?.Invoke(time);
            OnFrame?.Invoke(new FrameView(_state, _frame, _gate.EndOfLastFrame, step));
            if (_leads) foreach (var follower in _followers) follower.Take(_frame, _front.Energy);
            if (_look is not null) fired = _look.TryAdvance(_gate.LastFrame, _frame, step.OpenForBursts, _state.Scores.Span, _gate.Refractory, out detection);
            _levels?.Add(_gate.EndOfLastFrame, _front.Energy);
            if (fired) onDetection(WithDetails(detection));
            if (_fired.Length > 0) TellReleases(fired ? detection.Label : null);
            _clock.Start(); // the callers' and the second look's time is not ours
        }
    }

    internal FrontEndConfig? FrontEnd => _model.Config.FrontEnd;

    /// <summary>This detector's frames go to the follower, too, from the next one on.</summary>
    /// <returns>Places of the next frame and the next sample.</returns>
    internal (long Frame, long Sample) Lead(DormantDetector follower)
    {
        if (Array.IndexOf(_followers, follower) < 0) _followers = [.. _followers, follower];
        _leads = true;
        return (_gate.Position, Position);
    }

    internal void Part(DormantDetector follower)
    {
        _followers = [.. _followers.Where(other => other != follower)];
        _leads = _followers.Length > 0;
    }

    /// <param name="label">That was detected with this frame; null: none. Its event may be over already where a rule of the gate waits for its end.</param>
    void TellReleases(string? label)
    {
        for (var i = 0; i < _fired.Length; i++)
        {
            _fired[i] |= _model.Config.Labels[i] == label;
            var fired = _gate.HasFired(i);
            if (_fired[i] && !fired) OnReleased!(_model.Config.Labels[i], _gate.EndOfLastFrame);
            _fired[i] = fired;
        }
    }

    /// <summary>Adds what the gate does not know: of sensors when the event itself was, of sound its level.</summary>
    Detection WithDetails(Detection detection) => _front.LandmarkBefore(_gate.EndOfBest) is { } landmark
        ? detection with { Landmark = landmark }
        : _levels?.Measure(detection) ?? detection;

    /// <summary>Other options from the next frame on. The network, the scores and what was detected lately are not forgotten.</summary>
    /// <exception cref="ArgumentException">An option is outside its range; the old ones stay.</exception>
    public void Retune(DetectorOptions options)
    {
        var wanted = _model.LookOf(options);
        var look = wanted == _look?.Verifier ? _look : wanted is null ? null : new SecondLook(wanted, _model.Config, options);
        _gate.Retune(options);
        look?.Retune(options);
        look?.OnCandidate = OnCandidate;
        if (look != _look) look?.Reset(Position); // it has no frames yet
        _look = look;
        _front.LookBack(_gate.LongestWait);
        _dense = options.Dense;
    }
}
