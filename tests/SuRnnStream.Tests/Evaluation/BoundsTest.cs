using SuRnnStream.Evaluation;
using Xunit;

namespace SuRnnStream.Tests.Evaluation;

public sealed class BoundsTest
{
    // Garwood 1936, as in Gehrels, Astrophysical Journal 303 (1986), and R's pois.exact.
    [Theory, InlineData(1, 0.0253, 5.572), InlineData(2, 0.2422, 7.225), InlineData(3, 0.6187, 8.767), InlineData(5, 1.623, 11.668), InlineData(10, 4.795, 18.39), InlineData(100, 81.36, 121.63)]
    public void OfRate_InOneHour_IsThePublishedTable(int count, double lower, double upper)
    {
        var bounds = Bounds.OfRate(count, 1);
        Assert.Equal(lower, bounds.Lower, lower * 1e-3);
        Assert.Equal(upper, bounds.Upper, upper * 1e-4);
        Assert.False(bounds.OneSided);
    }

    [Fact]
    public void OfRate_OfMoreHours_IsSoMuchLower() => Assert.Equal(Bounds.OfRate(3, 1).Upper / 4, Bounds.OfRate(3, 4).Upper, 1e-12);

    [Fact]
    public void OfRate_OfNone_IsTheRuleOfThree_OneSided()
    {
        var bounds = Bounds.OfRate(0, 30);
        Assert.Equal((0, true), (bounds.Lower, bounds.OneSided));
        Assert.Equal(2.995732 / 30, bounds.Upper, 1e-7); // less than 0.1 an hour needs 30 hours
    }

    // Newcombe, Statistics in Medicine 17 (1998), table I, method 5.
    [Theory, InlineData(81, 263, 0.2527, 0.3676), InlineData(15, 148, 0.0578, 0.1617), InlineData(0, 20, 0, 0.1684), InlineData(1, 29, 0.0009, 0.1776)]
    // Conover, Practical Nonparametric Statistics (1999).
    [InlineData(5, 25, 0.068, 0.407)]
    public void OfPart_IsThePublishedTable(int count, int of, double lower, double upper)
    {
        var bounds = Bounds.OfPart(count, of);
        var step = count == 5 ? 5e-4 : 5e-5;
        Assert.Equal(lower, bounds.Lower, step * 1.01);
        Assert.Equal(upper, bounds.Upper, step * 1.01);
    }

    [Theory, InlineData(0), InlineData(3), InlineData(20)]
    public void OfPart_OfTheRest_IsTheMirrorImage(int count)
    {
        var (bounds, rest) = (Bounds.OfPart(count, 20), Bounds.OfPart(20 - count, 20));
        Assert.Equal(bounds.Lower, 1 - rest.Upper, 1e-12);
        Assert.Equal(bounds.Upper, 1 - rest.Lower, 1e-12);
    }

    // The mean at which so few are as rare as 2.5 % goes to count + 1.96 sqrt(count) + about 1.
    [Fact]
    public void OfRate_OfAHundredThousand_IsNearlyNormal()
    {
        var bounds = Bounds.OfRate(100_000, 1);
        Assert.InRange(bounds.Upper, 100_000 + 1.96 * 316.2, 100_000 + 1.96 * 316.2 + 4);
        Assert.InRange(bounds.Lower, 100_000 - 1.96 * 316.2 - 1, 100_000 - 1.96 * 316.2 + 4);
    }

    [Fact]
    public void WithoutHoursOrCases_ThereAreNone()
    {
        Assert.Equal(double.NaN, Bounds.OfRate(0, 0).Upper);
        Assert.Equal(double.NaN, Bounds.OfPart(0, 0).Lower);
    }
}
