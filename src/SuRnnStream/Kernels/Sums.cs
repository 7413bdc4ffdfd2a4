using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace SuRnnStream.Kernels;

/// <summary>
/// The sums over the lanes of four vectors at once. Lanes of a quarter add up as (v0 + v2) + (v1 + v3), then the quarters: a vector's sum is the
/// same whichever of the four it is.
/// </summary>
static class Sums
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Four<T>(Vector128<T> a, Vector128<T> b, Vector128<T> c, Vector128<T> d)
    {
        var ab = Zip(a, b); // a0 + a2, b0 + b2, a1 + a3, b1 + b3
        var cd = Zip(c, d);
        return ZipPairs(ab, cd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Four<T>(Vector256<T> a, Vector256<T> b, Vector256<T> c, Vector256<T> d)
    {
        var (ab, cd) = (Zip(a, b), Zip(c, d));
        var low = Avx.UnpackLow(ab.AsDouble(), cd.AsDouble()).As<double, T>();
        return Fold(low + Avx.UnpackHigh(ab.AsDouble(), cd.AsDouble()).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Four<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c, Vector512<T> d)
    {
        var (ab, cd) = (Zip(a, b), Zip(c, d));
        var low = Avx512F.UnpackLow(ab.AsDouble(), cd.AsDouble()).As<double, T>();
        var four = low + Avx512F.UnpackHigh(ab.AsDouble(), cd.AsDouble()).As<double, T>();
        return Fold(four.GetLower() + four.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<T> Fold<T>(Vector256<T> v) => v.GetLower() + v.GetUpper();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<T> Zip<T>(Vector128<T> a, Vector128<T> b)
    {
        if (Sse.IsSupported) return Sse.UnpackLow(a.AsSingle(), b.AsSingle()).As<float, T>() + Sse.UnpackHigh(a.AsSingle(), b.AsSingle()).As<float, T>();
        if (AdvSimd.Arm64.IsSupported)
            return AdvSimd.Arm64.ZipLow(a.AsSingle(), b.AsSingle()).As<float, T>() + AdvSimd.Arm64.ZipHigh(a.AsSingle(), b.AsSingle()).As<float, T>();
        var (x, y) = (a.AsSingle(), b.AsSingle());
        return Vector128.Create(x[0], y[0], x[1], y[1]).As<float, T>() + Vector128.Create(x[2], y[2], x[3], y[3]).As<float, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<T> ZipPairs<T>(Vector128<T> ab, Vector128<T> cd)
    {
        var (x, y) = (ab.AsDouble(), cd.AsDouble());
        if (Sse2.IsSupported) return Sse2.UnpackLow(x, y).As<double, T>() + Sse2.UnpackHigh(x, y).As<double, T>();
        if (AdvSimd.Arm64.IsSupported) return AdvSimd.Arm64.ZipLow(x, y).As<double, T>() + AdvSimd.Arm64.ZipHigh(x, y).As<double, T>();
        return Vector128.Create(x[0], y[0]).As<double, T>() + Vector128.Create(x[1], y[1]).As<double, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<T> Zip<T>(Vector256<T> a, Vector256<T> b) =>
        Avx.UnpackLow(a.AsSingle(), b.AsSingle()).As<float, T>() + Avx.UnpackHigh(a.AsSingle(), b.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> Zip<T>(Vector512<T> a, Vector512<T> b) =>
        Avx512F.UnpackLow(a.AsSingle(), b.AsSingle()).As<float, T>() + Avx512F.UnpackHigh(a.AsSingle(), b.AsSingle()).As<float, T>();
}
