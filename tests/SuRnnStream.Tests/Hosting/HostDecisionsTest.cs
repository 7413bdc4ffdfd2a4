using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

/// <summary>Rules by configuration give in a host what they give by hand, and the rules among detectors do not depend on which thread is faster.</summary>
public sealed class HostDecisionsTest : IDisposable
{
    static readonly float[] Sound = ToneModel.Tones(8); // low at 0.3 s, high at 0.8 s, and so on; each is 0.2 s long

    static async Task<(MemorySink Sink, DetectorStatus[] Status, string[] Log)> RunAsync(float[] sound, params (string, string?)[] settings)
    {
        using var host = new TestHost([("Sources:hall:Address", "tones.wav"), ("Detectors:door:Model", "MODEL"), ("Detectors:door:Source", "hall"), ("StopWhenDone", "true"), .. settings]);
        host.SaveSound("tones.wav", sound);
        var sink = new MemorySink();
        host.Builder.Services.AddSuRnnStream().AddSink(_ => sink);
        await host.RunAsync();
        return (sink, [.. host.Detectors.Status], [.. host.Log.GetSnapshot().Select(record => record.Message)]);
    }

    [Fact]
    public async Task Rules_ByConfiguration_ArePassedMergedAndHeldBack()
    {
        var (sink, status, log) = await RunAsync(Sound,
            ("Detectors:door:Rules:low:Confirmations", "2"), ("Detectors:door:Rules:low:Within", "00:00:01.5"), ("Detectors:door:Rules:high:Refractory", "00:00:01.2"));
        Assert.Equal(["high", "low", "high", "low"], sink.Heard.Select(heard => heard.Detection.Label));
        var counts = status.Single().Counters.Decisions;
        Assert.Equal((8, 4, 2, 2), (counts.Seen, counts.Passed, counts.Merged, counts.Refractory));
        Assert.Contains("Detector door: rule in force: high: then none for 1.2 s; low: 2 within 1.5 s", log);
    }

    [Fact]
    public async Task Edges_ReachTheSinksAsPhases()
    {
        var (sink, status, _) = await RunAsync(Sound, ("Detectors:door:Edges", "true"));
        Assert.Equal(16, sink.Heard.Count);
        Assert.Equal(8, sink.Heard.Count(heard => heard.Detection.Phase == EventPhase.Begin));
        Assert.Equal(8L, status.Single().Counters.Detections);
        var (begin, end) = (System.Text.Encoding.UTF8.GetString(sink.Heard[0].ToJson()), System.Text.Encoding.UTF8.GetString(sink.Heard[1].ToJson()));
        Assert.EndsWith("\"phase\":\"begin\"}", begin);
        Assert.EndsWith("\"phase\":\"end\",\"endedBy\":\"Released\"}", end);
    }

    [Fact]
    public async Task Json_WithoutEdges_HasNoMemberThatIsNew()
    {
        var (sink, _, _) = await RunAsync(Sound);
        Assert.DoesNotContain("phase", System.Text.Encoding.UTF8.GetString(sink.Heard[0].ToJson()));
        Assert.DoesNotContain("level", System.Text.Encoding.UTF8.GetString(sink.Heard[0].ToJson()));
    }

