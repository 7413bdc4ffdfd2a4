using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using SuRnnStream.Tests.Decisions;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Reactive;

/// <summary>Operators on a virtual clock: every detection comes at its own time, and what they give is written down with the clock's time.</summary>
public sealed class DetectionOperatorsTest
{
    readonly HistoricalScheduler _clock = new(DateTimeOffset.UnixEpoch);
    readonly List<string> _given = [];

    static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    /// <summary>The stream <c>1 stop, 2 go</c>, which ends at 20 s.</summary>
    IObservable<Detection> Stream(string detections, double end = 20)
    {
        var stream = new Subject<Detection>();
        foreach (var text in detections.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var detection = Said.Detection(text.Trim());
            _clock.Schedule(DateTimeOffset.UnixEpoch + detection.Time, () => stream.OnNext(detection));
        }
        _clock.Schedule(DateTimeOffset.UnixEpoch + Seconds(end), stream.OnCompleted);
        return stream;
    }

    string Now => FormattableString.Invariant($"{Math.Round((_clock.Now - DateTimeOffset.UnixEpoch).TotalSeconds, 3)}");

    void AssertGives(string expected, IObservable<Detection> detections)
    {
        using var subscription = detections.Subscribe(
            one => _given.Add($"{Now} {one.Label}{(one.Source is null ? "" : "@" + one.Source)}{(one.Phase == EventPhase.Whole ? "" : $" {one.Phase}")}"),
            error => _given.Add($"{Now} {error.Message}"), () => _given.Add($"{Now} done"));
        _clock.Start();
        Assert.Equal(expected.Split('|'), _given);
    }

    void AssertGives(string expected, IObservable<DetectionVerdict> verdicts)
    {
        using var subscription = verdicts.Subscribe(one => _given.Add(Said.Verdict(one)), error => _given.Add(error.Message), () => _given.Add($"{Now} done"));
        _clock.Start();
        Assert.Equal(expected.Split('|'), _given);
    }

    [Fact]
    public void EventEdges_EndOnTheClock_WhenNothingElseComes() => AssertGives(
        "1 bark Begin|4 bark End|9 bark Begin|14 bark End|15 bark Begin|17 bark End|20 done",
        Stream("1 bark, 2 bark, 9 bark, 10.5 bark, 12 bark, 13.5 bark, 15 bark").EventEdges(Seconds(2), Seconds(5), _clock));

    [Fact]
    public void EventEdges_OfAStreamThatEnds_EndWithIt() => AssertGives(
        "1 bark Begin|2 bark End|2 done", Stream("1 bark", end: 2).EventEdges(Seconds(4), Seconds(5), _clock));

    [Fact]
    public void EventEdges_OfAStreamThatFails_EndBeforeTheError()
    {
        var stream = new Subject<Detection>();
        using var subscription = stream.EventEdges(Seconds(2), Seconds(5), _clock).Subscribe(one => _given.Add($"{one.Phase}"), error => _given.Add(error.Message));
        stream.OnNext(Said.Detection("1 bark"));
        stream.OnError(new IOException("gone"));
        Assert.Equal(["Begin", "End", "gone"], _given);
    }

    [Fact]
    public void ArmedBy_PassesCommandsForFourSeconds() => AssertGives(
        "2.5 stop|6 go|10 stop|20 done",
        Stream("1 stop, 2.5 stop, 6 go, 10 stop, 10.2 go").ArmedBy(Stream("2 computer, 6.1 computer"), Seconds(4)));

    [Fact]
    public void ArmedBy_Once_PassesOneCommand() => AssertGives(
        "2.5 stop|7 go|20 done", Stream("2.5 stop, 3 go, 7 go").ArmedBy(Stream("2 computer, 6.1 computer"), Seconds(4), once: true));

    [Fact]
    public void Arbitrate_First_AnswersAtOnceAndTellsTheOthers() => AssertGives(
        "stop@hall Passed at 1|stop@kitchen LostArbitration by stop@hall at 1.2|stop@attic Passed at 2|20 done",
        Stream("1 stop@hall 0.6, 1.2 stop@kitchen 0.9, 2 stop@attic").Arbitrate(Seconds(0.5), scheduler: _clock));

    [Fact]
    public void Arbitrate_BestScore_AnswersAtTheWindowsEnd() => AssertGives(
        "1.5 stop@kitchen|2.6 stop@attic|20 done",
        Stream("1 stop@hall 0.6, 1.2 stop@kitchen 0.9, 2.1 stop@attic").Arbitrate(Seconds(0.5), ArbitrationRule.BestScore, scheduler: _clock).Passed());

