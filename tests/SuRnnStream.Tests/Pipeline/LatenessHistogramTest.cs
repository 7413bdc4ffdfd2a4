using Xunit;

namespace SuRnnStream.Tests.Pipeline;

public class LatenessHistogramTest
{
    [Fact]
    public void Percentile_IsNeverTooLow_AndAtMostASixteenthTooHigh()
    {
        var (histogram, random, ticks) = (new LatenessHistogram(), new Random(1), new List<long>());
        for (var i = 0; i < 10_000; i++)
        {
            ticks.Add((long)Math.Exp(random.NextDouble() * 30));
            histogram.Add(new TimeSpan(ticks[^1]));
        }
        ticks.Sort();
        foreach (var part in new[] { 0.0001, 0.1, 0.5, 0.9, 0.99, 0.999, 1 })
        {
            var exact = ticks[(int)Math.Ceiling(part * ticks.Count) - 1];
            Assert.InRange(histogram.Percentile(part).Ticks, exact, exact + exact / 16);
        }
        Assert.Equal(ticks[^1], histogram.Largest.Ticks);
        Assert.Equal(ticks[^1], histogram.Percentile(1).Ticks);
    }

    [Fact]
    public void Extremes_HaveAPlace()
    {
        var histogram = new LatenessHistogram();
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (histogram.Percentile(0.5), histogram.Largest));
        histogram.Add(TimeSpan.FromTicks(-1)); // a clock that went back
        Assert.Equal(TimeSpan.Zero, histogram.Percentile(1));
        histogram.Add(TimeSpan.MaxValue);
        Assert.Equal(TimeSpan.MaxValue, histogram.Percentile(1));
    }
}
