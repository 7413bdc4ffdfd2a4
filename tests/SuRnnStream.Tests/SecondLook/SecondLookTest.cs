using SuRnnStream.Evaluation;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.SecondLook;

/// <summary>The detector with a verifier that is a plain function of what it sees, so that any wrong sample or frame shows.</summary>
public sealed class SecondLookTest
{
    internal static readonly SuRnnModel Model = ModelFile.Load(Repository.File("models", "commands-small.surnn"));
    internal static readonly float[] Words = Read();

    static float[] Read()
    {
        var source = WavFile.Open(Repository.File("samples", "audio", "commands.wav"));
        var all = new List<float>();
        var buffer = new float[4096];
        for (int n; (n = source.Read(buffer)) > 0;) all.AddRange(buffer.AsSpan(0, n));
        return [.. all];
    }

    /// <summary>Says "yes" with a number that every sample and frame it was given decides.</summary>
    internal sealed class Hash(VerifierRule rule, int framesAfter = 3) : IVerifier
    {
        public List<(TimeSpan Start, TimeSpan End, float[] Samples, float[] Frames)> Asked { get; } = [];
        public bool Keep { get; init; }
        public IReadOnlyList<string> Labels => ["noise", "yes", "no"];
        public VerifierRule Rule => rule;
        public VerifierWindow Window => new() { SampleRate = 16_000, SamplesBefore = 16_000, SamplesAfter = 1_280, FramesBefore = 40, FramesAfter = framesAfter };

        public long Verify(in VerifierCandidate candidate, Span<float> probabilities)
        {
            if (Keep) Asked.Add((candidate.Start, candidate.End, candidate.Samples.ToArray(), candidate.Frames.ToArray()));
            var sum = 0.0;
            for (var i = 0; i < candidate.Samples.Length; i++) sum += candidate.Samples[i] * Math.Sin(i);
            for (var i = 0; i < candidate.Frames.Length; i++) sum += candidate.Frames[i] * Math.Cos(i);
            probabilities.Clear();
            probabilities[1] = (float)(0.5 + 0.5 * Math.Sin(sum));
            probabilities[2] = 1 - probabilities[1];
            return 1_000;
        }
    }

    [Fact]
    public void WithThreshold_ChangesTheThresholdAlone()
    {
        IVerifier look = new Hash(Rule);
        var other = look.WithThreshold(0.5f);
        Assert.Equal((Rule with { Threshold = 0.5f }, look.Labels.Count, look.Window.SampleRate), (other.Rule, other.Labels.Count, other.Window.SampleRate));
        Assert.Contains("Threshold is 1.5", Assert.Throws<ArgumentException>(() => look.WithThreshold(1.5f)).Message);
    }

    internal static readonly VerifierRule Rule = new() { Threshold = 0.8f, OwnPower = 0, BackgroundPower = 0 };

    static (List<Detection> Detections, ComputeStats Stats) Run(IVerifier verifier, float[] samples, Func<int> chunk, bool dense = false)
    {
        var detector = new StreamingDetector(Model, Model.Defaults with { Verifier = verifier, Dense = dense });
        var (detections, stats) = (new List<Detection>(), new ComputeStats());
        for (var at = 0; at < samples.Length;)
        {
            var n = Math.Min(chunk(), samples.Length - at);
            stats += detector.Process(samples.AsSpan(at, n), detections.Add);
            at += n;
        }
        stats += detector.Finish(detections.Add);
        return (detections, stats);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(12, 0)]
    [InlineData(0, 0.5)]
    public void Process_InAnyChunks_AsksAndDetectsTheSame(float belowLoudest, float silentFrom)
    {
        var rule = Rule with { BelowLoudest = belowLoudest, SilentFrom = silentFrom };
        var (whole, stats) = Run(new Hash(rule), Words, () => Words.Length);
        Assert.NotEmpty(whole);
        Assert.InRange(stats.Accepted, 1, stats.Candidates - 1);
        var random = new Random(5);
        foreach (var chunk in new Func<int>[] { () => 1 + random.Next(40), () => 320, () => random.Next(1, 20_000) })
        {
            var (detections, other) = Run(new Hash(rule), Words, chunk);
            Assert.Equal(whole, detections);
            Assert.Equal((stats.Candidates, stats.Accepted, stats.VerifierMultiplyAdds), (other.Candidates, other.Accepted, other.VerifierMultiplyAdds));
        }
        Assert.Equal(whole, Run(new Hash(rule), Words, () => 1_000, dense: true).Detections);
        if (belowLoudest > 0) Assert.NotEqual(Run(new Hash(Rule), Words, () => 1_000).Stats.Candidates, stats.Candidates);
    }

