using SuRnnStream.Kernels;
using SuRnnStream.Tests.Support;

namespace SuRnnStream.AotSmoke;

/// <summary>
/// Every row kernel of this machine beside the scalar one. int8 sums are equal; float sums differ by rounding, are the same whichever way the
/// rows are walked, and are not in the digest.
/// </summary>
static unsafe class RowKernelCheck
{
    static readonly RowKernel Scalar = RowKernel.All[^1];

    public static Digest Run()
    {
        var digest = new Digest();
        foreach (var kernel in RowKernel.All)
        {
            for (var length = RowKernel.Int8Lanes; length <= 512; length += RowKernel.Int8Lanes) DotsOfInt8(kernel, length, digest);
            for (var length = RowKernel.Lanes; length <= 512; length += RowKernel.Lanes) Dots(kernel, length);
            for (var rows = 1; rows <= 9; rows++) Rows(kernel, rows, digest);
            foreach (var (inputs, hidden) in new[] { (32, 32), (32, 96), (64, 128) }) Gru(kernel, inputs, hidden, digest);
            foreach (var (rows, columns) in new[] { (1, 4), (4, 32), (12, 64), (16, 96), (33, 32), (64, 128), (70, 36), (64, 120), (16, 124) }) Columns(kernel, rows, columns, digest);
            if (kernel != Scalar) digest = new Digest(); // the last one's stands, so that it does not depend on how many there are
        }
        return digest;
    }

    /// <summary>At random, and with the largest numbers that a row of this length may have.</summary>
    static void DotsOfInt8(RowKernel kernel, int length, Digest digest)
    {
        var (random, largest) = (new Random(length), Quantizer.LargestActivation(length));
        foreach (var extreme in new[] { false, true })
        {
            var (row, x) = (Some(length, Quantizer.LargestWeight, random), Some(length, largest, random));
            if (extreme) (row, x) = (Array.ConvertAll(row, _ => -Quantizer.LargestWeight), Array.ConvertAll(x, _ => -largest));
            fixed (sbyte* weights = Array.ConvertAll(row, value => (sbyte)value))
            fixed (short* activations = Array.ConvertAll(x, value => (short)value))
            {
                var sum = kernel.Dot(weights, activations, length);
                DeviationException.Require([Scalar.Dot(weights, activations, length)], [sum], $"{kernel.Name}, int8 row of {length}");
                digest.Add(sum);
            }
        }
    }

    static void Dots(RowKernel kernel, int length)
    {
        AlignedBuffer row = Floats(length, 1), x = Floats(length, 2);
        var (sum, size) = (0.0, 0.0);
        for (var i = 0; i < length; i++)
        {
            var product = (double)row.Span[i] * x.Span[i];
            (sum, size) = (sum + product, size + Math.Abs(product));
        }
        var given = kernel.Dot(row.Pointer, x.Pointer, length);
        if (!(Math.Abs(given - sum) <= size * length * 6e-8)) throw new DeviationException($"{kernel.Name}, float row of {length}: {given:R}, not {sum:R}");
    }

    static void Rows(RowKernel kernel, int rows, Digest digest)
    {
        const int Length = 64;
        AlignedBuffer weights = Floats(rows * Length, 3), x = Floats(Length, 4), y = new(rows), expected = new(rows);
        kernel.Rows(weights.Pointer, rows, Length, x.Pointer, y.Pointer);
        for (var r = 0; r < rows; r++) expected.Span[r] = kernel.Dot(weights.Pointer + r * Length, x.Pointer, Length);
        DeviationException.Require(expected.Span, y.Span, $"{kernel.Name}, {rows} float rows");

        var int8 = (sbyte*)weights.Pointer; // any bytes will do
        var int16 = (short*)x.Pointer;
        var (sums, right) = (new int[rows], new int[rows]);
        fixed (int* to = sums) kernel.Rows(int8, rows, Length, int16, to);
        fixed (int* to = right) Scalar.Rows(int8, rows, Length, int16, to);
        DeviationException.Require(right, sums, $"{kernel.Name}, {rows} int8 rows");
        foreach (var sum in sums) digest.Add(sum);
    }

    static void Gru(RowKernel kernel, int inputs, int hidden, Digest digest)
    {
        const int Neurons = 11;
        int[] neurons = [0, 3, 4, 10];
        var length = inputs + hidden;
        AlignedBuffer rows = Floats(Neurons * 3 * length, 5), x = Floats(length, 6), y = new(4 * neurons.Length), expected = new(4 * neurons.Length);
        kernel.Gru(rows.Pointer, inputs, hidden, x.Pointer, neurons, y.Pointer);
        for (var n = 0; n < neurons.Length; n++)
        {
            var row = rows.Pointer + neurons[n] * 3 * length;
            expected.Span[4 * n] = kernel.Dot(row, x.Pointer, length);
            expected.Span[4 * n + 1] = kernel.Dot(row + length, x.Pointer, length);
            expected.Span[4 * n + 2] = kernel.Dot(row + 2 * length, x.Pointer, inputs);
            expected.Span[4 * n + 3] = kernel.Dot(row + 2 * length + inputs, x.Pointer + inputs, hidden);
        }
        DeviationException.Require(expected.Span, y.Span, $"{kernel.Name}, float GRU of {inputs} and {hidden}");

        var int8 = (sbyte*)rows.Pointer;
        var int16 = (short*)x.Pointer;
        var (sums, right) = (new int[4 * neurons.Length], new int[4 * neurons.Length]);
        fixed (int* to = sums) kernel.Gru(int8, inputs, hidden, int16, neurons, to);
        fixed (int* to = right) Scalar.Gru(int8, inputs, hidden, int16, neurons, to);
        DeviationException.Require(right, sums, $"{kernel.Name}, int8 GRU of {inputs} and {hidden}");
        foreach (var sum in sums) digest.Add(sum);
    }

    /// <summary>The same matrix for each kernel, in the blocks that it wants.</summary>
    static void Columns(RowKernel kernel, int rows, int columns, Digest digest)
    {
        var random = new Random(rows);
        int[] matrix = Some(rows * columns, Quantizer.LargestWeight, random), x = Some(columns, short.MaxValue, random);
        int[] Product(RowKernel by)
        {
            var padded = (rows + by.Block - 1) / by.Block * by.Block;
            var (packed, y) = (new sbyte[padded * columns], new int[padded]);
            for (var r = 0; r < rows; r++)
                for (var c = 0; c < columns; c++) packed[r / by.Block * by.Block * columns + c / 2 * 2 * by.Block + r % by.Block * 2 + c % 2] = (sbyte)matrix[r * columns + c];
            fixed (sbyte* weights = packed)
            fixed (short* activations = Array.ConvertAll(x, value => (short)value))
            fixed (int* to = y) by.Columns(weights, rows, columns, activations, to);
            return y[..rows];
        }
        var sums = Product(kernel);
        DeviationException.Require(Product(Scalar), sums, $"{kernel.Name}, int8 matrix of {rows} rows and {columns} columns");
        foreach (var sum in sums) digest.Add(sum);
    }

    static int[] Some(int count, int largest, Random random) => [.. Enumerable.Range(0, count).Select(_ => random.Next(-largest, largest + 1))];

    static AlignedBuffer Floats(int length, int seed)
    {
        var buffer = new AlignedBuffer(length);
        Sounds.Noise(length, level: 1, seed).CopyTo(buffer.Span);
        return buffer;
    }
}