    /// <summary>The word "low" arms; "high" counts for 1.2 s after it, "low" by itself never.</summary>
    [Fact]
    public async Task ArmedBy_PassesWhatComesInTime_WhicheverThreadIsFaster()
    {
        float[] sound = [.. ToneModel.Quiet(0.5), .. ToneModel.Tone(ToneModel.High, 0.2), .. ToneModel.Quiet(0.5), .. ToneModel.Tone(ToneModel.Low, 0.2), .. ToneModel.Quiet(0.3),
            .. ToneModel.Tone(ToneModel.High, 0.2), .. ToneModel.Quiet(1.5), .. ToneModel.Tone(ToneModel.High, 0.2), .. ToneModel.Quiet(0.5)];
        for (var i = 0; i < 5; i++)
        {
            var (sink, status, log) = await RunAsync(sound, ("Detectors:call:Model", "MODEL"), ("Detectors:call:Source", "hall"), ("Detectors:call:Thresholds:high", "0.9999"),
                ("Detectors:door:Thresholds:low", "0.9999"), ("Detectors:door:ArmedBy", "call"), ("Detectors:door:ArmedFor", "00:00:01.2"));
            Assert.Equal([("call", "low"), ("door", "high")], sink.Heard.Select(heard => (heard.Detector, heard.Detection.Label)).Order());
            Assert.InRange(sink.Heard.Single(heard => heard.Detector == "door").Detection.Time.TotalSeconds, 1.7, 2.2);
            Assert.Contains("Detector door: rule in force: armed by call for 1.2 s", log);
            Assert.Contains("Detector door: rule in force: the network runs for 1.2 s after a wake word", log);
            var (call, door) = (status.Single(one => one.Name == "call").Counters, status.Single(one => one.Name == "door").Counters);
            Assert.Equal((call.SamplesRead, call.SamplesProcessed, call.Compute.Frames), (door.SamplesRead, door.SamplesProcessed, door.Compute.Frames));
            Assert.True(door.Compute.FramesSkipped > call.Compute.FramesSkipped);
            Assert.Equal((1L, 1L), (call.Detections, door.Detections));
        }
    }

    /// <summary>A detector beside another one detects what it does apart, on the frames that the other's front end made.</summary>
    [Fact]
    public async Task Beside_DetectsTheSame_OnFramesMadeOnce()
    {
        (string, string?)[] two = [("Detectors:call:Model", "MODEL"), ("Detectors:call:Source", "hall"), ("Detectors:call:Thresholds:high", "0.9999"), ("Detectors:door:Thresholds:low", "0.9999")];
        var (apart, _, _) = await RunAsync(Sound, two);
        var (beside, status, log) = await RunAsync(Sound, [.. two, ("Detectors:door:Beside", "call")]);
        static IEnumerable<(string, Detection)> Told(MemorySink sink) => sink.Heard.Select(heard => (heard.Detector, heard.Detection)).OrderBy(one => one.Detection.Time);
        Assert.True(apart.Heard.Count(heard => heard.Detector == "door") >= 2);
        Assert.Equal(Told(apart), Told(beside));
        Assert.Contains("Detector door: rule in force: the network runs on the frames of another detector", log);
        var (call, door) = (status.Single(one => one.Name == "call").Counters, status.Single(one => one.Name == "door").Counters);
        Assert.Equal((call.SamplesRead, call.SamplesProcessed, call.Compute.Frames, call.Compute.MultiplyAdds), (door.SamplesRead, door.SamplesProcessed, door.Compute.Frames, door.Compute.MultiplyAdds));
        Assert.Equal(TimeSpan.Zero, door.Compute.FrontEndTime);
    }

    /// <summary>What the loudspeaker says itself does not count, and is counted with its reason; the rules in force are in the log.</summary>
    [Fact]
    public async Task Reference_ByConfiguration_HoldsBackWhatIsPlayed()
    {
        var (played, own) = (ToneModel.Tones(4), ToneModel.Tones(8));
        var (sink, status, log) = await RunAsync(own, ("Sources:speaker:Address", SoundOf(played)), ("Detectors:door:Reference", "speaker"));
        Assert.Equal(4, sink.Heard.Count); // those after what is played
        Assert.All(sink.Heard, heard => Assert.True(heard.Detection.Time.TotalSeconds > 2));
        var counts = status.Single().Counters.Decisions;
        Assert.Equal((8L, 4L, 4L, 0L), (counts.Seen, counts.Passed, counts.OwnLoudspeaker, counts.Waiting));
        Assert.Contains(log, line => line.StartsWith("Detector door: rule in force: own loudspeaker:", StringComparison.Ordinal));
        Assert.Contains("Detector door: rule in force: Scores, threshold 0.5, smoothing 0.5, then none of the same label for 300 ms", log);

        string SoundOf(float[] samples)
        {
            var file = Path.Combine(_folder.Path, "played.wav");
            WavWriter.Write(file, samples, ToneModel.Rate);
            return file;
        }
    }

