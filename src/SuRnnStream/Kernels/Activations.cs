using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace SuRnnStream.Kernels;

/// <summary>
/// exp, sigmoid and tanh on eight floats at once. Multiplies and adds are kept apart (no fused operation), so a lane's result depends on
/// nothing but its input: not on its neighbours, its place, or the machine. Training uses the same functions.
/// </summary>
static class Activations
{
    public const int Lanes = 8;

    /// <summary>Relative error below 2e-7 for |x| up to 87; inputs beyond are clamped there. Range reduction and polynomial as in Cephes' expf.</summary>
    public static Vector256<float> Exp(Vector256<float> x)
    {
        x = Vector256.Min(Vector256.Max(x, Vector256.Create(-87f)), Vector256.Create(87f));
        var n = Vector256.Floor(x * 1.44269504f + Vector256.Create(0.5f)); // x = n ln 2 + r
        var r = x - n * 0.693359375f - n * -2.12194440e-4f;
        var p = Vector256.Create(1.9875691500e-4f);
        p = p * r + Vector256.Create(1.3981999507e-3f);
        p = p * r + Vector256.Create(8.3334519073e-3f);
        p = p * r + Vector256.Create(4.1665795894e-2f);
        p = p * r + Vector256.Create(1.6666665459e-1f);
        p = p * r + Vector256.Create(5.0000001201e-1f);
        p = p * (r * r) + r + Vector256<float>.One;
        var power = (Vector256.ConvertToInt32(n) + Vector256.Create(127)) << 23; // 2^n
        return p * power.AsSingle();
    }

    /// <summary>1 / (1 + e^-x), absolute error below 2e-7.</summary>
    public static Vector256<float> Sigmoid(Vector256<float> x) => Vector256<float>.One / (Vector256<float>.One + Exp(-x));

    /// <summary>tanh x = 1 - 2 / (1 + e^2x), absolute error below 3e-7.</summary>
    public static Vector256<float> Tanh(Vector256<float> x) =>
        Vector256<float>.One - Vector256.Create(2f) / (Vector256<float>.One + Exp(x + x));

    /// <summary>Four numbers a neuron, eight neurons, to eight of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe (Vector256<float> First, Vector256<float> Second, Vector256<float> Third, Vector256<float> Fourth) Transpose(float* from)
    {
        if (AdvSimd.Arm64.IsSupported)
        {
            var (lower, upper) = (AdvSimd.Arm64.Load4xVector128AndUnzip(from), AdvSimd.Arm64.Load4xVector128AndUnzip(from + 16));
            return (Vector256.Create(lower.Value1, upper.Value1), Vector256.Create(lower.Value2, upper.Value2),
                Vector256.Create(lower.Value3, upper.Value3), Vector256.Create(lower.Value4, upper.Value4));
        }
        if (!Avx.IsSupported)
        {
            Vector256<float> Every4th(float* x) => Vector256.Create(x[0], x[4], x[8], x[12], x[16], x[20], x[24], x[28]);
            return (Every4th(from), Every4th(from + 1), Every4th(from + 2), Every4th(from + 3));
        }
        Vector256<float> Two(int neuron) => Vector256.Create(Vector128.Load(from + 4 * neuron), Vector128.Load(from + 4 * neuron + 16));
        Vector256<float> a = Two(0), b = Two(1), c = Two(2), d = Two(3); // and the four neurons after them
        var (low, high) = (Avx.UnpackLow(a, b).AsDouble(), Avx.UnpackHigh(a, b).AsDouble());
        var (low2, high2) = (Avx.UnpackLow(c, d).AsDouble(), Avx.UnpackHigh(c, d).AsDouble());
        return (Avx.UnpackLow(low, low2).AsSingle(), Avx.UnpackHigh(low, low2).AsSingle(),
            Avx.UnpackLow(high, high2).AsSingle(), Avx.UnpackHigh(high, high2).AsSingle());
    }

    /// <summary>e^(x - highest) in place; the length is a multiple of <see cref="Lanes"/>.</summary>
    public static void SoftmaxNumerators(Span<float> logits, float highest)
    {
        for (var i = 0; i < logits.Length; i += Lanes) Exp(Vector256.Create<float>(logits[i..]) - Vector256.Create(highest)).CopyTo(logits[i..]);
    }
}
