using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace SuRnnStream.Kernels;

/// <summary>Four floats: on every machine, if need be without vectors.</summary>
readonly unsafe struct Lanes4(Vector128<float> v) : IFloatLanes<Lanes4>
{
    readonly Vector128<float> _v = v;

    public static int Count => 4;
    public static Lanes4 Load(float* from) => new(Vector128.Load(from));
    public static Lanes4 All(float value) => new(Vector128.Create(value));
    public void Store(float* to) => _v.Store(to);
    public static Lanes4 operator +(Lanes4 a, Lanes4 b) => new(a._v + b._v);
    public static Lanes4 operator -(Lanes4 a, Lanes4 b) => new(a._v - b._v);
    public static Lanes4 operator *(Lanes4 a, Lanes4 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes4 Reverse() => new(Vector128.Shuffle(_v, Vector128.Create(3, 2, 1, 0)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lanes4 Even, Lanes4 Odd) Unzip(Lanes4 a, Lanes4 b)
    {
        if (Sse.IsSupported) return (new(Sse.Shuffle(a._v, b._v, 0b10_00_10_00)), new(Sse.Shuffle(a._v, b._v, 0b11_01_11_01)));
        if (AdvSimd.Arm64.IsSupported) return (new(AdvSimd.Arm64.UnzipEven(a._v, b._v)), new(AdvSimd.Arm64.UnzipOdd(a._v, b._v)));
        return (new(Vector128.Create(a._v[0], a._v[2], b._v[0], b._v[2])), new(Vector128.Create(a._v[1], a._v[3], b._v[1], b._v[3])));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreZipped(Lanes4 a, Lanes4 b, Lanes4 c, Lanes4 d, float* to)
    {
        var (acLow, acHigh) = Zip(a._v, c._v); // a0 c0 a1 c1, a2 c2 a3 c3
        var (bdLow, bdHigh) = Zip(b._v, d._v);
        var (first, second) = Zip(acLow, bdLow); // a0 b0 c0 d0, a1 b1 c1 d1
        var (third, fourth) = Zip(acHigh, bdHigh);
        first.Store(to);
        second.Store(to + 4);
        third.Store(to + 8);
        fourth.Store(to + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreZippedQuads(Lanes4 a, Lanes4 b, Lanes4 c, Lanes4 d, float* to)
    {
        a.Store(to);
        b.Store(to + 4);
        c.Store(to + 8);
        d.Store(to + 12);
    }

    /// <summary>a0 b0 a1 b1 and a2 b2 a3 b3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector128<float> Low, Vector128<float> High) Zip(Vector128<float> a, Vector128<float> b)
    {
        if (Sse.IsSupported) return (Sse.UnpackLow(a, b), Sse.UnpackHigh(a, b));
        if (AdvSimd.Arm64.IsSupported) return (AdvSimd.Arm64.ZipLow(a, b), AdvSimd.Arm64.ZipHigh(a, b));
        return (Vector128.Create(a[0], b[0], a[1], b[1]), Vector128.Create(a[2], b[2], a[3], b[3]));
    }
}
