using SuRnnStream.Research.Anomalies;
using Xunit;

namespace SuRnnStream.Training.Tests.Research.Anomalies;

public sealed class NabScoreTest
{
    /// <summary>A hundred values, of which 15 are the probation; a window of ten from 50 on.</summary>
    static readonly MetricStream Stream = Of((50, 59));

    static MetricStream Of(params (int, int)[] windows) => new("made", [.. Enumerable.Range(0, 100).Select(i => DateTime.UnixEpoch.AddHours(i))], new double[100], windows);

    static double[] At(params int[] detected)
    {
        var scores = new double[100];
        foreach (var t in detected) scores[t] = 1;
        return scores;
    }

    static NabScore Score(params int[] detected) => NabScore.Of(Stream, At(detected), 0.5);

    [Fact]
    public void Of_TheFirstValueOfAWindow_IsAHundred_AndNothingIsZero()
    {
        Assert.Equal(100, Score(50).Normalized, 9);
        Assert.Equal(100, Score(50, 55, 59).Normalized, 9); // the first counts
        Assert.Equal((0.0, 0), (Score().Normalized, Score().Found));
        // Half way: (2 / (1 + e^-2.5) - 1) / (2 / (1 + e^-5) - 1) of a point in place of the whole.
        Assert.Equal(0.84828 / 0.98661, Score(55).Points, 4);
    }

    [Fact]
    public void Of_DetectionsOutside_CostLessCloseBehindAWindow()
    {
        Assert.Equal(-1 - 0.11, Score(20).Points, 9);      // before every window
        Assert.Equal(-1 - 0.11, Score(99).Points, 9);      // far after
        Assert.InRange(Score(60).Points, -1 - 0.04, -1);   // right after
        Assert.Equal(-1, Score(10).Points, 9);             // in the probation
        Assert.Equal((1, 2), (Score(20, 21, 22, 52).Found, Score(20, 21, 30).FalseAlarms));
        Assert.Equal(1 - 4 * 0.11, Score(20, 21, 22, 23, 50).Points, 9);
    }

    [Fact]
    public void Of_WindowsInTheProbation_AreNotJudged() =>
        Assert.Equal((1, 1), (NabScore.Of(Of((2, 8), (50, 59)), At(5, 50), 0.5).Windows, NabScore.Of(Of((2, 8), (50, 59)), At(5, 50), 0.5).Found));

    [Fact]
    public void Best_IsTheThresholdWithTheMostPoints()
    {
        double[] scores = [.. Enumerable.Range(0, 100).Select(t => t is >= 52 and < 55 ? 5 : t == 80 ? 4 : 0.01 * (t % 7))];
        var (threshold, score) = NabScore.Best([(Stream, scores)]);
        Assert.Equal((5, 1, 0), (threshold, score.Found, score.FalseAlarms));
        Assert.Equal(0, NabScore.Best([(Of(), scores)]).Score.FalseAlarms); // nothing to find: detect nothing
    }

    [Fact]
    public void Scores_KnowThePastOnly_AndSeeWhatIsUnusual()
    {
        var random = new Random(1);
        double[] values = [.. Enumerable.Range(0, 600).Select(t => random.NextDouble() + (t is 400 or 401 ? 20 : 0))];
        foreach (var score in new Func<double[], double[]>[] { AnomalyScores.OfErrors, AnomalyScores.OfValues })
        {
            var whole = score(values);
            Assert.Equal(score(values[..420]), whole[..420]);
            Assert.InRange(Array.IndexOf(whole, whole.Max()), 400, 408);
            Assert.True(whole[400] > 4 * whole[..400].Max());
        }
    }
}
