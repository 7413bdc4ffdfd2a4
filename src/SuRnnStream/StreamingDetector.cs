using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SuRnnStream;

/// <summary>Samples in, detections out; one instance per stream. Not thread-safe; detectors share a model.</summary>
public sealed class StreamingDetector
{
    const int StateVersion = 1;           // of the envelope; what is in it says its own
    const long LongestState = 256L << 20; // bytes

    readonly SuRnnModel _model;
    readonly TimeSpan _hop;
    bool _dense;
    readonly IFrontEnd _front;     // samples -> frame
    readonly SensorFrontEnd? _sensor; // the same, of sensors
    readonly LevelTrack? _levels;  // null: not asked for
    bool[] _fired = [];            // [Labels] detected and not released; empty: not asked for
    readonly float[] _frame;
    readonly SuRnnState _state;    // what this stream remembers
    readonly EventGate _gate;      // scores -> events
    SecondLook? _look;             // bursts -> events, in place of the gate's
    readonly bool _restsInSilence; // digital silence shuts every switch, so that the scores are held
    StageClock _clock = new(TimeProvider.System);

    /// <param name="model">Shared by any number of detectors.</param>
    /// <param name="options">When a score counts as an event; by default what the model was tuned with.</param>
    /// <exception cref="ArgumentException">
    /// An option is outside its range, or the model does not give scores in every frame: it has no front end, another
    /// <see cref="Readout"/> than PerStep, or a linear head.
    /// </exception>
    public StreamingDetector(SuRnnModel model, DetectorOptions? options = null) : this(model, options, NewTransform(model.Config)) { }

    /// <summary>
    /// Shares <paramref name="transform"/>, which is of the model's front end, with other streams of the same thread. Null: of a model that
    /// is one of sensors.
    /// </summary>
    internal StreamingDetector(SuRnnModel model, DetectorOptions? options, MelTransform? transform)
    {
        options ??= model.Defaults;
        (_model, _hop, _dense) = (model, model.Config.RequireTiming().Hop, options.Dense);
        (_state, _gate) = (model.NewState(), new EventGate(options, model.Config));
        _sensor = transform is null ? new SensorFrontEnd(model.Config.Sensor!, _gate.LongestWait) : null;
        _front = _sensor ?? (IFrontEnd)new MelFrontEnd(transform!);
        _frame = new float[model.Config.FrameLength];
        if (options.Level && transform is not null) _levels = new LevelTrack(transform.WindowEnergy, _hop);
        if (options.Verifier is { } verifier) _look = new SecondLook(verifier, model.Config);
        _restsInSilence = model.Config.FrontEnd is not null && model.Config.Layers.All(layer => layer.SeesInput);
    }

    /// <summary>What streams of one thread can share; null: nothing, for sensors.</summary>
    /// <exception cref="ArgumentException">The model is none for a detector.</exception>
    internal static MelTransform? NewTransform(SuRnnConfig config)
    {
        config.RequireDetector();
        return config.FrontEnd is { } sound ? new MelTransform(sound) : null;
    }

    /// <summary>The network's memory and its last scores.</summary>
    public SuRnnState State => _state;

    /// <summary>Index of the next sample; skipped samples and samples before a <see cref="Reset"/> count.</summary>
    public long Position => _gate.Position + _front.Pending;

    /// <summary>Place in the stream of the next frame's first sample.</summary>
    internal long NextFrame => _gate.Position;

    /// <summary>Samples of sensors that were missing (NaN) and have been held from before, since this detector was made.</summary>
    public long SamplesHeld => _sensor?.SamplesHeld ?? 0;

    /// <summary>Those of <see cref="SamplesHeld"/> that were there, but so far from the rest (fill values, a loose electrode) that no sensor gives them.</summary>
    public long SamplesWild => _sensor?.SamplesWild ?? 0;

    /// <summary>True: the model itself says how long a gap may be, see <see cref="SensorFrontEndConfig.ResetAfter"/>.</summary>
    internal bool KnowsGaps => _sensor is not null;

