using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuRnnStream.Peers;

/// <summary>TorchSharp's GRU cell with the weights of our dense layer, on the same inputs as tensors that are made before.</summary>
sealed class TorchGru : Contestant
{
    readonly OurLayer _dense;
    readonly GRUCell _cell;
    readonly Dictionary<int, Tensor[]> _inputs = []; // by sound, [T] of [1, D]
    readonly int _hidden;

    Tensor[] _now = [];
    Tensor _h;

    public TorchGru(string name, SuRnnModel model, OurLayer dense) : base(name, Job.Layer, dense.SamplesPerStep)
    {
        set_num_threads(1);
        (_dense, _hidden) = (dense, model.Config.Layers[0].Hidden);
        var (weights, inputs) = (model.Weights, model.Config.InputsOf(0));
        _cell = nn.GRUCell(inputs, _hidden);
        _cell.eval();
        using var no = no_grad();
        using var scope = NewDisposeScope();
        var candidate = weights["layer.0.candidate_bias"].ToArray();
        Put(_cell.weight_ih!, weights["layer.0.input"], inputs);
        Put(_cell.weight_hh!, weights["layer.0.recurrent"], _hidden);
        Put(_cell.bias_ih!, weights["layer.0.bias"], 1);
        Put(_cell.bias_hh!, [.. new float[2 * _hidden], .. candidate], 1);
        _h = zeros(1, _hidden).DetachFromDisposeScope();
    }

    /// <summary>Our gates are stacked z, r, n, Torch's r, z, n.</summary>
    void Put(Tensor parameter, ReadOnlySpan<float> values, int columns)
    {
        var gate = _hidden * columns;
        float[] turned = [.. values.Slice(gate, gate), .. values[..gate], .. values[(2 * gate)..]];
        parameter.copy_(tensor(turned).view(parameter.shape));
    }

    public override int Begin(int sound, float[] samples)
    {
        if (!_inputs.TryGetValue(sound, out var inputs)) _inputs[sound] = inputs = [.. _dense.InputsOf(sound, samples).Select(x => tensor(x).view(1, -1))];
        _now = inputs;
        _h.Dispose();
        _h = zeros(1, _hidden);
        return inputs.Length;
    }

    public override void Step(int step)
    {
        using var no = inference_mode();
        var next = _cell.forward(_now[step], _h);
        _h.Dispose();
        _h = next;
    }

    /// <exception cref="InsaneException">Another state than that of our dense layer, to 1e-4.</exception>
    public void Check(int sound, float[] samples)
    {
        _dense.Begin(sound, samples);
        for (int t = 0, steps = Begin(sound, samples); t < steps; t++)
        {
            Step(t);
            _dense.Step(t);
            Agreement.Require(Name, _h.data<float>().ToArray(), _dense.Hidden, t + 1);
        }
    }

    public override void Dispose()
    {
        _cell.Dispose();
        _h.Dispose();
        foreach (var input in _inputs.Values.SelectMany(inputs => inputs)) input.Dispose();
    }
}
