namespace SuRnnStream.Evaluation;

/// <summary>
/// The scores and open switches of every frame of a stream, so that the event gate can decide again with other options while the network has run
/// once. A frame whose scores are held from the one before costs nothing: runs of equal frames are kept as one.
/// </summary>
sealed class ScoreTrack(SuRnnConfig config)
{
    readonly List<float[]> _scores = [];    // [runs][Labels]
    readonly List<int> _open = [];          // [runs] open switches
    readonly List<int> _lengths = [];       // [runs] frames
    int? _end;                              // frames before the stream's end

    /// <summary>From one frame to the next.</summary>
    public TimeSpan Hop => config.RequireTiming().Hop;

    /// <summary>Frames in all.</summary>
    public int Frames { get; private set; }

    /// <summary>Frames that are kept.</summary>
    public int Runs => _lengths.Count;

    /// <summary>The stream has ended: frames from here on are those of <see cref="StreamingDetector.Finish"/>.</summary>
    public void End() => _end = Frames;

    /// <param name="scores">[Labels] of the frame.</param>
    /// <param name="open">Its open switches.</param>
    public void Add(ReadOnlySpan<float> scores, int open)
    {
        Frames++;
        if (Runs > 0 && open == _open[^1] && scores.SequenceEqual(_scores[^1])) _lengths[^1]++;
        else
        {
            _scores.Add(scores.ToArray());
            _open.Add(open);
            _lengths.Add(1);
        }
    }

    /// <summary>What a <see cref="StreamingDetector"/> with these options would have detected to its Finish, bit for bit.</summary>
    public List<Detection> Replay(DetectorOptions options)
    {
        var (gate, detections) = (new EventGate(options, config), new List<Detection>());
        for (var run = 0; run < Runs; run++)
            for (var i = 0; i < _lengths[run]; i++)
                if (gate.TryAdvance(_scores[run], _open[run], out var detection)) detections.Add(detection);
        if (Runs > 0) gate.RunOut(_scores[^1], Frames - (_end ?? Frames), detections.Add);
        return detections;
    }

    /// <summary>Walks through the smoothed scores [Labels] and the stream time at which each frame ends.</summary>
    /// <param name="keep">Part of the smoothed score before that is kept.</param>
    /// <param name="runOut">True: on after the end, as far as a detection can come of what is pending there.</param>
    /// <param name="onFrame">The scores are overwritten by the next frame's.</param>
    public void Smooth(float keep, bool runOut, Action<TimeSpan, float[]> onFrame)
    {
        var frontEnd = config.RequireFrontEnd();
        var smoothed = new float[config.Labels.Count];
        var (run, left, ended) = (0, Runs > 0 ? _lengths[0] : 0, _end ?? Frames);
        for (var frame = 0; frame < (runOut ? ended + EventGate.FramesToRunOut(frontEnd) : ended) && Runs > 0; frame++)
        {
            if (left == 0 && run < Runs - 1) left = _lengths[++run];
            left = Math.Max(0, left - 1);
            for (var i = 0; i < smoothed.Length; i++) smoothed[i] = keep * smoothed[i] + (1 - keep) * _scores[run][i];
            onFrame(frontEnd.StreamTime((long)frame * frontEnd.HopLength + frontEnd.WindowLength), smoothed);
        }
    }
}