    /// <summary>Called with every frame, after the network and before its detection; <see cref="Process"/> rethrows what it throws. Null: not called.</summary>
    public FrameObserver? OnFrame { get; init; }

    /// <summary>
    /// Told when the smoothed score of a label that was detected has fallen below its release level, and at which stream time: where its event ends. Called on
    /// the detector's thread. Not called for a <see cref="Reset"/>: whoever resets knows. Null: not called.
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

    /// <summary>Called with the time that a frame took, for those that are timed. Null: not called.</summary>
    internal Action<TimeSpan>? OnTimed { get; init; }

    /// <summary>Energy of the last frame of sound, see <see cref="MelTransform.Energy"/>.</summary>
    internal float Energy => (_front as MelFrontEnd)?.Energy ?? 0;

    /// <summary>Tables and working memory that the streams of one thread can share: most of a front end's memory.</summary>
    internal MelTransform? Transform
    {
        get => (_front as MelFrontEnd)?.Transform;
        set { if (value is not null) ((MelFrontEnd)_front).Transform = value; }
    }

    /// <summary>
    /// Takes any number of samples at the model's sample rate, of sound in [-1, 1], of sensors in the model's channels and units, one moment's
    /// channels following each other and NaN where a value is missing; the detections do not depend on how they are cut up.
    /// <paramref name="onDetection"/> is called before Process returns.
    /// </summary>
    /// <returns>What these samples cost.</returns>
    public ComputeStats Process(ReadOnlySpan<float> samples, Action<Detection> onDetection)
    {
        var counts = new FrameCounts();
        _clock.Start();
        do
        {
            var block = _look is null ? samples : samples[..Math.Min(samples.Length, SecondLook.MostSamples)];
            samples = samples[block.Length..];
            _look?.Hear(block);
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
            if (_sensor is { Restarted: true }) Restart();
            _clock.FrontEndDone();
            var step = _model.Step(_frame, _state, _dense);
            var fired = _gate.TryAdvance(_state.Scores.Span, step.OpenForBursts, out var detection);
            counts.Add(step);
            var took = _clock.NetworkDone();
            if (took is { } time) OnTimed?.Invoke(time);
            OnFrame?.Invoke(new FrameView(_state, _frame, _gate.EndOfLastFrame, step));
            if (_look is not null) fired = _look.TryAdvance(_gate.LastFrame, _frame, step.OpenForBursts, _state.Scores.Span, _gate.Refractory, out detection);
            _levels?.Add(_gate.EndOfLastFrame, ((MelFrontEnd)_front).Energy);
            if (fired) onDetection(WithDetails(detection));
            if (_fired.Length > 0) TellReleases(fired ? detection.Label : null);
            _clock.Start(); // the callers' and the second look's time is not ours
        }
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

    /// <summary>What the gate does not know: of sensors when the event itself was, of sound how loud it was.</summary>
    Detection WithDetails(Detection detection) => _sensor is not null
        ? detection with { Landmark = _sensor.LandmarkBefore(_gate.EndOfBest) }
        : _levels?.Measure(detection) ?? detection;

    /// <summary>
    /// The stream has ended: decides what is pending, a frame that is not full, a label above its threshold, an open decision window. The
    /// detections are those that 1.5 s of digital silence after the last sample would bring, or more where calm or the decision window is longer; of
    /// sensors, those that the last scores would if they were held for as long. Then the detector is reset, at the same <see cref="Position"/>. Call it after the last sample of a file, and before a
    /// <see cref="Reset"/> if what ended just before counts.
    /// </summary>
    /// <param name="onDetection">Called before Finish returns. A detection's times may lie after the end, as they would with the silence.</param>
    /// <returns>What the frames at the end cost.</returns>
    public ComputeStats Finish(Action<Detection> onDetection)
    {
        var end = Position;
        var stats = new ComputeStats();
        if (_state.Frame > 0 || _front.Pending > 0)
        {
            stats = FillLastFrames(onDetection);
            _gate.RunOut(_state.Scores.Span, (int)stats.Frames, _look is null ? Heard(onDetection) : static _ => { });
        }
        Reset(end);
        return stats;
    }

    /// <summary>As <see cref="Finish"/>, where the stream goes on with sample number <paramref name="start"/>: no time of a detection lies after it.</summary>
    internal ComputeStats FinishBefore(long start, Action<Detection> onDetection) => Finish(Before(start, onDetection));

    Action<Detection> Before(long start, Action<Detection> onDetection)
    {
        var latest = _model.Config.RequireTiming().StreamTime(start);
        return detection => onDetection(detection with { End = detection.End < latest ? detection.End : latest, Time = detection.Time < latest ? detection.Time : latest });
    }

    /// <summary>Runs the network until no sample of the stream is left for another frame, or until digital silence changes nothing more.</summary>
    ComputeStats FillLastFrames(Action<Detection> onDetection)
    {
        var stats = new ComputeStats();
        if (_sensor is not null)
        {
            if (_front.Pending <= 0) return stats;
            var held = _sensor.SamplesHeld;
            Span<float> missing = new float[_sensor.SamplesPerFrame - _front.Pending];
            missing.Fill(float.NaN);
            stats = Process(missing, onDetection);
            _sensor.SamplesHeld = held; // the stream has ended: nothing is missing
            return stats;
        }
        var (mel, hop) = ((MelFrontEnd)_front, new float[_model.Config.RequireFrontEnd().HopLength]);
        for (var frames = 0; mel.HoldsSound || ((!_restsInSilence || _look is not null) && frames < EventGate.FramesToRunOut(mel.Transform.Config)); frames++) stats += Process(hop, onDetection);
        return stats;
    }

    Action<Detection> Heard(Action<Detection> onDetection) => _sensor is null && _levels is null ? onDetection : detection => onDetection(WithDetails(detection));

    /// <summary>Other options from the next frame on. The network, the scores and what was detected lately are not forgotten.</summary>
    /// <exception cref="ArgumentException">An option is outside its range; the old ones stay.</exception>
    public void Retune(DetectorOptions options)
    {
        var look = options.Verifier == _look?.Verifier ? _look : options.Verifier is { } verifier ? new SecondLook(verifier, _model.Config) : null;
        _gate.Retune(options);
        if (look != _look) look?.Reset(Position); // it has no frames yet
        _look = look;
        _sensor?.LookBack(_gate.LongestWait);
        _dense = options.Dense;
    }

    /// <summary>Forgets everything, as at the start of a stream.</summary>
    /// <param name="position">Place of the next sample; times count from sample 0. Not 0 where a stream goes on after a gap.</param>
    public void Reset(long position = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        _state.Reset();
        _gate.Reset(_front.Reset(position));
        _levels?.Reset();
        Array.Clear(_fired);
        _look?.Reset(position);
    }

    void Restart()
    {
        _state.Reset();
        _gate.Reset(_gate.Position);
    }

    /// <summary>
    /// The next <paramref name="samples"/> samples are lost. Network and scores keep what they remember, the frame that was being filled is
    /// forgotten because it would bridge the gap, and times continue after it. A model of sensors forgets everything with the first value after
    /// a gap longer than its <see cref="SensorFrontEndConfig.ResetAfter"/>.
    /// </summary>
    public void Skip(long samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        if (samples > 0) GoTo(Position + samples);
    }

    void GoTo(long position)
    {
        _look?.Skip(position);
        _gate.Position = _front.Skip(position);
    }

    /// <summary>As <see cref="Skip(long)"/>; where a model of sensors forgets over the gap, what is pending is decided before.</summary>
    internal void Skip(long samples, Action<Detection> onDetection)
    {
        var next = Position + samples;
        if (_sensor is not null && _state.Frame > 0 && _sensor.ForgetsOver(samples))
            _gate.RunOut(_state.Scores.Span, 0, Heard(Before(next, onDetection))); // which moves the gate on
        GoTo(next);
    }

    /// <summary>Writes the stream's whole state; a detector of the same model that restores it goes on exactly as this one would.</summary>
    public void Save(Stream to)
    {
        ArgumentNullException.ThrowIfNull(to);
        WriteState(to, _model.Config, writer =>
        {
            _front.Save(writer);
            _state.Save(writer);
            _gate.Save(writer);
            _look?.Save(writer);
            writer.Write(_levels is not null);
            _levels?.Save(writer);
        }, _look);
    }

    /// <summary>A state of a model of this shape in its envelope.</summary>
    internal static void WriteState(Stream to, SuRnnConfig config, Action<BinaryWriter> save, SecondLook? look = null)
    {
        var content = new MemoryStream();
        using (var writer = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true))
        {
            var format = Format(config, look);
            writer.Write(format.Length);
            writer.Write(format);
            save(writer);
        }
        Envelope.Write(to, StateKind, StateVersion, content.GetBuffer().AsSpan(0, (int)content.Length));
    }