    public static TheoryData<string, (string, string?)[]> Operators => new()
    {
        { "threshold", [("Detectors:door:Rules:low:Threshold", "0.9")] },
        { "confirmations", [("Detectors:door:Rules:low:Confirmations", "2"), ("Detectors:door:Rules:low:Within", "00:00:01.5")] },
        { "refractory", [("Detectors:door:Rules:high:Refractory", "00:00:01.2")] },
        { "sequence", [("Detectors:door:Sequence:0", "low"), ("Detectors:door:Sequence:1", "high"), ("Detectors:door:SequenceWithin", "00:00:00.7")] },
        { "edges", [("Detectors:door:Edges", "true"), ("Detectors:door:MaximumDuration", "00:00:00.1")] },
        { "all", [("Detectors:door:Rules:low:Confirmations", "2"), ("Detectors:door:Rules:low:Within", "00:00:01.5"), ("Detectors:door:Rules:high:Refractory", "00:00:01.2"), ("Detectors:door:Edges", "true")] },
    };

    /// <summary>Each operator gives in host, pipeline and pool what it gives by hand; every detection has passed, merged or been held back.</summary>
    [Theory, MemberData(nameof(Operators))]
    public async Task EveryOperator_SaysTheSame_InHostPipelineAndPool(string name, (string, string?)[] settings)
    {
        Assert.NotEmpty(name);
        var (sink, status, _) = await RunAsync(Sound, settings);
        var configured = new HostedDetectorOptions();
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Item1["Detectors:door:".Length..], one.Item2))).Build().Bind(configured);
        var options = configured.Decisions()!;
        var model = ToneModel.Build();

        var byHand = new List<string>();
        var rules = new StreamDecisions(options, model, model.Defaults, one => byHand.Add(Text(one)));
        var detector = new StreamingDetector(model) { OnReleased = rules.NeedsReleases ? rules.Release : null };
        for (var at = 0; at < Sound.Length; at += 160)
        {
            detector.Process(Sound.AsSpan(at, Math.Min(160, Sound.Length - at)), one => rules.Take(one));
            rules.Advance(TimeSpan.FromSeconds(detector.Position / (double)ToneModel.Rate));
        }
        detector.Finish(one => rules.Take(one));
        rules.End(EventEnd.StreamEnded);
        Assert.NotEmpty(byHand);
        Assert.Equal(byHand, sink.Heard.Select(heard => Text(heard.Detection)));

        var (piped, pooled) = (new List<string>(), new List<string>());
        var pipeline = new DetectorPipeline(new ArraySource(Sound, ToneModel.Rate), model, options: new PipelineOptions { Decisions = options });
        using (pipeline.Detections.Subscribe(new Listener(one => piped.Add(Text(one))))) await pipeline.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(byHand, piped);
        await using var pool = new DetectorPool(model, options: new PoolOptions { Decisions = options, Overflow = OverflowPolicy.Wait });
        using var subscription = pool.Detections.Subscribe(new Listener(one => pooled.Add(Text(one))));
        var stream = pool.Add("hall");
        for (var at = 0; at < Sound.Length;)
        {
            at += stream.Write(Sound.AsSpan(at));
            await stream.RoomAsync(TestContext.Current.CancellationToken);
        }
        await pool.StopAsync();
        Assert.Equal(byHand, pooled);

        foreach (var counts in new[] { rules.Counts, status.Single().Counters.Decisions, pipeline.Counters.Decisions, pool.Counters.Total.Decisions })
        {
            Assert.Equal(rules.Counts, counts);
            Assert.Equal(counts.Seen, counts.Passed + counts.Merged + counts.HeldBack);
        }

        static string Text(Detection one) => FormattableString.Invariant($"{one.Label} {one.Phase} {one.Time.TotalSeconds:0.000} {one.EndedBy}");
    }

    sealed class Listener(Action<Detection> take) : IObserver<Detection>
    {
        public void OnNext(Detection value) => take(value);
        public void OnError(Exception error) { }
        public void OnCompleted() { }
    }

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>What other machines win does not reach the sinks, nor does its end; what nobody has answered when the host stops does.</summary>
    [Fact]
    public async Task Arbiter_OfOtherMachines_IsAskedOnce_AndItsAnswersCount()
    {
        var (arbiter, sink) = (new Arbiter(), new MemorySink());
        var pumps = new SinkPumps(new ServiceCollection().BuildServiceProvider(), new HostSection(null), [new AddedSink("memory", _ => sink)], [], new HeardHub(Options.Create(new SuRnnStreamOptions()), new HostLogger()), new HostSounds(new HostLogger()), new HostLogger());
        pumps.Start(100, []);
        using var decisions = new HostDecisions(pumps, new FakeTimeProvider(), new HostLogger());
        decisions.Make(new HostPlan([]), arbiter: arbiter);
        Assert.True(decisions.NeedsClock);
        var at = DateTimeOffset.UnixEpoch;
        foreach (var source in new[] { "won", "lost", "late" })
            foreach (var phase in new[] { EventPhase.Begin, EventPhase.End }) decisions.Post(Heard(at, source, -30, phase));
        Assert.Equal(3, decisions.Counts.Waiting);
        arbiter.Answer("won", passes: true);
        arbiter.Answer("lost", passes: false);
        decisions.End();
        await pumps.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal([("won", EventPhase.Begin), ("won", EventPhase.End), ("late", EventPhase.Begin), ("late", EventPhase.End)], sink.Heard.Select(heard => (heard.Detection.Source!, heard.Detection.Phase)));
        Assert.Equal((3L, 2L, 1L, 0L), (decisions.Counts.Seen, decisions.Counts.Passed, decisions.Counts.LostArbitration, decisions.Counts.Waiting));
    }

    sealed class Arbiter : IDetectionArbiter
    {
        readonly Dictionary<string, (HeardDetection Heard, Action<DetectionVerdict> Answer)> _asked = [];

        public void Ask(HeardDetection heard, Action<DetectionVerdict> answer) => _asked.Add(heard.Detection.Source!, (heard, answer));

        public void Answer(string source, bool passes)
        {
            _asked.Remove(source, out var one);
            one.Answer(new DetectionVerdict(one.Heard.Detection, passes ? DecisionOutcome.Passed : DecisionOutcome.HeldBack, passes ? HoldReason.None : HoldReason.LostArbitration, default));
        }

        public void DecideNow()
        {
            foreach (var source in _asked.Keys.ToArray()) Answer(source, passes: true);
        }
    }

    static HostDecisions Decisions(TimeProvider time, MemorySink sink, HostPlan plan, out SinkPumps pumps)
    {
        pumps = new SinkPumps(new ServiceCollection().BuildServiceProvider(), new HostSection(null), [new AddedSink("memory", _ => sink)], [], new HeardHub(Options.Create(new SuRnnStreamOptions()), new HostLogger()), new HostSounds(new HostLogger()), new HostLogger());
        pumps.Start(100, []);
        var decisions = new HostDecisions(pumps, time, new HostLogger());
        decisions.Make(plan);
        return decisions;
    }

    static HeardDetection Heard(DateTimeOffset at, string source, float level, EventPhase phase = EventPhase.Whole) =>
        new("ear of " + source, new Detection("computer", 0.9f, TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(phase == EventPhase.End ? 2 : 1), source) { Level = level, At = at, Phase = phase }, at);

    [Fact]
    public async Task Arbitration_OneOfThreeSourcesAnswers_AtTheWindowsEnd()
    {
        var (time, sink) = (new FakeTimeProvider(new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero)), new MemorySink());
        using var decisions = Decisions(time, sink, new HostPlan([]) { Arbitration = new() { Window = TimeSpan.FromSeconds(0.4), Rule = ArbitrationRule.Loudest } }, out var pumps);
        decisions.Post(Heard(time.GetUtcNow(), "hall", -30, EventPhase.Begin));
        time.Advance(TimeSpan.FromSeconds(0.1));
        decisions.Post(Heard(time.GetUtcNow(), "kitchen", -20, EventPhase.Begin));
        decisions.Post(Heard(time.GetUtcNow(), "kitchen", -20, EventPhase.End)); // ends before it is decided
        decisions.Post(Heard(time.GetUtcNow(), "attic", -40, EventPhase.Begin));
        time.Advance(TimeSpan.FromSeconds(0.299));
        Assert.Equal(3, decisions.Counts.Waiting);
        time.Advance(TimeSpan.FromSeconds(0.1));
        decisions.Post(Heard(time.GetUtcNow(), "hall", -30, EventPhase.End)); // of one that lost
        await pumps.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal([("kitchen", EventPhase.Begin), ("kitchen", EventPhase.End)], sink.Heard.Select(heard => (heard.Detection.Source!, heard.Detection.Phase)));
        Assert.Equal((3, 1, 2), (decisions.Counts.Seen, decisions.Counts.Passed, decisions.Counts.LostArbitration));
    }

    /// <summary>The clock is set while a detection waits for others: it is decided at its window's end all the same, and so are those after it.</summary>
    [Theory, InlineData(3_600), InlineData(-3_600), InlineData(86_400 * 400), InlineData(-86_400 * 400)]
    public async Task Arbitration_WhileTheWallClockIsSet_DecidesInTime(double leap)
    {
        var (time, sink) = (new LeapingTime(), new MemorySink());
        using var decisions = Decisions(time, sink, new HostPlan([]) { Arbitration = new() { Window = TimeSpan.FromSeconds(0.4), Rule = ArbitrationRule.Loudest } }, out var pumps);
        for (var round = 0; round < 3; round++)
        {
            decisions.Post(Heard(time.GetUtcNow(), "hall", -30));
            time.Advance(TimeSpan.FromSeconds(0.1));
            if (round == 1) time.Leap(TimeSpan.FromSeconds(leap));
            decisions.Post(Heard(time.GetUtcNow(), "kitchen", -20));
            time.Advance(TimeSpan.FromSeconds(0.31));
            Assert.Equal((0, round + 1, round + 1), (decisions.Counts.Waiting, decisions.Counts.Passed, decisions.Counts.LostArbitration));
            time.Advance(TimeSpan.FromSeconds(10));
        }
        await pumps.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["kitchen", "kitchen", "kitchen"], sink.Heard.Select(heard => heard.Detection.Source!));
    }

    [Fact]
    public async Task Agreement_OfTwoSources_PassesTheSecond()
    {
        var (time, sink) = (new FakeTimeProvider(), new MemorySink());
        using var decisions = Decisions(time, sink, new HostPlan([]) { Agreement = new() { Window = TimeSpan.FromSeconds(0.5) } }, out var pumps);
        decisions.Post(Heard(time.GetUtcNow(), "hall", -30));
        time.Advance(TimeSpan.FromSeconds(0.6));
        decisions.Post(Heard(time.GetUtcNow(), "hall", -30));
        decisions.Post(Heard(time.GetUtcNow(), "kitchen", -30));
        decisions.End();
        await pumps.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["kitchen"], sink.Heard.Select(heard => heard.Detection.Source!));
        Assert.Equal((3, 1, 1, 1), (decisions.Counts.Seen, decisions.Counts.Passed, decisions.Counts.Merged, decisions.Counts.NotAgreed));
    }
}
