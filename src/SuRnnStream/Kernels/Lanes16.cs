using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SuRnnStream.Kernels;

/// <summary>Sixteen floats: x64 with AVX-512.</summary>
readonly unsafe struct Lanes16(Vector512<float> v) : IFloatLanes<Lanes16>
{
    readonly Vector512<float> _v = v;

    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512F.IsSupported;

    public static int Count => 16;
    public static Lanes16 Load(float* from) => new(Vector512.Load(from));
    public static Lanes16 All(float value) => new(Vector512.Create(value));
    public void Store(float* to) => _v.Store(to);
    public static Lanes16 operator +(Lanes16 a, Lanes16 b) => new(a._v + b._v);
    public static Lanes16 operator -(Lanes16 a, Lanes16 b) => new(a._v - b._v);
    public static Lanes16 operator *(Lanes16 a, Lanes16 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes16 Reverse() => new(Vector512.Shuffle(_v, Vector512.Create(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lanes16 Even, Lanes16 Odd) Unzip(Lanes16 a, Lanes16 b) =>
        (Pick(a, Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30), b),
         Pick(a, Vector512.Create(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31), b));

    static Lanes16 Pick(Lanes16 a, Vector512<int> places, Lanes16 b) => new(Avx512F.PermuteVar16x32x2(a._v, places, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreZipped(Lanes16 a, Lanes16 b, Lanes16 c, Lanes16 d, float* to)
    {
        Vector512<float> acLow = Avx512F.UnpackLow(a._v, c._v), acHigh = Avx512F.UnpackHigh(a._v, c._v); // a0 c0 a1 c1 | a4 c4 a5 c5 | ...
        Vector512<float> bdLow = Avx512F.UnpackLow(b._v, d._v), bdHigh = Avx512F.UnpackHigh(b._v, d._v);
        StoreZippedQuads(new(Avx512F.UnpackLow(acLow, bdLow)), new(Avx512F.UnpackHigh(acLow, bdLow)), // a0 b0 c0 d0 | a4 b4 c4 d4 | ...
            new(Avx512F.UnpackLow(acHigh, bdHigh)), new(Avx512F.UnpackHigh(acHigh, bdHigh)), to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreZippedQuads(Lanes16 a, Lanes16 b, Lanes16 c, Lanes16 d, float* to)
    {
        Vector512<float> abLow = Avx512F.Shuffle4x128(a._v, b._v, 0b01_00_01_00), abHigh = Avx512F.Shuffle4x128(a._v, b._v, 0b11_10_11_10); // a0 a1 b0 b1
        Vector512<float> cdLow = Avx512F.Shuffle4x128(c._v, d._v, 0b01_00_01_00), cdHigh = Avx512F.Shuffle4x128(c._v, d._v, 0b11_10_11_10);
        Avx512F.Shuffle4x128(abLow, cdLow, 0b10_00_10_00).Store(to); // a0 b0 c0 d0
        Avx512F.Shuffle4x128(abLow, cdLow, 0b11_01_11_01).Store(to + 16);
        Avx512F.Shuffle4x128(abHigh, cdHigh, 0b10_00_10_00).Store(to + 32);
        Avx512F.Shuffle4x128(abHigh, cdHigh, 0b11_01_11_01).Store(to + 48);
    }
}
