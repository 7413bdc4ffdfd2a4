using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

/// <summary>Two models on one stream: each detects what it does alone, bit for bit, and a front end that both have runs once.</summary>
public sealed class CompanionModelTest
{
    const int Rate = ToneModel.Rate;

    static readonly SuRnnModel Words = ToneModel.Build(), Sounds = ToneModel.Build(labels: ["silence", "unknown", "hum", "beep"]), Other = TinyModels.Build(TinyModels.Config(), defaults: TinyModels.Eager);

    static readonly float[] Stream = [.. ToneModel.Tones(3), .. ToneModel.Quiet(1), .. ToneModel.Tones(2)];

    /// <summary>What detectors of their own tell of a stream whose samples from one place to another are lost.</summary>
    static List<Detection> Apart(SuRnnModel model, float[] samples, (int From, int To) lost = default, DetectorOptions? options = null)
    {
        var (detector, heard) = (new StreamingDetector(model, options), new List<Detection>());
        detector.Process(samples.AsSpan(0, lost.From), heard.Add);
        if (lost.To > 0) detector.Lose(lost.To - lost.From, heard.Add);
        detector.Process(samples.AsSpan(lost.To), heard.Add);
        detector.Finish(heard.Add);
        return [.. heard.Select(one => one with { Source = "hall" })];
    }

    static IEnumerable<Detection> InOrder(IEnumerable<Detection> detections) => detections.OrderBy(one => one.Time).ThenBy(one => one.Label, StringComparer.Ordinal);

    [Fact]
    public async Task Pool_DetectsWhatTwoDetectorsDo()
    {
        foreach (var companion in new[] { Sounds, Other })
        {
            var heard = new List<Detection>();
            await using var pool = new DetectorPool(Words, options: new PoolOptions { Overflow = OverflowPolicy.Wait, Companions = [new CompanionModel { Model = companion }] });
            var stream = pool.Add("hall", new PooledStreamOptions { OnDetection = heard.Add });
            for (var at = 0; at < Stream.Length; at += stream.Write(Stream.AsSpan(at, Math.Min(1_234, Stream.Length - at)))) await stream.RoomAsync(TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<InvalidOperationException>(() => stream.SnapshotAsync());
            await pool.StopAsync();
            var (first, second) = (Apart(Words, Stream), Apart(companion, Stream));
            Assert.True(first.Count >= 4 && second.Count >= 4);
            Assert.Equal(InOrder([.. first, .. second]), InOrder(heard));
            var counters = Assert.Single(stream.CompanionCounters);
            Assert.Equal((Stream.Length, second.Count), (counters.SamplesProcessed, (int)counters.Detections));
            Assert.Equal(0, stream.CommandCounters.SamplesProcessed);
        }
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.37)]
    public async Task Pipeline_DetectsWhatThreeDetectorsDo_OverAGap(double block)
    {
        var options = new PipelineOptions { BlockDuration = TimeSpan.FromSeconds(block), SourceName = "hall", Companions = [new CompanionModel { Model = Sounds }, new CompanionModel { Model = Other }] };
        var (source, heard) = (new PushSource(Rate, 1, 200_000) { Overflow = OverflowPolicy.Wait }, new List<Detection>());
        var pipeline = new DetectorPipeline(source, Words, null, options);
        using var subscription = pipeline.Detections.Subscribe(new Listener(heard.Add));
        var lost = (From: 2 * Rate + 77, To: 3 * Rate);
        source.Push(Stream.AsSpan(0, lost.From));
        source.Lose(lost.To - lost.From);
        source.Push(Stream.AsSpan(lost.To));
        source.Complete();
        await pipeline.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(InOrder([.. Apart(Words, Stream, lost), .. Apart(Sounds, Stream, lost), .. Apart(Other, Stream, lost)]), InOrder(heard));
        Assert.Equal([1L, 1], pipeline.CompanionCounters.Select(counters => counters.Gaps));
    }

    /// <summary>Followers tell their detections apart, decide by options of their own, and end with the stream.</summary>
    [Fact]
    public async Task Followers_DetectWhatDetectorsOfTheirOwnDo_ForObserversOfTheirOwn()
    {
        StreamFollower[] followers = [new(Sounds, options: new PipelineOptions { SourceName = "hall" }), new(Other, options: new PipelineOptions { SourceName = "hall" })];
        var pipeline = new DetectorPipeline(new ArraySource(Stream, Rate), Words, null, new PipelineOptions { SourceName = "hall", Followers = followers });
        List<Detection>[] heard = [[], [], []];
        using var leader = pipeline.Detections.Subscribe(new Listener(heard[0].Add));
        using var first = followers[0].Detections.Subscribe(new Listener(heard[1].Add));
        using var second = followers[1].Detections.Subscribe(new Listener(heard[2].Add));
        await pipeline.RunAsync(TestContext.Current.CancellationToken);
        await Task.WhenAll(followers.Select(follower => follower.RunAsync(default)));
        Assert.Equal([Apart(Words, Stream), Apart(Sounds, Stream), Apart(Other, Stream)], heard);
        Assert.All(followers, follower => Assert.Equal(Stream.Length, follower.Counters.SamplesProcessed));
    }

