using System.Runtime.Intrinsics;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Signals;

public sealed class NaturalLogTest
{
    [Fact]
    public void Of_KeepsItsErrorBound_AndTheBitsOfTheSpecification()
    {
        var worst = 0.0;
        for (var bits = 1; bits < 0x7f800000; bits += 4_999) // from the least denormal to the largest
        {
            var x = BitConverter.Int32BitsToSingle(bits);
            var (log, exact) = (NaturalLog.Of(Vector256.Create(x))[0], Math.Log(x));
            worst = Math.Max(worst, Math.Abs(log - exact) / Math.Max(1, Math.Abs(exact)));
            Assert.Equal(BitConverter.SingleToInt32Bits(ReferenceMel.Log(x)), BitConverter.SingleToInt32Bits(log));
        }
        Assert.InRange(worst, 1e-9, 1e-7);
    }

    [Fact]
    public void Of_OneAndItsNeighbours_IsExactToTheLastDigits()
    {
        Assert.Equal(0, NaturalLog.Of(Vector256<float>.One)[3]);
        for (var x = 0.9f; x < 1.1f; x = MathF.BitIncrement(x + 1e-6f))
            Assert.InRange(NaturalLog.Of(Vector256.Create(x))[0] - Math.Log(x), -1.5e-8, 1.5e-8);
    }

    [Fact]
    public void Of_EveryLane_DependsOnItsInputAlone()
    {
        var random = new Random(2);
        float Some() => BitConverter.Int32BitsToSingle(random.Next(1, 0x7f800000));
        for (var trial = 0; trial < 5_000; trial++)
        {
            var crowd = Vector256.Create(Some(), Some(), Some(), Some(), Some(), Some(), Some(), Some());
            for (var lane = 0; lane < NaturalLog.Lanes; lane++)
                Assert.Equal(NaturalLog.Of(Vector256.Create(crowd[lane]))[0], NaturalLog.Of(crowd)[lane]);
        }
    }
}