    /// <summary>Three devices, which began at different times, detect one word: 0, 40 and 250 ms late, at 12, 25 and 18 dB above their floors.</summary>
    [Theory]
    [InlineData(ArbitrationRule.First, "near", 0), InlineData(ArbitrationRule.Clearest, "shelf", 360), InlineData(ArbitrationRule.Loudest, "far", 360)]
    public void Arbitrate_ThreeDevicesOnTheWallClock_OneAnswers(ArbitrationRule rule, string winner, int milliseconds)
    {
        var (origin, stream) = (new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero), new Subject<Detection>());
        _clock.AdvanceTo(origin);
        foreach (var (name, late, begun, level, above) in new[] { ("near", 0, 3.0, -40f, 12f), ("shelf", 40, 70.5, -30f, 25f), ("far", 250, 0.2, -20f, 18f) })
        {
            var at = origin + TimeSpan.FromMilliseconds(100 + late);
            var detection = Said.Detection(FormattableString.Invariant($"{begun + late / 1000.0} computer@{name}")) with { At = at, Level = level, LevelAboveFloor = above };
            _clock.Schedule(at, () => stream.OnNext(detection));
        }
        var answers = new List<(string?, double)>();
        var others = new List<string?>();
        using var subscription = stream.Arbitrate(TimeSpan.FromMilliseconds(360), rule, DecisionClock.Wall, _clock).Subscribe(verdict =>
        {
            if (verdict.Outcome == DecisionOutcome.Passed) answers.Add((verdict.Detection.Source, Math.Round((_clock.Now - origin).TotalMilliseconds - 100)));
            else others.Add(verdict.Winner?.Source);
        });
        _clock.Start();
        Assert.Equal([(winner, milliseconds)], answers);
        Assert.Equal([winner, winner], others);
    }

    [Fact]
    public void Arbitrate_ByWallClockWithoutOne_IsAnError() => AssertGives(
        "A rule that goes by the wall clock got 'stop' of 'a' without one: set a clock in the options of its pipeline.",
        Stream("1 stop@a").Arbitrate(Seconds(1), clock: DecisionClock.Wall, scheduler: _clock));

    [Fact]
    public void Agreement_TwoMicrophones() => AssertGives(
        "1.4 glass@b|20 done", Stream("1 glass@a, 1.4 glass@b, 5 glass@a, 6 glass@b").Agreement(2, Seconds(0.5)));

    [Fact]
    public void Sequence_ComputerThenStop() => AssertGives(
        "4 stop|20 done", Stream("0.5 stop, 1 computer, 2 go, 4 stop, 5 stop, 6 computer, 10.1 stop").Sequence(Seconds(4), "computer", "stop"));

    [Theory, InlineData(1), InlineData(1_001)]
    public void CountWithin_ToAnotherNumber_NamesTheCount(int count) =>
        Assert.Contains("'bark' is counted to 2 at least", Assert.Throws<ArgumentOutOfRangeException>("count", () => { Stream("1 bark").CountWithin("bark", count, Seconds(8)); }).Message);

    [Fact]
    public void CountWithin_ThreeInAMinute() => AssertGives(
        "9 bark|20 done", Stream("1 bark, 5 bark, 6 meow, 9 bark, 12 bark, 15 bark").CountWithin("bark", 3, Seconds(8)));

    [Fact]
    public void Ignore_LeavesOutAChime() => AssertGives("1 stop|9 stop|20 done", Stream("1 stop, 3 stop, 9 stop").Ignore(Seconds(2), Seconds(4)));

    [Fact]
    public void Rules_TellWhatWasNotConfirmed_InTime() => AssertGives(
        "stop Unconfirmed at 3|go Passed at 5|20 done",
        Stream("1 stop, 5 go").Rules(new Dictionary<string, LabelRule> { ["stop"] = new() { Confirmations = 2, Within = Seconds(2) } }, _clock));

    [Fact]
    public void Subscriptions_HaveAStateEach_AndEndWhenDisposed()
    {
        var stream = new Subject<Detection>();
        var counted = stream.CountWithin("bark", 2, Seconds(5));
        using (counted.Subscribe(one => _given.Add($"first {Now}")))
        {
            stream.OnNext(Said.Detection("1 bark"));
            using var second = counted.Subscribe(one => _given.Add($"second {one.Time.TotalSeconds}"));
            stream.OnNext(Said.Detection("2 bark"));
        }
        Assert.False(stream.HasObservers);
        Assert.Equal(["first 0"], _given);
    }

    /// <summary>A recording that is read faster than it sounds: the pipeline's blocks are the clock.</summary>
    [Theory, InlineData(1, 1_000), InlineData(20, 50), InlineData(1_000, 2)]
    public async Task StreamTimeScheduler_OfARecording_ClosesWindowsInStreamTime(int blockMilliseconds, int queue)
    {
        var clock = new StreamTimeScheduler();
        var options = new PipelineOptions { BlockDuration = TimeSpan.FromMilliseconds(blockMilliseconds), QueueBlocks = queue, OnAdvanced = clock.AdvanceTo };
        float[] samples = [.. ToneModel.Tones(4), .. ToneModel.Quiet(3)];
        var pipeline = new DetectorPipeline(new ArraySource(samples, ToneModel.Rate), ToneModel.Build(), options: options);
        var edges = new List<(string, EventPhase, double)>();
        using var subscription = pipeline.Detections.EventEdges(Seconds(0.8), Seconds(60), clock).Subscribe(one => edges.Add((one.Label, one.Phase, Math.Round(one.Time.TotalSeconds, 2))));
        await pipeline.RunAsync(TestContext.Current.CancellationToken);

        var heard = ToneModel.Detect(ToneModel.Build(), samples);
        Assert.Equal(4, heard.Count);
        Assert.Equal(8, edges.Count);
        var ends = edges.Where(one => one.Item2 == EventPhase.End).Select(one => one.Item3).ToArray();
        Assert.Equal(heard.Select(one => Math.Round(one.Time.TotalSeconds + 0.8, 2)), ends);
    }
}
