using System.Globalization;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Decisions;

/// <summary>Each rule's table of cases, and what holds for all of them.</summary>
public sealed class DecisionTest
{
    static LabelRules Rules(LabelRule rule) => new(new Dictionary<string, LabelRule> { ["stop"] = rule }, zone: TimeZoneInfo.Utc);

    static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    [Theory]
    [InlineData("1 stop 0.7, 2 stop 0.9, 3 go 0.6", "stop BelowThreshold at 1|stop Passed at 2|go Passed at 3")]
    public void LabelRules_Threshold_HoldsBackWhatIsBelow(string detections, string verdicts) =>
        Assert.Equal(verdicts.Split('|'), Said.Verdicts(Rules(new LabelRule { Threshold = 0.8f }), detections));

    [Theory]
    [InlineData("1 stop, 2 stop, 3 stop", "stop Merged by stop at 3|stop Merged by stop at 3|stop Passed at 3")]
    [InlineData("1 stop, 2 stop, 5 stop", "stop Merged by stop at 5|stop Merged by stop at 5|stop Passed at 5")] // a window includes its last moment
    [InlineData("1 stop, 2 stop, 5.001 stop", "stop Unconfirmed at 5|stop Unconfirmed at 6|stop Unconfirmed at 9.001")]
    [InlineData("1 stop, 3 stop, 5.5 stop, 6 stop", "stop Unconfirmed at 5|stop Merged by stop at 6|stop Merged by stop at 6|stop Passed at 6")] // the window slides
    [InlineData("1 stop, 2 go, 2 stop, 3 stop", "go Passed at 2|stop Merged by stop at 3|stop Merged by stop at 3|stop Passed at 3")]
    [InlineData("1 stop, 2 stop, 3 stop, 4 stop", "stop Merged by stop at 3|stop Merged by stop at 3|stop Passed at 3|stop Unconfirmed at 8")] // and counts from one again
    public void LabelRules_Confirmations_PassTheLast(string detections, string verdicts) =>
        Assert.Equal(verdicts.Split('|'), Said.Verdicts(LabelRules.Counting("stop", 3, Seconds(4)), detections));

    [Theory]
    [InlineData("1 stop, 2.9 stop, 3 stop", "stop Passed at 1|stop Refractory at 2.9|stop Passed at 3")]
    public void LabelRules_Refractory_HoldsBackWhatComesTooSoon(string detections, string verdicts) =>
        Assert.Equal(verdicts.Split('|'), Said.Verdicts(Rules(new LabelRule { Refractory = Seconds(2) }), detections));

    [Theory]
    [InlineData("22:00", "06:00", "21:59", false)]
    [InlineData("22:00", "06:00", "22:00", true)]
    [InlineData("22:00", "06:00", "03:00", true)]
    [InlineData("22:00", "06:00", "06:00", false)]
    [InlineData("08:00", "20:00", "07:59", false)]
    [InlineData("08:00", "20:00", "08:00", true)]
    public void LabelRules_Hours_AreOfTheDay(string from, string to, string time, bool passes)
    {
        var rules = Rules(new LabelRule { From = TimeOnly.Parse(from, CultureInfo.InvariantCulture), To = TimeOnly.Parse(to, CultureInfo.InvariantCulture) });
        var verdicts = new List<DetectionVerdict>();
        rules.Take(Said.Detection("1 stop") with { At = new DateTimeOffset(2026, 11, 29, 0, 0, 0, TimeSpan.Zero) + TimeOnly.Parse(time, CultureInfo.InvariantCulture).ToTimeSpan() }, verdicts.Add);
        Assert.Equal(passes ? HoldReason.None : HoldReason.OutsideHours, Assert.Single(verdicts).Reason);
    }

    [Fact]
    public void LabelRules_HoursWithoutAClock_SayWhatIsMissing()
    {
        var rules = Rules(new LabelRule { From = new TimeOnly(8, 0), To = new TimeOnly(9, 0) });
        var error = Assert.Throws<ArgumentException>(() => rules.Take(Said.Detection("1 stop"), _ => { }));
        Assert.Contains("set a clock", error.Message);
    }

