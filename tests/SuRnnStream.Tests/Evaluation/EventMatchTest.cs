using SuRnnStream.Evaluation;
using Xunit;

namespace SuRnnStream.Tests.Evaluation;

/// <summary>Each rule and each corner on its own; <see cref="EvaluatorTest"/> has a whole stream.</summary>
public sealed class EventMatchTest
{
    static LabelledEvent Event(string label, double start, double end) => new(label, TimeSpan.FromSeconds(start), TimeSpan.FromSeconds(end));

    static Detection At(double time, string label = "yes") => new(label, 0.9f, default, default, TimeSpan.FromSeconds(time));

    static (int Hits, int FalseAlarms, int Repeats) Count(LabelledEvent[] events, params Detection[] detections)
    {
        var match = new EventMatch(events, detections);
        Assert.Equal(events.Length, match.Hits.Count + match.Missed.Count);
        Assert.Equal(detections.Length, match.Hits.Count + match.FalseAlarms.Count + match.Repeats);
        return (match.Hits.Count, match.FalseAlarms.Count, match.Repeats);
    }

    [Theory, InlineData(0.999, 0), InlineData(1, 1), InlineData(2, 1), InlineData(3, 1), InlineData(3.001, 0)]
    public void ADetection_FromTheStartToASecondBehindTheEnd_IsAHit(double time, int hits) => Assert.Equal((hits, 1 - hits, 0), Count([Event("yes", 1, 2)], At(time)));

    [Fact]
    public void Latency_CountsFromTheEnd_AndMayBeNegative()
    {
        var match = new EventMatch([Event("yes", 1, 2), Event("yes", 5, 6)], [At(1.75), At(6.5)]);
        Assert.Equal([-0.25, 0.5], match.Hits.Select(hit => hit.Latency.TotalSeconds));
    }

    [Theory, InlineData(2.5, 1, 0), InlineData(2.501, 0, 1)]
    public void ADetectionBehindAHit_IsARepeatForASecond(double second, int repeats, int falseAlarms) =>
        Assert.Equal((1, falseAlarms, repeats), Count([Event("yes", 1, 2)], At(1.5), At(second)));

    [Fact]
    public void ADetectionBehindAFalseAlarm_IsARepeatToo() => Assert.Equal((0, 1, 1), Count([], At(10), At(11)));

    [Fact]
    public void Repeats_AreNotCounted_SoALabelThatFiresOnIsCountedAgain() => Assert.Equal((0, 2, 3), Count([], At(10), At(10.5), At(11), At(11.5), At(12)));

    [Fact]
    public void AnotherLabel_IsNoRepeat() => Assert.Equal((1, 1, 0), Count([Event("yes", 1, 2)], At(1.5), At(1.6, "no")));

    [Fact]
    public void AHit_GoesBeforeARepeat_BehindAHitAndBehindAFalseAlarm()
    {
        Assert.Equal((2, 0, 0), Count([Event("yes", 1, 2), Event("yes", 2.2, 3)], At(1.9), At(2.3)));
        Assert.Equal((1, 1, 0), Count([Event("yes", 1, 2)], At(0.9), At(1.1)));
    }

    [Fact]
    public void TwoEventsOfALabelCloserThanASecond_TakeADetectionEach_TheFirstToEndFirst()
    {
        var (first, second) = (Event("yes", 1, 2), Event("yes", 2.2, 3));
        Assert.Equal((2, 0, 0), Count([first, second], At(2.5), At(2.6)));
        Assert.Equal([second], new EventMatch([first, second], [At(2.5)]).Missed);
        Assert.Equal([second], new EventMatch([second, first], [At(2.5)]).Missed); // whatever the order
    }

    [Fact]
    public void DetectionsInAnyOrder_CountTheSame() =>
        Assert.Equal(Count([Event("yes", 1, 2)], At(1.5), At(2.1), At(9)), Count([Event("yes", 1, 2)], At(9), At(2.1), At(1.5)));

    [Theory, InlineData(1.5, true), InlineData(3, true), InlineData(3.001, false)]
    public void AnotherLabelWithinAnEvent_IsAWrongLabel(double time, bool wrong)
    {
        var match = new EventMatch([Event("yes", 1, 2)], [At(time, "no")]);
        Assert.Equal(wrong, Assert.Single(match.FalseAlarms).WrongLabel);
        Assert.Single(match.Missed);
    }

    [Fact]
    public void ALateDetectionOfALongEventThatWasFound_IsAFalseAlarm_AndNoWrongLabel() =>
        Assert.False(Assert.Single(new EventMatch([Event("yes", 1, 9)], [At(2), At(5)]).FalseAlarms).WrongLabel);
}
