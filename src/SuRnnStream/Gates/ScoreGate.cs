using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SuRnnStream;

/// <summary>
/// Scores to events: <see cref="GateRule.Scores"/>. Scores are smoothed; the first armed label to reach its threshold opens a decision window, at whose
/// end the label with the highest score so far is emitted, once. A label re-arms when its score has fallen below the release level.
/// </summary>
sealed class ScoreGate
{
    readonly SuRnnConfig _config;
    readonly IFrameTiming _timing;
    readonly float[] _threshold, _release; // [Labels] out of reach for a background label
    readonly long _hop;
    float _keep;
    long _refractory, _window, _settle; // samples; whole frames

    readonly float[] _smoothed;        // [Labels]
    readonly bool[] _armed;            // [Labels]
    bool _allArmed;                    // true: all of them surely are
    readonly bool[] _competes;         // [Labels] reached its threshold in the open decision window
    readonly long[] _rose;             // [Labels] frame at which the smoothed score last rose above release
    readonly long[] _emitted;          // [Labels] frame of the label's last detection, or long.MinValue / 2
    long _settledAt;                   // frame from which labels may compete
    long _decideAt = -1;               // frame at which the open decision window ends; -1: none is open
    int _best;                         // label ahead in the window
    float _bestScore;
    long _bestFrame;

    public ScoreGate(SuRnnConfig config)
    {
        (_config, _timing) = (config, config.RequireTiming());
        _hop = _timing.HopLength;
        var labels = config.Labels.Count;
        (_threshold, _release) = (new float[labels], new float[labels]);
        (_smoothed, _armed, _competes) = (new float[labels], new bool[labels], new bool[labels]);
        (_rose, _emitted) = (new long[labels], new long[labels]);
    }

    public void Retune(DetectorOptions options)
    {
        for (var i = 0; i < _threshold.Length; i++)
        {
            var label = _config.Labels[i];
            _threshold[i] = _config.Background.Contains(label) ? float.PositiveInfinity : options.Thresholds.GetValueOrDefault(label, options.Threshold);
            _release[i] = _threshold[i] * options.Release;
        }
        _keep = options.Smoothing;
        _refractory = (long)Math.Round(options.Refractory / _timing.Hop) * _hop;
        _window = (long)Math.Round(options.DecisionWindow / _timing.Hop) * _hop;
        _settle = (long)Math.Min(Math.Round(options.Settle / _timing.Hop), long.MaxValue / 4 / _hop) * _hop; // from the next start on
    }

    /// <summary>Place after the frame in which the score of the event that was emitted last was highest.</summary>
    public long EndOfBest => _bestFrame + _timing.WindowLength;

    /// <summary>True: the label was detected, or competed with one that was, and has not fallen below its release level since.</summary>
    public bool HasFired(int label) => !_allArmed && !_armed[label] && !_competes[label];

    /// <summary>Samples from the first crossing of a threshold to the verdict.</summary>
    public long DecisionWindow => _window;

    /// <summary>True: a verdict will come, independent of the next scores.</summary>
    public bool IsDeciding => _decideAt >= 0;

    /// <summary>Least samples between two detections of a label.</summary>
    public long Refractory => _refractory;

    /// <summary>The label that was ahead in the last decision window.</summary>
    public int Best => _best;

    /// <summary>For tests: true turns the short cut for frames without events off. The detections are the same.</summary>
    public bool AlwaysLook { get; set; }

    /// <summary>Told of what nearly becomes a detection; null: not asked for.</summary>
    public CandidateTrace? Trace { get; set; }

    public void Reset(long position)
    {
        Array.Clear(_smoothed);
        ArmAll();
        Array.Clear(_competes);
        Array.Clear(_rose);
        Array.Fill(_emitted, long.MinValue / 2);
        (_settledAt, _decideAt) = (position + _settle, -1);
        Trace?.Reset();
    }

    /// <param name="scores">[Labels] of the frame.</param>
    /// <param name="now">Its first sample.</param>
    /// <param name="confirmed">False: what is due is only proposed; <see cref="Emitted"/> says what became an event.</param>
    /// <param name="detection">What is due.</param>
    public bool TryAdvance(ReadOnlySpan<float> scores, long now, bool confirmed, out Detection detection)
    {
        if (!AlwaysLook && StaysCalm(scores)) Rest(scores, now);
        else Look(scores, now);
        if (_decideAt < 0 || now < _decideAt)
        {
            detection = default;
            return false;
        }
        detection = Decide(now);
        if (confirmed)
        {
            Emitted(_best, now);
            Trace?.Tell(detection, _threshold[_best], now, CandidateOutcome.Detected);
            Trace?.Overtake(_best);
        }
        return true;
    }

    /// <summary>A label's event was reported at this frame: its refractory time begins.</summary>
    public void Emitted(int label, long now) => _emitted[label] = now;

    /// <summary>The label's threshold.</summary>
    public float Threshold(int label) => _threshold[label];

    /// <summary>The stream has ended: the rises that still go on have come to what they are.</summary>
    public void EndRises(long now) => Trace?.FallAll(_threshold, now);