    /// <summary>The state that <see cref="WriteState"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It was saved by a model of another shape, or is damaged.</exception>
    internal static void ReadState(Stream from, SuRnnConfig config, Action<BinaryReader> restore, SecondLook? look = null)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(Envelope.Read(from, StateKind, StateVersion, "The saved state", LongestState)), Encoding.UTF8);
            var format = Format(config, look);
            if (reader.ReadInt32() != format.Length || !reader.ReadBytes(format.Length).AsSpan().SequenceEqual(format))
                throw new InvalidDataException("The state was saved by a model of another shape.");
            restore(reader);
            if (reader.BaseStream.Position != reader.BaseStream.Length) throw new InvalidDataException("The saved state goes on after its end.");
        }
        catch (Exception damaged) when (damaged is EndOfStreamException or FormatException)
        {
            throw new InvalidDataException("The saved state ends early or is damaged.", damaged);
        }
    }

    static ReadOnlySpan<byte> StateKind => "SURNNST\n"u8;

    /// <summary>Takes on a state that <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The state was saved by a model of another shape, or is damaged. This detector is then reset.</exception>
    public void Restore(Stream from)
    {
        ArgumentNullException.ThrowIfNull(from);
        try
        {
            ReadState(from, _model.Config, reader =>
            {
                _front.Restore(reader);
                _state.Restore(reader);
                _gate.Restore(reader);
                _look?.Restore(reader, Position);
                RestoreLevels(reader, _levels, _hop);
            }, _look);
            for (var i = 0; i < _fired.Length; i++) _fired[i] = _gate.HasFired(i);
        }
        catch (InvalidDataException)
        {
            Reset();
            throw;
        }
    }

    /// <param name="from">What says whether there are levels, and then the levels.</param>
    /// <param name="levels">Null: they are not asked for, and read over.</param>
    /// <param name="hop">Of the model.</param>
    internal static void RestoreLevels(BinaryReader from, LevelTrack? levels, TimeSpan hop)
    {
        var saved = from.ReadBoolean();
        if (!saved) levels?.Reset();
        else (levels ?? new LevelTrack(1, hop)).Restore(from);
    }

    /// <summary>The same in every culture: a state may go on in another country.</summary>
    static byte[] Format(SuRnnConfig config, SecondLook? look)
    {
        var front = config.FrontEnd is { } sound
            ? string.Create(CultureInfo.InvariantCulture, $"{sound.SampleRate} {sound.WindowLength} {sound.HopLength} {sound.Bands} {sound.LowHz} {sound.HighHz} {sound.Floor} {sound.Scale}")
            : JsonSerializer.Serialize(SensorHeader.From(config.Sensor!), ModelJson.Strict.SensorHeader);
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"""
            surnn-state 4
            {front}
            {string.Join(' ', config.Stem)} {config.SalienceFrames} {string.Join(' ', config.Layers)} {string.Join(',', config.Labels)}{(look is null ? "" : $"\n{look.Shape}")}
            """));
    }
}
