using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

/// <summary>The same rules by hand, in a pipeline and in a pool give the same detections, however the stream is cut up.</summary>
public sealed class StreamDecisionsTest
{
    static readonly DecisionOptions Options = new()
    {
        Rules = new Dictionary<string, LabelRule> { ["low"] = new() { Confirmations = 2, Within = TimeSpan.FromSeconds(1.5) }, ["high"] = new() { Refractory = TimeSpan.FromSeconds(1.2) } },
        Edges = true,
        MaximumDuration = TimeSpan.FromSeconds(0.5),
    };

    static readonly float[] Samples = [.. ToneModel.Tones(9), .. ToneModel.Tone(ToneModel.High, 1.5)];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static List<string> ByHand(float[] samples, int chunk, DecisionOptions? options = null)
    {
        var (heard, model) = (new List<string>(), ToneModel.Build());
        var rules = new StreamDecisions(options ?? Options, model, model.Defaults, d => heard.Add(Text(d)));
        var detector = new StreamingDetector(model) { OnReleased = rules.NeedsReleases ? rules.Release : null };
        for (var i = 0; i < samples.Length; i += chunk)
        {
            detector.Process(samples.AsSpan(i, Math.Min(chunk, samples.Length - i)), d => rules.Take(d));
            rules.Advance(TimeSpan.FromSeconds(detector.Position / (double)ToneModel.Rate));
        }
        detector.Finish(d => rules.Take(d));
        rules.End(EventEnd.StreamEnded);
        return heard;
    }

    static string Text(Detection d) => FormattableString.Invariant($"{d.Label} {d.Phase} {d.Time.TotalSeconds:0.000} {d.EndedBy}");

    [Fact]
    public void Rules_OnTones_PassWhatTheyShould() => Assert.Equal(
        ["high Begin", "high End Released", "low Begin", "low End Released", "high Begin", "high End Released", "low Begin", "low End Released", "high Begin", "high End MaximumDuration"],
        ByHand(Samples, 160).Select(text => string.Join(' ', text.Split(' ').Where(part => !char.IsDigit(part[0]) && part != "None"))));

    [Theory, InlineData(1), InlineData(37), InlineData(4_000), InlineData(1_000_000)]
    public void Rules_InAnyChunks_SayTheSame(int chunk) => Assert.Equal(ByHand(Samples, 160), ByHand(Samples, chunk));

    [Theory, InlineData(5), InlineData(20), InlineData(700)]
    public async Task Pipeline_SaysWhatRulesByHandSay(int block)
    {
        var (heard, verdicts) = (new List<string>(), new DecisionCounts());
        var options = new PipelineOptions { BlockDuration = TimeSpan.FromMilliseconds(block), Decisions = Options, OnVerdict = verdict => verdicts += new DecisionCounts { Seen = verdict.Detection.Phase == EventPhase.End ? 0 : 1 } };
        var pipeline = new DetectorPipeline(new ArraySource(Samples, ToneModel.Rate), ToneModel.Build(), options: options);
        using var subscription = pipeline.Detections.Subscribe(new Collector(d => heard.Add(Text(d))));
        await pipeline.RunAsync(Cancellation);
        Assert.Equal(ByHand(Samples, 160), heard);
        var counts = pipeline.Counters.Decisions;
        Assert.Equal((pipeline.Counters.Detections, pipeline.Counters.Detections), (counts.Seen, verdicts.Seen));
        Assert.Equal(counts.Seen, counts.Passed + counts.Merged + counts.HeldBack);
        Assert.True(counts is { Merged: > 0, Refractory: > 0, Unconfirmed: > 0, Waiting: 0 });
    }

