using System.Runtime.CompilerServices;
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
    const float Magic = 12_582_912; // 1.5 * 2^23: adding it rounds to whole numbers (ties to even), which are then in the low bits

    /// <summary>Largest activation for which the sum over a row of this length cannot overflow: 32,767 up to 516 numbers.</summary>
    public static int LargestActivation(int length) => Math.Min(short.MaxValue, int.MaxValue / LargestWeight / Math.Max(1, length));

    /// <summary>x [length] to q [length], a multiple of <see cref="RowKernel.Int8Lanes"/>. Returns the scale: x is about scale * q.</summary>
    public static float Activations(float* x, int length, short* q)
    {
        var largest = Largest(x, length);
        Convert(x, length, largest, length, q);
        return Scale(largest, length);
    }

    /// <summary>The scale of numbers up to <paramref name="largest"/> in a row of this many; 0 where they count as zeros.</summary>
    public static float Scale(float largest, int row) => largest < Least ? 0 : largest / LargestActivation(row);

    /// <summary>Part of a row: x [length] to q [length], a multiple of <see cref="RowKernel.Int8Lanes"/>.</summary>
    /// <param name="x">None is larger than <paramref name="largest"/>, which the whole row has in common.</param>
    /// <param name="length">Numbers in this part.</param>
    /// <param name="largest">The largest |x| of the row.</param>
    /// <param name="row">Numbers in the row.</param>
    /// <param name="q">The multiples of the row's <see cref="Scale"/>.</param>
    public static void Convert(float* x, int length, float largest, int row, short* q)
    {
        var perUnit = largest < Least ? 0 : LargestActivation(row) / largest;
        for (nint i = 0; i < length; i += 32)
        {
            if (Avx512F.IsSupported)
            {
                var (low, high) = (Rounded512(x + i, perUnit), Rounded512(x + i + 16, perUnit));
                Vector512.Create(Avx512F.ConvertToVector256Int16(low), Avx512F.ConvertToVector256Int16(high)).Store(q + i);
                continue;
            }
            Vector256.Narrow(Rounded256(x + i, perUnit), Rounded256(x + i + 8, perUnit)).Store(q + i);
            Vector256.Narrow(Rounded256(x + i + 16, perUnit), Rounded256(x + i + 24, perUnit)).Store(q + i + 16);
        }
    }

    /// <summary>The whole number is in the low 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<int> Rounded512(float* x, float perUnit) => (Vector512.Load(x) * perUnit + Vector512.Create(Magic)).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> Rounded256(float* x, float perUnit) => (Vector256.Load(x) * perUnit + Vector256.Create(Magic)).AsInt32();

    /// <summary>The largest |x| of a multiple of <see cref="RowKernel.Int8Lanes"/>.</summary>
    public static float Largest(float* x, int length)
    {
        Vector256<float> most;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<float> a = default, b = default;
            for (nint i = 0; i < length; i += 32)
            {
                a = Vector512.MaxNative(a, Vector512.Abs(Vector512.Load(x + i)));
                b = Vector512.MaxNative(b, Vector512.Abs(Vector512.Load(x + i + 16)));
            }
            a = Vector512.MaxNative(a, b);
            most = Vector256.MaxNative(a.GetLower(), a.GetUpper());
        }
        else
        {
            Vector256<float> a = default, b = default;
            for (nint i = 0; i < length; i += 16)
            {
                a = Vector256.MaxNative(a, Vector256.Abs(Vector256.Load(x + i)));
                b = Vector256.MaxNative(b, Vector256.Abs(Vector256.Load(x + i + 8)));
            }
            most = Vector256.MaxNative(a, b);
        }
        var four = Vector128.MaxNative(most.GetLower(), most.GetUpper());
        return MathF.Max(MathF.Max(four[0], four[1]), MathF.Max(four[2], four[3]));
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
