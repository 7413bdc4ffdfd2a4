using SuRnnStream.Evaluation;
using SuRnnStream.Tests.Support;
using Xunit;
using static SuRnnStream.Tests.Evaluation.HandMadeStream;

namespace SuRnnStream.Tests.Evaluation;

/// <summary>
/// Two streams that can be counted by hand; the expected figures are the arithmetic. At the threshold 0.5:
/// <code>
/// 20 s with events            low 1 to 2, low 2.5 to 3, high 6 to 7, high 10 to 11, low 14 to 15
///   1.50 low  0.90            hit, 0.5 s before the end
///   2.20 low  0.80            0.7 s behind a counted one, and the second event has not begun: repeat
///   2.70 low  0.90            hit of the second event, 0.3 s before its end
///   6.50 high 0.60            hit, 0.5 s before the end
///   6.70 low  0.70            false alarm, wrong label
///   7.60 low  0.70            0.9 s behind it: repeat
///   7.80 low  0.70            1.1 s behind it, 0.8 s behind the event: false alarm, wrong label
///  12.00 high 0.80            1 s behind the end: still a hit
///  16.10 low  0.40            too quiet; below 0.4 a false alarm, as the last event is over for more than 1 s
/// 1 h without
/// 100.00 low  0.95            false alarm
/// 100.90 low  0.95            repeat
/// 300.00 high 0.55            false alarm
/// 300.50 low  0.65            false alarm
/// </code>
/// </summary>
public sealed class EvaluatorTest
{
    static readonly JudgedStream[] Streams =
    [
        Heard(20, [Event("low", 1, 2), Event("low", 2.5, 3), Event("high", 6, 7), Event("high", 10, 11), Event("low", 14, 15)],
            (1.50, "low", 0.90f), (2.20, "low", 0.80f), (2.70, "low", 0.90f), (6.50, "high", 0.60f), (6.70, "low", 0.70f),
            (7.60, "low", 0.70f), (7.80, "low", 0.70f), (12.00, "high", 0.80f), (16.10, "low", 0.40f)),
        Heard(3600, null, (100.00, "low", 0.95f), (100.90, "low", 0.95f), (300.00, "high", 0.55f), (300.50, "low", 0.65f)),
    ];

    static readonly Evaluator Evaluator = new(HandMadeStream.Model);
    static readonly EvaluationReport Report = Evaluator.Report("hand.surnn", Streams);

    static OperatingPoint Point(float threshold, int events, int hits, int wrong, int inPositives, int inNegatives) =>
        new(threshold, events, hits, wrong, inPositives, inNegatives, NegativeHours: 1);

    [Fact]
    public void AsShipped_IsWhatTheHandCounts()
    {
        Assert.Equal(Point(0.5f, events: 3 + 2, hits: 2 + 2, wrong: 2, inPositives: 2, inNegatives: 2 + 1), Report.AsShipped);
        Assert.Equal(Point(0.5f, events: 3, hits: 2, wrong: 2, inPositives: 2, inNegatives: 2), Report.AsShippedByLabel["low"]);
        Assert.Equal(Point(0.5f, events: 2, hits: 2, wrong: 0, inPositives: 0, inNegatives: 1), Report.AsShippedByLabel["high"]);
        Assert.Equal((1, 1 / 5.0, 2 / 5.0, 3 / 1.0), (Report.AsShipped.Misses, Report.AsShipped.MissRate, Report.AsShipped.WrongLabelRate, Report.AsShipped.FalseAlarmsPerHour));
        Assert.Equal((20.0, 3600.0), (Report.Positives.TotalSeconds, Report.Negatives.TotalSeconds));
        Assert.Equal(["low", "high"], Report.Labels);
    }

