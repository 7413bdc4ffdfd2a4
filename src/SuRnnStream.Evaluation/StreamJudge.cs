namespace SuRnnStream.Evaluation;

/// <summary>
/// Judges a model on one stream as its samples come, so that a stream may be of any length: only what counts is kept, and the scores only where they are to be
/// replayed. Made by <see cref="Evaluator.Judge"/>. For one thread.
/// </summary>
public sealed class StreamJudge
{
    readonly Evaluator _evaluator;
    readonly EvaluationStream _stream;
    readonly IReadOnlyList<LabelledEvent> _events;
    readonly StreamingDetector _detector;
    readonly ScoreTrack? _track;
    readonly VerdictTrack? _verdicts;
    readonly GateSweep? _sweep;
    readonly PeakFollower _peaks;
    readonly LevelProfile _levels;
    readonly List<Detection> _detections = [];
    readonly List<Candidate> _candidates = [];
    readonly float[] _last;     // [Labels] of the last frame
    SoundHash? _recorded;       // null: not asked for
    ComputeStats _stats;
    long _samples;
    readonly bool _keepSweep;
    bool _any, _ended;

    /// <param name="evaluator">With the model and what counts as shipped.</param>
    /// <param name="stream">Its name, its events and its kind; its samples are not looked at.</param>
    /// <param name="keepTrack">True: the scores are kept for <see cref="JudgedStream.Match(DetectorOptions)"/>.</param>
    /// <param name="keepSweep">True: the gates of all thresholds run along, so that the scores need not be kept for a report.</param>
    internal StreamJudge(Evaluator evaluator, EvaluationStream stream, bool keepTrack, bool keepSweep)
    {
        (_evaluator, _stream, _events) = (evaluator, stream, [.. stream.Events.Where(one => evaluator.Labels.Contains(one.Label))]);
        var (config, options) = (evaluator.Model.Config, evaluator.Options);
        _track = keepTrack ? new ScoreTrack(config) : null;
        _verdicts = evaluator.Model.LookOf(options) is null ? null : new VerdictTrack();
        _sweep = keepSweep && _verdicts is null ? evaluator.RentSweep() : null;
        _keepSweep = keepSweep;
        _peaks = new PeakFollower(config, evaluator.Labels, options.Smoothing, _events, stream.IsNegative);
        _levels = new LevelProfile(config.RequireFrontEnd().SampleRate);
        _last = new float[config.Labels.Count];
        _detector = new StreamingDetector(evaluator.Model, options)
        {
            OnFrame = (in FrameView frame) => Take(frame),
            OnVerdict = _verdicts is null ? null : _verdicts.Add,
            OnCandidate = _events.Count == 0 ? null : _candidates.Add,
        };
    }

    /// <summary>The next samples, in pieces of any length.</summary>
    /// <param name="samples">At the model's rate, nominally in [-1, 1].</param>
    /// <exception cref="InvalidOperationException">The stream has ended.</exception>
    public void Process(ReadOnlySpan<float> samples)
    {
        RequireOpen();
        _stats += _detector.Process(samples, _detections.Add);
        _levels.Add(samples);
        _samples += samples.Length;
    }

    /// <summary>
    /// The next samples as they were recorded, at the model's rate, before any condition: by their hash a report names its set, and clips of a training are known again (<see cref="TrainingPrint.Check"/>).
    /// Where it is never called neither is known.
    /// </summary>
    /// <param name="samples">In pieces of any length, apart from those of <see cref="Process"/>.</param>
    /// <exception cref="InvalidOperationException">The stream has ended.</exception>
    public void Record(ReadOnlySpan<float> samples)
    {
        RequireOpen();
        (_recorded ??= new SoundHash()).Add(samples);
    }

    void RequireOpen()
    {
        if (_ended) throw new InvalidOperationException("The stream has been judged to its end: make a judge for each.");
    }

