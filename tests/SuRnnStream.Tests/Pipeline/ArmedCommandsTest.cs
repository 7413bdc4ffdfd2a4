using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

/// <summary>A pipeline's commands after its wake words: those of <see cref="ArmedPair"/>, whatever the blocks, with a front end in common or not, over gaps and at the end.</summary>
public sealed class ArmedCommandsTest
{
    static readonly SuRnnModel Wake = Named("call"), Commands = Named("high"), Other = TinyModels.Build(TinyModels.Config(), defaults: TinyModels.Eager);

    static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>The low tone is a call, or the high one a command.</summary>
    static SuRnnModel Named(string label)
    {
        string[] labels = label == "call" ? ["silence", "unknown", "call", "a high tone"] : ["silence", "unknown", "a low tone", "high"];
        var made = ToneModel.Build(labels: labels);
        return new SuRnnModel(made.Config with { Background = [.. labels.Where(one => one != label)] }, made.Weights);
    }

    static float[] High => [.. ToneModel.Quiet(0.3), .. ToneModel.Tone(ToneModel.High, 0.2)];

    static float[] Low => [.. ToneModel.Quiet(0.3), .. ToneModel.Tone(ToneModel.Low, 0.2)];

    static readonly float[] Stream = [.. High, .. Low, .. High, .. ToneModel.Quiet(1.5), .. High, .. Low, .. High, .. ToneModel.Quiet(0.2)];

    static async Task<(List<Detection> Heard, DetectorPipeline Pipeline)> RunAsync(SuRnnModel commands, double block, float[] samples)
    {
        var options = new PipelineOptions { BlockDuration = TimeSpan.FromSeconds(block), Commands = new ArmedCommands { Model = commands, For = Period }, SourceName = "hall" };
        var (pipeline, heard) = (new DetectorPipeline(new ArraySource(samples, 16_000), Wake, null, options), new List<Detection>());
        using var subscription = pipeline.Detections.Subscribe(new Listener(heard.Add));
        await pipeline.RunAsync(TestContext.Current.CancellationToken);
        return (heard, pipeline);
    }

    [Fact]
    public async Task Detections_AreThoseOfAPair_WhateverTheBlocks()
    {
        foreach (var commands in new[] { Commands, Other })
        {
            var (pair, expected) = (new ArmedPair(Wake, commands, Period), new List<Detection>());
            pair.Process(Stream, expected.Add);
            pair.Finish(expected.Add);
            Assert.True(expected.Count >= 4);
            foreach (var block in new[] { 0.02, 0.37 })
            {
                var (heard, pipeline) = await RunAsync(commands, block, Stream);
                Assert.Equal(expected.Select(one => one with { Source = "hall" }).OrderBy(one => one.Time).ThenBy(one => one.Label), heard.OrderBy(one => one.Time).ThenBy(one => one.Label));
                var (calls, counters) = (pipeline.Counters, pipeline.CommandCounters);
                Assert.Equal((Stream.Length, Stream.Length, 0L), (counters.SamplesRead, counters.SamplesProcessed, counters.SamplesInFlight));
                Assert.Equal((pair.WakeCost.MultiplyAdds, pair.CommandCost.MultiplyAdds), (calls.Compute.MultiplyAdds, counters.Compute.MultiplyAdds));
                Assert.Equal((pair.CommandCost.Frames, pair.CommandCost.FramesSkipped), (counters.Compute.Frames, counters.Compute.FramesSkipped));
                Assert.Equal(heard.Count, calls.Detections + counters.Detections);
            }

            var pooled = new List<Detection>();
            await using var pool = new DetectorPool(Wake, options: new PoolOptions { Overflow = OverflowPolicy.Wait });
            var stream = pool.Add("hall", new PooledStreamOptions { Commands = new ArmedCommands { Model = commands, For = Period }, OnDetection = pooled.Add });
            for (var at = 0; at < Stream.Length;)
            {
                at += stream.Write(Stream.AsSpan(at, Math.Min(1_234, Stream.Length - at)));
                await stream.RoomAsync(TestContext.Current.CancellationToken);
            }
            await Assert.ThrowsAsync<InvalidOperationException>(() => stream.SnapshotAsync());
            await pool.StopAsync();
            Assert.Equal(expected.Select(one => one with { Source = "hall" }).OrderBy(one => one.Time).ThenBy(one => one.Label), pooled.OrderBy(one => one.Time).ThenBy(one => one.Label));
            Assert.Equal((pair.CommandCost.MultiplyAdds, pair.CommandCost.FramesSkipped, Stream.Length), (stream.CommandCounters.Compute.MultiplyAdds, stream.CommandCounters.Compute.FramesSkipped, stream.CommandCounters.SamplesProcessed));
        }
    }

    [Fact]
    public async Task Gap_Disarms()
    {
        float[] before = [.. Low, .. ToneModel.Quiet(0.3)], after = [.. High, .. Low, .. High, .. ToneModel.Quiet(0.5)];
        var source = new PushSource(16_000, 1, 100_000) { Overflow = OverflowPolicy.Wait };
        var (pipeline, heard) = (new DetectorPipeline(source, Wake, null, new PipelineOptions { Commands = new ArmedCommands { Model = Commands, For = Period } }), new List<Detection>());
        using var subscription = pipeline.Detections.Subscribe(new Listener(heard.Add));
        source.Push(before);
        source.Lose(1_600);
        source.Push(after);
        source.Complete();
        await pipeline.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["call", "call", "high"], heard.Select(one => one.Label));
        Assert.Equal(before.Length + after.Length, pipeline.CommandCounters.SamplesProcessed);
        Assert.Equal(1, pipeline.CommandCounters.Gaps);
    }

    [Fact]
    public void WhatDoesNotFit_IsRefused()
    {
        void Make(SuRnnModel commands, TimeSpan period) => _ = new DetectorPipeline(new ArraySource(Stream, 16_000), Wake, null, new PipelineOptions { Commands = new ArmedCommands { Model = commands, For = period } });
        Assert.Contains("above zero", Assert.Throws<ArgumentException>(() => Make(Commands, TimeSpan.Zero)).Message);
        Assert.Contains("of sensors", Assert.Throws<ArgumentException>(() => Make(PulseModel.Build(), Period)).Message);
    }

    sealed class Listener(Action<Detection> take) : IObserver<Detection>
    {
        public void OnNext(Detection value) => take(value);
        public void OnError(Exception error) { }
        public void OnCompleted() { }
    }
}