    [Fact]
    public void Comparison_OfOtherEvents_IsRefused()
    {
        Assert.Same(HandMadeStream.Model, Evaluator.Model);
        Assert.Equal(["low", "high"], Evaluator.Labels);
        static EvaluationReport Of(params (double Start, EventKind Kind)[] rows) => Report with { Events = [.. rows.Select(row => new JudgedEvent("a.wav", row.Kind, "low", TimeSpan.FromSeconds(row.Start), TimeSpan.FromSeconds(row.Start + 1)))] };
        var report = Of((1, EventKind.Hit), (3, EventKind.Hit), (5, EventKind.Miss), (6, EventKind.FalseAlarm));
        var compared = ModelComparison.Of(report, Of((1, EventKind.Miss), (3, EventKind.Hit), (5, EventKind.Miss)));
        Assert.Equal((1, 1, 0, 1), (compared.Both, compared.OnlyThis, compared.OnlyOther, compared.Neither));
        foreach (var other in new[] { Of((1, EventKind.Hit), (3, EventKind.Hit)), Of((1, EventKind.Hit), (3, EventKind.Hit), (5.5, EventKind.Miss)) })
            Assert.Contains("judge both on the same sounds", Assert.Throws<ArgumentException>(() => ModelComparison.Of(report, other)).Message);
    }

    [Fact]
    public void WithClip_DrawsTheScoreOverTheClipAlone()
    {
        var (rate, row) = (HandMadeStream.Model.Config.FrontEnd!.SampleRate, new JudgedEvent("a.wav", EventKind.FalseAlarm, "low", TimeSpan.Zero, TimeSpan.FromSeconds(1)));
        Assert.Equal(TimeSpan.FromSeconds(3), Evaluator.ClipLead);
        var (all, part) = (Evaluator.WithClip(row, "clips/a.wav", new float[rate], 0), Evaluator.WithClip(row, "clips/a.wav", new float[rate], rate / 2));
        Assert.Equal("clips/a.wav", part.Clip);
        Assert.Equal(all.Strip!.Scores.TakeLast(part.Strip!.Scores.Count), part.Strip.Scores);
        Assert.InRange(part.Strip.Scores.Count, all.Strip.Scores.Count / 2, all.Strip.Scores.Count / 2 + 2);
        Assert.Contains("'beep'", Assert.Throws<ArgumentException>(() => Evaluator.WithClip(row with { Label = "beep" }, "a", new float[rate], 0)).Message);
        Assert.Throws<ArgumentException>(() => Evaluator.WithClip(row, "a", new float[10], 11));
        Assert.Throws<ArgumentException>(() => Evaluator.WithClip(row, "a", new float[10], -1));
    }

    /// <summary>A stream whose samples come in blocks is judged as one that is in memory; by its recorded samples it has a set's name.</summary>
    [Theory, InlineData(true, false), InlineData(false, true)]
    public void Judge_OfAStreamInBlocks_MakesTheReportOfTheWhole(bool keepTrack, bool keepSweep)
    {
        var (model, sound) = (ToneModel.Build(), ToneModel.Tones(6));
        var evaluator = new Evaluator(model);
        var stream = EvaluationStream.FromRecording("a.wav", [Event("low", 0.3, 0.6), Event("high", 0.8, 1.1), Event("other", 1.5, 2)], sound, ToneModel.Rate);
        var whole = evaluator.Report("tones", [evaluator.Hear(stream)]);
        var judge = evaluator.Judge(stream with { Samples = [] }, keepTrack, keepSweep);
        foreach (var block in sound.Chunk(1_234))
        {
            judge.Process(block);
            judge.Record(block);
        }
        var heard = judge.Finish(stream.Events);
        var report = evaluator.Report("tones", [heard]);
        Assert.NotEmpty(heard.Detections);
        Assert.Equal((whole.AsShipped, whole.Positives), (report.AsShipped, report.Positives));
        Assert.Equal(whole.Sweep, report.Sweep);
        Assert.Equal(whole.Events.Select(row => (row.Kind, row.Label, row.Start)), report.Events.Select(row => (row.Kind, row.Label, row.Start)));
        Assert.Null(whole.Set);
        Assert.NotNull(report.Set);
        Assert.Throws<InvalidOperationException>(() => judge.Process(sound));
        Assert.Throws<InvalidOperationException>(() => judge.Record(sound));
        Assert.Throws<InvalidOperationException>(() => judge.Finish());
        Assert.Contains("keepSweep", Assert.Throws<ArgumentException>(() => evaluator.Judge(stream, keepTrack: false)).Message);
    }

