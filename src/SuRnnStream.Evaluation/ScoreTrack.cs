namespace SuRnnStream.Evaluation;

/// <summary>
/// The scores of every frame of a stream, so that the event gate can decide again with other options while the network has heard it once.
/// A frame whose scores are held from the one before costs nothing: runs of equal frames are kept as one.
/// </summary>
sealed class ScoreTrack(SuRnnConfig config)
{
    readonly List<float[]> _scores = [];    // [runs][Labels]
    readonly List<int> _lengths = [];       // [runs] frames

    /// <summary>From one frame to the next.</summary>
    public TimeSpan Hop => config.RequireTiming().Hop;

    /// <summary>Frames in all.</summary>
    public int Frames { get; private set; }

    /// <summary>Frames that are kept.</summary>
    public int Runs => _lengths.Count;

    public void Add(ReadOnlySpan<float> scores)
    {
        Frames++;
        if (Runs > 0 && scores.SequenceEqual(_scores[^1])) _lengths[^1]++;
        else
        {
            _scores.Add(scores.ToArray());
            _lengths.Add(1);
        }
    }

    /// <summary>What a <see cref="StreamingDetector"/> with these options would have detected, bit for bit.</summary>
    public List<Detection> Replay(DetectorOptions options)
    {
        var (gate, detections) = (new EventGate(options, config), new List<Detection>());
        for (var run = 0; run < Runs; run++)
            for (var i = 0; i < _lengths[run]; i++)
                if (gate.TryAdvance(_scores[run], out var detection)) detections.Add(detection);
        return detections;
    }

    /// <summary>Walks through the smoothed scores [Labels] and the stream time at which each frame ends.</summary>
    public void Smooth(float keep, Action<TimeSpan, float[]> onFrame)
    {
        var frontEnd = config.RequireFrontEnd();
        var (smoothed, end) = (new float[config.Labels.Count], (long)frontEnd.WindowLength);
        for (var run = 0; run < Runs; run++)
        {
            for (var frame = 0; frame < _lengths[run]; frame++, end += frontEnd.HopLength)
            {
                for (var i = 0; i < smoothed.Length; i++) smoothed[i] = keep * smoothed[i] + (1 - keep) * _scores[run][i];
                onFrame(frontEnd.StreamTime(end), smoothed);
            }
        }
    }
}
