using SuRnnStream.Kernels;
using Xunit;

namespace SuRnnStream.Tests.Kernels;

public sealed unsafe class QuantizerTest
{
    [Fact]
    public void Activations_AreTheNearestMultiples_AtEveryLength()
    {
        var random = new Random(8);
        for (var length = RowKernel.Int8Lanes; length <= 1_024; length += RowKernel.Int8Lanes)
        {
            AlignedBuffer x = new(length), q = new(length);
            foreach (ref var value in x.Span) value = (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-3, 4)));
            var scale = Quantizer.Activations(x.Pointer, length, (short*)q.Pointer);
            var largest = x.Span.ToArray().Max(MathF.Abs);
            Assert.Equal(largest / Quantizer.LargestActivation(length), scale);
            for (var i = 0; i < length; i++) Assert.Equal(x.Span[i] / (double)scale, ((short*)q.Pointer)[i], 0.51);
            var top = Array.IndexOf(x.Span.ToArray().Select(MathF.Abs).ToArray(), largest);
            Assert.Equal(Quantizer.LargestActivation(length), Math.Abs(((short*)q.Pointer)[top]));
        }
    }

    [Fact]
    public void Activations_OfZerosAndOfNextToNothing_AreZeros()
    {
        foreach (var value in new[] { 0, float.Epsilon, -1e-31f })
        {
            AlignedBuffer x = new(32), q = new(32);
            x.Span.Fill(value);
            q.Span.Fill(7);
            Assert.Equal(0, Quantizer.Activations(x.Pointer, 32, (short*)q.Pointer));
            Assert.False(new Span<short>(q.Pointer, 32).ContainsAnyExcept((short)0));
        }
    }

    /// <summary>With the largest weights and activations a row's sum stays in 32 bits.</summary>
    [Theory, InlineData(1), InlineData(516), InlineData(517), InlineData(5_120), InlineData(65_536)]
    public void LargestActivation_LeavesRoomForTheSum(int length)
    {
        var largest = Quantizer.LargestActivation(length);
        Assert.InRange(largest, 1, short.MaxValue);
        Assert.True((long)largest * Quantizer.LargestWeight * length <= int.MaxValue);
        if (length <= 516) Assert.Equal(short.MaxValue, largest);
    }

    [Fact]
    public void Weight_OfAMultiple_IsThatMultiple()
    {
        foreach (var scale in new[] { 0.0123f, 3e-5f, 77f })
            for (var multiple = -127; multiple <= 127; multiple++) Assert.Equal(multiple, Quantizer.Weight(multiple * scale, scale));
        Assert.Equal(0, Quantizer.Weight(1, 0));
        Assert.Equal(127, Quantizer.Weight(1e9f, 1));
        Assert.Equal(2 / 127f, Quantizer.ScaleOf([1, -2, 0.5f]));
    }

    /// <summary>A row at a time gives what weight by weight does, at lengths that leave every remainder of a vector.</summary>
    [Fact]
    public void Weights_OfARow_AreThoseOfEach_AndFirstOtherFindsTheOneThatIsNone()
    {
        var random = new Random(12);
        for (var length = 1; length <= 100; length++)
        {
            foreach (var scale in new[] { 0, 0.0123f, 3e-5f })
            {
                float[] row = [.. Enumerable.Range(0, length).Select(_ => (random.NextSingle() - 0.5f) * 300 * scale)];
                var multiples = new sbyte[length];
                Quantizer.Weights(row, scale, multiples);
                Assert.Equal(row.Select(weight => Quantizer.Weight(weight, scale)), multiples);
                float[] exact = [.. multiples.Select(multiple => multiple * scale)];
                Assert.Equal(-1, Quantizer.FirstOther(exact, scale));
                var odd = random.Next(length);
                exact[odd] += scale == 0 ? 1 : 0.3f * scale;
                Assert.Equal(odd, Quantizer.FirstOther(exact, scale));
                exact[odd] = 128 * scale + 1; // too large
                Assert.Equal(odd, Quantizer.FirstOther(exact, scale));
            }
        }
    }
}
