using System.Runtime.Intrinsics;

namespace SuRnnStream.Kernels;

/// <summary>
/// Layer normalisation without gain and shift (Ba et al. 2016): (x - mean) / sqrt(variance + 1e-5). Sums are taken in eight lanes whatever the machine
/// has, in one order, so it gives the same bits everywhere.
/// </summary>
static unsafe class LayerNorm
{
    const float Epsilon = 1e-5f; // PyTorch's
    const int Lanes = 8;

    /// <param name="from">[length]</param>
    /// <param name="to">[length], may be the same.</param>
    /// <param name="length">2 or more.</param>
    public static void Apply(float* from, float* to, int length)
    {
        var mean = Sum(from, length, 0, squared: false) / length;
        var factor = (float)(1 / Math.Sqrt(Sum(from, length, mean, squared: true) / length + Epsilon));
        var k = 0;
        for (; k <= length - Lanes; k += Lanes) ((Vector256.Load(from + k) - Vector256.Create(mean)) * Vector256.Create(factor)).Store(to + k);
        for (; k < length; k++) to[k] = (from[k] - mean) * factor;
    }

    /// <summary>Of x - mean, or of its squares.</summary>
    static float Sum(float* x, int length, float mean, bool squared)
    {
        var lanes = stackalloc float[Lanes];
        var (sum, k) = (Vector256<float>.Zero, 0);
        for (; k <= length - Lanes; k += Lanes)
        {
            var value = Vector256.Load(x + k) - Vector256.Create(mean);
            sum += squared ? value * value : value;
        }
        sum.Store(lanes);
        for (var lane = 0; k < length; k++, lane++)
        {
            var value = x[k] - mean;
            lanes[lane] += squared ? value * value : value;
        }
        return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
    }
}
