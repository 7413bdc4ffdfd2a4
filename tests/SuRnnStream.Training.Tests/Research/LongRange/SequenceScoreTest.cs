using SuRnnStream.Research.LongRange;
using Xunit;

namespace SuRnnStream.Training.Tests.Research.LongRange;

public class SequenceScoreTest
{
    static SequenceBatch Asked(params int[] classes) => new(1, classes.Length, null, null, classes, null);
    static SequenceBatch Expected(params float[] targets) => new(1, targets.Length, null, null, null, targets);

    [Fact]
    public void Accuracy_IsThePartRight_OfWhatIsScored_OverAllBatches()
    {
        var score = new SequenceScore(ScoreKind.Accuracy, 2);
        score.Add(Asked(0, 1, -1), [1, 0, 1, 0, 5, 0]);
        score.Add(Asked(1), [0, 1]);
        Assert.Equal((2 / 3.0, 3), (score.Value, score.Count));
    }

    [Fact]
    public void Mse_IsTheMeanSquare_AndNrmse_OneForTheTargetsMean()
    {
        var (mse, nrmse) = (new SequenceScore(ScoreKind.Mse, 1), new SequenceScore(ScoreKind.Nrmse, 1));
        foreach (var score in new[] { mse, nrmse })
        {
            score.Add(Expected(1, 3), [4, 4]);
            score.Add(Expected(5, 7), [4, 4]);
        }
        Assert.Equal(5, mse.Value, 1e-12);
        Assert.Equal(1, nrmse.Value, 1e-12);
    }

    [Fact]
    public void BitsPerByte_AreThoseOfTheSoftmax_AlsoOfLargeLogits()
    {
        var even = new SequenceScore(ScoreKind.BitsPerByte, 4);
        even.Add(Asked(2), [7, 7, 7, 7]);
        Assert.Equal(2, even.Value, 1e-12);
        var sure = new SequenceScore(ScoreKind.BitsPerByte, 2);
        sure.Add(Asked(0, 1), [1_000, 0, MathF.Log(3), 0]);
        Assert.Equal((0 + 2) / 2.0, sure.Value, 1e-6);
    }

    [Fact]
    public void Add_OfTheWrongCount_SaysSo() =>
        Assert.Equal("3 outputs do not fit the batch's 2 scored steps of 2.", Assert.Throws<ArgumentException>(() => new SequenceScore(ScoreKind.Accuracy, 2).Add(Asked(0, 1), [1, 2, 3])).Message);
}
