using SuRnnStream.Evaluation;
using SuRnnStream.Training.Judging;
using Xunit;

namespace SuRnnStream.Training.Tests.Judging;

public sealed class DrawsTest
{
    static readonly string[] Speakers = [.. Enumerable.Range(0, 20).Select(n => $"s{n}")];

    // Speaker n misses n of 20 words.
    static readonly Figure Missed = Figure.OfCases("words", "missed", Speakers.Select((speaker, n) => new Part(speaker, n, 20)), "words");

    [Fact]
    public void Range_IsTheSameForTheSameSeed_AndForNoOther()
    {
        var range = new Draws([Speakers], 1).Range(Missed.Value);
        Assert.Equal(range, new Draws([Speakers], 1).Range(Missed.Value));
        Assert.Equal(range, new Draws([Speakers.Reverse().ToArray()], 1).Range(Missed.Value)); // whatever order speakers come in
        Assert.NotEqual(range, new Draws([Speakers], 2).Range(Missed.Value));
    }

    [Fact]
    public void Range_IsAboutTwoStandardErrorsOfTheSpeakersWide()
    {
        var (lower, upper) = new Draws([Speakers], 1).Range(Missed.Value);
        var rates = Speakers.Select((_, n) => n / 20.0).ToArray();
        var error = Math.Sqrt(rates.Average(rate => Math.Pow(rate - rates.Average(), 2)) / rates.Length);
        Assert.InRange(lower, Missed.Measured - 2.3 * error, Missed.Measured - 1.6 * error);
        Assert.InRange(upper, Missed.Measured + 1.6 * error, Missed.Measured + 2.3 * error);
        var exact = Missed.Exact!.Value; // 400 independent cases would be surer
        Assert.True(exact.Lower > lower && exact.Upper < upper);
    }

    [Fact]
    public void Difference_OfPairedModels_IsSurerThanEither()
    {
        var draws = new Draws([Speakers], 1);
        var better = Figure.OfCases("words", "missed", Speakers.Select((speaker, n) => new Part(speaker, Math.Max(0, n - 1), 20)), "words"); // one word fewer by nearly everybody
        var (lower, upper) = JudgeTable.DifferenceRange(better, Missed, draws)!.Value;
        Assert.InRange(better.Measured - Missed.Measured, lower, upper);
        Assert.True(upper < 0, $"{lower} to {upper}");
        var (from, to) = draws.Range(Missed.Value);
        Assert.True(upper - lower < 0.3 * (to - from));
    }

    [Fact]
    public void Populations_AreDrawnApart()
    {
        string[] words = ["a", "b", "c"], speech = ["x", "y"];
        var draws = new Draws([words, speech], 1);
        double Times(Draw draw, string[] of) => of.Sum(speaker => draw[speaker]);
        Assert.Equal((3, 3), draws.Range(draw => Times(draw, words)));
        Assert.Equal((2, 2), draws.Range(draw => Times(draw, speech)));
        Assert.Equal(3, Times(Draw.Everyone, words));
    }

    [Fact]
    public void FiguresThatAreNeverReached_AreInfinite_AndNoHoursAreLeftOut()
    {
        var draws = new Draws([["a"], ["x", "y"]], 1);
        Assert.Equal(double.PositiveInfinity, draws.Range(draw => draw["x"] == 2 ? double.PositiveInfinity : 1).Upper);
        Assert.Equal((1, 1), draws.Range(draw => draw["x"] == 2 ? double.NaN : 1));
        Assert.True(double.IsNaN(draws.Range(_ => double.NaN).Lower));
    }
}
