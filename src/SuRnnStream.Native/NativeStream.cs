namespace SuRnnStream.Native;

/// <summary>A surnn_stream: a detector, what brings sound to its rate, and the detections that wait.</summary>
sealed class NativeStream
{
    const int Piece = 4_096; // samples that are converted at a time

    readonly NativeModel _model;
    readonly StreamingDetector _detector;
    readonly int _rate, _most;
    readonly Queue<NativeDetection> _waiting = new();
    readonly Action<Detection> _hear;
    LiveResampler? _resampler; // null: the rates are the same
    float[]? _converted;
    ComputeStats _stats;
    long _detections, _dropped;

    /// <exception cref="ArgumentException">A parameter lies outside its range.</exception>
    public NativeStream(NativeModel model, StreamParams wanted)
    {
        _rate = wanted.SampleRate == 0 ? model.SampleRate : wanted.SampleRate;
        if (_rate is < 1_000 or > 384_000) throw new ArgumentException($"sample_rate is {_rate}, but must be 1000 to 384000, or 0 for the model's.");
        if (wanted.Queue is < 1 or > 65_536) throw new ArgumentException($"queue is {wanted.Queue}, but must be 1 to 65536.");
        if (!(wanted.Refractory < 86_400)) throw new ArgumentException($"refractory is {wanted.Refractory}, but must be below 86400 s, or below 0 for the model's own.");
        var options = model.Model.Defaults with { Dense = wanted.Dense != 0 };
        if (wanted.Threshold != 0) options = options with { Threshold = wanted.Threshold, Thresholds = new Dictionary<string, float>() };
        if (wanted.Refractory >= 0) options = options with { Refractory = TimeSpan.FromSeconds(wanted.Refractory) };
        (_model, _most, _hear, _detector) = (model, wanted.Queue, Hear, new StreamingDetector(model.Model, options));
        NewResampler();
    }

    void NewResampler() => _resampler = _rate == _model.SampleRate ? null : new LiveResampler(_rate, _model.SampleRate);

    void Hear(Detection detection)
    {
        _detections++;
        if (_waiting.Count == _most)
        {
            _waiting.Dequeue();
            _dropped++;
        }
        var label = 0;
        while (_model.Model.Config.Labels[label] != detection.Label) label++;
        _waiting.Enqueue(new NativeDetection { Label = label, Score = detection.Score, Start = detection.Start.TotalSeconds, End = detection.End.TotalSeconds, Time = detection.Time.TotalSeconds });
    }

    public void Push(ReadOnlySpan<float> samples)
    {
        for (; samples.Length > 0; samples = samples[Math.Min(Piece, samples.Length)..])
        {
            var piece = samples[..Math.Min(Piece, samples.Length)];
            if (piece.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) >= 0) throw new ArgumentException("A sample is not a finite number.");
            _stats += _detector.Process(_resampler is null ? piece : _resampler.Push(piece).Span, _hear);
        }
    }

    public void Push(ReadOnlySpan<short> samples)
    {
        _converted ??= new float[Piece];
        for (int count; samples.Length > 0; samples = samples[count..])
        {
            count = Math.Min(Piece, samples.Length);
            for (var i = 0; i < count; i++) _converted[i] = samples[i] / 32_768f;
            Push(_converted.AsSpan(0, count));
        }
    }

    public void Finish()
    {
        if (_resampler is not null) _stats += _detector.Process(_resampler.End().Span, _hear);
        _stats += _detector.Finish(_hear);
        Begin();
    }

    public void Reset()
    {
        _waiting.Clear();
        Begin();
    }

    void Begin()
    {
        _detector.Reset();
        NewResampler();
    }

    public bool TryTake(out NativeDetection detection) => _waiting.TryDequeue(out detection);

    public NativeStats Stats => new()
    {
        Waiting = (uint)_waiting.Count,
        Frames = _stats.Frames,
        FramesSkipped = _stats.FramesSkipped,
        Switches = _stats.Switches,
        SwitchesOpen = _stats.SwitchesOpen,
        MultiplyAdds = _stats.MultiplyAdds,
        MultiplyAddsDense = _stats.MultiplyAddsDense,
        Detections = _detections,
        DetectionsDropped = _dropped,
        StreamSeconds = _stats.StreamTime.TotalSeconds,
        FrontEndSeconds = _stats.FrontEndTime.TotalSeconds,
        NetworkSeconds = _stats.NetworkTime.TotalSeconds,
    };

    public byte[] Save()
    {
        RequireOwnRate();
        using var state = new MemoryStream();
        _detector.Save(state);
        return state.ToArray();
    }

    public void Restore(byte[] state)
    {
        RequireOwnRate();
        _waiting.Clear();
        _detector.Restore(new MemoryStream(state, writable: false));
    }

    void RequireOwnRate()
    {
        if (_resampler is not null) throw new NotSupportedException($"A stream at {_rate} Hz cannot be saved or restored, as the resampler's memory would be missing: push at the model's {_model.SampleRate} Hz.");
    }
}
