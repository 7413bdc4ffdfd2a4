using SuRnnStream.Kernels;

namespace SuRnnStream.Peers;

/// <summary>
/// The recurrent layer of one of our models, as the model itself runs it: salience and switches if it has any, then the rows of the open
/// neurons. Its inputs are what the model's own stem makes of the sound.
/// </summary>
sealed unsafe class OurLayer : Contestant
{
    readonly SuRnnModel _model;
    readonly SuRnnConfig _config;
    readonly SuRnnLayer _layer;
    readonly LayerState _state;
    readonly int _salienceRow;
    readonly AlignedBuffer? _weights;         // [m, K * inputs] P, padded rows
    readonly float[] _salienceBias = [];      // [m]
    readonly AlignedBuffer _salience;         // [m]
    readonly Dictionary<int, Inputs> _inputs = []; // by sound

    Inputs _now = new([], null, []);
    long _open, _steps;

    /// <summary>What comes into the layer: x_t [T][D], what the salience sees [T, K * inputs], and whether a frame is digital silence.</summary>
    sealed record Inputs(float[][] X, AlignedBuffer? Seen, bool[] Silence);

    public OurLayer(string name, SuRnnModel model) : base(name, Job.Layer, model.Config.RequireFrontEnd().HopLength)
    {
        (_model, _config) = (model, model.Config);
        if (_config.Layers is not [{ Cell: CellKind.Gru }]) throw new ArgumentException("The peers are compared with a model of one GRU layer.");
        _layer = new SuRnnLayer(_config, 0, model.Weights);
        _state = new LayerState(_config.InputsOf(0), _config.Layers[0]);
        _salience = new AlignedBuffer(RowKernel.Pad(_config.SalienceSize));
        if (!_config.HasSalience) return;
        _salienceRow = RowKernel.Pad(_config.SalienceFrames * _config.SalienceInputs);
        _weights = PackedRows.From(model.Weights["salience.weight"], _config.SalienceSize);
        _salienceBias = model.Weights["salience.bias"].ToArray();
    }

    public override double? OpenRatio => _config.HasSalience ? (double)_open / (_steps * _layer.Hidden) : null;

    /// <summary>h after the last step.</summary>
    public ReadOnlySpan<float> Hidden => _state.HiddenSpan;

    /// <summary>x_t of a sound, [T][D].</summary>
    public float[][] InputsOf(int sound, float[] samples) => Prepared(sound, samples).X;

    public override int Begin(int sound, float[] samples)
    {
        _now = Prepared(sound, samples);
        _state.Clear();
        (_open, _steps) = (0, 0);
        return _now.X.Length;
    }

    public override void Step(int step)
    {
        var silence = _now.Silence[step];
        if (_weights is not null && !silence)
        {
            var salience = _salience.Span;
            var seen = _now.Seen!.Pointer + step * _salienceRow;
            for (var j = 0; j < _salienceBias.Length; j++) salience[j] = RowKernel.Best.Dot(_weights.Pointer + j * _salienceRow, seen, _salienceRow) + _salienceBias[j];
            Activations.Tanh(salience);
        }
        var open = _layer.Decide(_state, _salience.Pointer, silence, step);
        _open += open;
        _steps++;
        if (open == 0) return;
        _now.X[step].CopyTo(new Span<float>(_state.X, _now.X[step].Length));
        _layer.Update(_state, dense: false);
    }

    Inputs Prepared(int sound, float[] samples)
    {
        if (_inputs.TryGetValue(sound, out var made)) return made;
        var frames = OurNetwork.Frames(_model, samples);
        var (state, x) = (_model.NewState(), new float[frames.Count][]);
        var seen = _config.HasSalience ? new AlignedBuffer(frames.Count * _salienceRow) : null;
        for (var t = 0; t < frames.Count; t++)
        {
            _model.Step(frames[t], state, dense: true);
            x[t] = new ReadOnlySpan<float>(state.Layers[0].X, _config.InputsOf(0)).ToArray();
            if (seen is null) continue;
            var ring = _config.SalienceDepth == 0 ? state.History : state.Stem.Outputs[_config.SalienceDepth - 1];
            new ReadOnlySpan<float>(ring.Window(t, _config.SalienceFrames), _config.SalienceFrames * _config.SalienceInputs).CopyTo(seen.Span[(t * _salienceRow)..]);
        }
        return _inputs[sound] = new(x, seen, [.. frames.Select(frame => !frame.AsSpan().ContainsAnyExcept(0f))]);
    }

    /// <exception cref="InsaneException">Not the same state, bit for bit, as the whole model's.</exception>
    public void Check(int sound, float[] samples)
    {
        var state = _model.NewState();
        var frames = OurNetwork.Frames(_model, samples);
        var steps = Begin(sound, samples);
        for (var t = 0; t < steps; t++)
        {
            _model.Step(frames[t], state);
            Step(t);
            if (!Hidden.SequenceEqual(state.Hidden(0))) throw new InsaneException($"{Name}: h differs from the model's after frame {t}.");
        }
    }
}

/// <summary>A contestant does not do its job, so its time means nothing.</summary>
sealed class InsaneException(string message) : Exception(message);