    public static TheoryData<LabelRule, string> Impossible => new()
    {
        { new LabelRule { Confirmations = 14, Within = TimeSpan.FromSeconds(3) }, "14 confirmations cannot come sooner, because the detector's refractory time is 00:00:00.3000000" },
        { new LabelRule { Confirmations = 2 }, "Within of the rule for 'stop' is 00:00:00" },
        { new LabelRule { Within = TimeSpan.FromSeconds(1) }, "Confirmations of the rule for 'stop' is 1" },
        { new LabelRule { Confirmations = 0 }, "must be 1 to 1000" },
        { new LabelRule { Threshold = 0.4f }, "0.5 or more, the detector's own threshold" },
        { new LabelRule { Threshold = 1 }, "must be in (0, 1)" },
        { new LabelRule { Refractory = TimeSpan.FromSeconds(-1) }, "must be zero or more" },
        { new LabelRule { From = new TimeOnly(8, 0) }, "given together with From" },
        { new LabelRule { From = new TimeOnly(8, 0), To = new TimeOnly(8, 0) }, "no time of the day would be left" },
    };

    [Theory, MemberData(nameof(Impossible))]
    public void LabelRule_ThatIsImpossible_IsRefusedWithItsReason(LabelRule rule, string said) =>
        Assert.Contains(said, Assert.Throws<ArgumentException>(() => rule.Validate("stop", ["stop"], new DetectorOptions())).Message);

    [Fact]
    public void LabelRule_OfALabelThatTheModelLacks_NamesThoseItHas() =>
        Assert.Contains("the model detects go, stop", Assert.Throws<ArgumentException>(() => new LabelRule().Validate("stopp", ["go", "stop"])).Message);

    [Theory]
    [InlineData("1 stop, 1.9 stop, 2.05 stop, 3 stop, 3.2 stop, 3.31 stop", "stop Passed at 1|stop Passed at 1.9|stop Ignored at 2.05|stop Ignored at 3|stop Ignored at 3.2|stop Passed at 3.31")]
    public void IgnoredTimes_HoldBackEventsThatTouchThem(string detections, string verdicts) // an event is from 0.3 to 0.1 s before its detection
    {
        var ignored = new IgnoredTimes();
        ignored.Ignore(Seconds(1.9), Seconds(3));
        Assert.Equal(verdicts.Split('|'), Said.Verdicts(ignored, detections));
    }

    [Fact]
    public void ArmedWindow_PassesForAWhileAfterTheWakeWord()
    {
        var (armed, verdicts) = (new ArmedWindow(Seconds(4)), new List<string>());
        void Take(string text) => armed.Take(Said.Detection(text), verdict => verdicts.Add(Said.Verdict(verdict)));
        Take("1 stop");
        armed.Arm(Said.Detection("2 computer"));
        Take("1.95 go");        // ended before the wake word did
        Take("2.3 stop");       // in one breath
        Take("6 stop");
        armed.Arm(Said.Detection("6 computer"));
        Take("10 stop");
        Take("10.1 stop");
        armed.Arm(Said.Detection("12 computer"));
        armed.Disarm();
        Take("13 stop");
        Assert.Equal(["stop Disarmed at 1", "go Disarmed at 1.95", "stop Passed at 2.3", "stop Passed at 6", "stop Passed at 10", "stop Disarmed at 10.1", "stop Disarmed at 13"], verdicts);
    }

