using System.Runtime.Intrinsics;

namespace SuRnnStream.Kernels;

/// <summary>Dot product of a weight row with an activation vector; the length is a multiple of <see cref="RowKernel.Lanes"/>.</summary>
unsafe delegate float DotKernel(float* row, float* x, int length);

/// <summary>
/// The row kernels that exist on this machine, best first. One kernel evaluates every row of a model, open or not: that is why skipped and
/// dense evaluation agree bit for bit. Kernels of different width add in different order and agree to rounding only.
/// </summary>
static unsafe class RowKernel
{
    /// <summary>Rows and activation vectors are padded with zeros to a multiple of this.</summary>
    public const int Lanes = 16;

    public static readonly IReadOnlyList<(string Name, DotKernel Dot)> All = Find();

    /// <summary>The kernel in use: the best, or the one that the environment variable SURNN_KERNEL names.</summary>
    public static readonly DotKernel Dot = Choose(Environment.GetEnvironmentVariable("SURNN_KERNEL"));

    public static int Pad(int length) => (length + Lanes - 1) / Lanes * Lanes;

    static List<(string, DotKernel)> Find()
    {
        var found = new List<(string, DotKernel)>();
        if (Vector256.IsHardwareAccelerated) found.Add(("V256", V256));
        if (Vector128.IsHardwareAccelerated) found.Add(("V128", V128));
        found.Add(("Scalar", Scalar)); // the specification: every other kernel is tested against it
        return found;
    }

    static DotKernel Choose(string? name) => name is null ? All[0].Dot
        : All.FirstOrDefault(kernel => kernel.Name == name).Dot
            ?? throw new NotSupportedException($"SURNN_KERNEL={name}: this machine has {string.Join(", ", All.Select(kernel => kernel.Name))}.");

    static float Scalar(float* row, float* x, int length)
    {
        var sum = 0f;
        for (var i = 0; i < length; i++) sum += row[i] * x[i];
        return sum;
    }

    static float V128(float* row, float* x, int length)
    {
        Vector128<float> a = default, b = default, c = default, d = default;
        for (var i = 0; i < length; i += 16)
        {
            a = Vector128.MultiplyAddEstimate(Vector128.Load(row + i), Vector128.Load(x + i), a);
            b = Vector128.MultiplyAddEstimate(Vector128.Load(row + i + 4), Vector128.Load(x + i + 4), b);
            c = Vector128.MultiplyAddEstimate(Vector128.Load(row + i + 8), Vector128.Load(x + i + 8), c);
            d = Vector128.MultiplyAddEstimate(Vector128.Load(row + i + 12), Vector128.Load(x + i + 12), d);
        }
        return Vector128.Sum(a + b + (c + d));
    }

    static float V256(float* row, float* x, int length)
    {
        Vector256<float> a = default, b = default;
        for (var i = 0; i < length; i += 16)
        {
            a = Vector256.MultiplyAddEstimate(Vector256.Load(row + i), Vector256.Load(x + i), a);
            b = Vector256.MultiplyAddEstimate(Vector256.Load(row + i + 8), Vector256.Load(x + i + 8), b);
        }
        return Vector256.Sum(a + b);
    }
}