    /// <summary>The stream has ended: what is pending is decided, as by <see cref="StreamingDetector.Finish"/>. Called once.</summary>
    /// <param name="events">That were given with it, also those that the model has no label for; they are a part of the set's name. Null: none.</param>
    /// <returns>For <see cref="Evaluator.Report"/>.</returns>
    /// <exception cref="InvalidOperationException">It has ended before.</exception>
    public JudgedStream Finish(IReadOnlyList<LabelledEvent>? events = null)
    {
        RequireOpen();
        var sound = _recorded?.End();
        _recorded?.Dispose();
        _track?.End();
        _sweep?.End();
        _ended = true;
        _stats += _detector.Finish(_detections.Add);
        var last = _any ? _last : [];
        var peaks = _peaks.Finish(last);
        var sweep = _sweep is null ? null : SweepCounts.Of(_evaluator.Labels, [.. _sweep.Take(last).Select(found => new EventMatch(_events, found))]);
        if (_keepSweep && _verdicts is not null) sweep = SweepCounts.Of(_evaluator.Labels, [.. Evaluator.Thresholds.Select(threshold => new EventMatch(_events, _verdicts!.Replay(_evaluator.Options.At(threshold), _evaluator.Model.Config.RequireTiming().Hop)))]);
        if (_sweep is not null) _evaluator.Return(_sweep);
        var stream = _stream.Length > TimeSpan.Zero ? _stream : _stream with { Length = TimeSpan.FromSeconds((double)_samples / _evaluator.Model.Config.RequireFrontEnd().SampleRate) };
        var heard = new JudgedStream(stream, _events, _track, _verdicts, _detections, _stats) { Sweep = sweep, Peaks = peaks, Sound = sound ?? [], Hash = sound is null ? [] : SoundHash.With(sound, events ?? []), Judged = Rows(peaks) };
        return heard;
    }

    void Take(in FrameView frame)
    {
        var scores = frame.Scores;
        var open = frame.Stats.OpenForBursts;
        _track?.Add(scores, open);
        _sweep?.Add(scores, open);
        _peaks.Add(scores, _ended);
        scores.CopyTo(_last);
        _any = true;
    }

    JudgedEvent[] Rows(StreamPeaks peaks)
    {
        var match = new EventMatch(_events, _detections);
        var rows = new List<JudgedEvent>();
        var wrong = match.FalseAlarms.Where(alarm => alarm.WrongLabel).Select(alarm => alarm.Detection).ToList();
        var hits = match.Hits.ToList();
        for (var i = 0; i < _events.Count; i++)
        {
            var (one, place) = (_events[i], hits.FindIndex(hit => hit.Event == _events[i]));
            var row = Row(place >= 0 ? EventKind.Hit : EventKind.Miss, one.Label, one.Start, one.End) with { Peak = peaks.Events[i] };
            if (place >= 0)
            {
                row = row with { Found = hits[place].Detection.Time, Score = hits[place].Detection.Score };
                hits.RemoveAt(place); // the same event may be there twice
            }
            else
            {
                var answer = wrong.FindIndex(detection => detection.Label != one.Label && EventMatch.Covers(one, detection.Time));
                var other = answer < 0 ? null : wrong[answer].Label;
                row = row with { Other = other, Outcome = MissReason.Of(one, _candidates, other) };
            }
            rows.Add(one.Speaker is { } speaker ? row with { Speaker = speaker } : row);
        }
        foreach (var (detection, _) in match.FalseAlarms)
        {
            var truth = _events.FirstOrDefault(one => one.Label != detection.Label && EventMatch.Covers(one, detection.Time)).Label;
            rows.Add(Row(EventKind.FalseAlarm, detection.Label, detection.Start, detection.End) with { Found = detection.Time, Score = detection.Score, Peak = detection.Score, Other = truth });
        }
        return [.. rows.OrderBy(row => row.Start)];
    }

    JudgedEvent Row(EventKind kind, string label, TimeSpan start, TimeSpan end)
    {
        var (level, snr) = _levels.Of(start, end);
        return new JudgedEvent(_stream.Name, kind, label, start, end)
        {
            IsNegative = _stream.IsNegative,
            Threshold = _evaluator.ThresholdOf(label),
            Speaker = _stream.Speaker,
            Condition = _stream.Condition,
            Said = _stream.Said,
            Level = level,
            Snr = snr,
        };
    }
}
