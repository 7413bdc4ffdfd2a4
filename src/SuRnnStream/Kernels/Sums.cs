using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace SuRnnStream.Kernels;

/// <summary>Horizontal sums, four vectors at a time. A vector's sum is the same whichever of the four it is.</summary>
static class Sums
{
    /// <summary>The sum of each: (v0 + v2) + (v1 + v3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Four<T>(Vector128<T> a, Vector128<T> b, Vector128<T> c, Vector128<T> d)
    {
        var ab = ZipLow(a, b) + ZipHigh(a, b); // a0 + a2, b0 + b2, a1 + a3, b1 + b3
        var cd = ZipLow(c, d) + ZipHigh(c, d);
        return Vector128.Create(ab.GetLower(), cd.GetLower()) + Vector128.Create(ab.GetUpper(), cd.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Four<T>(Vector256<T> a, Vector256<T> b, Vector256<T> c, Vector256<T> d) =>
        Four(Fold(a), Fold(b), Fold(c), Fold(d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Four<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c, Vector512<T> d) =>
        Four(Fold(a), Fold(b), Fold(c), Fold(d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Fold<T>(Vector256<T> v) => v.GetLower() + v.GetUpper();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Fold<T>(Vector512<T> v) => v.GetLower() + v.GetUpper();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<T> ZipLow<T>(Vector128<T> a, Vector128<T> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a.AsSingle(), b.AsSingle()).As<float, T>()
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a.AsSingle(), b.AsSingle()).As<float, T>()
        : Vector128.Create(a.AsSingle()[0], b.AsSingle()[0], a.AsSingle()[1], b.AsSingle()[1]).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<T> ZipHigh<T>(Vector128<T> a, Vector128<T> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a.AsSingle(), b.AsSingle()).As<float, T>()
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a.AsSingle(), b.AsSingle()).As<float, T>()
        : Vector128.Create(a.AsSingle()[2], b.AsSingle()[2], a.AsSingle()[3], b.AsSingle()[3]).As<float, T>();
}
