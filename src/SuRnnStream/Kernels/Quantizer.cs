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
        var (largest, most) = (Largest(x, length), LargestActivation(length));
        Convert(x, length, largest, most, q);
        return Scale(largest, most);
    }

    /// <summary>The scale of numbers up to <paramref name="largest"/> in a row whose <see cref="LargestActivation"/> is <paramref name="most"/>; 0 where they count as zeros.</summary>
    public static float Scale(float largest, int most) => largest < Least ? 0 : largest / most;

    /// <summary>Part of a row: x [length] to q [length], a multiple of <see cref="RowKernel.Int8Lanes"/>.</summary>
    /// <param name="x">None is larger than <paramref name="largest"/>, which the whole row has in common.</param>
    /// <param name="length">Numbers in this part.</param>
    /// <param name="largest">The largest |x| of the row.</param>
    /// <param name="most">The row's <see cref="LargestActivation"/>: a division that is not made in every step.</param>
    /// <param name="q">The multiples of the row's <see cref="Scale"/>.</param>
    public static void Convert(float* x, int length, float largest, int most, short* q)
    {
        var perUnit = largest < Least ? 0 : most / largest;
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
        four = Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(1, 0, 3, 2))).ToScalar();
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

    /// <summary>A row's weights as multiples of its scale, see <see cref="Weight"/>; both spans have its length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Weights(ReadOnlySpan<float> row, float scale, Span<sbyte> to)
    {
        var i = 0;
        if (scale != 0)
        {
            Vector256<float> step = Vector256.Create(scale), most = Vector256.Create((float)LargestWeight);
            for (; i <= row.Length - 32; i += 32)
            {
                var (low, high) = (Vector256.Narrow(Multiples(row[i..], step, most), Multiples(row[(i + 8)..], step, most)), Vector256.Narrow(Multiples(row[(i + 16)..], step, most), Multiples(row[(i + 24)..], step, most)));
                Vector256.Narrow(low, high).CopyTo(to[i..]);
            }
        }
        for (; i < row.Length; i++) to[i] = Weight(row[i], scale);
    }

    /// <summary>The place of the first weight of a row that is no multiple of its scale; -1: all are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int FirstOther(ReadOnlySpan<float> row, float scale)
    {
        var i = 0;
        if (scale != 0)
        {
            Vector256<float> step = Vector256.Create(scale), most = Vector256.Create((float)LargestWeight);
            for (; i <= row.Length - 8; i += 8)
                if (!Vector256.EqualsAll(Vector256.ConvertToSingle(Multiples(row[i..], step, most)) * step, Vector256.Create(row[i..]))) break;
        }
        for (; i < row.Length; i++) if (Weight(row[i], scale) * scale != row[i]) return i;
        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> Multiples(ReadOnlySpan<float> weights, Vector256<float> step, Vector256<float> most) =>
        Vector256.ConvertToInt32(Vector256.Min(Vector256.Max(Vector256.Round(Vector256.Create(weights) / step), -most), most));
}
