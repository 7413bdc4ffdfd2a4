using System.Runtime.InteropServices;

namespace SuRnnStream;

/// <summary>
/// A detector of sound that listens only while it is armed, as by a wake word. Disarmed, its network does not run: the front end keeps the last three
/// seconds of frames, and these count as skipped. One instance per stream. Not thread-safe. This project's extension.
/// </summary>
public sealed class DormantDetector
{
    static readonly TimeSpan Kept = TimeSpan.FromSeconds(3), LookBack = TimeSpan.FromMilliseconds(500);

    readonly SuRnnModel _model;
    readonly FrontEndConfig _shape;
    readonly MelFrontEnd _mel;
    readonly float[] _frame;               // [Bands]
    readonly float[] _ring;                // [_room * Bands] the last frames
    readonly long[] _places;               // [_room] their first samples
    readonly float[] _energies;            // [_room] and their energies
    readonly int _room;
    readonly SuRnnState _state;
    readonly EventGate _gate;              // its Position is the next frame's, armed or not
    readonly ComputeStats _skipped;        // a frame while disarmed
    readonly bool _awake;                  // armed always: a detector of its own on frames that somebody else may make
    readonly LevelTrack? _levels;          // null: not asked for
    SecondLook? _look;                     // bursts -> events, in place of the gate's
    int _unmeasured;                       // newest frames of the ring that _levels does not have: they may have to be listened to yet
    bool _dense;
    bool[] _fired = [];                    // [Labels] detected and not released; empty: not asked for
    int _next, _count;                     // in the ring
    TimeSpan _from, _until;                // armed in this segment of stream time, of the ends of frames
    TimeSpan _wakeEnd;
    StreamingDetector? _leader;            // whose frames these are; null: made here
    Action<Detection> _onDetection = _ => { }; // of those frames
    FrameCounts _ledFrames;                // counted since they were asked for
    bool _armed, _waits;                   // _waits: armed from _from on, which is still to come

    /// <param name="model">Shared by any number of detectors.</param>
    /// <param name="options">When a score counts as an event; by default what the model was tuned with.</param>
    /// <exception cref="ArgumentException">An option is outside its range, or the model is none for a <see cref="StreamingDetector"/> of sound.</exception>
    public DormantDetector(SuRnnModel model, DetectorOptions? options = null) : this(model, options, awake: false) { }

    /// <param name="model">Shared by any number of detectors.</param>
    /// <param name="options">Null: what the model was tuned with.</param>
    /// <param name="awake">True: armed from the start, and always, so that its detections are those of a <see cref="StreamingDetector"/>: a detector that can take another one's frames (<see cref="Follow"/>).</param>
    /// <exception cref="ArgumentException">An option is outside its range, or the model is none for a <see cref="StreamingDetector"/> of sound.</exception>
    public DormantDetector(SuRnnModel model, DetectorOptions? options, bool awake)
    {
        options ??= model.Defaults;
        _awake = awake;
        (_model, _shape, _dense) = (model, model.Config.RequireSoundDetector(), options.Dense);
        (_mel, _state, _gate) = (new MelFrontEnd(_shape), model.NewState(), new EventGate(options, model.Config));
        _skipped = new ComputeStats
        {
            Frames = 1,
            FramesSkipped = 1,
            Switches = model.Config.Layers.Sum(layer => (long)layer.Hidden),
            MultiplyAddsDense = model.MultiplyAddsPerFrame,
            WeightBytesDense = model.WeightBytesPerFrame,
        };
        _room = awake ? 1 : (int)Math.Ceiling(Kept / _shape.Hop);
        (_armed, _until) = Start;
        (_frame, _ring, _places, _energies) = (new float[_shape.Bands], new float[_room * _shape.Bands], new long[_room], new float[_room]);
        if (options.Level) _levels = new LevelTrack(_mel.Transform.WindowEnergy, _shape.Hop);
        if (model.LookOf(options) is { } verifier) _look = NewLook(verifier, options);
    }