    [Theory]
    [InlineData(ArbitrationRule.First, "stop@a Passed at 1|stop@b LostArbitration by stop@a at 1.1|stop@c LostArbitration by stop@a at 1.5|stop@c Passed at 1.7|go@b Passed at 1.8")]
    [InlineData(ArbitrationRule.Loudest, "stop@b Passed at 1.5|stop@a LostArbitration by stop@b at 1.5|stop@c LostArbitration by stop@b at 1.5|stop@c LostArbitration by stop@b at 1.7|go@b Passed at 2.3")]
    [InlineData(ArbitrationRule.Clearest, "stop@c Passed at 1.5|stop@a LostArbitration by stop@c at 1.5|stop@b LostArbitration by stop@c at 1.5|stop@c Passed at 1.7|go@b Passed at 2.3")]
    [InlineData(ArbitrationRule.BestScore, "stop@a Passed at 1.5|stop@b LostArbitration by stop@a at 1.5|stop@c LostArbitration by stop@a at 1.5|stop@c LostArbitration by stop@a at 1.7|go@b Passed at 2.3")]
    public void Arbitration_ThreeDevices_OneAnswers(ArbitrationRule rule, string verdicts)
    {
        Detection[] detections =
        [
            Said.Detection("1 stop@a 0.95") with { Level = -30, LevelAboveFloor = 10 },
            Said.Detection("1.1 stop@b 0.8") with { Level = -20, LevelAboveFloor = 15 },
            Said.Detection("1.5 stop@c 0.7") with { Level = -25, LevelAboveFloor = 20 },
            Said.Detection("1.7 stop@c 0.9") with { Level = -25, LevelAboveFloor = 20 },
            Said.Detection("1.8 go@b 0.9"),
        ];
        Assert.Equal(verdicts.Split('|'), Said.Verdicts(new DecisionChain(new Arbitration(Seconds(0.5), rule)), detections, step: 0, until: 9));
    }

    [Fact]
    public void Arbitration_OfADevicesTwoClaims_KeepsTheBetter() => Assert.Equal(
        ["stop@a Merged by stop@a at 1.2", "stop@a Merged by stop@a at 1.3", "stop@a Passed at 1.5"],
        Said.Verdicts(new Arbitration(Seconds(0.5), ArbitrationRule.BestScore), "1 stop@a 0.7, 1.2 stop@a 0.9, 1.3 stop@a 0.8"));

    [Theory]
    [InlineData("1 glass@a, 1.4 glass@b", "glass@a Merged by glass@b at 1.4|glass@b Passed at 1.4")]
    [InlineData("1 glass@a, 1.5 glass@b", "glass@a Merged by glass@b at 1.5|glass@b Passed at 1.5")]
    [InlineData("1 glass@a, 1.6 glass@b", "glass@a NotAgreed at 1.5|glass@b NotAgreed at 2.1")]
    [InlineData("1 glass@a, 1.4 glass@a, 1.8 glass@b", "glass@a Merged by glass@a at 1.4|glass@a Merged by glass@b at 1.8|glass@b Passed at 1.8")]
    [InlineData("1 glass@a, 1.2 glass@b, 1.5 glass@c, 2 glass@c", "glass@a Merged by glass@b at 1.2|glass@b Passed at 1.2|glass@c Merged by glass@b at 1.5|glass@c NotAgreed at 2.5")]
    [InlineData("1 glass@a, 1.2 stop@b", "glass@a NotAgreed at 1.5|stop@b NotAgreed at 1.7")]
    public void SourceAgreement_TwoSourcesWithinHalfASecond(string detections, string verdicts) =>
        Assert.Equal(verdicts.Split('|'), Said.Verdicts(new SourceAgreement(2, Seconds(0.5)), detections));

    [Theory]
    [InlineData("1 computer, 5 stop", "computer Merged by stop at 5|stop Passed at 5")]
    [InlineData("1 computer, 5.1 stop", "computer Incomplete at 5|stop Incomplete at 5.1")]
    [InlineData("1 computer, 3 computer, 6 stop", "computer Incomplete at 3|computer Merged by stop at 6|stop Passed at 6")]
    [InlineData("1 stop, 2 go, 3 computer", "stop Incomplete at 1|go Passed at 2|computer Incomplete at 7")]
    public void LabelSequence_ComputerThenStopWithinFourSeconds(string detections, string verdicts) =>
        Assert.Equal(verdicts.Split('|'), Said.Verdicts(new LabelSequence(["computer", "stop"], Seconds(4)), detections));

    [Theory]
    [InlineData("1 tap, 2 tap, 3 tap", "tap Merged by tap at 3|tap Merged by tap at 3|tap Passed at 3")]
    public void LabelSequence_MayRepeatALabel(string detections, string verdicts) =>
        Assert.Equal(verdicts.Split('|'), Said.Verdicts(new LabelSequence(["tap", "tap", "tap"], Seconds(1)), detections));

