namespace SuRnnStream;

/// <summary>One label for a clip.</summary>
/// <param name="Label">Of the model's labels.</param>
/// <param name="Score">Highest smoothed score in the clip of any label but silence: the label's own unless that is silence.</param>
/// <param name="Stats">What the clip cost.</param>
public readonly record struct ClipResult(string Label, float Score, ComputeStats Stats);

/// <summary>
/// Reads one label out of a clip, as the clip tests of data sets want it: the label with the highest score at any frame, smoothed by half, silence
/// aside; silence if that score is too low. A model without a label "silence" always names another. Where the model has a second look of its own, that names the label of the clip's longest burst. Not thread-safe.
/// </summary>
public sealed class ClipClassifier
{
    /// <summary>The label of a clip in which nothing is heard.</summary>
    public const string Silence = "silence";

    /// <summary>The label of a clip in which something else than the model's words is heard.</summary>
    public const string Unknown = "unknown";

    /// <summary>Score below which a clip is silence, unless the caller says otherwise.</summary>
    public const float DefaultSilenceBelow = 0.1f;

    // Not the model's: a detector that waits longer for a word in running speech would cut a clip's last one off.
    internal const float Smoothing = 0.5f;

    readonly SuRnnModel _model;
    readonly MelFrontEnd _mel;
    readonly SuRnnState _state;
    readonly float[] _frame;            // [Bands]
    readonly float[] _smoothed, _peak;  // [Labels]
    readonly int _silence;              // place of the label, or -1
    readonly float _silenceBelow;
    readonly bool _dense;
    readonly ClipLook? _look;

    /// <param name="model">Shared by any number of classifiers.</param>
    /// <param name="silenceBelow">Score in [0, 1] that a label must reach for the clip not to be silence.</param>
    /// <param name="dense">True: every neuron is evaluated in every frame. The results are the same.</param>
    /// <exception cref="ArgumentException">The score is outside its range, or the model is none for a <see cref="StreamingDetector"/>.</exception>
    public ClipClassifier(SuRnnModel model, float silenceBelow = DefaultSilenceBelow, bool dense = false)
    {
        if (silenceBelow is not (>= 0 and <= 1))
            throw new ArgumentException($"A clip is silence below a score in [0, 1], not {silenceBelow}.");
        var config = model.Config;
        (_model, _mel, _state, _frame) = (model, new MelFrontEnd(config.RequireSoundDetector()), model.NewState(), new float[config.FrameLength]);
        (_smoothed, _peak) = (new float[config.Labels.Count], new float[config.Labels.Count]);
        _silence = config.Labels.ToList().IndexOf(Silence);
        (_silenceBelow, _dense) = (silenceBelow, dense);
        if (config.Verifier is not null) _look = new ClipLook(model);
    }

    /// <summary>Classifies a whole clip, at the model's sample rate, as the start of a stream.</summary>
    public ClipResult Classify(ReadOnlySpan<float> samples)
    {
        _mel.Reset();
        _state.Reset();
        Array.Clear(_smoothed);
        Array.Clear(_peak);
        _look?.Reset();
        var (stats, lap, hop) = (new ComputeStats(), new Lap(), _model.Config.RequireFrontEnd().Hop);
        while (_mel.TryNext(ref samples, _frame))
        {
            var frontEnd = lap.Next();
            var step = _model.Step(_frame, _state, _dense);
            Smooth(_state.Scores.Span);
            _look?.Add(_frame, step.OpenForBursts, _state.Scores.Span);
            stats += step with { FrontEndTime = frontEnd, NetworkTime = lap.Next(), StreamTime = hop };
        }
        var best = -1;
        for (var i = 0; i < _peak.Length; i++)
            if (i != _silence && (best < 0 || _peak[i] > _peak[best])) best = i;
        var highest = _peak[best];
        if (_look is not null)
        {
            best = _look.Best(_peak, _silence) is >= 0 and var seen ? seen : best;
            stats += _look.Take();
        }
        var label = _silence >= 0 && !(highest >= _silenceBelow) ? _silence : best;
        return new ClipResult(_model.Config.Labels[label], highest, stats);
    }

    void Smooth(ReadOnlySpan<float> scores)
    {
        for (var i = 0; i < scores.Length; i++)
        {
            _smoothed[i] = Smoothing * _smoothed[i] + (1 - Smoothing) * scores[i];
            _peak[i] = MathF.Max(_peak[i], _smoothed[i]);
        }
    }
}
