using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuRnnStream.Research.LongRange;

/// <summary>How a stem with learnable spacing is made: <see cref="Channels"/> outputs a step, each of <see cref="Taps"/> past inputs within the last <see cref="Span"/> steps.</summary>
readonly record struct StemShape(int Channels, int Taps, int Span)
{
    /// <param name="text">Channels, taps and span with commas between, such as 32,8,64.</param>
    /// <exception cref="ArgumentException">It is something else.</exception>
    public static StemShape Parse(string text)
    {
        int[] numbers = [.. text.Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)];
        if (numbers is [>= 1 and <= 1_024, >= 1, >= 2 and <= 64] && numbers[1] <= numbers[2]) return new StemShape(numbers[0], numbers[1], numbers[2]);
        throw new ArgumentException($"--stem is channels (1 to 1024), taps and span (2 to 64 steps, as many as there are taps or more) with commas between, such as 32,8,64, not '{text}'.");
    }
}

/// <summary>
/// A causal convolution whose taps learn where they are (Hassani et al. 2023, linear interpolation; before a recurrent layer in arXiv 2507.01829), then ReLU.
/// A tap between two steps reads both in part, so that its place has a gradient. Finished, it is an ordinary stem layer of the runtime.
/// </summary>
sealed class SpacedStem : nn.Module<Tensor, Tensor>
{
    readonly StemShape _shape;
    readonly Parameter _weight, _place, _bias; // [C', C, taps], [C', taps] steps back, [C']

    public SpacedStem(int inputs, StemShape shape) : base(nameof(SpacedStem))
    {
        _shape = shape;
        var bound = Math.Sqrt(3.0 / (inputs * shape.Taps)); // outputs as wide as the inputs
        register_parameter("weight", _weight = new Parameter(rand(shape.Channels, inputs, shape.Taps) * (2 * bound) - bound));
        register_parameter("place", _place = new Parameter(rand(shape.Channels, shape.Taps) * (shape.Span - 1)));
        register_parameter("bias", _bias = new Parameter(0.1 * randn(shape.Channels)));
    }

    /// <summary>[C', C, Span] the kernel, oldest step first.</summary>
    Tensor Kernel()
    {
        using var one = tensor(1f);
        var back = arange(_shape.Span - 1, -1, -1, dtype: ScalarType.Float32);                              // steps back of each place of the kernel
        var near = (one - (back - _place.clamp(0, _shape.Span - 1).unsqueeze(2)).abs()).clamp_min(0);       // [C', taps, Span]
        return _weight.bmm(near);
    }

    /// <summary>[B, T, C] to [B, T, C'], zeros before the start.</summary>
    public override Tensor forward(Tensor x) =>
        nn.functional.relu(nn.functional.conv1d(nn.functional.pad(x.transpose(1, 2), [_shape.Span - 1, 0]), Kernel(), _bias)).transpose(1, 2);

    public StemLayer Layer => new(_shape.Channels, _shape.Span, Separable: false, Residual: false);

    /// <summary>The runtime's weights [C', Span, C] and bias.</summary>
    public void Export(Dictionary<string, float[]> to)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        to["stem.0.weight"] = Kernel().permute(0, 2, 1).contiguous().cpu().data<float>().ToArray();
        to["stem.0.bias"] = _bias.cpu().data<float>().ToArray();
    }
}
