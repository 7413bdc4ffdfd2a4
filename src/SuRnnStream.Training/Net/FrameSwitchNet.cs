using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SuRnnStream.Training.Net;

/// <summary>The trainable twin of a model's frame switch: a small GRU that says in each frame whether anything is said.</summary>
sealed class FrameSwitchNet : Module
{
    readonly int _hidden;
    readonly Parameter _input, _recurrent, _bias, _candidateBias;
    readonly Linear _head;

    public FrameSwitchNet(int hidden) : base(nameof(FrameSwitchNet))
    {
        _hidden = hidden;
        var bound = 1 / Math.Sqrt(hidden);
        Tensor Uniform(params long[] size) => rand(size) * (2 * bound) - bound;
        register_parameter("input", _input = Parameter(Uniform(3 * hidden, FrameSwitchInput.Numbers)));
        register_parameter("recurrent", _recurrent = Parameter(Uniform(3 * hidden, hidden)));
        register_parameter("bias", _bias = Parameter(Uniform(3 * hidden)));
        register_parameter("candidate_bias", _candidateBias = Parameter(Uniform(hidden)));
        register_module("head", _head = Linear(hidden, 1));
    }

    /// <param name="numbers">[T, B, Numbers] of <see cref="Inputs"/>.</param>
    /// <param name="silence">[T, B] 1 in frames at the log floor: the state stays as it is.</param>
    /// <returns>[T, B] the logit that something is said.</returns>
    public Tensor Forward(Tensor numbers, Tensor silence)
    {
        using var always = ones(numbers.shape[0], numbers.shape[1], _hidden);
        using var none = zeros(_hidden);
        var (hidden, _) = FusedRecurrence.Run(CellKind.Gru, numbers, new CellWeights(_input, _bias, _recurrent, _candidateBias), always, none, silence, Surrogate.Default, (int)numbers.shape[0]);
        return _head.call(hidden).squeeze(2);
    }

    /// <summary>What the switch sees of frames [B, T, bands]: [T, B, Numbers], and 1 in frames at the log floor, which it does not see: [T, B].</summary>
    public static (Tensor Numbers, Tensor Silence) Inputs(ReadOnlySpan<float> frames, int batch, int steps, int bands)
    {
        var (numbers, silence) = (new float[steps * batch * FrameSwitchInput.Numbers], new float[steps * batch]);
        var input = new FrameSwitchInput(bands);
        for (var b = 0; b < batch; b++)
        {
            input.Reset();
            for (var t = 0; t < steps; t++)
            {
                var frame = frames.Slice((b * steps + t) * bands, bands);
                if (!frame.ContainsAnyExcept(0f)) silence[t * batch + b] = 1;
                else input.Next(frame, numbers.AsSpan((t * batch + b) * FrameSwitchInput.Numbers, FrameSwitchInput.Numbers));
            }
        }
        return (tensor(numbers, [steps, batch, FrameSwitchInput.Numbers]), tensor(silence, [steps, batch]));
    }

    /// <summary>Takes a model's weights over.</summary>
    public void Import(Func<string, Tensor> of)
    {
        using var noGradient = no_grad();
        foreach (var (name, tensor) in Export()) tensor.copy_(of(name).view(tensor.shape));
    }

    /// <summary>The weights as the runtime wants them.</summary>
    public Dictionary<string, Tensor> Export() => new()
    {
        ["switch.input"] = _input,
        ["switch.recurrent"] = _recurrent,
        ["switch.bias"] = _bias,
        ["switch.candidate_bias"] = _candidateBias,
        ["switch.head.weight"] = _head.weight,
        ["switch.head.bias"] = _head.bias!,
    };
}
