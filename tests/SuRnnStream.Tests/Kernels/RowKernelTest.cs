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

    [Fact]
    public void All_HasTheScalarKernel_AndTheOneInUse()
    {
        Assert.Equal("Scalar", RowKernel.All[^1].Name);
        Assert.Contains(RowKernel.All, kernel => kernel.Dot == RowKernel.Dot);
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
