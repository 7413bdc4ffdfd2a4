namespace SuRnnStream.Peers;

/// <summary>The whole network of one of our models: a frame in, scores out.</summary>
sealed class OurNetwork(string name, SuRnnModel model) : Contestant(name, Job.Detector, model.Config.RequireFrontEnd().HopLength)
{
    readonly SuRnnState _state = model.NewState();
    readonly Dictionary<int, List<float[]>> _frames = []; // by sound

    List<float[]> _now = [];
    long _open, _switches;

    public override double? OpenRatio => (double)_open / _switches;

    public override int Begin(int sound, float[] samples)
    {
        if (!_frames.TryGetValue(sound, out var frames)) _frames[sound] = frames = Frames(model, samples);
        _now = frames;
        _state.Reset();
        (_open, _switches) = (0, 0);
        return frames.Count;
    }

    public override void Step(int step)
    {
        var stats = model.Step(_now[step], _state);
        _open += stats.SwitchesOpen;
        _switches += stats.Switches;
    }

    /// <summary>The model's frames of a sound.</summary>
    public static List<float[]> Frames(SuRnnModel model, ReadOnlySpan<float> samples)
    {
        var (mel, frames) = (new MelFrontEnd(model.Config.RequireFrontEnd()), new List<float[]>());
        for (var frame = new float[model.Config.FrameLength]; mel.TryNext(ref samples, frame); frame = new float[frame.Length]) frames.Add(frame);
        return frames;
    }
}

/// <summary>All that we do: samples in, detections out, a hop at a time.</summary>
sealed class OurDetector(string name, SuRnnModel model) : Contestant(name, Job.Detector, model.Config.RequireFrontEnd().HopLength)
{
    readonly StreamingDetector _detector = new(model);

    float[] _samples = [];
    ComputeStats _stats;

    public override double? OpenRatio => _stats.OpenRatio;

    /// <summary>Since <see cref="Begin"/>.</summary>
    public List<Detection> Heard { get; } = [];

    public override int Begin(int sound, float[] samples)
    {
        _detector.Reset();
        Heard.Clear();
        (_samples, _stats) = (samples, default);
        return samples.Length / SamplesPerStep;
    }

    public override void Step(int step) => _stats += _detector.Process(_samples.AsSpan(step * SamplesPerStep, SamplesPerStep), Heard.Add);
}
