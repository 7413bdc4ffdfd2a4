using System.Reactive.Linq;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

public class DetectorPipelineTest
{
    static readonly SuRnnModel Model = ToneModel.Build();
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5); // for what must come; a test that passes does not wait

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, InlineData(int.MaxValue, 1), InlineData(1, 3), InlineData(333, 50)]
    public async Task Wait_LosesNothing_AndHearsWhatTheDetectorHears(int largestRead, int queueBlocks)
    {
        var sound = ToneModel.Tones(8)[..^77];
        var source = new ScriptedSource { LargestRead = largestRead }.Play(sound);
        var pipeline = new DetectorPipeline(source, Model, options: new() { QueueBlocks = queueBlocks, SourceName = "door" });
        var recorder = new Recorder();
        using var subscription = pipeline.Detections.Subscribe(recorder);
        await pipeline.RunAsync(Cancellation);
        await recorder.Ended;

        var direct = new StreamingDetector(Model);
        var expected = new List<Detection>();
        var stats = direct.Process(sound, expected.Add) + direct.Finish(expected.Add);
        Assert.Equal(8, expected.Count);
        Assert.Equal(expected.Select(d => d with { Source = "door" }), recorder.Heard);
        var counters = pipeline.Counters;
        Assert.Equal((sound.Length, sound.Length), (counters.SamplesRead, counters.SamplesProcessed));
        Assert.Equal((0, 0, 0), (counters.SamplesDropped, counters.SamplesInFlight, counters.Gaps));
        Assert.Equal((8, 0), (counters.Detections, counters.DetectionsDropped));
        Assert.Equal(Counts(stats), Counts(counters.Compute));
        Assert.True(counters.Compute.NetworkTime > TimeSpan.Zero);
    }

    [Fact]
    public async Task AnotherRate_IsResampled_AndTimesAreOfTheStream()
    {
        var sound = ToneModel.Tones(4, rate: 44_100);
        var resampled = Resampler.To(new ArraySource(sound, 44_100), ToneModel.Rate).ReadAll();
        var pipeline = new DetectorPipeline(new ScriptedSource { SampleRate = 44_100, LargestRead = 441 }.Play(sound), Model);
        var recorder = new Recorder();
        using var subscription = pipeline.Detections.Subscribe(recorder);
        await pipeline.RunAsync(Cancellation);
        Assert.Equal(ToneModel.Detect(Model, resampled), recorder.Heard);
        Assert.Equal(["low", "high", "low", "high"], recorder.Heard.Select(d => d.Label));
        Assert.InRange(recorder.Heard[3].Start.TotalSeconds, 1.8, 1.83);
        Assert.Equal(resampled.Length, pipeline.Counters.SamplesProcessed);
    }

    [Theory, InlineData(GapPolicy.Reset), InlineData(GapPolicy.Hold)]
    public async Task DropOldest_UnderASlowConsumer_CountsEverySampleAndKeepsTheTimes(GapPolicy policy)
    {
        const int Block = 320, QueueBlocks = 50;
        using var heard = new ManualResetEventSlim();
        using var everythingWasRead = new ManualResetEventSlim();
        var first = ToneModel.Tones(1);
        // The queue holds the last second of it.
        float[] flood = [.. ToneModel.Loud(2), .. ToneModel.Quiet(0.74), .. ToneModel.Tone(ToneModel.High, 0.26)];
        var source = new ScriptedSource().Play(first).Do(() => heard.Wait(Patience)).Play(flood).Do(() => everythingWasRead.Set());
        var options = new PipelineOptions { Overflow = OverflowPolicy.DropOldest, QueueBlocks = QueueBlocks, Gap = policy };
        var pipeline = new DetectorPipeline(source, Model, options: options);
        PipelineCounters? whileFull = null;
        var recorder = new Recorder
        {
            Then = detection =>
            {
                if (detection.Label != "low") return;
                heard.Set(); // from here on the detector stands still until the source has run dry
                Assert.True(everythingWasRead.Wait(Patience));
                whileFull = pipeline.Counters;
            },
        };
        using var subscription = pipeline.Detections.Subscribe(recorder);

        using var over = new CancellationTokenSource();
        var watcher = Task.Run(() =>
        {
            var snapshots = 0;
            for (; !over.IsCancellationRequested || snapshots == 0; snapshots++) AssertConserved(pipeline.Counters);
            return snapshots;
        }, Cancellation);
        await pipeline.RunAsync(Cancellation);
        over.Cancel();
        Assert.True(await watcher > 0);

        AssertConserved(whileFull!);
        Assert.Equal(QueueBlocks * Block, whileFull!.SamplesInFlight);
        var counters = pipeline.Counters;
        AssertConserved(counters);
        Assert.Equal((first.Length + flood.Length, 0L, 1L), (counters.SamplesRead, counters.SamplesInFlight, counters.Gaps));
        Assert.Equal(whileFull.SamplesDropped, counters.SamplesDropped);
        Assert.True(counters.SamplesDropped > 16_000);

        // The same with a detector alone: what came before the gap, the gap, the last second.
        float[] stream = [.. first, .. flood];
        var direct = new StreamingDetector(Model);
        var expected = ToneModel.Detect(Model, stream.AsSpan(0, (int)whileFull.SamplesProcessed), direct);
        var tail = stream.Length - QueueBlocks * Block;
        if (policy == GapPolicy.Reset) direct.Reset(tail);
        else direct.Skip(tail - direct.Position);
        expected.AddRange(ToneModel.Detect(Model, stream.AsSpan(tail), direct));
        Assert.Equal(expected, recorder.Heard);
        Assert.Equal(["low", "high"], recorder.Heard.Select(d => d.Label));
        Assert.InRange(recorder.Heard[1].Start.TotalSeconds, 3.54, 3.57); // 0.8 + 2 + 0.74
    }

    [Theory]
    [InlineData(GapPolicy.Reset, 16_000, int.MaxValue), InlineData(GapPolicy.Hold, 16_000, 333), InlineData(GapPolicy.Reset, 44_100, 1_000)]
    public async Task ASourceThatLosesSamples_LeavesAGapAtItsPlace(GapPolicy policy, int rate, int largestRead)
    {
        var sound = ToneModel.Tones(4, rate);
        var (cut, lost) = (sound.Length / 2 + 7, 3L * rate + 11); // within a block
        var source = new ScriptedSource { SampleRate = rate, LargestRead = largestRead }.Play(sound[..cut]).Lose(lost).Play(sound[cut..]);
        var pipeline = new DetectorPipeline(source, Model, options: new() { Gap = policy });
        var recorder = new Recorder();
        using var subscription = pipeline.Detections.Subscribe(recorder);
        await pipeline.RunAsync(Cancellation);

        // The same with a detector alone, the two pieces resampled apart.
        var before = Resampler.To(new ArraySource(sound.AsMemory(0, cut), rate), ToneModel.Rate).ReadAll();
        var start = Ceiling((cut + lost) * ToneModel.Rate, rate);
        var behind = WithPhase(sound[cut..], cut + lost, rate);
        var direct = new StreamingDetector(Model);
        var expected = ToneModel.Detect(Model, before, direct);
        if (policy == GapPolicy.Reset) direct.Reset(start);
        else direct.Skip(start - direct.Position);
        expected.AddRange(ToneModel.Detect(Model, behind, direct));
        Assert.Equal(expected, recorder.Heard);
        Assert.Equal(["low", "high", "low", "high"], recorder.Heard.Select(d => d.Label));
        Assert.InRange(recorder.Heard[2].Start.TotalSeconds, 4.3, 4.34);
        var counters = pipeline.Counters;
        AssertConserved(counters);
        Assert.Equal((1L, start - before.Length), (counters.Gaps, counters.SamplesLost));
        Assert.Equal(before.Length + behind.Length, counters.SamplesRead);
        Assert.Equal(counters.SamplesRead, counters.SamplesProcessed);

        static long Ceiling(long a, long b) => (a + b - 1) / b;
    }

    /// <summary>The sound at the model's rate, its first sample being number <paramref name="place"/> of a stream that was silent before.</summary>
    static float[] WithPhase(float[] sound, long place, int rate)
    {
        var silence = (int)(place % rate) + rate; // a whole number of seconds less
        var all = Resampler.To(new ArraySource((float[])[.. new float[silence], .. sound], rate), ToneModel.Rate).ReadAll();
        return all[(int)(((long)silence * ToneModel.Rate + rate - 1) / rate)..];
    }

    [Fact]
    public async Task LossesInFrontAndAtTheEnd_AreCounted()
    {
        var sound = ToneModel.Tones(1);
        var source = new ScriptedSource().Lose(16_000).Play(sound).Lose(500);
        var pipeline = new DetectorPipeline(source, Model);
        var recorder = new Recorder();
        using var subscription = pipeline.Detections.Subscribe(recorder);
        await pipeline.RunAsync(Cancellation);
        Assert.Equal((16_500L, 1L), (pipeline.Counters.SamplesLost, pipeline.Counters.Gaps));
        Assert.Equal(sound.Length, pipeline.Counters.SamplesProcessed);
        Assert.InRange(Assert.Single(recorder.Heard).Start.TotalSeconds, 1.3, 1.34);
    }

    [Fact]
    public async Task Cancelled_AtAGap_CountsWhatWasReadBehindIt()
    {
        using var stop = new CancellationTokenSource();
        var source = new ScriptedSource().Play(new float[100]).Do(stop.Cancel).Lose(5).Play(new float[70]);
        var pipeline = new DetectorPipeline(source, Model);
        await pipeline.RunAsync(stop.Token);
        AssertConserved(pipeline.Counters);
        Assert.Equal((170L, 5L, 0L), (pipeline.Counters.SamplesRead, pipeline.Counters.SamplesLost, pipeline.Counters.SamplesInFlight));
    }

    [Fact]
    public async Task DropOldest_WithAFullReader_DropsItsOldestDetectionAndCountsIt()
    {
        var options = new PipelineOptions { Overflow = OverflowPolicy.DropOldest, QueueBlocks = 1_000 };
        var pipeline = new DetectorPipeline(new ScriptedSource().Play(ToneModel.Tones(5)), Model, options: options);
        var small = pipeline.Subscribe(capacity: 2);
        var large = pipeline.Subscribe();
        await pipeline.RunAsync(Cancellation);
        var all = await large.ReadAllAsync(Cancellation).ToListAsync(Cancellation);
        Assert.Equal(5, all.Count);
        Assert.Equal(all[3..], await small.ReadAllAsync(Cancellation).ToListAsync(Cancellation));
        Assert.Equal((5, 3), (pipeline.Counters.Detections, pipeline.Counters.DetectionsDropped));
    }

    [Fact]
    public async Task EveryConsumer_GetsEveryDetection()
    {
        var pipeline = new DetectorPipeline(new ScriptedSource().Play(ToneModel.Tones(6)), Model);
        var recorder = new Recorder();
        using var subscription = pipeline.Detections.Subscribe(recorder);
        var list = pipeline.Detections.Where(d => d.Label == "high").ToList().FirstAsync().RunAsync(Cancellation); // System.Reactive on top
        var tight = pipeline.Subscribe(capacity: 1); // makes the stream wait
        var reading = Task.Run(async () =>
        {
            var heard = new List<Detection>();
            while (await tight.WaitToReadAsync(Cancellation))
                while (tight.TryRead(out var detection)) heard.Add(detection);
            return heard;
        }, Cancellation);
        var stream = pipeline.ReadAllAsync(Cancellation); // subscribed here, although not yet enumerated
        var abandoned = pipeline.ReadAllAsync(Cancellation);
        var giveUp = Task.Run(async () =>
        {
            await foreach (var detection in abandoned) return detection;
            return default;
        }, Cancellation);
        await pipeline.RunAsync(Cancellation);

        Assert.Equal(6, recorder.Heard.Count);
        Assert.Equal(recorder.Heard, await stream.ToListAsync(Cancellation));
        Assert.Equal(recorder.Heard, await reading);
        Assert.Equal(recorder.Heard[0], await giveUp);
        Assert.Equal(recorder.Heard.Where(d => d.Label == "high"), await list);
    }

    [Fact]
    public async Task AConsumerThatComesLate_LearnsThatTheStreamHasEnded()
    {
        var pipeline = new DetectorPipeline(new ScriptedSource().Play(ToneModel.Tones(1)), Model);
        await pipeline.RunAsync(Cancellation);
        var recorder = new Recorder();
        using var subscription = pipeline.Detections.Subscribe(recorder);
        await recorder.Ended;
        Assert.False(await pipeline.Subscribe().WaitToReadAsync(Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(() => pipeline.RunAsync(Cancellation));
    }

    [Fact]
    public async Task AnObserverThatThrows_HurtsNobodyElse()
    {
        var told = new List<Exception>();
        var pipeline = new DetectorPipeline(new ScriptedSource().Play(ToneModel.Tones(4)), Model, options: new()
        {
            OnObserverError = error =>
            {
                told.Add(error);
                throw new InvalidOperationException("even this");
            },
        });
        var broken = new Recorder { Then = _ => throw new InvalidOperationException("broken") };
        var whole = new Recorder();
        using var first = pipeline.Detections.Subscribe(broken);
        using var second = pipeline.Detections.Subscribe(whole);
        var reader = pipeline.Subscribe();
        await pipeline.RunAsync(Cancellation);
        await whole.Ended;
        Assert.Equal(4, whole.Heard.Count);
        Assert.Equal(whole.Heard, broken.Heard); // it may recover
        Assert.Equal(4, reader.Count);
        Assert.Equal(4, pipeline.Counters.ObserverErrors);
        Assert.All(told, error => Assert.Equal("broken", error.Message));
        Assert.Equal(4, told.Count);
    }

    [Fact]
    public async Task OnFrame_SeesEveryFrame_AndWhatItThrowsIsCounted()
    {
        var frames = 0;
        var pipeline = new DetectorPipeline(new ScriptedSource().Play(ToneModel.Tones(4)), Model, options: new()
        {
            OnFrame = (in FrameView _) =>
            {
                if (++frames % 10 == 0) throw new InvalidOperationException("broken");
            },
        });
        var reader = pipeline.Subscribe();
        await pipeline.RunAsync(Cancellation);
        Assert.Equal(4, reader.Count);
        Assert.Equal(pipeline.Counters.Compute.Frames, frames);
        Assert.Equal(frames / 10, pipeline.Counters.ObserverErrors);
    }

    [Fact]
    public async Task AnObserverThatLeaves_HearsNoMore()
    {
        var pipeline = new DetectorPipeline(new ScriptedSource().Play(ToneModel.Tones(4)), Model);
        IDisposable? subscription = null;
        var once = new Recorder { Then = _ => subscription!.Dispose() };
        var other = new Recorder();
        subscription = pipeline.Detections.Subscribe(once);
        using var second = pipeline.Detections.Subscribe(other);
        await pipeline.RunAsync(Cancellation);
        Assert.Single(once.Heard);
        Assert.False(once.Ended.IsCompleted);
        Assert.Equal(4, other.Heard.Count);
    }

    [Fact]
    public async Task ASourceThatFails_IsHeardToItsLastSampleAndThenReported()
    {
        var sound = ToneModel.Tones(2)[..^101]; // not a whole number of blocks
        var failure = new InvalidDataException("the cable is out");
        var pipeline = new DetectorPipeline(new ScriptedSource().Play(sound).Do(() => throw failure), Model);
        var recorder = new Recorder();
        using var subscription = pipeline.Detections.Subscribe(recorder);
        var reader = pipeline.Subscribe();
        var stream = pipeline.ReadAllAsync(Cancellation);

        Assert.Same(failure, await Assert.ThrowsAsync<InvalidDataException>(() => pipeline.RunAsync(Cancellation)));
        Assert.Same(failure, await Assert.ThrowsAsync<InvalidDataException>(() => recorder.Ended));
        Assert.Equal(ToneModel.Detect(Model, sound), recorder.Heard);
        Assert.Equal(2, reader.Count);
        Assert.Same(failure, await Assert.ThrowsAsync<InvalidDataException>(async () => await stream.ToListAsync(Cancellation)));
        var counters = pipeline.Counters;
        Assert.Equal((sound.Length, sound.Length, 0), (counters.SamplesRead, counters.SamplesProcessed, counters.SamplesInFlight));
        var late = new Recorder();
        using var lateSubscription = pipeline.Detections.Subscribe(late);
        Assert.Same(failure, await Assert.ThrowsAsync<InvalidDataException>(() => late.Ended));
    }

    [Fact]
    public async Task Cancelled_WhileTheSourceBlocks_CompletesForConsumersAndThenForTheCaller()
    {
        using var stop = new CancellationTokenSource();
        using var unplugged = new SemaphoreSlim(0);
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var source = new ScriptedSource().Play(ToneModel.Tones(1)).Do(() => unplugged.Wait(Patience)).Play(ToneModel.Tones(1));
        var pipeline = new DetectorPipeline(source, Model);
        var recorder = new Recorder { Then = _ => heard.SetResult() };
        using var subscription = pipeline.Detections.Subscribe(recorder);
        var run = pipeline.RunAsync(stop.Token);
        await heard.Task.WaitAsync(Patience, Cancellation);
        stop.Cancel();
        await recorder.Ended.WaitAsync(Patience, Cancellation);
        Assert.False(run.IsCompleted); // the source is still in use
        unplugged.Release();
        await run.WaitAsync(Patience, Cancellation);
        AssertConserved(pipeline.Counters);
        Assert.Equal(0, pipeline.Counters.SamplesInFlight);
        Assert.Single(recorder.Heard);
    }

    [Fact]
    public async Task Cancelled_WhileAReaderIsFull_Ends()
    {
        using var stop = new CancellationTokenSource();
        var pipeline = new DetectorPipeline(new ScriptedSource().Play(ToneModel.Tones(5)), Model, options: new() { QueueBlocks = 1 });
        var reader = pipeline.Subscribe(capacity: 1);
        using var subscription = pipeline.Detections.Where(d => d.Label == "high").Subscribe(_ => stop.Cancel()); // the second
        await pipeline.RunAsync(stop.Token).WaitAsync(Patience, Cancellation);
        Assert.Equal(1, reader.Count);
        Assert.Equal(pipeline.Counters.Detections - 1, pipeline.Counters.DetectionsDropped);
        AssertConserved(pipeline.Counters);
        Assert.Equal(0, pipeline.Counters.SamplesInFlight);
    }

    [Fact]
    public async Task Cancelled_BeforeTheStart_EndsWithoutReading()
    {
        var pipeline = new DetectorPipeline(new ScriptedSource().Play(ToneModel.Tones(1)), Model);
        var stream = pipeline.ReadAllAsync(Cancellation);
        await pipeline.RunAsync(new CancellationToken(canceled: true));
        Assert.Empty(await stream.ToListAsync(Cancellation));
        Assert.Equal(0, pipeline.Counters.SamplesRead);
    }

    [Fact]
    public async Task ReadAllAsync_Cancelled_LeavesTheStreamAlone()
    {
        using var stop = new CancellationTokenSource();
        var pipeline = new DetectorPipeline(new ScriptedSource().Play(ToneModel.Tones(3)), Model);
        var stream = pipeline.ReadAllAsync(stop.Token);
        var whole = pipeline.Subscribe();
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.ToListAsync(Cancellation));
        await pipeline.RunAsync(Cancellation);
        Assert.Equal(3, whole.Count);
    }

    [Fact]
    public void Options_OutOfRange_AreNamedWithTheirValue()
    {
        Assert.Contains("QueueBlocks is 0", Refusal(new() { QueueBlocks = 0 }));
        Assert.Contains("BlockDuration is 00:00:02", Refusal(new() { BlockDuration = TimeSpan.FromSeconds(2) }));
        Assert.Contains("Overflow is 9", Refusal(new() { Overflow = (OverflowPolicy)9 }));
        Assert.Contains("Gap is 9", Refusal(new() { Gap = (GapPolicy)9 }));

        static string Refusal(PipelineOptions options) =>
            Assert.Throws<ArgumentException>(() => new DetectorPipeline(new ScriptedSource(), Model, options: options)).Message;
    }

    static ComputeStats Counts(ComputeStats stats) => stats with { FrontEndTime = default, NetworkTime = default };

    static void AssertConserved(PipelineCounters counters)
    {
        Assert.Equal(counters.SamplesRead, counters.SamplesProcessed + counters.SamplesDropped + counters.SamplesInFlight);
        Assert.True(counters.SamplesInFlight >= 0);
    }
}
