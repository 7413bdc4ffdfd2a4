using System.Runtime.Intrinsics;
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
    readonly WeightMatrix? _salience;              // [m, K * inputs] P, and p
    readonly Dictionary<int, Inputs> _inputs = []; // by sound

    Inputs _now = new([], [], []);
    Workspace _work = null!;
    long _open, _steps;

    /// <summary>What comes into the layer: x_t [T][D], what the salience sees [T][K * inputs], and whether a frame is digital silence.</summary>
    sealed record Inputs(float[][] X, float[][] Seen, bool[] Silence);

    public OurLayer(string name, SuRnnModel model) : base(name, Job.Layer, model.Config.RequireFrontEnd().HopLength)
    {
        (_model, _config) = (model, model.Config);
        if (_config.Layers is not [{ Cell: CellKind.Gru }]) throw new ArgumentException("The peers are compared with a model of one GRU layer.");
        _layer = new SuRnnLayer(_config, 0, model.Weights, 0);
        _state = new LayerState(_config.Layers[0]);
        if (!_config.HasSalience) return;
        _salience = new WeightMatrix(model.Weights["salience.weight"], model.Weights["salience.bias"], model.Weights.ScaleOf("salience.scale"));
    }

    public override double? OpenRatio => _config.HasSalience ? (double)_open / (_steps * _layer.Hidden) : null;

    /// <summary>h after the last step.</summary>
    public ReadOnlySpan<float> Hidden => _state.Hidden;

    /// <summary>x_t of a sound, [T][D].</summary>
    public float[][] InputsOf(int sound, float[] samples) => Prepared(sound, samples).X;

    public override int Begin(int sound, float[] samples)
    {
        _now = Prepared(sound, samples);
        _work = Workspace.Mine(Math.Max(_layer.Longest, _salience?.Longest ?? 0), _layer.Lanes);
        _state.Clear();
        (_open, _steps) = (0, 0);
        return _now.X.Length;
    }

    public override void Step(int step)
    {
        var silence = _now.Silence[step];
        if (_salience is not null && !silence)
        {
            var salience = _work.Salience.Pointer;
            _now.Seen[step].CopyTo(_work.Seen.Span);
            _salience.Multiply(_work.Seen.Pointer, salience, _work);
            for (var j = 0; j < _config.SalienceSize; j += Activations.Lanes) Activations.Tanh(Vector256.Load(salience + j)).Store(salience + j);
        }
        var open = _layer.Decide(_state, _work, silence, step);
        _open += open;
        _steps++;
        if (open == 0) return;
        fixed (float* x = _now.X[step]) _layer.Update(_state, x, _work, dense: false);
    }

    Inputs Prepared(int sound, float[] samples)
    {
        if (_inputs.TryGetValue(sound, out var made)) return made;
        var frames = OurNetwork.Frames(_model, samples);
        var (state, x, seen) = (_model.NewState(), new float[frames.Count][], new float[frames.Count][]);
        for (var t = 0; t < frames.Count; t++)
        {
            _model.Step(frames[t], state, dense: true);
            x[t] = _model.LastInput.ToArray(); // the dense step has just seen it
            seen[t] = new float[_config.HasSalience ? _config.SalienceFrames * _config.SalienceInputs : 0];
            if (!_config.HasSalience) continue;
            fixed (float* window = seen[t]) (_config.SalienceDepth == 0 ? state.History : state.Stem.Outputs[_config.SalienceDepth - 1]).Window(0, _config.SalienceFrames, window);
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