    [Fact]
    public void Verify_SeesTheSamplesAndFramesAroundTheBurst()
    {
        var verifier = new Hash(Rule) { Keep = true };
        var frames = new List<float[]>();
        var detector = new StreamingDetector(Model, Model.Defaults with { Verifier = verifier }) { OnFrame = (in FrameView frame) => frames.Add(frame.Features.ToArray()) };
        detector.Process(Words, _ => { });
        Assert.NotEmpty(verifier.Asked);
        var (hop, window, length) = (Model.Config.FrontEnd!.HopLength, Model.Config.FrontEnd.WindowLength, Model.Config.FrameLength);
        foreach (var (start, end, samples, seen) in verifier.Asked)
        {
            Assert.InRange(end - start, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1.3));
            var to = (int)Math.Round(end.TotalSeconds * 16_000);
            for (var i = 0; i < samples.Length; i++)
            {
                var place = to - 16_000 + i;
                Assert.Equal(place < 0 ? 0 : Words[place], samples[i]);
            }
            var last = (to - window) / hop;
            for (var i = 0; i < 43; i++)
                Assert.Equal(last - 39 + i < 0 ? new float[length] : frames[last - 39 + i], seen.AsSpan(i * length, length).ToArray());
        }
    }

    [Fact]
    public void Finish_DetectsWhatSilenceAfterTheEndWould()
    {
        var end = 57 * 16_000 - 3_000; // 0.14 s after the last word's start: its burst lasts
        for (; end < 57 * 16_000; end += 731)
        {
            var cut = Words.AsSpan(0, end).ToArray();
            var silent = new List<Detection>();
            new StreamingDetector(Model, Model.Defaults with { Verifier = new Hash(Rule) }).Process([.. cut, .. new float[24_000]], silent.Add);
            Assert.Equal(silent, Run(new Hash(Rule), cut, () => 999).Detections);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(12, 0)]
    [InlineData(0, 0.5)]
    public void Restore_InTheMiddle_GoesOnExactly(float belowLoudest, float silentFrom)
    {
        var verifier = new Hash(Rule with { BelowLoudest = belowLoudest, SilentFrom = silentFrom });
        AssertGoesOn(Run(verifier, Words, () => 700).Detections, () => new StreamingDetector(Model, Model.Defaults with { Verifier = verifier }));
    }

    /// <summary>Saved anywhere in the words, another detector goes on from there to the same detections.</summary>
    internal static void AssertGoesOn(IReadOnlyList<Detection> whole, Func<StreamingDetector> create)
    {
        for (var cut = 3_333; cut < Words.Length; cut += 131_071)
        {
            var (first, second, detections) = (create(), create(), new List<Detection>());
            first.Process(Words.AsSpan(0, cut), detections.Add);
            using var saved = new MemoryStream();
            first.Save(saved);
            saved.Position = 0;
            second.Restore(saved);
            second.Process(Words.AsSpan(cut), detections.Add);
            second.Finish(detections.Add);
            Assert.Equal(whole, detections);
        }
    }

    [Fact]
    public void Restore_WithoutTheVerifierThatSaved_IsRefused()
    {
        using var saved = new MemoryStream();
        new StreamingDetector(Model, Model.Defaults with { Verifier = new Hash(Rule) }).Save(saved);
        saved.Position = 0;
        Assert.Throws<InvalidDataException>(() => new StreamingDetector(Model).Restore(saved));
    }

    [Fact]
    public void Process_AllocatesNothing()
    {
        var detector = new StreamingDetector(Model, Model.Defaults with { Verifier = new Hash(Rule with { Threshold = 0.999f }) });
        Action<Detection> nobody = _ => { };
        detector.Process(Words.AsSpan(0, 400_000), nobody);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var stats = detector.Process(Words.AsSpan(400_000), nobody);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(stats.Candidates > 0);
    }

    [Fact]
    public async Task PoolAndPipeline_DetectAndCountTheSame()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var (alone, stats) = Run(new Hash(Rule), Words, () => 1_000);
        var options = Model.Defaults with { Verifier = new Hash(Rule) };

        await using var pool = new DetectorPool(Model, options, new PoolOptions { Workers = 2, Overflow = OverflowPolicy.Wait });
        var found = pool.Subscribe();
        var streams = Enumerable.Range(0, 3).Select(i => pool.Add($"{i}")).ToArray();
        await Task.WhenAll(streams.Select(stream => Task.Run(async () =>
        {
            for (var at = 0; at < Words.Length;) at += stream.Write(Words.AsSpan(at, Math.Min(5_000, Words.Length - at)));
            stream.Complete();
            await stream.Completion;
        }, cancellation)));
        await pool.StopAsync();
        var pooled = new List<Detection>();
        await foreach (var detection in found.ReadAllAsync(cancellation)) pooled.Add(detection);
        foreach (var stream in streams)
        {
            Assert.Equal(alone, pooled.Where(one => one.Source == stream.Name).Select(one => one with { Source = null }));
            Assert.Equal((stats.Candidates, stats.Accepted, stats.VerifierMultiplyAdds), (stream.Counters.Compute.Candidates, stream.Counters.Compute.Accepted, stream.Counters.Compute.VerifierMultiplyAdds));
        }

        var pipeline = new DetectorPipeline(new ArraySource(Words, 16_000), Model, options);
        var piped = pipeline.Subscribe();
        await pipeline.RunAsync(cancellation);
        var heard = new List<Detection>();
        await foreach (var detection in piped.ReadAllAsync(cancellation)) heard.Add(detection with { Source = null });
        Assert.Equal(alone, heard);
    }

    [Fact]
    public void Evaluator_AtAnotherThreshold_CountsWhatADetectorWithItWouldDetect()
    {
        var stream = EvaluationStream.FromRecording("words", [], Words, 16_000);
        var heard = new Evaluator(Model, Model.Defaults with { Verifier = new Hash(Rule) }).Hear(stream);
        foreach (var threshold in new[] { 0.51f, 0.6f, 0.8f, 0.95f })
        {
            var detections = Run(new Hash(Rule with { Threshold = threshold }), Words, () => 4_000).Detections;
            Assert.Equal(detections, heard.Verdicts!.Replay(Model.Defaults with { Threshold = threshold, Thresholds = new Dictionary<string, float>() }, TimeSpan.FromMilliseconds(20)));
        }
        Assert.Equal(Run(new Hash(Rule), Words, () => 4_000).Detections, heard.Detections);
    }

    [Fact]
    public void Process_OfAStorm_KeepsItsBound()
    {
        // The last word over and over, in pieces that open and shut the switches as often as they can.
        var word = Words.AsSpan(56 * 16_000 + 8_000, 6_400);
        var storm = new float[60 * 16_000];
        for (var i = 0; i < storm.Length; i++) storm[i] = i % 4_160 < 2_080 ? word[i % word.Length] : 0;
        foreach (var cut in new[] { 0, 100 })
        {
            var rule = Rule with { Open = 1, Calm = TimeSpan.FromMilliseconds(80), CutEvery = TimeSpan.FromMilliseconds(cut), AtMost = TimeSpan.FromMilliseconds(300) };
            var (_, stats) = Run(new Hash(rule), storm, () => 1_600);
            var most = 60 / (cut > 0 ? 0.1 : 0.1 + 0.08);
            Assert.InRange(stats.Candidates, 1, most + 1);
            Assert.Equal(1_000 * stats.Candidates, stats.VerifierMultiplyAdds);
        }
    }

    [Fact]
    public void Skip_OfALostSegment_IsSilenceInTheSamples()
    {
        var verifier = new Hash(Rule) { Keep = true };
        var detector = new StreamingDetector(Model, Model.Defaults with { Verifier = verifier });
        var at = 0;
        for (var block = 0; at < Words.Length - 40_000; block++)
        {
            if (block % 3 == 2) detector.Skip(1_111);
            else detector.Process(Words.AsSpan(at, 7_000), _ => { });
            at += block % 3 == 2 ? 1_111 : 7_000;
        }
        Assert.NotEmpty(verifier.Asked);
        var lost = new bool[Words.Length];
        for (int place = 0, block = 0; place < at; block++)
        {
            var n = block % 3 == 2 ? 1_111 : 7_000;
            if (block % 3 == 2) Array.Fill(lost, true, place, n);
            place += n;
        }
        foreach (var (_, end, samples, _) in verifier.Asked)
        {
            var from = (int)Math.Round(end.TotalSeconds * 16_000) - 16_000;
            for (var i = Math.Max(0, -from); i < samples.Length; i++) Assert.Equal(lost[from + i] ? 0 : Words[from + i], samples[i]);
        }
    }

    [Fact]
    public void Verifier_ThatDoesNotFit_IsRefusedWithTheReason()
    {
        string Refusal(IVerifier verifier) => Assert.Throws<ArgumentException>(() => new StreamingDetector(Model, Model.Defaults with { Verifier = verifier })).Message;
        Assert.Contains("Threshold", Refusal(new Hash(Rule with { Threshold = 1 })));
        Assert.Contains("CutEvery", Refusal(new Hash(Rule with { CutEvery = TimeSpan.FromMilliseconds(50) })));
        Assert.Contains("FramesAfter", Refusal(new Hash(Rule, framesAfter: 50)));
        Assert.Contains("Calm", Refusal(new Hash(Rule with { Calm = TimeSpan.FromSeconds(2) })));
    }

    /// <summary>There a burst is what is heard and not silence: each of the ten words is asked about, once.</summary>
    [Fact]
    public void Verifier_OfAModelThatHolds_IsAskedAboutEachWord()
    {
        var model = ModelFile.Load(Repository.File("models", "candidates", "commands-hold-voices.surnn"));
        var verifier = new Hash(Rule) { Keep = true };
        var detector = new StreamingDetector(model, model.Defaults with { Verifier = verifier });
        var said = EventTable.Read(Repository.File("samples", "audio", "commands.csv"), TimeSpan.FromMinutes(1));
        detector.Process(Words, _ => { });
        detector.Finish(_ => { });
        foreach (var word in said) Assert.Single(verifier.Asked, asked => asked.Start < word.End + TimeSpan.FromSeconds(0.3) && asked.End > word.Start);
        Assert.InRange(verifier.Asked.Count, 10, 30);
    }
}
