using SuRnnStream.Evaluation;
using SuRnnStream.Training.Judging;
using Xunit;

namespace SuRnnStream.Training.Tests.Judging;

/// <summary>Counts that can be checked by hand: no model, made-up sweeps.</summary>
public sealed class StreamFiguresTest
{
    [Fact]
    public void SceneCount_TellsHitsMissesWrongLabelsOthersAndFalseAlarmsApart()
    {
        static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
        static Detection Fires(string label, double seconds) => new(label, 0.9f, At(seconds), At(seconds), At(seconds));
        LabelledEvent[] events = [new("yes", At(1), At(1.5)), new("no", At(5), At(5.5)), new("go", At(9), At(9.5))], others = [new("unknown", At(13), At(13.5)), new("unknown", At(17), At(17.5))];
        var stream = EvaluationStream.FromRecording("s", events, new float[16_000 * 36], 16_000);
        var match = new EventMatch(events, [Fires("yes", 1.6), Fires("go", 5.6), Fires("up", 13.2), Fires("no", 13.9), Fires("stop", 30)]);
        var count = SceneCount.Of(new Scene("s", stream, others), match);
        Assert.Equal((3, 2, 1), (count.Events, count.Misses, count.Wrong));        // "go" within "no" is a wrong label; "no" and "go" are missed
        Assert.Equal((2, 1, 1), (count.Others, count.OthersFired, count.False));   // two detections fall into the first other and count once; "stop" into nothing
        Assert.Equal((1, 1), count.ByLabel["yes"]);
        Assert.Equal((1, 0), count.ByLabel["no"]);
        Assert.Equal(0.01, count.Hours, 1e-9);
    }

    [Fact]
    public void AtMissed_IsTheLowestRateThatMissesSoFew()
    {
        // Threshold number t misses t of 100 words and fires 100 - t times in ten hours.
        var words = Sweep("w", t => (100, t, 0), null);
        var speech = Sweep("r", t => (0, 0, 100 - t), SpeechKind.Read);
        var figure = Assert.Single(StreamFigures.AtMissed([words], [speech], 0.1));
        Assert.Equal(9, figure.Measured, 1e-9); // t = 10: 90 in ten hours
        Assert.Equal(8, Assert.Single(StreamFigures.AtMissed([words], [speech], 0.2)).Measured, 1e-9);
        Assert.Equal(double.PositiveInfinity, Assert.Single(StreamFigures.AtMissed([Sweep("w", _ => (100, 50, 0), null)], [speech], 0.1)).Measured);
    }

    [Fact]
    public void AtMissed_IgnoresThresholdsBelowTheLoudest_WhereADetectorIsDeaf()
    {
        var words = Sweep("w", t => (100, t / 2, 0), null);
        var speech = Sweep("r", t => (0, 0, t < 5 ? 1 : 100 - t), SpeechKind.Read); // it fires once and never falls again
        Assert.Equal(7.9, Assert.Single(StreamFigures.AtMissed([words], [speech], 0.1)).Measured, 1e-9); // t = 21: 10 missed, 79 in ten hours
    }

    [Fact]
    public void AtBudgets_HoldTheBudget_AndTellWhatHappensElsewhere()
    {
        var words = Sweep("w", t => (100, t, 0), null);
        SceneResult[] speech = [Sweep("r", t => (0, 0, 100 - t), SpeechKind.Read), Sweep("o", t => (0, 0, 2 * (100 - t)), SpeechKind.Telephone)];
        var figures = StreamFigures.AtBudgets([words], speech, [Sweep("w", _ => (0, 0, 0), null, others: 4, fired: 1)], [1, 100]).ToArray();
        double Value(int budget, string name) => figures.Where(figure => figure.Group.StartsWith($"within {budget} ", StringComparison.Ordinal)).Single(figure => figure.Name == name).Measured;
        Assert.Equal((0.9, 1, 2, 0.25), (Value(1, "missed"), Value(1, "false alarms, read"), Value(1, "false alarms, other"), Value(1, "other words alone that fire")));
        Assert.Equal((0, 10), (Value(100, "missed"), Value(100, "false alarms, read")));
    }

    /// <summary>Ten hours of one speaker: events, misses and false alarms at each of the thresholds.</summary>
    static SceneResult Sweep(string speaker, Func<int, (int Events, int Misses, int False)> at, SpeechKind? kind, int others = 0, int fired = 0)
    {
        SceneCount Count(int t)
        {
            var (events, misses, alarms) = at(t);
            return new SceneCount(speaker, kind, new Dictionary<string, (int, int)> { ["yes"] = (events, events - misses) }, 0, alarms, others, fired, 10);
        }
        return new SceneResult(Count(50), [.. Enumerable.Range(0, Evaluator.Thresholds.Count).Select(Count)], [], new ComputeStats());
    }
}