    [Fact]
    public void PinkNoise_HasItsLevel_AndIsTheSameForASeed()
    {
        var noise = SuRnnStream.Evaluation.Mixing.PinkNoise.Make(48_000, -20, seed: 7);
        Assert.Equal(-20, 10 * Math.Log10(noise.Average(x => (double)x * x)), 1e-3);
        Assert.Equal(noise, SuRnnStream.Evaluation.Mixing.PinkNoise.Make(48_000, -20, seed: 7));
        Assert.NotEqual(noise, SuRnnStream.Evaluation.Mixing.PinkNoise.Make(48_000, -20, seed: 8));
        Assert.Empty(SuRnnStream.Evaluation.Mixing.PinkNoise.Make(0, -20, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SuRnnStream.Evaluation.Mixing.PinkNoise.Make(-1, -20, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SuRnnStream.Evaluation.Mixing.PinkNoise.Make(10, double.NaN, 1));
    }

    [Fact]
    public void AsShipped_HasBounds()
    {
        Assert.Equal(0.6187, Report.AsShipped.FalseAlarmsPerHourBounds.Lower, 1e-4); // 3 seen in an hour
        Assert.Equal(8.7673, Report.AsShipped.FalseAlarmsPerHourBounds.Upper, 1e-4);
        Assert.Equal(1 - Math.Pow(0.975, 1 / 5.0), Report.AsShipped.MissRateBounds.Lower, 1e-9); // 1 of 5
        Assert.Equal(0.7164, Report.AsShipped.MissRateBounds.Upper, 1e-4);
    }

    [Fact]
    public void Latencies_AreOfTheHitsInOrder() => Assert.Equal([-0.5, -0.5, -0.3, 1.0], Report.Latencies.Select(latency => latency.TotalSeconds));

    [Theory]
    [InlineData(0, 0.001f, 4, 2, 3, 3)]   // 16.10 fires too
    [InlineData(40, 0.40f, 4, 2, 3, 3)]
    [InlineData(41, 0.41f, 4, 2, 2, 3)]
    [InlineData(60, 0.60f, 4, 2, 2, 2)]   // 300.00 no more
    [InlineData(65, 0.65f, 3, 2, 2, 2)]   // 6.50 no more
    [InlineData(66, 0.66f, 3, 2, 2, 1)]   // 300.50 no more
    [InlineData(71, 0.71f, 3, 0, 0, 1)]   // 6.70, 7.60 and 7.80 no more
    [InlineData(81, 0.81f, 2, 0, 0, 1)]   // 12.00 no more, nor the repeat at 2.20
    [InlineData(91, 0.91f, 0, 0, 0, 1)]
    [InlineData(96, 0.96f, 0, 0, 0, 0)]
    [InlineData(100, 0.999f, 0, 0, 0, 0)]
    public void Sweep_AtEachThreshold_IsWhatTheHandCounts(int row, float threshold, int hits, int wrong, int inPositives, int inNegatives)
    {
        Assert.Equal(101, Report.Sweep.Count);
        Assert.Equal(Point(threshold, 5, hits, wrong, inPositives, inNegatives), Report.Sweep[row]);
        var (low, high) = (Report.SweepByLabel["low"][row], Report.SweepByLabel["high"][row]);
        Assert.Equal((5, hits, wrong, inPositives, inNegatives), (low.Events + high.Events, low.Hits + high.Hits, low.WrongLabels + high.WrongLabels,
            low.FalseAlarmsInPositives + high.FalseAlarmsInPositives, low.FalseAlarms + high.FalseAlarms));
    }

    // From 0 to 1 an hour nothing is found; from 1 to 2 an hour 0.66 misses 2 of 5.
    [Fact]
    public void Area_IsTheMeanMissRateUpToTwoAnHour() => Assert.Equal((1 * 1.0 + 1 * 0.4) / 2, DetCurve.Area(Report.Sweep), 1e-12);

    [Fact]
    public void Confusion_HasAnAnswerForEachEvent_AndEachOtherFalseAlarm() =>
        Assert.Equal([[2, 0, 1], [0, 2, 0], [2 + 2, 1, 0]], Report.Confusion.Select(row => row.ToArray()));

    [Fact]
    public void Confusion_OfAMissedEventWithAWrongLabel_IsThatLabel()
    {
        var heard = Heard(20, [Event("low", 1, 2)], (1.5, "high", 0.9f), (2.9, "high", 0.9f)); // the second one answers no event
        Assert.Equal([[0, 1, 0], [0, 0, 0], [0, 1, 0]], Evaluator.Report("", [heard]).Confusion.Select(row => row.ToArray()));
    }

    [Fact]
    public void EventScores_AreThePeaksWhereADetectionCounts()
    {
        Assert.Equal([0, 0.9f, 0.9f], Report.EventScores["low"]);
        Assert.Equal([0.6f, 0.8f], Report.EventScores["high"]);
    }

    [Fact]
    public void NegativeScores_AreThePeaksOfTheSeconds()
    {
        static (int, long)[] Counts(string label) => [.. Report.NegativeScoreCounts[label].Index().Where(bin => bin.Item > 0)];
        Assert.Equal([(0, 302 - 2), (65, 1L), (95, 1L)], Counts("low")); // both at 100.00 and 100.90 in one second; frames end from 0.01 to 301.50 s
        Assert.Equal([(0, 302 - 1), (55, 1L)], Counts("high"));
    }

    [Fact]
    public void Recommend_WithinABudget_TakesTheFewestMisses_ThenTheMiddleThreshold()
    {
        var report = Evaluator.Recommend(Report, Streams, 1);
        Assert.Equal(1, report.Budget);
        Assert.Equal(Point(0.78f, events: 3, hits: 2, wrong: 0, inPositives: 0, inNegatives: 1), report.Recommended["low"]);
        Assert.Equal(Point(0.58f, events: 2, hits: 2, wrong: 2 - 2, inPositives: 0, inNegatives: 0), report.Recommended["high"]);
        Assert.Equal(Point(0.5f, events: 5, hits: 4, wrong: 0, inPositives: 0, inNegatives: 1), report.AsRecommended);
        Assert.Equal([("high", 0.58f), ("low", 0.78f)], Evaluator.RecommendedOptions(report).Thresholds.Select(label => (label.Key, label.Value)).Order());
    }

    [Fact]
    public void Recommend_WithoutAnyFalseAlarm_GivesUpALabel()
    {
        var report = Evaluator.Recommend(Report, Streams, 0);
        Assert.Equal((0.98f, 3), (report.Recommended["low"]!.Threshold, report.Recommended["low"]!.Misses));
        Assert.Equal((2, 0), (report.AsRecommended!.Hits, report.AsRecommended.FalseAlarms));
    }

    [Fact]
    public void Recommend_WhatNoThresholdMeets_SaysSo_AndTakesTheQuietest()
    {
        JudgedStream[] loud = [.. Streams, Heard(1, null, (0.50, "high", 1), (2.00, "high", 1))];
        var report = Evaluator.Recommend(Evaluator.Report("", loud), loud, 1);
        Assert.Null(report.Recommended["high"]);
        Assert.NotNull(report.Recommended["low"]);
        Assert.Equal(0.60f, Evaluator.RecommendedOptions(report).Thresholds["high"]); // two false alarms from 0.56 on, no miss to 0.60
        Assert.Equal(1 + 2, report.AsRecommended!.FalseAlarms);
    }

    [Fact]
    public void Recommend_ALabelWithoutEvents_KeepsItsThreshold_AndItsFalseAlarmsCount()
    {
        JudgedStream[] streams = [Heard(20, [Event("low", 1, 2)], (1.5, "low", 0.9f)), Streams[1]];
        var report = Evaluator.Recommend(Evaluator.Report("", streams), streams, 1);
        Assert.Equal(["low"], report.Recommended.Keys);
        Assert.Equal((0.98f, 1), (report.Recommended["low"]!.Threshold, report.AsRecommended!.FalseAlarms)); // the one an hour is the other label's
    }

    [Fact]
    public void WithoutNegatives_RatesAreNotNumbers()
    {
        var report = Evaluator.Report("", [Streams[0]]);
        Assert.Equal((double.NaN, double.NaN), (report.AsShipped.FalseAlarmsPerHour, DetCurve.Area(report.Sweep)));
        Assert.Null(DetCurve.BestWithin(report.Sweep, 5));
    }

    /// <summary>One model with random weights that fires all the time, one with two tones: with everything that the gate does.</summary>
    [Fact]
    public void Replay_AtEveryThreshold_IsWhatTheDetectorDetects()
    {
        var total = 0;
        foreach (var (model, samples) in new[] { (TinyModels.Build(TinyModels.Config(), defaults: TinyModels.Eager), Sounds.Mixture(120)), (ToneModel.Build(), ToneModel.Tones(40)) })
        {
            var heard = new Evaluator(model).Hear(EvaluationStream.FromNegative("", samples, 16_000));
            Assert.Equal(heard.Track.Replay(model.Defaults), heard.Detections);
            Assert.InRange(heard.Track.Runs, 1, heard.Track.Frames - 100); // some are held
            foreach (var threshold in new[] { 0.001f, 0.1f, 0.3f, 0.35f, 0.5f, 0.77f, 0.95f })
            {
                var options = model.Defaults with { Threshold = threshold, Thresholds = new Dictionary<string, float> { [model.Config.Labels[^1]] = 0.4f } };
                var detected = new List<Detection>();
                var detector = new StreamingDetector(model, options);
                detector.Process(samples, detected.Add);
                detector.Finish(detected.Add);
                Assert.Equal(detected, heard.Track.Replay(options));
                total += detected.Count;
            }
        }
        Assert.True(total > 200, $"only {total} detections were compared");
    }

    [Fact]
    public void Hear_AClip_FindsTheDetectionAtItsEnd_AndCountsTheClipsOwnTime()
    {
        var clip = ToneModel.Tone(ToneModel.Low, 0.12); // too short for a verdict without what follows
        Assert.Empty(ToneModel.Detect(ToneModel.Build(), clip));
        var heard = new Evaluator(ToneModel.Build()).Hear(EvaluationStream.FromClip("a", "low", clip, ToneModel.Rate));
        Assert.Single(heard.Match().Hits);
        Assert.Equal(0.12, heard.Length.TotalSeconds);
        var found = Assert.Single(heard.Events);
        Assert.Equal((0.0, 0.12), (found.Start.TotalSeconds, found.End.TotalSeconds));
    }

    [Fact]
    public void Hear_AClipOfAWordThatTheModelDoesNotKnow_IsNoEvent()
    {
        foreach (var label in new[] { "zebra", "unknown" })
        {
            var heard = new Evaluator(ToneModel.Build()).Hear(EvaluationStream.FromClip("a", label, ToneModel.Tone(ToneModel.Low, 0.25), ToneModel.Rate));
            Assert.Empty(heard.Events);
            Assert.False(Assert.Single(heard.Match().FalseAlarms).WrongLabel);
            Assert.False(heard.IsNegative);
        }
    }
}
