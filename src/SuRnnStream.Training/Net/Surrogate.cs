using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Net;

/// <summary>The function whose gradient replaces that of the hard switch [a > 0].</summary>
public enum SurrogateKind
{
    /// <summary>sigmoid(slope a).</summary>
    Sigmoid,

    /// <summary>a itself: the gradient passes unchanged (Skip RNN, SA-RNN).</summary>
    Identity,

    /// <summary>
    /// The integral of a triangle of the sigmoid's height and area (EGRU): no gradient where |a| >= 4 / slope, so that a neuron whose switch is
    /// far shut costs nothing in training either.
    /// </summary>
    Triangle,
}

/// <summary>The straight-through estimator: forward a hard switch, backward the gradient of a soft one.</summary>
/// <param name="Kind">The soft switch.</param>
/// <param name="Slope">Its steepness: a gradient of Slope / 4 at a = 0; of no effect for the identity.</param>
readonly record struct Surrogate(SurrogateKind Kind, float Slope)
{
    public static readonly Surrogate Default = new(SurrogateKind.Sigmoid, 2);

    /// <summary>[a > 0] with the soft switch's gradient.</summary>
    public Tensor Gate(Tensor a)
    {
        var soft = Soft(a);
        return soft - soft.detach() + (a > 0).to_type(ScalarType.Float32);
    }

    Tensor Soft(Tensor a)
    {
        if (Kind == SurrogateKind.Identity) return a;
        using var slope = tensor(Slope);
        if (Kind == SurrogateKind.Sigmoid) return sigmoid(slope * a);
        var u = (slope * a / 4).clamp(-1, 1);
        return u - u * u.abs() / 2;
    }

    /// <summary>The soft switch's derivative at a.</summary>
    public Vector512<float> Derivative(Vector512<float> a)
    {
        if (Kind == SurrogateKind.Identity) return Vector512<float>.One;
        if (Kind == SurrogateKind.Triangle) return Vector512.Max(Vector512<float>.Zero, Vector512.Create(Slope / 4) - Vector512.Abs(a) * (Slope * Slope / 16));
        var soft = Lanes.Sigmoid(a * Slope);
        return soft * (Vector512<float>.One - soft) * Slope;
    }
}
