using SuRnnStream.Kernels;
using Xunit;

namespace SuRnnStream.Tests.Kernels;

public sealed unsafe class RowKernelTest
{
    public static TheoryData<string> Names() => [.. RowKernel.All.Select(kernel => kernel.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Dot_AgreesWithTheExactSum_AtEveryLength(string name)
    {
        var dot = RowKernel.All.First(kernel => kernel.Name == name).Dot;
        var random = new Random(4);
        for (var length = RowKernel.Lanes; length <= 160; length += RowKernel.Lanes)
        {
            for (var trial = 0; trial < 20; trial++)
            {
                AlignedBuffer row = Random(length), x = Random(length);
                var (sum, size) = (0.0, 0.0);
                for (var i = 0; i < length; i++)
                {
                    var product = (double)row.Span[i] * x.Span[i];
                    (sum, size) = (sum + product, size + Math.Abs(product));
                }
                var tolerance = size * length * 6e-8; // half a unit in the last place for each addition
                Assert.Equal(sum, dot(row.Pointer, x.Pointer, length), tolerance);
            }
        }

        AlignedBuffer Random(int length)
        {
            var buffer = new AlignedBuffer(length);
            for (var i = 0; i < length; i++) buffer.Span[i] = (float)(2 * random.NextDouble() - 1);
            return buffer;
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Dot_ReadsEveryPlaceAndNoneBehind(string name)
    {
        var dot = RowKernel.All.First(kernel => kernel.Name == name).Dot;
        for (var length = RowKernel.Lanes; length <= 160; length += RowKernel.Lanes)
        {
            AlignedBuffer row = new(length + RowKernel.Lanes), x = new(length + RowKernel.Lanes);
            x.Span.Fill(3);
            row.Span[length..].Fill(float.NaN);
            for (var i = 0; i < length; i++)
            {
                row.Span[..length].Clear();
                row.Span[i] = 5;
                Assert.Equal(15, dot(row.Pointer, x.Pointer, length));
            }
        }
    }

    /// <summary>So a model gives the same bits whichever way its rows are walked.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Gru_IsItsDotProducts_BitForBit(string name)
    {
        var kernel = RowKernel.All.First(kernel => kernel.Name == name);
        var random = new Random(5);
        foreach (var (inputs, hidden) in new[] { (16, 16), (16, 48), (48, 32), (64, 128) })
        {
            const int Neurons = 11;
            var length = inputs + hidden;
            AlignedBuffer rows = new(Neurons * 3 * length), x = new(length);
            foreach (ref var value in rows.Span) value = 2 * random.NextSingle() - 1;
            foreach (ref var value in x.Span) value = 2 * random.NextSingle() - 1;
            int[] neurons = [0, 3, 4, 10];
            var given = new AlignedBuffer(4 * 4);
            kernel.Gru(rows.Pointer, inputs, hidden, x.Pointer, neurons, given.Pointer, given.Pointer + 4, given.Pointer + 8, given.Pointer + 12);
            for (var n = 0; n < neurons.Length; n++)
            {
                var row = rows.Pointer + neurons[n] * 3 * length;
                Assert.Equal(kernel.Dot(row, x.Pointer, length), given.Span[n]);
                Assert.Equal(kernel.Dot(row + length, x.Pointer, length), given.Span[4 + n]);
                Assert.Equal(kernel.Dot(row + 2 * length, x.Pointer, inputs), given.Span[8 + n]);
                Assert.Equal(kernel.Dot(row + 2 * length + inputs, x.Pointer + inputs, hidden), given.Span[12 + n]);
            }
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
