namespace SuRnnStream;

/// <summary>
/// A detector of sound in its three stages, for a caller who measures what each of them takes: samples to frames, a frame to scores, scores to events. It detects what a <see cref="StreamingDetector"/> without
/// a second look does until the stream ends, without levels. One stream's; not thread-safe.
/// </summary>
public sealed class DetectorStages
{
    readonly SuRnnModel _model;
    readonly bool _dense;
    readonly MelFrontEnd _mel;
    readonly float[] _frame;
    readonly SuRnnState _state;
    readonly EventGate _gate;
    int _open;

    /// <param name="model">Of sound.</param>
    /// <param name="options">When a score counts as an event; null: as the model was tuned. A verifier is not asked.</param>
    /// <exception cref="ArgumentException">The model is none for detecting sound, or an option lies outside its range.</exception>
    public DetectorStages(SuRnnModel model, DetectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= model.Defaults;
        (_model, _dense, _mel) = (model, options.Dense, new MelFrontEnd(model.Config.RequireSoundDetector()));
        (_frame, _state, _gate) = (new float[model.Config.FrameLength], model.NewState(), new EventGate(options, model.Config));
    }

    /// <summary>Takes samples in [-1, 1] at the model's rate off the front until a frame is complete.</summary>
    /// <returns>True: it is, and the other two stages are next. False: all samples are taken, and the frame needs more.</returns>
    public bool TryNextFrame(ref ReadOnlySpan<float> samples) => _mel.TryNext(ref samples, _frame);

    /// <summary>The network sees the frame.</summary>
    /// <returns>What that cost, without times.</returns>
    public ComputeStats Step()
    {
        var step = _model.Step(_frame, _state, _dense);
        _open = step.OpenForBursts;
        return step;
    }

    /// <summary>The event gate sees the frame's scores.</summary>
    /// <param name="detection">The event.</param>
    /// <returns>True: one is due.</returns>
    public bool TryDetect(out Detection detection) => _gate.TryAdvance(_state.Scores.Span, _open, out detection);

    /// <summary>The next sample is the first of a stream.</summary>
    public void Reset()
    {
        _mel.Reset();
        _state.Reset();
        _gate.Reset();
        _open = 0;
    }
}