    [Fact]
    public async Task Pool_SaysWhatRulesByHandSay()
    {
        var heard = new Dictionary<string, List<string>> { ["a"] = [], ["b"] = [] };
        await using var pool = new DetectorPool(ToneModel.Build(), options: new PoolOptions { Decisions = Options, Overflow = OverflowPolicy.Wait, Workers = 2 });
        using var subscription = pool.Detections.Subscribe(new Collector(d => heard[d.Source!].Add(Text(d))));
        var (a, b) = (pool.Add("a"), pool.Add("b"));
        for (var at = (A: 0, B: 0); at.A < Samples.Length || at.B < Samples.Length;)
            at = (at.A + a.Write(Samples.AsSpan(at.A, Math.Min(333, Samples.Length - at.A))), at.B + b.Write(Samples.AsSpan(at.B, Math.Min(4_000, Samples.Length - at.B))));
        await pool.StopAsync();
        Assert.Equal(ByHand(Samples, 160), heard["a"]);
        Assert.Equal(heard["a"], heard["b"]);
        var counts = pool.Counters.Total.Decisions;
        Assert.Equal(pool.Counters.Total.Detections, counts.Seen);
        Assert.Equal(counts.Seen, counts.Passed + counts.Merged + counts.HeldBack);
    }

    [Fact]
    public async Task Pipeline_WithoutDecisions_CountsNone()
    {
        var pipeline = new DetectorPipeline(new ArraySource(Samples, ToneModel.Rate), ToneModel.Build());
        await pipeline.RunAsync(Cancellation);
        Assert.Equal(new DecisionCounts(), pipeline.Counters.Decisions);
        Assert.True(pipeline.Counters.Detections > 0);
        Assert.Throws<InvalidOperationException>(() => pipeline.Ignore(TimeSpan.Zero, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Pipeline_IgnoredTime_HoldsItsEventsBack()
    {
        var pipeline = new DetectorPipeline(new ArraySource(ToneModel.Tones(6), ToneModel.Rate), ToneModel.Build(), options: new PipelineOptions { Decisions = new DecisionOptions() });
        pipeline.Ignore(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        var heard = pipeline.ReadAllAsync(Cancellation);
        await pipeline.RunAsync(Cancellation);
        var times = new List<double>();
        await foreach (var detection in heard) times.Add(detection.Time.TotalSeconds);
        Assert.Equal((4, 2L, 6L), (times.Count, pipeline.Counters.Decisions.Ignored, pipeline.Counters.Decisions.Seen));
        Assert.DoesNotContain(times, time => time is > 1.2 and < 2);
    }

    [Fact]
    public async Task Pipeline_OpenEvent_EndsWhereTheModelIsReplaced()
    {
        var (edges, frames) = (new List<string>(), 0);
        DetectorPipeline? pipeline = null;
        pipeline = new DetectorPipeline(new ArraySource(new float[][] { ToneModel.Quiet(0.3), ToneModel.Tone(ToneModel.High, 3) }.SelectMany(part => part).ToArray(), ToneModel.Rate), ToneModel.Build(), options: new PipelineOptions
        {
            Decisions = new DecisionOptions { Edges = true },
            OnFrame = (in FrameView _) => { if (++frames == 150) pipeline!.Swap(ToneModel.Build()); },
        });
        using var subscription = pipeline.Detections.Subscribe(new Collector(d => edges.Add($"{d.Phase} {d.EndedBy}")));
        await pipeline.RunAsync(Cancellation);
        Assert.Equal(["Begin None", "End Reset", "Begin None", "End StreamEnded"], edges);
    }

    [Fact]
    public async Task Pool_OpenEvent_EndsAtAGap()
    {
        var edges = new List<Detection>();
        await using var pool = new DetectorPool(ToneModel.Build(), options: new PoolOptions { Decisions = new DecisionOptions { Edges = true }, Backlog = TimeSpan.FromSeconds(10) });
        using var subscription = pool.Detections.Subscribe(new Collector(edges.Add));
        var stream = pool.Add("a");
        stream.Write([.. ToneModel.Quiet(0.3), .. ToneModel.Tone(ToneModel.High, 1)]);
        stream.Lose(8_000);
        stream.Write(ToneModel.Quiet(1));
        await pool.StopAsync();
        Assert.Equal([(EventPhase.Begin, EventEnd.None), (EventPhase.End, EventEnd.Gap)], edges.Select(d => (d.Phase, d.EndedBy)));
        Assert.InRange(edges[1].Time.TotalSeconds, 1.25, 1.8);
    }

    [Theory]
    [InlineData("lov", "There is a rule for 'lov', but the model detects low, high")]
    [InlineData("silence", "There is a rule for 'silence', but the model detects low, high")]
    public void Options_WithALabelThatTheModelLacks_AreRefused(string label, string said)
    {
        var options = new PipelineOptions { Decisions = new DecisionOptions { Rules = new Dictionary<string, LabelRule> { [label] = new() } } };
        Assert.Contains(said, Assert.Throws<ArgumentException>(() => new DetectorPipeline(new ArraySource(Samples, ToneModel.Rate), ToneModel.Build(), options: options)).Message);
    }

    [Fact]
    public void Options_WithHoursOrALoudspeakerAndNothingToGoBy_AreRefused()
    {
        DetectorPipeline Make(DecisionOptions decisions) => new(new ArraySource(Samples, ToneModel.Rate), ToneModel.Build(), options: new PipelineOptions { Decisions = decisions });
        var hours = new DecisionOptions { Rules = new Dictionary<string, LabelRule> { ["low"] = new() { From = new TimeOnly(8, 0), To = new TimeOnly(9, 0) } } };
        Assert.Contains("set Clock", Assert.Throws<ArgumentException>(() => Make(hours)).Message);
        Assert.Contains("set Played", Assert.Throws<ArgumentException>(() => Make(new DecisionOptions { Loudspeaker = new LoudspeakerOptions() })).Message);
        Assert.Throws<ArgumentException>(() => Make(new DecisionOptions { Sequence = ["low"] }));
        Assert.Throws<ArgumentException>(() => Make(new DecisionOptions { Sequence = ["low", "mid"] }));
        Assert.Throws<ArgumentException>(() => new DetectorPool(ToneModel.Build(), options: new PoolOptions { Decisions = hours }));
    }

    [Fact]
    public void Level_OfATone_IsItsMeanSquareAndItsDistanceFromTheFloor()
    {
        var model = ToneModel.Build();
        float[] samples = [.. ToneModel.Quiet(2), .. ToneModel.Tone(ToneModel.High, 0.3), .. ToneModel.Quiet(0.3)];
        var detection = Assert.Single(ToneModel.Detect(model, samples, new StreamingDetector(model, model.Defaults with { Level = true })));
        var (rms, quiet) = (Math.Sqrt(samples[35_000..36_000].Average(x => x * x)), Math.Sqrt(samples[..16_000].Average(x => x * x)));
        Assert.Equal(20 * Math.Log10(rms), detection.Level!.Value, 2.0); // the word begins and ends within frames
        Assert.Equal(20 * Math.Log10(rms / quiet), detection.LevelAboveFloor!.Value, 2.5);
        Assert.Equal(ToneModel.Detect(model, samples), [detection with { Level = null, LevelAboveFloor = null }]);
    }

    [Fact]
    public void Level_SavedAndRestored_IsTheSame()
    {
        var model = ToneModel.Build();
        var options = model.Defaults with { Level = true };
        float[] samples = [.. ToneModel.Tones(4)];
        var expected = ToneModel.Detect(model, samples, new StreamingDetector(model, options));
        var (heard, detector) = (new List<Detection>(), new StreamingDetector(model, options));
        for (var i = 0; i < samples.Length; i += 1_777)
        {
            detector.Process(samples.AsSpan(i, Math.Min(1_777, samples.Length - i)), heard.Add);
            using var state = new MemoryStream();
            detector.Save(state);
            state.Position = 0;
            (detector = new StreamingDetector(model, options)).Restore(state);
            state.Position = 0;
            new StreamingDetector(model).Restore(state); // one that does not ask for levels takes it too
        }
        Assert.Equal(expected, heard);
        Assert.All(heard, detection => Assert.NotNull(detection.LevelAboveFloor));
    }

    sealed class Collector(Action<Detection> take) : IObserver<Detection>
    {
        public void OnNext(Detection value) => take(value);
        public void OnCompleted() { }
        public void OnError(Exception error) { }
    }
}