    [Fact]
    public void AFollowerThatDoesNotFit_IsRefused()
    {
        Assert.Contains("above zero", Assert.Throws<ArgumentException>(() => new StreamFollower(Sounds, armedFor: TimeSpan.Zero)).Message);
        Assert.Contains("QueueBlocks", Assert.Throws<ArgumentException>(() => new StreamFollower(Sounds, options: new PipelineOptions { QueueBlocks = 0 })).Message);
        Assert.Contains("sensors", Assert.Throws<ArgumentException>(() => new StreamFollower(PulseModel.Build())).Message);
        Assert.Throws<ArgumentException>(() => new StreamFollower(Sounds, new DetectorOptions { Threshold = 2 }));
        DetectorPipeline Lead(SuRnnModel model, StreamFollower follower) => new(new ArraySource(new float[1], Rate), model, null, new PipelineOptions { Followers = [follower] });
        var slow = new SuRnnModel(Sounds.Config with { FrontEnd = Sounds.Config.FrontEnd! with { SampleRate = 8_000, HighHz = 3_600 } }, Sounds.Weights);
        Assert.Contains("8000 Hz", Assert.Throws<ArgumentException>(() => Lead(Words, new StreamFollower(slow))).Message);
        var follower = new StreamFollower(Sounds);
        _ = Lead(Words, follower);
        Assert.Contains("another pipeline", Assert.Throws<ArgumentException>(() => Lead(Words, follower)).Message);
    }

    /// <summary>The companion's own front end never gets a sample: what it costs is its network, and its frames are the stream's.</summary>
    [Fact]
    public async Task FrontEnd_RunsOnce()
    {
        await using var pool = new DetectorPool(Words, options: new PoolOptions { Workers = 1, Overflow = OverflowPolicy.Wait, Backlog = TimeSpan.FromSeconds(20), Companions = [new CompanionModel { Model = Sounds }] });
        var stream = pool.Add("hall");
        stream.Write(Stream);
        stream.Complete();
        await stream.Completion;
        var (own, companion) = (stream.Counters.Compute, stream.CompanionCounters[0].Compute);
        Assert.Equal((own.Frames, own.MultiplyAdds), (companion.Frames, companion.MultiplyAdds)); // of one shape
        Assert.True(own.FrontEndTime > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, companion.FrontEndTime);
        Assert.Equal(own.StreamTime, companion.StreamTime);
    }

    /// <summary>Its own rules are its own: an event that goes on over a pause has one begin and one end, while the stream's own model tells single detections.</summary>
    [Fact]
    public async Task Rules_AreItsOwn()
    {
        var heard = new List<Detection>();
        await using var pool = new DetectorPool(Words, options: new PoolOptions { Overflow = OverflowPolicy.Wait, Backlog = TimeSpan.FromSeconds(20) });
        var lasting = new CompanionModel { Model = Sounds, Decisions = new DecisionOptions { Edges = true, Hold = TimeSpan.FromSeconds(3) } };
        var stream = pool.Add("hall", new PooledStreamOptions { Companions = [lasting], OnDetection = heard.Add });
        stream.Write([.. ToneModel.Tones(4), .. ToneModel.Quiet(6)]);
        stream.Complete();
        await stream.Completion;
        Assert.Equal(["begin beep", "begin hum", "end beep", "end hum"], heard.Where(one => one.Label is "hum" or "beep").Select(one => $"{one.Phase} {one.Label}".ToLowerInvariant()).Order(StringComparer.Ordinal));
        Assert.True(heard.Count(one => one.Label is "low" or "high") >= 4);
    }

    [Fact]
    public void WhatDoesNotFit_IsRefused()
    {
        void Make(SuRnnModel companion, DetectorOptions? options = null) => _ = new DetectorPool(Words, options: new PoolOptions { Companions = [new CompanionModel { Model = companion, Detector = options }] });
        Assert.Contains("stream of its own", Assert.Throws<ArgumentException>(() => Make(PulseModel.Build())).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Make(Sounds, new DetectorOptions { Threshold = 2 }));
    }

    sealed class Listener(Action<Detection> take) : IObserver<Detection>
    {
        public void OnNext(Detection value) => take(value);
        public void OnError(Exception error) { }
        public void OnCompleted() { }
    }
}
