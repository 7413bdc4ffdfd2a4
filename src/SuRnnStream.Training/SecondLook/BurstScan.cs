namespace SuRnnStream.Training.SecondLook;

/// <summary>Runs the first stage over a sound and lists its bursts, the same that a detector with the rule would ask about, and the longer and shorter ones.</summary>
sealed class BurstScan(SuRnnModel model, VerifierRule rule)
{
    readonly int _unknown = model.Config.Labels.ToList().IndexOf(ClipClassifier.Unknown);
    readonly int _hop = model.Config.RequireFrontEnd().HopLength, _window = model.Config.RequireFrontEnd().WindowLength;

    readonly List<int> _open = [];      // [frames] open switches
    readonly List<float> _scores = [];  // [frames, Labels]

    /// <summary>Bursts in the order of time. One that the sound's end cuts is listed as if calm had come.</summary>
    public List<Burst> Scan(ReadOnlySpan<float> samples)
    {
        _open.Clear();
        _scores.Clear();
        var detector = new StreamingDetector(model) { OnFrame = Keep };
        detector.Process(samples, _ => { });
        var (bursts, first, last, calm) = (new List<Burst>(), -1, -1, Frames(rule.Calm));
        for (var frame = 0; frame < _open.Count; frame++)
        {
            if (_open[frame] >= rule.Open)
            {
                if (first < 0) first = frame;
                last = frame;
            }
            else if (first >= 0 && frame - last >= calm)
            {
                bursts.Add(Make(first, last, frame));
                first = -1;
            }
        }
        if (first >= 0) bursts.Add(Make(first, last, _open.Count - 1));
        return bursts;
    }

    /// <summary>True: the burst's length is one that the rule asks about.</summary>
    public bool IsCandidate(Burst burst)
    {
        var frames = (burst.Length - _window) / _hop + 1;
        return frames >= Frames(rule.AtLeast) && frames <= Frames(rule.AtMost);
    }

    /// <summary>What a detector with the rule asks its verifier about, long bursts in pieces.</summary>
    /// <param name="samples">The sound.</param>
    /// <param name="samplesAfter">Samples after a burst's end that the verifier takes.</param>
    public List<Burst> Proposals(ReadOnlySpan<float> samples, int samplesAfter)
    {
        var (bursts, tracker) = (new List<Burst>(), new BurstTracker(rule, model.Config));
        var (now, labels) = (0L, model.Config.Labels.Count);
        var detector = new StreamingDetector(model)
        {
            OnFrame = (in FrameView frame) =>
            {
                if (tracker.TryAdvance(now, frame.Stats.OpenForBursts, frame.Scores, frame.Features))
                {
                    var end = Math.Min(tracker.Last + _window, now + _window - Math.Max(0, samplesAfter));
                    bursts.Add(new Burst(tracker.Start, end, now + _window, tracker.Before, [.. Enumerable.Range(0, labels).Select(tracker.Own)]));
                }
                now += _hop;
            },
        };
        detector.Process(samples, _ => { });
        return bursts;
    }

    void Keep(in FrameView frame)
    {
        _open.Add(frame.Stats.OpenForBursts);
        foreach (var score in frame.Scores) _scores.Add(score);
    }

    int Frames(TimeSpan time) => VerifierRule.Frames(time, model.Config.RequireFrontEnd());

    Burst Make(int first, int last, int known)
    {
        var (labels, before) = (model.Config.Labels.Count, 0f);
        for (var frame = Math.Max(0, first - Frames(rule.Back)); frame < first && _unknown >= 0; frame++)
            if (_open[frame] > 0) before = MathF.Max(before, _scores[frame * labels + _unknown]);
        var own = new float[labels];
        for (var frame = first; frame <= known; frame++)
            for (var i = 0; i < labels; i++) own[i] = MathF.Max(own[i], _scores[frame * labels + i]);
        return new Burst((long)first * _hop, (long)last * _hop + _window, (long)known * _hop + _window, before, own);
    }
}
