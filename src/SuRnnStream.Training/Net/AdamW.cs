using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Net;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019) with gradient clipping by norm and a moving average of the weights, in one pass over the parameters'
/// memory. Its whole state is a few arrays, so a resumed training goes on exactly.
/// </summary>
sealed class AdamW
{
    const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;

    readonly Tensor[] _parameters;
    readonly float[][] _mean, _square, _average;
    readonly double _weightDecay, _clip, _averaging;
    readonly double[]? _rates;
    readonly bool _elsewhere;

    /// <param name="parameters">What is trained. Matrices decay, vectors (biases, norms) do not.</param>
    /// <param name="weightDecay">Part of a weight lost per step and unit of learning rate.</param>
    /// <param name="clip">Largest norm of all gradients together.</param>
    /// <param name="averaging">Decay of the weights' moving average, a step.</param>
    /// <param name="rates">Learning rate of each parameter, as a multiple of the common one; null: 1.</param>
    /// <param name="elsewhere">The parameters are on another device: they are copied here for the step, and back.</param>
    public AdamW(IEnumerable<Tensor> parameters, double weightDecay, double clip, double averaging, double[]? rates = null, bool elsewhere = false)
    {
        (_rates, _elsewhere) = (rates, elsewhere);
        _parameters = [.. parameters];
        (_weightDecay, _clip, _averaging) = (weightDecay, clip, averaging);
        (_mean, _square) = (Zeros(), Zeros());
        _average = Zeros();
        BeginAverage();
    }

    /// <summary>The average begins with the parameters as they are now.</summary>
    public void BeginAverage()
    {
        using var scope = NewDisposeScope();
        foreach (var (parameter, average) in _parameters.Zip(_average)) Values(Here(parameter)).CopyTo(average);
    }

    /// <summary>Steps done.</summary>
    public long Steps { get; private set; }

    float[][] Zeros() => [.. _parameters.Select(parameter => new float[parameter.numel()])];

    static Span<float> Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    public void ZeroGradients()
    {
        using var noGradient = no_grad();
        foreach (var parameter in _parameters)
            if (parameter.grad is { } gradient)
            {
                if (_elsewhere) gradient.zero_();
                else Values(gradient).Clear();
            }
    }

    /// <summary>The tensor in this program's memory; from elsewhere a copy, of the caller's scope.</summary>
    Tensor Here(Tensor tensor) => _elsewhere ? tensor.detach().clone().cpu() : tensor;

    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Steps++;
        var norm = 0.0;
        Tensor?[] gradients = [.. _parameters.Select(parameter => parameter.grad is { } gradient ? Here(gradient) : null)];
        foreach (var gradient in gradients.OfType<Tensor>()) norm += SquareSum(Values(gradient));
        var scale = (float)Math.Min(1, _clip / (Math.Sqrt(norm) + 1e-12));
        if (!float.IsFinite(scale)) return; // a step with a NaN or infinite gradient is left out
        var rate = (float)(learningRate / (1 - Math.Pow(Beta1, Steps)));
        var correction = (float)(1 / (1 - Math.Pow(Beta2, Steps)));
        var keep = (float)Math.Min(_averaging, (1.0 + Steps) / (10 + Steps)); // short at first: the start is soon forgotten
        for (var i = 0; i < _parameters.Length; i++)
        {
            if (gradients[i] is not { } gradient) continue;
            var decay = _parameters[i].dim() > 1 ? (float)(1 - learningRate * _weightDecay) : 1;
            var weight = Here(_parameters[i]);
            Update(Values(weight), Values(gradient), _mean[i], _square[i], _average[i], scale, rate * (float)(_rates?[i] ?? 1), correction, decay, keep);
            if (_elsewhere) _parameters[i].copy_(weight);
        }
    }

    static double SquareSum(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += (double)value * value;
        return sum;
    }

    static void Update(Span<float> weight, ReadOnlySpan<float> gradient, Span<float> mean, Span<float> square, Span<float> average, float scale, float rate, float correction, float decay, float keep)
    {
        for (var i = 0; i < weight.Length; i++)
        {
            var g = gradient[i] * scale;
            mean[i] = Beta1 * mean[i] + (1 - Beta1) * g;
            square[i] = Beta2 * square[i] + (1 - Beta2) * g * g;
            weight[i] = decay * weight[i] - rate * mean[i] / (MathF.Sqrt(square[i] * correction) + Epsilon);
            average[i] = keep * average[i] + (1 - keep) * weight[i];
        }
    }

    /// <summary>Writes the averaged weights into a twin network's parameters, in the same order.</summary>
    public void CopyAverageTo(IEnumerable<Tensor> parameters)
    {
        using var noGradient = no_grad();
        foreach (var (parameter, average) in parameters.Zip(_average))
        {
            if (!_elsewhere) average.CopyTo(Values(parameter));
            else using (var here = tensor(average, device: CPU).view(parameter.shape)) parameter.copy_(here);
        }
    }

    public void Save(BinaryWriter to)
    {
        to.Write(Steps);
        foreach (var values in _mean.Concat(_square).Concat(_average)) to.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }

    public void Load(BinaryReader from)
    {
        Steps = from.ReadInt64();
        foreach (var values in _mean.Concat(_square).Concat(_average)) from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
    }
}
