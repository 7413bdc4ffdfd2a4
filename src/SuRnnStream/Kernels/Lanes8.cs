using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SuRnnStream.Kernels;

/// <summary>Eight floats: x64 with AVX2.</summary>
readonly unsafe struct Lanes8(Vector256<float> v) : IFloatLanes<Lanes8>
{
    readonly Vector256<float> _v = v;

    public static bool IsSupported => Vector256.IsHardwareAccelerated && Avx2.IsSupported;

    public static int Count => 8;
    public static Lanes8 Load(float* from) => new(Vector256.Load(from));
    public static Lanes8 All(float value) => new(Vector256.Create(value));
    public void Store(float* to) => _v.Store(to);
    public static Lanes8 operator +(Lanes8 a, Lanes8 b) => new(a._v + b._v);
    public static Lanes8 operator -(Lanes8 a, Lanes8 b) => new(a._v - b._v);
    public static Lanes8 operator *(Lanes8 a, Lanes8 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes8 Reverse() => new(Vector256.Shuffle(_v, Vector256.Create(7, 6, 5, 4, 3, 2, 1, 0)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lanes8 Even, Lanes8 Odd) Unzip(Lanes8 a, Lanes8 b) =>
        (InOrder(Avx.Shuffle(a._v, b._v, 0b10_00_10_00)), InOrder(Avx.Shuffle(a._v, b._v, 0b11_01_11_01)));

    /// <summary>From a a b b a a b b, two floats each, to a a a a b b b b.</summary>
    static Lanes8 InOrder(Vector256<float> halves) => new(Avx2.Permute4x64(halves.AsDouble(), 0b11_01_10_00).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreZipped(Lanes8 a, Lanes8 b, Lanes8 c, Lanes8 d, float* to)
    {
        Vector256<float> acLow = Avx.UnpackLow(a._v, c._v), acHigh = Avx.UnpackHigh(a._v, c._v); // a0 c0 a1 c1 | a4 c4 a5 c5
        Vector256<float> bdLow = Avx.UnpackLow(b._v, d._v), bdHigh = Avx.UnpackHigh(b._v, d._v);
        StoreZippedQuads(new(Avx.UnpackLow(acLow, bdLow)), new(Avx.UnpackHigh(acLow, bdLow)), // a0 b0 c0 d0 | a4 b4 c4 d4, then 1 and 5
            new(Avx.UnpackLow(acHigh, bdHigh)), new(Avx.UnpackHigh(acHigh, bdHigh)), to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreZippedQuads(Lanes8 a, Lanes8 b, Lanes8 c, Lanes8 d, float* to)
    {
        Avx.Permute2x128(a._v, b._v, 0x20).Store(to);
        Avx.Permute2x128(c._v, d._v, 0x20).Store(to + 8);
        Avx.Permute2x128(a._v, b._v, 0x31).Store(to + 16);
        Avx.Permute2x128(c._v, d._v, 0x31).Store(to + 24);
    }
}