    SecondLook NewLook(IVerifier verifier, DetectorOptions options) => new(verifier, _model.Config, options, _awake ? 0 : _room * _shape.HopLength);

    (bool Armed, TimeSpan Until) Start => (_awake, _awake ? TimeSpan.MaxValue : TimeSpan.Zero);

    /// <summary>True: the network runs.</summary>
    public bool IsArmed => _armed;

    /// <summary>Place in the stream of the next sample.</summary>
    public long Position => _gate.Position + ((IFrontEnd)_mel).Pending;

    /// <summary>Looks at every frame that the network gets, before its detection. Null: no observer.</summary>
    public FrameObserver? OnFrame { get; init; }

    /// <summary>As <see cref="StreamingDetector.OnCandidate"/>, while armed. Null: not asked for, which costs nothing.</summary>
    public Action<Candidate>? OnCandidate
    {
        get;
        init
        {
            field = value;
            WatchCandidates();
        }
    }

    /// <summary>What began after the armed time is not told.</summary>
    void WatchCandidates()
    {
        Action<Candidate>? tell = OnCandidate is not { } value ? null : candidate =>
        {
            if (candidate.Start <= _until) value(candidate);
        };
        _gate.OnCandidate = _look is null ? tell : null;
        _look?.OnCandidate = tell;
    }

    /// <summary>As <see cref="StreamingDetector.OnReleased"/>; a label that has not been released when the detector is disarmed is then. Null: no observer.</summary>
    public Action<string, TimeSpan>? OnReleased
    {
        get;
        init
        {
            field = value;
            _fired = value is null ? [] : new bool[_model.Config.Labels.Count];
        }
    }

    /// <summary>Takes any number of samples, as <see cref="StreamingDetector.Process"/> does; the detections do not depend on how they are cut up.</summary>
    /// <returns>What these samples cost: frames while disarmed are skipped. Times are not measured.</returns>
    /// <exception cref="InvalidOperationException">It follows a leader, whose samples these are already: see <see cref="Follow"/>.</exception>
    public ComputeStats Process(ReadOnlySpan<float> samples, Action<Detection> onDetection)
    {
        if (_leader is not null) throw new InvalidOperationException("The detector follows another one, which gives it frames: give the samples to that one, or end it with Follow(null).");
        return Advance(samples, onDetection);
    }

    ComputeStats Advance(ReadOnlySpan<float> samples, Action<Detection> onDetection)
    {
        var counts = new FrameCounts();
        do
        {
            var block = _look is null ? samples : samples[..Math.Min(samples.Length, SecondLook.MostSamples)];
            samples = samples[block.Length..];
            Hear(block);
            while (_mel.TryNext(ref block, _frame)) Take(_frame, _mel.Energy, ref counts, onDetection);
        }
        while (!samples.IsEmpty);
        return counts.With(TimeSpan.Zero, TimeSpan.Zero, _shape.Hop) + TakeLook();
    }

    /// <summary>
    /// From its next frame on the leader makes this one's frames, too: <see cref="StreamingDetector.Process"/> of the leader gives each to both, so that what the front end costs is paid once. Before that what
    /// this one had of a frame is forgotten and its place becomes the leader's, so call it again after a gap or a <see cref="Reset"/>. No samples are given to <see cref="Process"/> then.
    /// </summary>
    /// <param name="leader">Of a model with the same front end. Null: this one makes its own frames again.</param>
    /// <param name="onDetection">Told of this one's detections, before the leader's Process returns, on its thread.</param>
    /// <returns>False: the front ends differ, or there is no leader, so this one needs the samples itself.</returns>
    public bool Follow(StreamingDetector? leader, Action<Detection> onDetection)
    {
        if (leader is not null && leader.FrontEnd != _shape) leader = null;
        if (_leader != leader) _leader?.Part(this);
        (_leader, _onDetection) = (leader, onDetection);
        if (leader is null) return false;
        var (frame, sample) = leader.Lead(this);
        _look?.Skip(sample);
        _gate.Position = frame;
        return true;
    }