    /// <summary>
    /// True: with this frame too, all labels that can fire are below their release level, so that there is nothing to look at but the time.
    /// </summary>
    bool StaysCalm(ReadOnlySpan<float> scores)
    {
        ref var release = ref MemoryMarshal.GetArrayDataReference(_release);
        var (i, below) = (0, Vector128<float>.AllBitsSet);
        for (; i <= scores.Length - 4; i += 4) below &= Vector128.LessThan(Smoothed(scores, i), Vector128.LoadUnsafe(ref release, (nuint)i));
        if (below.AsUInt32() != Vector128<uint>.AllBitsSet) return false;
        for (; i < scores.Length; i++) if (!(Smoothed(_smoothed[i], scores[i]) < _release[i])) return false; // NaN is not calm
        return true;
    }

    void Rest(ReadOnlySpan<float> scores, long now)
    {
        Trace?.FallAll(_threshold, now);
        ScoreSmoothing.Step(_keep, scores, _smoothed);
        if (!_allArmed) ArmAll();
    }

    /// <summary>Four labels that there are, from number i on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Vector128<float> Smoothed(ReadOnlySpan<float> scores, int i) =>
        _keep * Vector128.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_smoothed), (nuint)i)
        + (1 - _keep) * Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(scores), (nuint)i);

    float Smoothed(float before, float score) => _keep * before + (1 - _keep) * score;

    void ArmAll()
    {
        Array.Fill(_armed, true);
        _allArmed = true;
    }

    void Look(ReadOnlySpan<float> scores, long now)
    {
        for (var i = 0; i < _smoothed.Length; i++)
        {
            var before = _smoothed[i];
            _smoothed[i] = Smoothed(before, scores[i]);
            if (before < _release[i] && _smoothed[i] >= _release[i] && !_competes[i]) _rose[i] = now; // a second rise within a decision window belongs to the same event
            if (_smoothed[i] < _release[i]) _armed[i] = true;
            Trace?.Follow(i, _smoothed[i], _release[i], _threshold[i], now);
            if (!_armed[i] || !(_smoothed[i] >= _threshold[i])) continue; // NaN does not reach it
            if (now < _settledAt)
            {
                (_armed[i], _allArmed) = (false, false);
                Trace?.Hold(i, CandidateOutcome.Settling);
            }
            else if (now - _emitted[i] >= _refractory) Compete(i, now);
            else Trace?.Hold(i, CandidateOutcome.Refractory);
        }
    }

    void Compete(int label, long now)
    {
        if (_decideAt < 0) (_decideAt, _bestScore) = (now + _window, 0);
        _competes[label] = true;
        Trace?.Compete(label);
        if (_smoothed[label] > _bestScore) (_best, _bestScore, _bestFrame) = (label, _smoothed[label], now);
    }

    /// <summary>The label ahead fires; labels that competed, or are loud, do not fire for the same sound.</summary>
    Detection Decide(long now)
    {
        _decideAt = -1;
        for (var i = 0; Trace is not null && i < _armed.Length; i++)
            if (_competes[i]) Trace.Decide(i, _threshold[i], now, i == _best ? null : CandidateOutcome.OtherLabel); // what the best comes to is told with it
        for (var i = 0; i < _armed.Length; i++) _armed[i] &= !_competes[i] && _smoothed[i] < _threshold[i];
        _allArmed = false;
        Array.Clear(_competes);
        return new Detection(_config.Labels[_best], _bestScore, EndOfFrame(_rose[_best]), EndOfFrame(_bestFrame), EndOfFrame(now));
    }

    TimeSpan EndOfFrame(long frame) => _timing.StreamTime(frame + _timing.WindowLength);

    public void Save(BinaryWriter to)
    {
        to.Write(_settledAt);
        to.Write(_decideAt);
        to.Write(_best);
        to.Write(_bestScore);
        to.Write(_bestFrame);
        for (var i = 0; i < _smoothed.Length; i++)
        {
            to.Write(_smoothed[i]);
            to.Write(_armed[i]);
            to.Write(_competes[i]);
            to.Write(_rose[i]);
            to.Write(_emitted[i]);
        }
    }

    public void Restore(BinaryReader from, long position)
    {
        _allArmed = false;
        (_settledAt, _decideAt, _best, _bestScore, _bestFrame) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt32(), from.ReadSingle(), from.ReadInt64());
        if (_best < 0 || _best >= _smoothed.Length) throw new InvalidDataException($"A saved gate names label {_best} of {_smoothed.Length}.");
        for (var i = 0; i < _smoothed.Length; i++)
            (_smoothed[i], _armed[i], _competes[i], _rose[i], _emitted[i]) = (from.ReadSingle(), from.ReadBoolean(), from.ReadBoolean(), from.ReadInt64(), from.ReadInt64());
        RequireRange(position);
    }

    /// <summary>No saved time may keep the gate deaf: a time after the present must be explained by one of the waits.</summary>
    void RequireRange(long position)
    {
        var longest = Math.Max(Math.Max(_window, _settle), (long)(60 * _config.RequireTiming().SamplesPerSecond));
        var sane = position <= long.MaxValue / 4 && _settledAt <= position + longest && _decideAt <= position + longest && SavedScore.IsPossible(_bestScore);
        for (var i = 0; i < _smoothed.Length; i++)
            sane &= SavedScore.IsPossible(_smoothed[i]) && _rose[i] >= 0 && _rose[i] <= position && (_emitted[i] == long.MinValue / 2 || (_emitted[i] >= 0 && _emitted[i] <= position));
        if (_decideAt >= 0) sane &= _bestFrame >= 0 && _bestFrame <= position;
        if (!sane) throw new InvalidDataException("A saved gate holds a score or a time that there cannot be.");
    }
}
