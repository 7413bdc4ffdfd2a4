namespace SuRnnStream.Evaluation;

/// <summary>
/// The event gates of all <see cref="Evaluator.Thresholds"/> over one stream, as its frames come: what each would have detected is kept, the scores are not.
/// </summary>
sealed class GateSweep
{
    const int FramesAtOnce = 2_048; // that a gate takes in turn, while they are in the processor's cache

    readonly EventGate[] _gates;
    readonly List<Detection>[] _detections;
    readonly float[] _scores;       // [FramesAtOnce][Labels]
    readonly int[] _open = new int[FramesAtOnce];
    readonly int _labels;
    int _filled, _after;            // frames that wait; frames after the stream's end
    bool _ended;

    public GateSweep(SuRnnConfig config, DetectorOptions options)
    {
        _labels = config.Labels.Count;
        _scores = new float[FramesAtOnce * _labels];
        _gates = [.. Evaluator.Thresholds.Select(threshold => new EventGate(options.At(threshold), config))];
        _detections = [.. _gates.Select(_ => new List<Detection>())];
    }

    public void Add(ReadOnlySpan<float> scores, int open)
    {
        scores.CopyTo(_scores.AsSpan(_filled * _labels, _labels));
        _open[_filled] = open;
        if (_ended) _after++;
        if (++_filled == FramesAtOnce) Advance();
    }

    /// <summary>The stream has ended: frames from here on are those of <see cref="StreamingDetector.Finish"/>.</summary>
    public void End() => _ended = true;

    /// <summary>A list a threshold, and all is ready for another stream.</summary>
    /// <param name="last">[Labels] of the last frame; empty: there was none.</param>
    public List<Detection>[] Take(ReadOnlySpan<float> last)
    {
        Advance();
        List<Detection>[] taken = [.. _detections.Select(list => list.ToList())];
        for (var i = 0; i < _gates.Length; i++)
        {
            if (!last.IsEmpty) _gates[i].RunOut(last, _after, taken[i].Add);
            _gates[i].Reset();
            _detections[i].Clear();
        }
        (_after, _ended) = (0, false);
        return taken;
    }

    void Advance()
    {
        for (var g = 0; g < _gates.Length; g++)
            for (var i = 0; i < _filled; i++)
                if (_gates[g].TryAdvance(_scores.AsSpan(i * _labels, _labels), _open[i], out var detection)) _detections[g].Add(detection);
        _filled = 0;
    }
}