    [Theory]
    [InlineData("1 bark, 2 bark, 9 bark", "bark Begin at 1|bark Merged by bark at 2|bark End Released 4 at 4|bark Begin at 9|bark End Released 11 at 11")]
    [InlineData("1 bark, 2.5 bark, 4 bark, 5.5 bark, 7 bark", "bark Begin at 1|bark Merged by bark at 2.5|bark Merged by bark at 4|bark Merged by bark at 5.5|bark End MaximumDuration 6 at 6|bark Begin at 7|bark End Released 9 at 9")]
    [InlineData("1 bark@a, 2 bark@b", "bark@a Begin at 1|bark@b Begin at 2|bark@a End Released 3 at 3|bark@b End Released 4 at 4")]
    public void EventEdges_ByHoldTime_EndForCertain(string detections, string verdicts) =>
        Assert.Equal(verdicts.Split('|'), Said.Verdicts(new EventEdges(Seconds(5), hold: Seconds(2)), detections));

    [Theory]
    [InlineData(EventEnd.Gap), InlineData(EventEnd.Reset), InlineData(EventEnd.StreamEnded)]
    public void EventEdges_ByRelease_EndThereOrWithTheStream(EventEnd why)
    {
        var (edges, verdicts) = (new EventEdges(Seconds(60)), new List<string>());
        void Tell(DetectionVerdict verdict) => verdicts.Add(Said.Verdict(verdict));
        edges.Release("bark", null, Seconds(0.5), Tell);    // of nothing that began
        edges.Take(Said.Detection("1 bark"), Tell);
        edges.Release("bark", null, Seconds(3), Tell);
        edges.Take(Said.Detection("4 bark"), Tell);
        edges.Advance(Seconds(6), Tell);
        edges.End(why, Tell);
        Assert.Equal(["bark Begin at 1", "bark End Released 3 at 3", "bark Begin at 4", $"bark End {why} 6 at 6"], verdicts);
        Assert.Equal(0, edges.Open);
    }

    /// <summary>Barks with pauses are one event, whose end is the last release; a longer pause makes two.</summary>
    [Fact]
    public void EventEdges_ByHoldTimeFromRelease_GoOnOverPauses()
    {
        var (edges, verdicts) = (new EventEdges(Seconds(60), hold: Seconds(3), fromRelease: true), new List<string>());
        void Tell(DetectionVerdict verdict) => verdicts.Add(Said.Verdict(verdict));
        foreach (var (bark, released) in new[] { (1, 1.5), (3, 3.5), (6, 7), (20, 21) })
        {
            edges.Take(Said.Detection($"{bark} bark"), Tell);
            edges.Release("bark", null, Seconds(released), Tell);
            edges.Release("bark", null, Seconds(released), Tell);
        }
        edges.Take(Said.Detection("22 bark"), Tell); // still sounds at the stream's end
        edges.Advance(Seconds(30), Tell);
        edges.End(EventEnd.StreamEnded, Tell);
        Assert.Equal(["bark Begin at 1", "bark Merged by bark at 3", "bark Merged by bark at 6", "bark End Released 7 at 10", "bark Begin at 20", "bark Merged by bark at 22", "bark End StreamEnded 30 at 30"], verdicts);
        Assert.Equal("begin and end, over pauses of up to 3 s, at most 60 s", edges.Description);
    }

    [Fact]
    public void EventEdges_ThatEndInAPause_EndAtTheirRelease()
    {
        var (edges, verdicts) = (new EventEdges(Seconds(60), hold: Seconds(3), fromRelease: true), new List<string>());
        void Tell(DetectionVerdict verdict) => verdicts.Add(Said.Verdict(verdict));
        edges.Take(Said.Detection("1 bark"), Tell);
        edges.Release("bark", null, Seconds(2), Tell);
        edges.Advance(Seconds(4), Tell);
        edges.End(EventEnd.StreamEnded, Tell);
        Assert.Equal(["bark Begin at 1", "bark End StreamEnded 2 at 4"], verdicts);
    }

