using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace SuRnnStream.Kernels;

/// <summary>
/// Dot products of weight rows with activation vectors, at one vector width. One kernel evaluates every row of a model, open or not: that is
/// why skipped and dense evaluation agree bit for bit. Kernels of different width add floats in different order and agree to rounding only;
/// whole numbers have one sum, so int8 rows give the same bits on every machine. This code is the specification.
/// </summary>
abstract unsafe class RowKernel
{
    /// <summary>Float rows and their activation vectors are padded with zeros to a multiple of this.</summary>
    public const int Lanes = 16;

    /// <summary>Int8 rows and their activation vectors are padded with zeros to a multiple of this.</summary>
    public const int Int8Lanes = 32;

    public static readonly IReadOnlyList<RowKernel> All = Find();

    /// <summary>The kernel in use: the best, or the one that the environment variable SURNN_KERNEL names.</summary>
    public static readonly RowKernel Best = Choose(Environment.GetEnvironmentVariable("SURNN_KERNEL"));

    public abstract string Name { get; }

    /// <summary>One row; the length is a multiple of <see cref="Lanes"/>.</summary>
    public abstract float Dot(float* row, float* x, int length);

    /// <summary>One row; the length is a multiple of <see cref="Int8Lanes"/>. The caller sees to it that the sum cannot overflow.</summary>
    public abstract int Dot(sbyte* row, short* x, int length);

    /// <summary>y[r] is the dot product of x with row r of <paramref name="count"/> consecutive rows.</summary>
    public virtual void Rows(float* rows, int count, int length, float* x, float* y)
    {
        for (var r = 0; r < count; r++) y[r] = Dot(rows + (long)r * length, x, length);
    }

    /// <summary>Rows of an int8 matrix in one block of <see cref="Columns"/>.</summary>
    public virtual int Block => 4;

    /// <summary>
    /// y [rows, padded to whole blocks] is an int8 matrix times x; columns are a multiple of 4. Weights lie in blocks of <see cref="Block"/>
    /// rows; in a block a pair of columns after the other, of each pair two weights of every row. So x is spread over the rows and no sum is
    /// taken over lanes.
    /// </summary>
    public virtual void Columns(sbyte* weights, int rows, int columns, short* x, int* y)
    {
        for (var first = 0; first < rows; first += Block)
        {
            new Span<int>(y + first, Block).Clear();
            for (var column = 0; column < columns; column += 2)
                for (var r = first; r < first + Block; r++, weights += 2) y[r] += weights[0] * x[column] + weights[1] * x[column + 1];
        }
    }

    /// <inheritdoc cref="Rows(float*, int, int, float*, float*)"/>
    public virtual void Rows(sbyte* rows, int count, int length, short* x, int* y)
    {
        for (var r = 0; r < count; r++) y[r] = Dot(rows + (long)r * length, x, length);
    }

    /// <summary>
    /// The rows of some neurons of a GRU layer. A neuron's three rows [W_z | U_z] [W_r | U_r] [W_n | U_n] are neighbours, the parts of
    /// <paramref name="inputs"/> and <paramref name="hidden"/> numbers each padded; x and then h are one vector. Neuron n of the list gets
    /// four sums: z, r, and the two halves of its candidate, of x and of h.
    /// </summary>
    public virtual void Gru(float* rows, int inputs, int hidden, float* xh, ReadOnlySpan<int> neurons, float* sums)
    {
        var length = inputs + hidden;
        foreach (var neuron in neurons)
        {
            var row = rows + (long)neuron * 3 * length;
            *sums++ = Dot(row, xh, length);
            *sums++ = Dot(row + length, xh, length);
            *sums++ = Dot(row + 2 * length, xh, inputs);
            *sums++ = Dot(row + 2 * length + inputs, xh + inputs, hidden);
        }
    }

    /// <inheritdoc cref="Gru(float*, int, int, float*, ReadOnlySpan{int}, float*)"/>
    public virtual void Gru(sbyte* rows, int inputs, int hidden, short* xh, ReadOnlySpan<int> neurons, int* sums)
    {
        var length = inputs + hidden;
        foreach (var neuron in neurons)
        {
            var row = rows + (long)neuron * 3 * length;
            *sums++ = Dot(row, xh, length);
            *sums++ = Dot(row + length, xh, length);
            *sums++ = Dot(row + 2 * length, xh, inputs);
            *sums++ = Dot(row + 2 * length + inputs, xh + inputs, hidden);
        }
    }

    public static int Pad(int length) => (length + Lanes - 1) / Lanes * Lanes;

    public static int PadInt8(int length) => (length + Int8Lanes - 1) / Int8Lanes * Int8Lanes;

    /// <summary>Best first: the widest was the fastest where all were measured; AdvSimd takes fewer instructions than V128 on the same machine.</summary>
    static List<RowKernel> Find()
    {
        var found = new List<RowKernel>();
        if (Vector512.IsHardwareAccelerated && Avx512BW.IsSupported)
            found.Add(new VectorKernel<Float512, Vector512<float>, Int8As512, Vector512<short>, Vector512<int>>("V512"));
        if (Vector256.IsHardwareAccelerated && Avx2.IsSupported)
            found.Add(new VectorKernel<Float256, Vector256<float>, Int8As256, Vector256<short>, Vector256<int>>("V256"));
        if (AdvSimd.Arm64.IsSupported)
            found.Add(new VectorKernel<Float128, Vector128<float>, Int8AsAdvSimd, Vector128<short>, ProductSums>("AdvSimd"));
        if (Vector128.IsHardwareAccelerated)
            found.Add(new VectorKernel<Float128, Vector128<float>, Int8As128, Vector128<short>, Vector128<int>>("V128"));
        found.Add(new ScalarKernel());
        return found;
    }

    static RowKernel Choose(string? name) => name is null ? All[0]
        : All.FirstOrDefault(kernel => kernel.Name == name)
            ?? throw new NotSupportedException($"SURNN_KERNEL={name}: this machine has {string.Join(", ", All.Select(kernel => kernel.Name))}.");
}

/// <summary>One number after the other: every other kernel is tested against it.</summary>
sealed unsafe class ScalarKernel : RowKernel
{
    public override string Name => "Scalar";

    public override float Dot(float* row, float* x, int length)
    {
        var sum = 0f;
        for (var i = 0; i < length; i++) sum += row[i] * x[i];
        return sum;
    }

    public override int Dot(sbyte* row, short* x, int length)
    {
        var sum = 0;
        for (var i = 0; i < length; i++) sum += row[i] * x[i];
        return sum;
    }
}
