namespace SuRnnStream;

/// <content>The end of a stream, and gaps in it.</content>
public sealed partial class StreamingDetector
{
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

    /// <summary>Runs the network until no sample of the stream is left for another frame, or until digital silence tells it nothing more and no burst is open that a second look may be asked about.</summary>
    ComputeStats FillLastFrames(Action<Detection> onDetection)
    {
        var stats = new ComputeStats();
        for (var frames = 0; _front.NextAtEnd(frames, _restsInSilence && _look is not { IsBusy: true }) is { IsEmpty: false } samples; frames++) stats += Process(samples, onDetection);
        return stats;
    }

    Action<Detection> Heard(Action<Detection> onDetection) => !_front.KnowsGaps && _levels is null ? onDetection : detection => onDetection(WithDetails(detection));

    /// <summary>Forgets everything, as at the start of a stream.</summary>
    /// <param name="position">Index of the next sample; times count from sample 0. Not 0 where a stream goes on after a gap.</param>
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
    /// forgotten because it would bridge the gap, and times go on after it. A model of sensors forgets everything with the first value after
    /// a gap longer than its <see cref="SensorFrontEndConfig.ResetAfter"/>.
    /// </summary>
    public void Skip(long samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        if (samples > 0) GoTo(Position + samples);
    }

    /// <summary>
    /// The next <paramref name="samples"/> samples are lost, and what follows is the start of a stream: what is pending is decided as by <see cref="Finish"/>, in the time until the stream goes on, and
    /// everything is forgotten. A model of sensors that says how long a gap may be (<see cref="SensorFrontEndConfig.ResetAfter"/>) decides and forgets by that.
    /// </summary>
    /// <param name="samples">0 or more, of all channels.</param>
    /// <param name="onDetection">Called before Lose returns.</param>
    /// <returns>What the frames before the gap cost.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number of samples is below zero.</exception>
    public ComputeStats Lose(long samples, Action<Detection> onDetection)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        if (samples == 0) return default;
        if (_front.KnowsGaps)
        {
            Skip(samples, onDetection);
            return default;
        }
        var start = Position + samples;
        var stats = FinishBefore(start, onDetection);
        Reset(start);
        return stats;
    }

    void GoTo(long position)
    {
        _look?.Skip(position);
        _gate.Position = _front.Skip(position);
    }

    /// <summary>As <see cref="Skip(long)"/>; where a model of sensors forgets over the gap, what is pending is decided before.</summary>
    /// <param name="samples">0 or more, of all channels.</param>
    /// <param name="onDetection">Called before Skip returns.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of samples is below zero.</exception>
    public void Skip(long samples, Action<Detection> onDetection)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        if (samples == 0) return;
        var next = Position + samples;
        if (_state.Frame > 0 && _front.ForgetsOver(samples))
            _gate.RunOut(_state.Scores.Span, 0, Heard(Before(next, onDetection))); // which moves the gate on
        GoTo(next);
    }
}
