using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace SuRnnStream.Kernels;

/// <summary>ARM64 adds each product to a sum of its own in one instruction, so that neighbours meet only at the end.</summary>
unsafe struct Int8AsAdvSimd : IPairLanes<Vector128<short>, ProductSums>
{
    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Load(short* x) => Vector128.Load(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> LoadPair(short* x) => Vector128.Create(*(int*)x).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ProductSums sums, int* to) => sums.Pairs.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ProductSums Plus(ProductSums a, ProductSums b) => new(a.Lower + b.Lower, a.Upper + b.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ProductSums Add(ProductSums sums, sbyte* row, Vector128<short> x)
    {
        var weights = AdvSimd.SignExtendWideningLower(Vector64.Load(row));
        var upper = AdvSimd.MultiplyWideningUpperAndAdd(sums.Upper, weights, x); // first: then the lower half needs no register of its own
        return new(AdvSimd.MultiplyWideningLowerAndAdd(sums.Lower, weights.GetLower(), x.GetLower()), upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Total(ProductSums a, ProductSums b, ProductSums c, ProductSums d) => Sums.Four(a.Pairs, b.Pairs, c.Pairs, d.Pairs);
}

/// <summary>Sums of the products in lanes 0 to 3 and of those in lanes 4 to 7.</summary>
readonly struct ProductSums(Vector128<int> lower, Vector128<int> upper)
{
    public readonly Vector128<int> Lower = lower, Upper = upper;

    /// <summary>Of two neighbouring lanes each.</summary>
    public Vector128<int> Pairs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => AdvSimd.Arm64.AddPairwise(Lower, Upper);
    }
}
