using Microsoft.ML.OnnxRuntime;

namespace SuRnnStream.Peers;

/// <summary>
/// ONNX Runtime's GRU with the weights of our dense layer, on the same inputs; the state goes back in from call to call. One frame a call is
/// what a live stream needs; 50 frames a call is kinder to it and a second late.
/// </summary>
sealed class OrtGru : Contestant
{
    static readonly string[] In = ["X", "initial_h"], Out = ["Y_h"];

    readonly OurLayer _dense;
    readonly int _framesPerCall, _inputs;
    readonly Onnx _gru;
    readonly float[] _x, _even, _odd;              // [frames, D], and h before and after, by turns
    readonly OrtValue[] _xAndEven, _xAndOdd, _toOdd, _toEven;
    float[][] _frames = [];

    public OrtGru(string name, SuRnnModel model, OurLayer dense, int framesPerCall) : base(name, Job.Layer, framesPerCall * dense.SamplesPerStep)
    {
        var weights = model.Weights;
        (_dense, _framesPerCall, _inputs) = (dense, framesPerCall, model.Config.InputsOf(0));
        var hidden = model.Config.Layers[0].Hidden;
        _gru = new Onnx(OnnxGru.Model(weights["layer.0.input"], weights["layer.0.recurrent"], weights["layer.0.bias"], weights["layer.0.candidate_bias"]));
        (_x, _even, _odd) = (new float[framesPerCall * _inputs], new float[hidden], new float[hidden]);
        var (x, even, odd) = (Onnx.Tensor(_x, framesPerCall, 1, _inputs), Onnx.Tensor(_even, 1, 1, hidden), Onnx.Tensor(_odd, 1, 1, hidden));
        (_xAndEven, _xAndOdd, _toOdd, _toEven) = ([x, even], [x, odd], [odd], [even]);
    }

    /// <summary>h after step <paramref name="step"/>.</summary>
    public ReadOnlySpan<float> Hidden(int step) => step % 2 == 0 ? _odd : _even;

    public override int Begin(int sound, float[] samples)
    {
        _frames = _dense.InputsOf(sound, samples);
        Array.Clear(_even);
        return _frames.Length / _framesPerCall;
    }

    public override void Step(int step)
    {
        for (var i = 0; i < _framesPerCall; i++) _frames[step * _framesPerCall + i].CopyTo(_x, i * _inputs);
        if (step % 2 == 0) _gru.Run(In, _xAndEven, Out, _toOdd);
        else _gru.Run(In, _xAndOdd, Out, _toEven);
    }

    /// <exception cref="InsaneException">Another state than that of our dense layer, to 1e-4.</exception>
    public void Check(int sound, float[] samples)
    {
        var frames = _dense.Begin(sound, samples);
        for (int step = 0, steps = Begin(sound, samples), t = 0; step < steps; step++)
        {
            Step(step);
            for (; t < (step + 1) * _framesPerCall && t < frames; t++) _dense.Step(t);
            Agreement.Require(Name, Hidden(step), _dense.Hidden, t);
        }
    }

    public override void Dispose() => _gru.Dispose();
}

static class Agreement
{
    const float Tolerance = 1e-4f;

    /// <exception cref="InsaneException">The two vectors differ by more than 1e-4 somewhere.</exception>
    public static void Require(string name, ReadOnlySpan<float> theirs, ReadOnlySpan<float> ours, int frames)
    {
        for (var i = 0; i < ours.Length; i++)
        {
            if (Math.Abs(theirs[i] - ours[i]) <= Tolerance) continue;
            throw new InsaneException(FormattableString.Invariant($"{name}: after {frames} frames neuron {i} is {theirs[i]}, but {ours[i]} in our dense layer."));
        }
    }
}
