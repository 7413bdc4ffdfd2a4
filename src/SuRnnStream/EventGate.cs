namespace SuRnnStream;

/// <summary>
/// Scores to events. Scores are smoothed; the first armed label to reach its threshold opens a decision window, at whose end the label with
/// the highest score so far is emitted, once. A label re-arms when its score has fallen below the release level. All in stream time: a frame
/// is known by the position of its first sample, so that times stay right where samples were lost.
/// </summary>
sealed class EventGate
{
    readonly string[] _labels;
    readonly bool[] _detectable;       // [Labels] false: a background label
    readonly float[] _threshold, _release; // [Labels]
    readonly float _keep;
    readonly long _hop, _refractory, _window; // samples; whole frames
    readonly Func<long, TimeSpan> _endOfFrame;

    readonly float[] _smoothed;        // [Labels]
    readonly bool[] _armed;            // [Labels]
    readonly bool[] _competes;         // [Labels] reached its threshold in the open decision window
    readonly long[] _rose;             // [Labels] frame at which the smoothed score last rose above release
    readonly long[] _emitted;          // [Labels] frame of the label's last detection, or long.MinValue / 2
    long _decideAt = -1;               // frame at which the open decision window ends; -1: none is open
    int _best;                         // label ahead in the window
    float _bestScore;
    long _bestFrame;

    public EventGate(DetectorOptions options, SuRnnConfig config)
    {
        options.Validate(config.Labels);
        _labels = [.. config.Labels];
        _detectable = [.. _labels.Select(label => !config.Background.Contains(label))];
        _threshold = [.. _labels.Select(label => options.Thresholds.GetValueOrDefault(label, options.Threshold))];
        _release = [.. _threshold.Select(threshold => threshold * options.Release)];
        _keep = options.Smoothing;
        var frontEnd = config.RequireFrontEnd();
        _hop = frontEnd.HopLength;
        _refractory = (long)Math.Round(options.Refractory / frontEnd.Hop) * _hop;
        _window = (long)Math.Round(options.DecisionWindow / frontEnd.Hop) * _hop;
        _endOfFrame = frame => frontEnd.StreamTime(frame + frontEnd.WindowLength);
        (_smoothed, _armed, _competes) = (new float[_labels.Length], new bool[_labels.Length], new bool[_labels.Length]);
        (_rose, _emitted) = (new long[_labels.Length], new long[_labels.Length]);
        Reset();
    }

    /// <summary>First sample of the next frame. Raised where samples were lost.</summary>
    public long Position { get; set; }

    /// <summary>Stream time of the end of the last frame's window.</summary>
    public TimeSpan EndOfLastFrame => _endOfFrame(Position - _hop);

    public void Reset(long position = 0)
    {
        Array.Clear(_smoothed);
        Array.Fill(_armed, true);
        Array.Clear(_competes);
        Array.Clear(_rose);
        Array.Fill(_emitted, long.MinValue / 2);
        (Position, _decideAt) = (position, -1);
    }

    /// <summary>Takes the scores [Labels] of the next frame. True: an event is due.</summary>
    public bool TryAdvance(ReadOnlySpan<float> scores, out Detection detection)
    {
        var now = Position;
        Position += _hop;
        for (var i = 0; i < _smoothed.Length; i++)
        {
            var before = _smoothed[i];
            _smoothed[i] = _keep * before + (1 - _keep) * scores[i];
            if (before < _release[i] && _smoothed[i] >= _release[i]) _rose[i] = now;
            if (_smoothed[i] < _release[i]) _armed[i] = true;
            if (_detectable[i] && _armed[i] && _smoothed[i] >= _threshold[i] && now - _emitted[i] >= _refractory) Compete(i, now);
        }
        detection = default;
        if (_decideAt < 0 || now < _decideAt) return false;
        _decideAt = -1;
        _emitted[_best] = now;
        for (var i = 0; i < _armed.Length; i++) _armed[i] &= !_competes[i] && _smoothed[i] < _threshold[i]; // losers do not fire for the same sound
        Array.Clear(_competes);
        detection = new Detection(_labels[_best], _bestScore, _endOfFrame(_rose[_best]), _endOfFrame(_bestFrame), _endOfFrame(now));
        return true;
    }

    void Compete(int label, long now)
    {
        if (_decideAt < 0) (_decideAt, _bestScore) = (now + _window, 0);
        _competes[label] = true;
        if (_smoothed[label] > _bestScore) (_best, _bestScore, _bestFrame) = (label, _smoothed[label], now);
    }

    internal void Save(BinaryWriter to)
    {
        to.Write(Position);
        to.Write(_decideAt);
        to.Write(_best);
        to.Write(_bestScore);
        to.Write(_bestFrame);
        for (var i = 0; i < _labels.Length; i++)
        {
            to.Write(_smoothed[i]);
            to.Write(_armed[i]);
            to.Write(_competes[i]);
            to.Write(_rose[i]);
            to.Write(_emitted[i]);
        }
    }

    internal void Restore(BinaryReader from)
    {
        (Position, _decideAt, _best, _bestScore, _bestFrame) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt32(), from.ReadSingle(), from.ReadInt64());
        if (Position < 0) throw new InvalidDataException($"A saved gate stands at sample {Position}.");
        if (_best < 0 || _best >= _labels.Length) throw new InvalidDataException($"A saved gate names label {_best} of {_labels.Length}.");
        for (var i = 0; i < _labels.Length; i++)
            (_smoothed[i], _armed[i], _competes[i], _rose[i], _emitted[i]) = (from.ReadSingle(), from.ReadBoolean(), from.ReadBoolean(), from.ReadInt64(), from.ReadInt64());
    }
}
