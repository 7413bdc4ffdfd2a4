using SuRnnStream.Evaluation.Enrolment;
using Xunit;

namespace SuRnnStream.Tests.Enrolment;

/// <summary>Levels from the highest scores of an hour or two, where it is known how often a score above them comes.</summary>
public sealed class UpperTailTest
{
    const int Scores = 3_600, Draws = 200;
    const double Hours = 1.6, Budget = 0.5;

    /// <summary>Over many draws of scores, what comes above the level is about the budget in the mean: with the whole of the fitted shape it was 0.8 an hour.</summary>
    [Fact]
    public void Levels_KeepTheBudget_InTheMean()
    {
        Assert.InRange(MeanRate(random => -Math.Log(1 - random.NextDouble()), x => Math.Exp(-x)), 0.3, 0.74);
        Assert.InRange(MeanRate(Normal, UpperPartOfNormal), 0.3, 0.6);
    }

    [Fact]
    public void RateAndLevel_AreEachOthersInverse()
    {
        var random = new Random(2);
        var tail = UpperTail.Of([.. Enumerable.Range(0, Scores).Select(_ => (float)Normal(random))], Hours);
        foreach (var rate in new[] { 0.1, 0.5, 5, 40 }) Assert.Equal(rate, tail.RateAt(tail.LevelFor(rate)), 1e-6);
        Assert.True(tail.LevelFor(0.1) > tail.LevelFor(1));
        Assert.True(tail.UpperRateAt(tail.LevelFor(1)) > 1);
    }

    static double MeanRate(Func<Random, double> draw, Func<double, double> above)
    {
        var random = new Random(1);
        return Enumerable.Range(0, Draws).Average(_ => Scores / Hours * above(UpperTail.Of([.. Enumerable.Range(0, Scores).Select(_ => (float)draw(random))], Hours).LevelFor(Budget)));
    }

    static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>By the asymptotic series, which is good to a thousandth from 3 on.</summary>
    static double UpperPartOfNormal(double x) => Math.Exp(-x * x / 2) / (x * Math.Sqrt(2 * Math.PI)) * (1 - 1 / (x * x) + 3 / Math.Pow(x, 4) - 15 / Math.Pow(x, 6));
}
