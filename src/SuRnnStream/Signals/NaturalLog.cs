using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuRnnStream;

/// <summary>
/// ln on eight floats at once. Multiplies and adds are kept apart (no fused operation), so a lane's result depends on nothing but its input:
/// the same bits on every machine.
/// </summary>
static class NaturalLog
{
    public const int Lanes = 8;

    const float SmallestNormal = 1.17549435e-38f;

    /// <summary>Error below 1e-7 or 1 part in 1e7, whichever is more; <paramref name="x"/> is positive and finite. Polynomial as in Cephes' logf.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> x)
    {
        var tiny = Vector256.LessThan(x, Vector256.Create(SmallestNormal));
        x = Vector256.ConditionalSelect(tiny, x * (1 << 23), x);
        // x = 2^e (1 + f), where 1 + f lies in [sqrt(1/2), sqrt(2))
        var rootOfHalf = Vector256.Create(0x3f3504f3);
        var power = (x.AsInt32() - rootOfHalf) >> 23;
        var f = (x.AsInt32() - (power << 23)).AsSingle() - Vector256<float>.One;
        var e = Vector256.ConvertToSingle(power) - (tiny.AsInt32() & Vector256.Create(23f).AsInt32()).AsSingle();
        var p = Vector256.Create(7.0376836292e-2f);
        p = p * f - Vector256.Create(1.1514610310e-1f);
        p = p * f + Vector256.Create(1.1676998740e-1f);
        p = p * f - Vector256.Create(1.2420140846e-1f);
        p = p * f + Vector256.Create(1.4249322787e-1f);
        p = p * f - Vector256.Create(1.6668057665e-1f);
        p = p * f + Vector256.Create(2.0000714765e-1f);
        p = p * f - Vector256.Create(2.4999993993e-1f);
        p = p * f + Vector256.Create(3.3333331174e-1f);
        var square = f * f;
        return f + (p * f * square - e * 2.12194440e-4f - square * 0.5f) + e * 0.693359375f;
    }
}