    /// <summary>What the leader's frames have cost since this was asked last; the front end's work is the leader's. Nothing where none leads.</summary>
    public ComputeStats TakeStats()
    {
        var stats = _ledFrames.With(TimeSpan.Zero, TimeSpan.Zero, _shape.Hop) + TakeLook();
        _ledFrames = default;
        return stats;
    }

    /// <summary>A frame of the leader.</summary>
    internal void Take(ReadOnlySpan<float> frame, float energy) => Take(frame, energy, ref _ledFrames, _onDetection);

    /// <summary>Samples whose frames somebody else makes, at most <see cref="SecondLook.MostSamples"/>, before those frames.</summary>
    internal void Hear(ReadOnlySpan<float> samples) => _look?.Hear(samples);

    /// <summary>What the second look has cost since it was asked last.</summary>
    internal ComputeStats TakeLook() => _look?.Take() ?? default;

    /// <summary>The next frame of the stream, whoever made it.</summary>
    internal void Take(ReadOnlySpan<float> frame, float energy, ref FrameCounts counts, Action<Detection> onDetection)
    {
        var place = _gate.Position;
        if (_unmeasured == _room) Measure(_room);
        frame.CopyTo(_ring.AsSpan(_next * _shape.Bands));
        (_places[_next], _energies[_next]) = (place, energy);
        (_next, _count) = ((_next + 1) % _room, Math.Min(_count + 1, _room));
        _unmeasured++;
        if (_armed && EndOf(place) > _until && !IsBusy) Disarm(); // what has begun is decided first
        if (_armed)
        {
            Measure(1);
            counts.Add(Step(frame, place, onDetection));
        }
        else
        {
            _gate.Position = place + _shape.HopLength;
            counts.Add(_skipped);
            if (_waits && EndOf(place) >= _from) counts.Add(CatchUp(onDetection));
        }
    }

    bool IsBusy => _look?.IsBusy ?? _gate.IsBusy;

    /// <summary>The level of the oldest frame that has none yet: the one of this age.</summary>
    void Measure(int age)
    {
        _unmeasured--;
        var at = (_next + _room - age) % _room;
        _levels?.Add(EndOf(_places[at]), _energies[at]);
    }