    /// <summary>The rules of a stream that uses everything at once.</summary>
    static DecisionChain EverythingAtOnce()
    {
        var ignored = new IgnoredTimes();
        for (var i = 0; i < 40; i++) ignored.Ignore(Seconds(5 * i), Seconds(5 * i + 0.5));
        return new DecisionChain(
            ignored,
            new LabelRules(new Dictionary<string, LabelRule>
            {
                ["a"] = new() { Confirmations = 2, Within = Seconds(1.5), Refractory = Seconds(1) },
                ["b"] = new() { Threshold = 0.6f },
                ["c"] = new() { Confirmations = 3, Within = Seconds(4) },
            }),
            new Arbitration(Seconds(0.7), ArbitrationRule.BestScore),
            new SourceAgreement(2, Seconds(3)),
            new LabelSequence(["b", "a"], Seconds(6)),
            new EventEdges(Seconds(4), hold: Seconds(1)));
    }

    static Detection[] RandomStream(int seed, int count)
    {
        var (random, time) = (new Random(seed), 0.0);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            time += Math.Round(random.NextDouble() * random.NextDouble() * 2, 2);
            return Said.Detection(FormattableString.Invariant($"{time} {"abcd"[random.Next(4)]}@{"xyz"[random.Next(3)]} {random.NextSingle()}")) with { Level = -random.Next(60) };
        })];
    }

    [Fact]
    public void Chain_RandomStreams_EveryDetectionHasOneOutcome()
    {
        var all = new DecisionCounts();
        for (var seed = 0; seed < 50; seed++)
        {
            var (chain, random) = (EverythingAtOnce(), new Random(seed));
            var (outcomes, begins, ends) = (0, 0, 0);
            void Tell(DetectionVerdict verdict)
            {
                if (verdict.Detection.Phase == EventPhase.End) ends++;
                else outcomes++;
                if (verdict.Detection.Phase == EventPhase.Begin) begins++;
            }
            var stream = RandomStream(seed, 200);
            foreach (var detection in stream)
            {
                chain.Take(detection, Tell);
                Assert.Equal(chain.Counts.Seen, chain.Counts.Passed + chain.Counts.Merged + chain.Counts.HeldBack + chain.Counts.Waiting);
                foreach (var rule in chain.Rules) Assert.Equal(rule.Counts.Seen, rule.Counts.Passed + rule.Counts.Merged + rule.Counts.HeldBack + rule.Waiting);
                if (random.Next(20) == 0) chain.End(random.Next(2) == 0 ? EventEnd.Gap : EventEnd.Reset, Tell);
            }
            chain.End(EventEnd.StreamEnded, Tell);
            Assert.Equal((200, begins), (outcomes, ends));
            Assert.Equal((200, 0), (chain.Counts.Seen, chain.Counts.Waiting));
            Assert.Equal(200, chain.Counts.Passed + chain.Counts.Merged + chain.Counts.HeldBack);
            all += chain.Counts;
        }
        Assert.All(new[] { HoldReason.Ignored, HoldReason.BelowThreshold, HoldReason.Unconfirmed, HoldReason.Refractory, HoldReason.LostArbitration, HoldReason.NotAgreed, HoldReason.Incomplete },
            reason => Assert.True(all.Of(reason) > 0, $"{reason} never came"));
        Assert.True(all.Passed > 0 && all.Merged > 0);
    }

    [Theory, InlineData(0.02), InlineData(0.37), InlineData(5)]
    public void Chain_AdvancedInSteps_SaysTheSame(double step)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var stream = RandomStream(seed, 200);
            var until = stream[^1].Time.TotalSeconds + 10;
            Assert.Equal(Said.Verdicts(EverythingAtOnce(), stream, 0, until), Said.Verdicts(EverythingAtOnce(), stream, step, until));
        }
    }

    [Fact]
    public void Chain_SavedAndRestoredAnywhere_GoesOnTheSame()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var stream = RandomStream(seed, 100);
            var (whole, parts) = (new List<string>(), new List<string>());
            var (one, other) = (EverythingAtOnce(), EverythingAtOnce());
            foreach (var detection in stream)
            {
                one.Take(detection, verdict => whole.Add(Said.Verdict(verdict)));
                other.Take(detection, verdict => parts.Add(Said.Verdict(verdict)));
                using var state = new MemoryStream();
                other.Save(new BinaryWriter(state));
                state.Position = 0;
                (other = EverythingAtOnce()).Restore(new BinaryReader(state));
                Assert.Equal(one.Counts, other.Counts);
            }
            one.End(EventEnd.StreamEnded, verdict => whole.Add(Said.Verdict(verdict)));
            other.End(EventEnd.StreamEnded, verdict => parts.Add(Said.Verdict(verdict)));
            Assert.Equal(whole, parts);
        }
    }

    [Fact]
    public void Restore_OfADamagedState_IsRefusedAndForgotten()
    {
        var rules = LabelRules.Counting("stop", 3, Seconds(4));
        rules.Take(Said.Detection("1 stop"), _ => { });
        using var state = new MemoryStream();
        rules.Save(new BinaryWriter(state));
        var bytes = state.ToArray();
        for (var length = 0; length < bytes.Length; length++)
        {
            var other = LabelRules.Counting("stop", 3, Seconds(4));
            Assert.Throws<InvalidDataException>(() => other.Restore(new BinaryReader(new MemoryStream(bytes[..length]))));
            Assert.Equal(new DecisionCounts(), other.Counts);
        }
        var another = new LabelRules(new Dictionary<string, LabelRule> { ["a"] = new(), ["b"] = new() });
        Assert.Throws<InvalidDataException>(() => another.Restore(new BinaryReader(new MemoryStream(bytes))));
    }

    /// <summary>A state comes from outside: a number in it that no stream has would throw or wait for ever in a detection to come.</summary>
    [Fact]
    public void Restore_OfTimesAndCountsThatCannotBe_IsRefusedAndForgotten()
    {
        var armed = new ArmedWindow(Seconds(5));
        armed.Arm(Said.Detection("1 computer"));
        var ignored = new IgnoredTimes();
        ignored.Ignore(Seconds(1), Seconds(2));
        var counting = LabelRules.Counting("stop", 3, Seconds(4));
        counting.Take(Said.Detection("1 stop"), _ => { });
        (Decision Rule, Func<Decision> Again)[] rules = [(armed, () => new ArmedWindow(Seconds(5))), (ignored, () => new IgnoredTimes()), (counting, () => LabelRules.Counting("stop", 3, Seconds(4)))];
        foreach (var (rule, again) in rules)
        {
            using var state = new MemoryStream();
            rule.Save(new BinaryWriter(state));
            var refused = 0;
            for (var at = 0; at + 8 <= state.Length; at++)
            {
                foreach (var wrong in (long[])[long.MaxValue, long.MaxValue - 1, long.MinValue + 1, -1])
                {
                    var bytes = state.ToArray();
                    BitConverter.TryWriteBytes(bytes.AsSpan(at), wrong);
                    var other = again();
                    try
                    {
                        other.Restore(new BinaryReader(new MemoryStream(bytes)));
                    }
                    catch (InvalidDataException)
                    {
                        refused++;
                        Assert.Equal(new DecisionCounts(), other.Counts);
                        continue;
                    }
                    other.Take(Said.Detection("9 stop"), _ => { }); // what is not refused works
                    other.Advance(Seconds(20), _ => { });
                    other.End(EventEnd.StreamEnded, _ => { });
                    Assert.Equal(other.Counts.Seen, other.Counts.Passed + other.Counts.Merged + other.Counts.HeldBack + other.Counts.Waiting);
                }
            }
            Assert.True(refused > state.Length, $"{rule}: only {refused} were refused");
        }
    }

    [Fact]
    public void Chain_OnceItsListsHaveGrown_AllocatesNothing()
    {
        var (chain, stream) = (EverythingAtOnce(), RandomStream(1, 1_000));
        Action<DetectionVerdict> nothing = _ => { };
        void Run()
        {
            foreach (var detection in stream)
            {
                chain.Take(detection, nothing);
                chain.Advance(detection.Time, nothing);
            }
            chain.End(EventEnd.StreamEnded, nothing);
            for (var i = 0; i < chain.Rules.Count; i++) chain.Rules[i].Reset();
        }
        Run();
        Assert.Equal(0, Allocations.Of(Run));
    }
}
