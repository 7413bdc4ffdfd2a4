using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

/// <summary>A pipeline whose samples are pushed, without a capture thread, hears what one that reads them hears.</summary>
public class SampleInletTest
{
    static readonly SuRnnModel Model = ToneModel.Build();
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5); // for what must come; a test that passes does not wait

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(GapPolicy.Reset, 16_000, 320), InlineData(GapPolicy.Hold, 16_000, 77), InlineData(GapPolicy.Reset, 44_100, 441), InlineData(GapPolicy.Hold, 8_000, 5_000)]
    public async Task PushedSound_MakesTheDetectionsAndCountersOfSoundThatIsRead(GapPolicy policy, int rate, int piece)
    {
        var sound = ToneModel.Tones(6, rate);
        var (cut, lost) = (sound.Length / 2 + 7, 3L * rate + 11); // within a block
        var options = new PipelineOptions { Gap = policy, QueueBlocks = 3, SourceName = "door" };

        var read = new ScriptedSource { SampleRate = rate, LargestRead = piece }.Lose(5).Play(sound[..cut]).Lose(lost).Play(sound[cut..]).Lose(9);
        var (expected, counted) = await RunAsync(new DetectorPipeline(read, Model, options: options), () => { });

        var inlet = new SampleInlet(rate, 1);
        var (heard, counters) = await RunAsync(new DetectorPipeline(inlet, Model, options: options), () =>
        {
            inlet.Lose(5);
            foreach (var part in sound[..cut].Chunk(piece)) inlet.Push(part);
            inlet.Lose(lost - 1);
            inlet.Lose(1);
            foreach (var part in sound[cut..].Chunk(piece)) inlet.Push(part);
            inlet.Lose(9);
            inlet.Complete();
            inlet.Push(sound); // too late
        });
        Assert.Equal(6, heard.Count);
        Assert.Equal(expected, heard);
        Assert.Equal(Figures(counted), Figures(counters));
    }

    [Fact]
    public void APush_FillsTheQueueByItself_AndDropsTheOldestBlocks()
    {
        var inlet = new SampleInlet(ToneModel.Rate, 1);
        var pipeline = new DetectorPipeline(inlet, Model, options: new() { Overflow = OverflowPolicy.DropOldest, QueueBlocks = 4 });
        inlet.Push(new float[10 * 320 + 100]); // nothing runs yet: neither a detector nor any thread
        var counters = pipeline.Counters;
        Assert.Equal((10L * 320, 6L * 320, 4L * 320), (counters.SamplesRead, counters.SamplesDropped, counters.SamplesInFlight));
    }

    [Fact]
    public async Task Complete_WhileAPushWaitsForRoom_ReturnsAtOnce_AndWhatWasPushedIsProcessed()
    {
        var sound = ToneModel.Tones(4);
        var inlet = new SampleInlet(ToneModel.Rate, 1);
        using var stuck = new SemaphoreSlim(0);
        using var go = new ManualResetEventSlim();
        var pipeline = new DetectorPipeline(inlet, Model, options: new() { QueueBlocks = 2 });
        var recorder = new Recorder
        {
            Then = _ =>
            {
                stuck.Release();
                Assert.True(go.Wait(Patience));
            },
        };
        using var subscription = pipeline.Detections.Subscribe(recorder);
        var run = pipeline.RunAsync(Cancellation);
        var push = Task.Run(() => inlet.Push(sound), Cancellation);
        Assert.True(await stuck.WaitAsync(Patience, Cancellation));
        Assert.False(push.IsCompleted); // four tones do not fit into two blocks
        inlet.Complete();
        inlet.Push(sound); // is ignored, and does not wait
        go.Set();
        await run;
        await push;
        Assert.Equal(["low", "high", "low", "high"], recorder.Heard.Select(detection => detection.Label));
        Assert.Equal((sound.Length, sound.Length, 0L), (pipeline.Counters.SamplesRead, pipeline.Counters.SamplesProcessed, pipeline.Counters.SamplesInFlight));
    }

    [Fact]
    public async Task AFailure_ComesAfterTheSamplesBeforeIt()
    {
        var inlet = new SampleInlet(ToneModel.Rate, 1);
        var pipeline = new DetectorPipeline(inlet, Model);
        var recorder = new Recorder();
        using var subscription = pipeline.Detections.Subscribe(recorder);
        var run = pipeline.RunAsync(Cancellation);
        inlet.Push(ToneModel.Tones(2));
        inlet.Complete(new IOException("The cable is out."));
        Assert.Equal("The cable is out.", (await Assert.ThrowsAsync<IOException>(() => run)).Message);
        Assert.Equal(["low", "high"], recorder.Heard.Select(detection => detection.Label));
    }

    [Fact]
    public async Task APipelineThatIsStopped_FreesWhoeverPushes()
    {
        var inlet = new SampleInlet(ToneModel.Rate, 1);
        using var stop = new CancellationTokenSource();
        using var stuck = new SemaphoreSlim(0);
        using var go = new ManualResetEventSlim();
        var pipeline = new DetectorPipeline(inlet, Model, options: new() { QueueBlocks = 1 });
        var recorder = new Recorder
        {
            Then = _ =>
            {
                stuck.Release();
                Assert.True(go.Wait(Patience));
            },
        };
        using var subscription = pipeline.Detections.Subscribe(recorder);
        var run = pipeline.RunAsync(stop.Token);
        var push = Task.Run(() => inlet.Push(ToneModel.Tones(4)), Cancellation); // more than fits
        Assert.True(await stuck.WaitAsync(Patience, Cancellation));
        stop.Cancel();
        await push.WaitAsync(Patience, Cancellation); // the detector is still at its first detection
        Assert.True(inlet.Ended);
        go.Set();
        await run;
        Assert.Equal(0, pipeline.Counters.SamplesInFlight);
        Assert.Equal(pipeline.Counters.SamplesRead, pipeline.Counters.SamplesProcessed + pipeline.Counters.SamplesDropped);
    }

    [Fact]
    public async Task WhatIsPushedAndCompletedBeforeThereIsAPipeline_IsProcessed()
    {
        var inlet = new SampleInlet(ToneModel.Rate);
        var sound = ToneModel.Tones(2);
        inlet.Push(sound);
        inlet.Complete();
        var pipeline = new DetectorPipeline(inlet, Model, options: new() { QueueBlocks = 2 });
        await pipeline.RunAsync(Cancellation).WaitAsync(Patience, Cancellation);
        Assert.Equal((sound.Length, 2L), (pipeline.Counters.SamplesProcessed, pipeline.Counters.Detections));
    }

    [Fact]
    public void WhatIsNoStream_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SampleInlet(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SampleInlet(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SampleInlet(100, 0));
        var inlet = new SampleInlet(ToneModel.Rate);
        Assert.Throws<ArgumentOutOfRangeException>(() => inlet.Lose(-1));
        Assert.Throws<ArgumentException>(() => new SampleInlet(100, 3).Push(new float[4]));
        _ = new DetectorPipeline(inlet, Model);
        Assert.Contains("another pipeline", Assert.Throws<ArgumentException>(() => new DetectorPipeline(inlet, Model)).Message);
    }

    static async Task<(List<Detection> Heard, PipelineCounters Counters)> RunAsync(DetectorPipeline pipeline, Action push)
    {
        var recorder = new Recorder();
        using var subscription = pipeline.Detections.Subscribe(recorder);
        var run = pipeline.RunAsync(Cancellation);
        push();
        await run;
        await recorder.Ended;
        return (recorder.Heard, pipeline.Counters);
    }

    static (long, long, long, long, long, long, int) Figures(PipelineCounters counters) =>
        (counters.SamplesRead, counters.SamplesProcessed, counters.SamplesDropped, counters.SamplesLost, counters.SamplesInFlight, counters.Gaps, (int)counters.Detections);
}
