using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SuRnnStream.Kernels;

/// <summary>
/// Numbers as whole multiples of a scale. Weights become int8 with one scale a row when a model is made; activations become int16 with one
/// scale a vector in every step, so that what is lost is lost to the weights. Nothing but plain multiplies and adds: the same on every machine.
/// </summary>
static unsafe class Quantizer
{
    public const int LargestWeight = 127;

    const float Least = 1e-30f; // a vector without any number larger than this counts as zeros
    const float Magic = 12_582_912; // 1.5 * 2^23: adding it rounds to whole numbers (ties to even), which then stand in the low bits

    /// <summary>Largest activation for which the sum over a row of this length cannot overflow: 32,767 up to 516 numbers.</summary>
    public static int LargestActivation(int length) => Math.Min(short.MaxValue, int.MaxValue / LargestWeight / Math.Max(1, length));

    /// <summary>x [length] to q [length], a multiple of <see cref="RowKernel.Lanes"/>. Returns the scale: x is about scale * q.</summary>
    public static float Activations(float* x, int length, short* q)
    {
        var largest = Largest(x, length);
        if (largest < Least)
        {
            new Span<short>(q, length).Clear();
            return 0;
        }
        var steps = LargestActivation(length);
        var perUnit = steps / largest;
        nint i = 0;
        if (Avx512F.IsSupported)
        {
            for (; i < length; i += 16)
                Avx512F.ConvertToVector256Int16((Vector512.Load(x + i) * perUnit + Vector512.Create(Magic)).AsInt32()).Store(q + i); // the low 16 bits
        }
        for (; i < length; i += 16)
        {
            var low = (Vector256.Load(x + i) * perUnit + Vector256.Create(Magic)).AsInt32();
            var high = (Vector256.Load(x + i + 8) * perUnit + Vector256.Create(Magic)).AsInt32();
            Vector256.Narrow(low, high).Store(q + i);
        }
        return largest / steps;
    }

    /// <summary>The largest |x|.</summary>
    static float Largest(float* x, int length)
    {
        Vector256<float> a = default, b = default;
        for (nint i = 0; i < length; i += 16)
        {
            a = Vector256.MaxNative(a, Vector256.Abs(Vector256.Load(x + i)));
            b = Vector256.MaxNative(b, Vector256.Abs(Vector256.Load(x + i + 8)));
        }
        a = Vector256.MaxNative(a, b);
        var most = Vector128.Max(a.GetLower(), a.GetUpper());
        return MathF.Max(MathF.Max(most[0], most[1]), MathF.Max(most[2], most[3]));
    }

    /// <summary>The scale with which the largest weight of a row becomes 127; 0 for a row of zeros.</summary>
    public static float ScaleOf(ReadOnlySpan<float> row)
    {
        var largest = 0f;
        foreach (var weight in row) largest = MathF.Max(largest, MathF.Abs(weight));
        return largest / LargestWeight;
    }

    /// <summary>The weight as a multiple of the scale, -127 to 127; 0 where the scale is.</summary>
    public static sbyte Weight(float weight, float scale) =>
        scale == 0 ? (sbyte)0 : (sbyte)Math.Clamp(MathF.Round(weight / scale), -LargestWeight, LargestWeight);
}
