using Xunit;

namespace SuRnnStream.Training.Tests.Events;

public sealed class MomentScoresTest
{
    [Fact]
    public void Match_PairsTheNearestWithinTheTolerance_OnceEach()
    {
        Assert.Equal([0, -1, 1, -1], new MomentMatch([1, 2, 5], [1.1, 1.14, 2.05, 4.8], 0.15).EventOf);
        Assert.Equal([1, -1], new MomentMatch([1, 1.2], [1.19, 1.31], 0.15).EventOf); // not the far event that was first
        Assert.Equal([0, 1], new MomentMatch([1, 1.2], [1.05, 1.31], 0.15).EventOf);
        Assert.Equal([-1], new MomentMatch([], [1], 0.15).EventOf);
    }

    [Fact]
    public void AMatch_HasTheCountsOfItsPairs()
    {
        double[] events = [1, 2, 3, 9], detections = [1.1, 1.14, 2.05, 4.8];
        Assert.Equal(new MomentScores(2, 2, 2), new MomentMatch(events, detections, 0.15).Scores);
        Assert.Equal(MomentScores.Count(events, detections, [], 0.15), new MomentMatch(events, detections, 0.15).Scores);
        Assert.Equal(default, new MomentMatch([], [], 0.15).Scores);
    }

    [Fact]
    public void Count_OfWhatMayBeEither_IsNotFalse()
    {
        var scores = MomentScores.Count([1, 2, 3], [1, 2.1, 4, 5, 6], [5.1, 7], 0.15);
        Assert.Equal(new MomentScores(2, 1, 2), scores);
        Assert.Equal((2.0 / 3, 0.5, 4.0 / 7), (scores.Sensitivity, scores.Precision, scores.F1));
        Assert.Equal(new MomentScores(4, 2, 4), scores + scores);
        Assert.Equal((1.0, 1.0, 1.0), (default(MomentScores).Sensitivity, default(MomentScores).Precision, default(MomentScores).F1));
    }
}