    /// <summary>
    /// Listens until <paramref name="period"/> after the detection, and on to the end of what has begun by then. The network is given the half second before
    /// the wake word's end; scores and bursts begin clear at the detection, and background labels count only from when they have once been low.
    /// What came since is caught up at once, up to three seconds; a detection that lies ahead arms when the stream gets there. Armed already: only prolonged.
    /// </summary>
    /// <param name="by">The wake word, in this stream's time.</param>
    /// <param name="period">Above zero.</param>
    /// <param name="onDetection">Told what was said since, before Arm returns.</param>
    /// <returns>What catching up cost; its frames have been counted before.</returns>
    public ComputeStats Arm(Detection by, TimeSpan period, Action<Detection> onDetection)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        var until = by.Time + period;
        if (_armed || _waits)
        {
            if (until > _until) _until = until;
            return default;
        }
        (_from, _until, _wakeEnd, _waits) = (by.Time, until, by.End, true);
        return _count > 0 && EndOf(_gate.Position - _shape.HopLength) >= _from ? CatchUp(onDetection) + TakeLook() : default;
    }

    ComputeStats CatchUp(Action<Detection> onDetection)
    {
        (_waits, _armed) = (false, true);
        _state.Reset();
        var (next, began, sum) = (_gate.Position, false, new ComputeStats());
        for (var age = _count; age > 0 && _armed; age--)
        {
            var at = (_next + _room - age) % _room;
            var place = _places[at];
            ReadOnlySpan<float> frame = _ring.AsSpan(at * _shape.Bands, _shape.Bands);
            if (began && EndOf(place) > _until && !IsBusy) _armed = false;
            if (!_armed) break;
            if (age <= _unmeasured) Measure(age);
            if (EndOf(place) <= _wakeEnd - LookBack) continue;
            if (sum.Frames == 0) _look?.Arm(place);
            if (!began && EndOf(place) > _from)
            {
                _gate.Position = place;
                _gate.Arm();
                began = true;
            }
            if (!began)
            {
                sum += _model.Step(frame, _state, _dense);
                _look?.Keep(place, frame);
            }
            else sum += Step(frame, place, onDetection);
        }
        if (!_armed) Disarm();
        _gate.Position = next;
        if (!began) _gate.Arm();
        if (sum.Frames == 0) _look?.Arm(next);
        return new ComputeStats { SwitchesOpen = sum.SwitchesOpen, MultiplyAdds = sum.MultiplyAdds, WeightBytes = sum.WeightBytes };
    }

    ComputeStats Step(ReadOnlySpan<float> frame, long place, Action<Detection> onDetection)
    {
        _gate.Position = place;
        var step = _model.Step(frame, _state, _dense);
        var fired = _gate.TryAdvance(_state.Scores.Span, step.OpenForBursts, out var detection);
        OnFrame?.Invoke(new FrameView(_state, frame, EndOf(place), step));
        if (_look is not null) fired = _look.TryAdvance(place, frame, step.OpenForBursts, _state.Scores.Span, _gate.Refractory, out detection);
        if (fired) Tell(detection, onDetection);
        if (_fired.Length > 0) TellReleases(fired ? detection.Label : null);
        return step;
    }

    /// <param name="label">That was detected with this frame; null: none.</param>
    void TellReleases(string? label)
    {
        for (var i = 0; i < _fired.Length; i++)
        {
            _fired[i] |= _model.Config.Labels[i] == label;
            if (_fired[i] && !(_armed && _gate.HasFired(i))) Release(i);
        }
    }

    void Release(int label)
    {
        _fired[label] = false;
        OnReleased!(_model.Config.Labels[label], _gate.EndOfLastFrame);
    }

    /// <summary>What began after the armed time is not reported.</summary>
    void Tell(Detection detection, Action<Detection> onDetection)
    {
        if (detection.Start <= _until) onDetection(_levels?.Measure(detection) ?? detection);
    }

    /// <summary>From the next frame on the network rests, until it is armed again.</summary>
    public void Disarm()
    {
        (_armed, _waits) = (false, false);
        if (_fired.Length > 0) TellReleases(null);
    }

    /// <summary>The stream has ended: decides what is pending, as <see cref="StreamingDetector.Finish"/> does; then disarmed, at the same <see cref="Position"/>.</summary>
    /// <param name="onDetection">Called before Finish returns.</param>
    /// <returns>What the frames at the end cost.</returns>
    public ComputeStats Finish(Action<Detection> onDetection)
    {
        var (end, stats) = (Position, new ComputeStats());
        if (_awake && _state.Frame == 0 && !_mel.HoldsSound) // nothing has come
        {
            Reset(end);
            return stats;
        }
        var rests = _model.Config.Layers.All(layer => layer.SeesInput); // digital silence shuts every switch: it can only end a burst
        while (_armed && (_mel.HoldsSound || (stats.Frames < EventGate.FramesToRunOut(_shape) && (!rests || _look is { IsBusy: true })))) stats += Advance(new float[_shape.HopLength], onDetection);
        if (_armed && _look is null) _gate.RunOut(_state.Scores.Span, (int)stats.Frames, detection => Tell(detection, onDetection));
        Reset(end);
        return stats;
    }

    /// <summary>Forgets everything and is disarmed, as at the start of a stream.</summary>
    /// <param name="position">Place of the next sample.</param>
    public void Reset(long position = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ((_armed, _until), _waits) = (Start, false);
        (_count, _unmeasured) = (0, 0);
        Array.Clear(_fired);
        _state.Reset();
        _levels?.Reset();
        _look?.Reset(position);
        _gate.Reset(((IFrontEnd)_mel).Reset(position));
    }

    /// <summary>The next samples are lost: times go on, and an armed detector stays so for the rest of its time.</summary>
    public void Skip(long samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        if (samples == 0) return;
        _look?.Skip(Position + samples);
        _gate.Position = ((IFrontEnd)_mel).Skip(Position + samples);
    }

    /// <summary>Other options from the next frame on.</summary>
    /// <exception cref="ArgumentException">An option is outside its range; the old ones stay.</exception>
    public void Retune(DetectorOptions options)
    {
        var wanted = _model.LookOf(options);
        var look = wanted == _look?.Verifier ? _look : wanted is null ? null : NewLook(wanted, options);
        _gate.Retune(options);
        look?.Retune(options);
        if (look != _look) look?.Reset(Position); // it has no frames yet
        var decides = look != _look;
        (_look, _dense) = (look, options.Dense);
        if (decides && OnCandidate is not null) WatchCandidates();
    }

    TimeSpan EndOf(long place) => _shape.StreamTime(place + _shape.WindowLength);

    /// <summary>Writes the stream's whole state; a detector of the same model that restores it goes on exactly as this one would.</summary>
    public void Save(Stream to)
    {
        StreamingDetector.WriteState(to, _model.Config, writer =>
        {
            ((IFrontEnd)_mel).Save(writer);
            _state.Save(writer);
            _gate.Save(writer);
            _look?.Save(writer);
            writer.Write(_levels is not null);
            _levels?.Save(writer);
            writer.Write(_unmeasured);
            writer.Write(_armed);
            writer.Write(_waits);
            foreach (var time in new[] { _from, _until, _wakeEnd }) writer.Write(time.Ticks);
            writer.Write(_count);
            for (var age = _count; age > 0; age--)
            {
                var at = (_next + _room - age) % _room;
                writer.Write(_places[at]);
                writer.Write(_energies[at]);
                writer.Write(MemoryMarshal.AsBytes(_ring.AsSpan(at * _shape.Bands, _shape.Bands)));
            }
        }, _look);
    }

    /// <summary>Takes on a state that <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The state was saved by a model of another shape, or is damaged. This detector is then reset.</exception>
    public void Restore(Stream from)
    {
        try
        {
            StreamingDetector.ReadState(from, _model.Config, Restore, _look);
        }
        catch (InvalidDataException)
        {
            Reset();
            throw;
        }
    }

    void Restore(BinaryReader from)
    {
        ((IFrontEnd)_mel).Restore(from);
        _state.Restore(from);
        _gate.Restore(from);
        _look?.Restore(from, Position);
        StreamingDetector.RestoreLevels(from, _levels, _shape.Hop);
        _unmeasured = from.ReadInt32();
        (_armed, _waits) = (from.ReadBoolean(), from.ReadBoolean());
        (_from, _until, _wakeEnd) = (new TimeSpan(from.ReadInt64()), new TimeSpan(from.ReadInt64()), new TimeSpan(from.ReadInt64()));
        (_count, _next) = (from.ReadInt32(), 0);
        if (_count < 0 || _count > _room) throw new InvalidDataException($"A saved detector keeps {_count} frames of {_room}.");
        if (_unmeasured < 0 || _unmeasured > _count) throw new InvalidDataException($"A saved detector has not measured {_unmeasured} frames of {_count}.");
        for (var i = 0; i < _count; i++)
        {
            (_places[i], _energies[i]) = (from.ReadInt64(), from.ReadSingle());
            from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(_ring.AsSpan(i * _shape.Bands, _shape.Bands)));
        }
        if (!Array.TrueForAll(_ring, number => Math.Abs(number) <= _shape.LargestNumber)) throw new InvalidDataException("A saved detector keeps a frame of no numbers.");
        _next = _count % _room;
    }
}
