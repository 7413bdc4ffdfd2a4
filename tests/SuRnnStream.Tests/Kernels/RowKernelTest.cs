using SuRnnStream.Kernels;
using Xunit;

namespace SuRnnStream.Tests.Kernels;

public sealed unsafe class RowKernelTest
{
    public static TheoryData<string> Names() => [.. RowKernel.All.Select(kernel => kernel.Name)];

    static RowKernel Of(string name) => RowKernel.All.First(kernel => kernel.Name == name);

    static AlignedBuffer RandomFloats(Random random, int length)
    {
        var buffer = new AlignedBuffer(length);
        foreach (ref var value in buffer.Span) value = 2 * random.NextSingle() - 1;
        return buffer;
    }

    [Theory, MemberData(nameof(Names))]
    public void Dot_AgreesWithTheExactSum_AtEveryLength(string name)
    {
        var random = new Random(4);
        for (var length = RowKernel.Lanes; length <= 160; length += RowKernel.Lanes)
        {
            for (var trial = 0; trial < 20; trial++)
            {
                AlignedBuffer row = RandomFloats(random, length), x = RandomFloats(random, length);
                var (sum, size) = (0.0, 0.0);
                for (var i = 0; i < length; i++)
                {
                    var product = (double)row.Span[i] * x.Span[i];
                    (sum, size) = (sum + product, size + Math.Abs(product));
                }
                var tolerance = size * length * 6e-8; // half a unit in the last place for each addition
                Assert.Equal(sum, Of(name).Dot(row.Pointer, x.Pointer, length), tolerance);
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Dot_ReadsEveryPlaceAndNoneBehind(string name)
    {
        for (var length = RowKernel.Lanes; length <= 160; length += RowKernel.Lanes)
        {
            AlignedBuffer row = new(length + RowKernel.Lanes), x = new(length + RowKernel.Lanes);
            x.Span.Fill(3);
            row.Span[length..].Fill(float.NaN);
            for (var i = 0; i < length; i++)
            {
                row.Span[..length].Clear();
                row.Span[i] = 5;
                Assert.Equal(15, Of(name).Dot(row.Pointer, x.Pointer, length));
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void DotOfInt8_IsTheExactSum_AlsoOfTheLargestNumbers(string name)
    {
        var random = new Random(6);
        for (var length = RowKernel.Int8Lanes; length <= 512; length += RowKernel.Int8Lanes)
        {
            var largest = Quantizer.LargestActivation(length);
            foreach (var extreme in new[] { false, true })
            {
                var (row, x) = (new sbyte[length + RowKernel.Int8Lanes], new short[length + RowKernel.Int8Lanes]);
                long sum = 0;
                for (var i = 0; i < row.Length; i++)
                {
                    (row[i], x[i]) = extreme ? ((sbyte)-127, (short)-largest) : ((sbyte)random.Next(-127, 128), (short)random.Next(-largest, largest + 1));
                    if (i < length) sum += row[i] * x[i];
                }
                fixed (sbyte* weights = row)
                fixed (short* activations = x) Assert.Equal(sum, Of(name).Dot(weights, activations, length));
            }
        }
    }

    /// <summary>So a model gives the same bits whichever way its rows are walked.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Rows_AreDotProducts_BitForBit(string name)
    {
        var (kernel, random) = (Of(name), new Random(7));
        const int Length = 64;
        for (var rows = 1; rows <= 9; rows++)
        {
            AlignedBuffer weights = RandomFloats(random, rows * Length), x = RandomFloats(random, Length), y = new(rows + 1);
            kernel.Rows(weights.Pointer, rows, Length, x.Pointer, y.Pointer);
            for (var r = 0; r < rows; r++) Assert.Equal(kernel.Dot(weights.Pointer + r * Length, x.Pointer, Length), y.Span[r]);
            Assert.Equal(0, y.Span[rows]);

            var int8 = (sbyte*)weights.Pointer; // any bytes will do
            var int16 = (short*)x.Pointer;
            var int32 = (int*)y.Pointer;
            kernel.Rows(int8, rows, Length, int16, int32);
            for (var r = 0; r < rows; r++) Assert.Equal(kernel.Dot(int8 + r * Length, int16, Length), int32[r]);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Gru_IsItsDotProducts_BitForBit(string name)
    {
        var (kernel, random) = (Of(name), new Random(5));
        foreach (var (inputs, hidden) in new[] { (16, 16), (16, 48), (48, 32), (64, 128) })
        {
            const int Neurons = 11;
            var length = inputs + hidden;
            AlignedBuffer rows = RandomFloats(random, Neurons * 3 * length), x = RandomFloats(random, length), sums = new(4 * 4);
            int[] neurons = [0, 3, 4, 10];
            kernel.Gru(rows.Pointer, inputs, hidden, x.Pointer, neurons, sums.Pointer);
            for (var n = 0; n < neurons.Length; n++)
            {
                var row = rows.Pointer + neurons[n] * 3 * length;
                float[] expected =
                [
                    kernel.Dot(row, x.Pointer, length),
                    kernel.Dot(row + length, x.Pointer, length),
                    kernel.Dot(row + 2 * length, x.Pointer, inputs),
                    kernel.Dot(row + 2 * length + inputs, x.Pointer + inputs, hidden),
                ];
                Assert.Equal(expected, sums.Span.Slice(4 * n, 4).ToArray());
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void GruOfInt8_IsItsDotProducts(string name)
    {
        var (kernel, random) = (Of(name), new Random(5));
        foreach (var (inputs, hidden) in new[] { (32, 32), (32, 96), (64, 128) })
        {
            const int Neurons = 11;
            var length = inputs + hidden;
            var (weights, activations, sums) = (new sbyte[Neurons * 3 * length], new short[length], new int[4 * 4]);
            foreach (ref var weight in weights.AsSpan()) weight = (sbyte)random.Next(-127, 128);
            foreach (ref var activation in activations.AsSpan()) activation = (short)random.Next(short.MinValue, short.MaxValue);
            int[] neurons = [0, 3, 4, 10];
            fixed (sbyte* rows = weights)
            fixed (short* x = activations)
            fixed (int* given = sums)
            {
                kernel.Gru(rows, inputs, hidden, x, neurons, given);
                for (var n = 0; n < neurons.Length; n++)
                {
                    var row = rows + neurons[n] * 3 * length;
                    int[] expected =
                    [
                        kernel.Dot(row, x, length),
                        kernel.Dot(row + length, x, length),
                        kernel.Dot(row + 2 * length, x, inputs),
                        kernel.Dot(row + 2 * length + inputs, x + inputs, hidden),
                    ];
                    Assert.Equal(expected, sums[(4 * n)..(4 * n + 4)]);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Columns_AreTheDotProductsOfTheRows(string name)
    {
        var (kernel, random) = (Of(name), new Random(9));
        foreach (var (rows, columns) in new[] { (1, 4), (4, 32), (12, 64), (16, 96), (33, 32), (64, 128), (70, 36), (64, 120), (16, 124) })
        {
            var block = kernel.Block;
            var (matrix, x) = (new sbyte[rows, columns], new short[columns]);
            var (packed, y) = (new sbyte[(rows + block - 1) / block * block * columns], new int[(rows + block - 1) / block * block]);
            for (var c = 0; c < columns; c++) x[c] = (short)random.Next(short.MinValue, short.MaxValue);
            for (var r = 0; r < rows; r++)
                for (var c = 0; c < columns; c++) packed[r / block * block * columns + c / 2 * 2 * block + r % block * 2 + c % 2] = matrix[r, c] = (sbyte)random.Next(-127, 128);
            fixed (sbyte* weights = packed)
            fixed (short* activations = x)
            fixed (int* sums = y) kernel.Columns(weights, rows, columns, activations, sums);
            for (var r = 0; r < rows; r++) Assert.Equal(Enumerable.Range(0, columns).Sum(c => matrix[r, c] * x[c]), y[r]);
        }
    }

    [Fact]
    public void All_HasTheScalarKernel_AndTheOneInUse()
    {
        Assert.Equal("Scalar", RowKernel.All[^1].Name);
        Assert.Contains(RowKernel.Best, RowKernel.All);
    }

    [Theory, InlineData(0, 0), InlineData(1, 16), InlineData(16, 16), InlineData(17, 32), InlineData(160, 160)]
    public void Pad_RoundsUpToWholeVectors(int length, int padded) => Assert.Equal(padded, RowKernel.Pad(length));

    [Fact]
    public void AlignedBuffer_IsAlignedAndZero()
    {
        for (var length = 0; length < 70; length++)
        {
            var buffer = new AlignedBuffer(length);
            Assert.Equal(0, (nint)buffer.Pointer % 64);
            Assert.False(new Span<float>(buffer.Pointer, length + 15).ContainsAnyExcept(0f)); // the zeros behind can be read
        }
    }
}
