namespace SuRnnStream;

/// <summary>Tells what became of the candidates of one stream. It only observes: detections are the same with and without it.</summary>
sealed class CandidateTrace
{
    readonly SuRnnConfig _config;
    readonly IFrameTiming _timing;
    readonly Action<Candidate> _tell;
    readonly float[] _peak;                 // [Labels] highest score of the current rise
    readonly long[] _start, _peakAt;        // [Labels] frames
    readonly bool[] _rising, _told;         // [Labels]
    readonly bool[] _competes;              // [Labels] it competes in an open decision window: its outcome comes with the verdict, even if its score has fallen by then
    readonly CandidateOutcome[] _fate;      // [Labels] outcome of the rise if nothing else happens

    public CandidateTrace(SuRnnConfig config, Action<Candidate> tell)
    {
        (_config, _timing, _tell) = (config, config.RequireTiming(), tell);
        var labels = config.Labels.Count;
        (_peak, _start, _peakAt) = (new float[labels], new long[labels], new long[labels]);
        (_rising, _told, _competes, _fate) = (new bool[labels], new bool[labels], new bool[labels], new CandidateOutcome[labels]);
    }

    /// <summary>Forgets the current rises.</summary>
    public void Reset()
    {
        Array.Clear(_rising);
        Array.Clear(_competes);
    }

    /// <summary>The label's score in this frame, which ends its rise where it is below the release level.</summary>
    public void Follow(int label, float score, float release, float threshold, long now)
    {
        if (!(score >= release))
        {
            Fall(label, threshold, now);
            return;
        }
        if (!_rising[label] && !_competes[label]) (_told[label], _start[label], _peak[label], _fate[label]) = (false, now, 0, CandidateOutcome.BelowThreshold);
        _rising[label] = true;
        if (score > _peak[label]) (_peak[label], _peakAt[label]) = (score, now);
    }

    /// <summary>The label reached its threshold, but does not count yet.</summary>
    public void Hold(int label, CandidateOutcome why) => _fate[label] = why;

    /// <summary>The label reached its threshold, and a verdict will follow.</summary>
    public void Compete(int label) => _competes[label] = true;

    /// <summary>The label was detected: those that rise beside it below their thresholds are its echo.</summary>
    public void Overtake(int label)
    {
        for (var i = 0; i < _rising.Length; i++)
            if (i != label && _rising[i] && _fate[i] == CandidateOutcome.BelowThreshold) _fate[i] = CandidateOutcome.OtherLabel;
    }

    /// <summary>The current rise has an outcome. It is reported here; null: another call reports it.</summary>
    public void Decide(int label, float threshold, long now, CandidateOutcome? outcome)
    {
        if (outcome is { } known && (_rising[label] || _competes[label]) && !_told[label]) Tell(label, _peak[label], threshold, _start[label], _peakAt[label], now, known);
        (_told[label], _competes[label]) = (true, false);
    }

    /// <summary>All labels are below their release level, or the stream has ended.</summary>
    public void FallAll(ReadOnlySpan<float> thresholds, long now)
    {
        for (var i = 0; i < _rising.Length; i++) Fall(i, thresholds[i], now);
    }

    void Fall(int label, float threshold, long now)
    {
        if (_rising[label] && !_competes[label]) Decide(label, threshold, now, _fate[label]);
        _rising[label] = false;
    }

    public void Tell(int label, float score, float threshold, long start, long end, long now, CandidateOutcome outcome) =>
        _tell(new Candidate(_config.Labels[label], MathF.Min(1, score), threshold, EndOfFrame(start), EndOfFrame(end), EndOfFrame(now), outcome));

    /// <summary>The outcome of a candidate is known now; it has the times of a detection.</summary>
    public void Tell(Detection detection, float threshold, long now, CandidateOutcome outcome) => _tell(Candidate.Of(detection with { Time = EndOfFrame(now) }, threshold, outcome));

    TimeSpan EndOfFrame(long frame) => _timing.StreamTime(frame + _timing.WindowLength);
}
