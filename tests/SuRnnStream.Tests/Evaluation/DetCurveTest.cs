using SuRnnStream.Evaluation;
using Xunit;

namespace SuRnnStream.Tests.Evaluation;

public sealed class DetCurveTest
{
    static OperatingPoint Point(float threshold, int hits, int falseAlarms, double hours = 2) => new(threshold, 10, hits, 0, 0, falseAlarms, hours);

    // 0 an hour misses 8 of 10, 0.5 an hour 5, 1.5 an hour 4 and not 6 (a higher threshold is better with fewer), beyond 2 does not count.
    [Fact]
    public void Area_IsOfTheLowestMissRateSoFar() => Assert.Equal((0.5 * 0.8 + 1.0 * 0.5 + 0.5 * 0.4) / 2,
        DetCurve.Area([Point(0.1f, 10, 9), Point(0.2f, 6, 3), Point(0.3f, 4, 2), Point(0.4f, 5, 1), Point(0.5f, 2, 0)]), 1e-12);

    [Fact]
    public void Area_OfADetectorThatIsAlwaysLoud_IsOne() => Assert.Equal(1, DetCurve.Area([Point(0.1f, 10, 9), Point(0.9f, 9, 4)]));

    [Fact]
    public void Area_OfAPerfectOne_IsZero() => Assert.Equal(0, DetCurve.Area([Point(0.1f, 10, 9), Point(0.9f, 10, 0)]));

    // At 0.1 the label has fired once, at the start, and not fallen again.
    [Fact]
    public void WhatLooksQuietBelowTheLoudestThreshold_IsNotUsed()
    {
        OperatingPoint[] sweep = [Point(0.1f, 9, 0), Point(0.2f, 9, 8), Point(0.3f, 9, 8), Point(0.4f, 5, 0)];
        Assert.Equal(sweep[1..], DetCurve.Usable(sweep));
        Assert.Equal(0.5, DetCurve.Area(sweep), 1e-12);
        Assert.Equal((0.4f, 0.4f), (DetCurve.BestWithin(sweep, 1)!.Threshold, DetCurve.Quietest(sweep).Threshold));
    }

    [Fact]
    public void ASweepWithoutPoints_HasNone()
    {
        Assert.True(double.IsNaN(DetCurve.Area([])));
        Assert.Empty(DetCurve.Usable([]));
        Assert.Null(DetCurve.BestWithin([], 1));
        Assert.Throws<ArgumentException>(() => DetCurve.Quietest([]));
    }

    [Fact]
    public void BestWithin_TakesFewerMisses_ThenFewerFalseAlarms_ThenTheMiddleThreshold()
    {
        OperatingPoint[] sweep = [Point(0.1f, 9, 9), Point(0.2f, 7, 4), Point(0.3f, 7, 2), Point(0.35f, 7, 2), Point(0.4f, 7, 2), Point(0.5f, 6, 1)];
        Assert.Equal(0.35f, DetCurve.BestWithin(sweep, 2)!.Threshold);
        Assert.Equal(0.5f, DetCurve.BestWithin(sweep, 0.5)!.Threshold);
        Assert.Null(DetCurve.BestWithin(sweep, 0.4));
        Assert.Equal(0.5f, DetCurve.Quietest(sweep).Threshold);
    }
}
