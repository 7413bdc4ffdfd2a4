using System.Runtime.Intrinsics;

namespace SuRnnStream.Kernels;

/// <summary>Dot product of a weight row with an activation vector; the length is a multiple of <see cref="RowKernel.Lanes"/>.</summary>
unsafe delegate float DotKernel(float* row, float* x, int length);

/// <summary>
/// The rows of some neurons of a GRU layer. A neuron's three rows [W_z | U_z] [W_r | U_r] [W_n | U_n] are neighbours, the parts of
/// <paramref name="inputs"/> and <paramref name="hidden"/> numbers each a multiple of <see cref="RowKernel.Lanes"/>; x stands before h as one
/// vector. Neuron n of the list gets z[n], r[n] and the two halves of its candidate, nx[n] and nh[n]: each the same bits as its dot product.
/// </summary>
unsafe delegate void GruKernel(float* rows, int inputs, int hidden, float* xh, ReadOnlySpan<int> neurons, float* z, float* r, float* nx, float* nh);

/// <summary>
/// The row kernels that exist on this machine, best first. One kernel evaluates every row of a model, open or not: that is why skipped and
/// dense evaluation agree bit for bit. Kernels of different width add in different order and agree to rounding only.
/// </summary>
sealed unsafe class RowKernel
{
    RowKernel(string name, DotKernel dot, GruKernel gru) => (Name, Dot, Gru) = (name, dot, gru);

    public string Name { get; }
    public DotKernel Dot { get; }
    public GruKernel Gru { get; }

    /// <summary>Rows and activation vectors are padded with zeros to a multiple of this.</summary>
    public const int Lanes = 16;

    public static readonly IReadOnlyList<RowKernel> All = Find();

    /// <summary>The kernel in use: the best, or the one that the environment variable SURNN_KERNEL names.</summary>
    public static readonly RowKernel Best = Choose(Environment.GetEnvironmentVariable("SURNN_KERNEL"));

    public static int Pad(int length) => (length + Lanes - 1) / Lanes * Lanes;

    static List<RowKernel> Find()
    {
        var found = new List<RowKernel>();
        if (Vector256.IsHardwareAccelerated) found.Add(new("V256", V256, GruV256));
        if (Vector128.IsHardwareAccelerated) found.Add(new("V128", V128, (rows, inputs, hidden, xh, neurons, z, r, nx, nh) => GruByDots(V128, rows, inputs, hidden, xh, neurons, z, r, nx, nh)));
        found.Add(new("Scalar", Scalar, (rows, inputs, hidden, xh, neurons, z, r, nx, nh) => GruByDots(Scalar, rows, inputs, hidden, xh, neurons, z, r, nx, nh))); // the specification: every other kernel is tested against it
        return found;
    }

    static RowKernel Choose(string? name) => name is null ? All[0]
        : All.FirstOrDefault(kernel => kernel.Name == name)
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

    /// <summary>The specification of a <see cref="GruKernel"/>.</summary>
    static void GruByDots(DotKernel dot, float* rows, int inputs, int hidden, float* xh, ReadOnlySpan<int> neurons, float* z, float* r, float* nx, float* nh)
    {
        var length = inputs + hidden;
        for (var n = 0; n < neurons.Length; n++)
        {
            var row = rows + (long)neurons[n] * 3 * length;
            z[n] = dot(row, xh, length);
            r[n] = dot(row + length, xh, length);
            nx[n] = dot(row + 2 * length, xh, inputs);
            nh[n] = dot(row + 2 * length + inputs, xh + inputs, hidden);
        }
    }

    /// <summary>A neuron's three rows at once, so that x and h are read once and six sums run side by side.</summary>
    static void GruV256(float* rows, int inputs, int hidden, float* xh, ReadOnlySpan<int> neurons, float* z, float* r, float* nx, float* nh)
    {
        var length = inputs + hidden;
        for (var n = 0; n < neurons.Length; n++)
        {
            float* first = rows + (long)neurons[n] * 3 * length, second = first + length, third = second + length;
            Vector256<float> za = default, zb = default, ra = default, rb = default, na = default, nb = default;
            for (var i = 0; i < length; i += 16)
            {
                if (i == inputs)
                {
                    nx[n] = Vector256.Sum(na + nb);
                    (na, nb) = (default, default);
                }
                Vector256<float> a = Vector256.Load(xh + i), b = Vector256.Load(xh + i + 8);
                za = Vector256.MultiplyAddEstimate(Vector256.Load(first + i), a, za);
                zb = Vector256.MultiplyAddEstimate(Vector256.Load(first + i + 8), b, zb);
                ra = Vector256.MultiplyAddEstimate(Vector256.Load(second + i), a, ra);
                rb = Vector256.MultiplyAddEstimate(Vector256.Load(second + i + 8), b, rb);
                na = Vector256.MultiplyAddEstimate(Vector256.Load(third + i), a, na);
                nb = Vector256.MultiplyAddEstimate(Vector256.Load(third + i + 8), b, nb);
            }
            z[n] = Vector256.Sum(za + zb);
            r[n] = Vector256.Sum(ra + rb);
            nh[n] = Vector256.Sum(na + nb);
        }
    }
}
