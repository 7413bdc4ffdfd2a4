using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SuRnnStream.Kernels;

unsafe struct Float512 : ILanes<float, float, Vector512<float>, Vector512<float>, float>
{
    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* x) => Vector512.Load(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> sums, float* row, Vector512<float> x) =>
        Vector512.MultiplyAddEstimate(Vector512.Load(row), x, sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Total(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d) => Sums.Four(a, b, c, d);
}

unsafe struct Float256 : ILanes<float, float, Vector256<float>, Vector256<float>, float>
{
    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* x) => Vector256.Load(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> sums, float* row, Vector256<float> x) =>
        Vector256.MultiplyAddEstimate(Vector256.Load(row), x, sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Total(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d) => Sums.Four(a, b, c, d);
}

unsafe struct Float128 : ILanes<float, float, Vector128<float>, Vector128<float>, float>
{
    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* x) => Vector128.Load(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> sums, float* row, Vector128<float> x) =>
        Vector128.MultiplyAddEstimate(Vector128.Load(row), x, sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Total(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d) => Sums.Four(a, b, c, d);
}

// int8 weights are widened to 16 bits; neighbouring products then add up in 32.

unsafe struct Int8As512 : IPairLanes<Vector512<short>, Vector512<int>>
{
    public static int Count => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Load(short* x) => Vector512.Load(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> LoadPair(short* x) => Vector512.Create(*(int*)x).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<int> sums, int* to) => sums.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Plus(Vector512<int> a, Vector512<int> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> sums, sbyte* row, Vector512<short> x) =>
        sums + Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load(row)), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Total(Vector512<int> a, Vector512<int> b, Vector512<int> c, Vector512<int> d) => Sums.Four(a, b, c, d);
}

unsafe struct Int8As256 : IPairLanes<Vector256<short>, Vector256<int>>
{
    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Load(short* x) => Vector256.Load(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> LoadPair(short* x) => Vector256.Create(*(int*)x).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<int> sums, int* to) => sums.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Plus(Vector256<int> a, Vector256<int> b) => a + b;

    /// <summary>Products and adds are one instruction where .NET offers AVX-VNNI, with the same sums; at 512 bits it has none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, sbyte* row, Vector256<short> x)
    {
        var weights = Avx2.ConvertToVector256Int16(Vector128.Load(row));
        return AvxVnni.IsSupported ? AvxVnni.MultiplyWideningAndAdd(sums, weights, x) : sums + Avx2.MultiplyAddAdjacent(weights, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Total(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d) => Sums.Four(a, b, c, d);
}

unsafe struct Int8As128 : IPairLanes<Vector128<short>, Vector128<int>>
{
    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Load(short* x) => Vector128.Load(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> LoadPair(short* x) => Vector128.Create(*(int*)x).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<int> sums, int* to) => sums.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Plus(Vector128<int> a, Vector128<int> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> sums, sbyte* row, Vector128<short> x)
    {
        var weights = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)row).AsSByte());
        if (Sse2.IsSupported) return sums + Sse2.MultiplyAddAdjacent(weights, x);
        var (w, pairs) = (weights.AsInt32(), x.AsInt32()); // of two neighbours the first is in the low half
        return sums + ((w << 16) >> 16) * ((pairs << 16) >> 16) + (w >> 16) * (pairs >> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Total(Vector128<int> a, Vector128<int> b, Vector128<int> c, Vector128<int> d) => Sums.Four(a, b, c, d);
}
