using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

/// <summary>A pooled stream that is saved between two turns and goes on elsewhere.</summary>
public class PooledStreamSnapshotTest
{
    static readonly SuRnnModel Model = TinyModels.Build(CellKind.Gru, SwitchKind.Both, stem: true, layers: 2);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5); // for what must come

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AStreamThatMovesFromPoolToPool_DetectsWhatOneDetectorDoes()
    {
        var sound = Sounds.Mixture(40);
        var (heard, at, state, random) = (new List<Detection>(), 0L, Array.Empty<byte>(), new Random(4));
        while (at < sound.Length)
        {
            await using var pool = new DetectorPool(Model, TinyModels.Eager, new() { Overflow = OverflowPolicy.Wait });
            var (here, start) = (new List<Detection>(), at);
            var stream = pool.Add("door", new PooledStreamOptions { State = state, OnDetection = here.Add });
            Assert.Equal((start, start), (stream.Position, stream.Written));
            for (var i = 0; i < 5 && at < sound.Length; i++) at += stream.Write(sound.AsSpan((int)at, Math.Min(random.Next(1, 3_000), sound.Length - (int)at)));
            var snapshot = await stream.SnapshotAsync(drained: random.Next(2) == 0).WaitAsync(Patience, Cancellation);
            stream.Dispose();
            await stream.Completion.WaitAsync(Patience, Cancellation);
            Assert.Equal(snapshot.Position - start, snapshot.SamplesProcessed);
            heard.AddRange(here.Take((int)snapshot.Detections)); // what came after it is detected again elsewhere
            (at, state) = (snapshot.Position, snapshot.State);
        }
        Assert.Equal(Expected(sound, TinyModels.Eager, ends: false), heard);
        Assert.True(heard.Count > 10, $"{heard.Count} detections do not tell much");
    }

    [Fact]
    public async Task SnapshotAsync_Drained_ComesWhenNothingWaits()
    {
        var (pool, worker) = (new DetectorPool(Model, null, new() { Overflow = OverflowPolicy.Wait, FramesPerTurn = 1 }, null, start: false), (PoolWorker?)null);
        worker = pool.NewWorker();
        var stream = pool.Add("door", new PooledStreamOptions());
        stream.Write(new float[800]);
        var (next, drained) = (stream.SnapshotAsync(), stream.SnapshotAsync(drained: true));
        Assert.True(pool.TryTurn(worker));
        Assert.Equal(160, (await next).Position);
        Assert.False(drained.IsCompleted);
        while (pool.TryTurn(worker)) { }
        Assert.Equal((800, 800), ((await drained).Position, stream.Position));
        Assert.Equal(0, stream.Counters.SamplesInFlight);
    }

    [Fact]
    public async Task SnapshotAsync_OfAnIdleStream_NeedsNoSample()
    {
        await using var pool = new DetectorPool(Model);
        var snapshot = await pool.Add("door").SnapshotAsync().WaitAsync(Patience, Cancellation);
        Assert.Equal((0, 0, 0), (snapshot.Position, snapshot.SamplesProcessed, snapshot.Detections));
        new StreamingDetector(Model).Restore(new MemoryStream(snapshot.State));
    }

    [Fact]
    public async Task SnapshotAsync_OfADisposedStream_Fails()
    {
        var pool = new DetectorPool(Model, null, null, null, start: false);
        var worker = pool.NewWorker();
        var stream = pool.Add("door");
        stream.Write(new float[800]);
        var asked = stream.SnapshotAsync();
        stream.Dispose();
        while (pool.TryTurn(worker)) { }
        await Assert.ThrowsAsync<ObjectDisposedException>(() => asked);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.SnapshotAsync());
        await stream.Completion.WaitAsync(Patience, Cancellation);
    }

    [Fact]
    public async Task SnapshotAsync_AfterALoss_CountsWhatWasProcessedApart()
    {
        await using var pool = new DetectorPool(Model, options: new() { Overflow = OverflowPolicy.Wait });
        var stream = pool.Add("door", new PooledStreamOptions { Gap = GapPolicy.Hold });
        stream.Write(new float[1_000]);
        stream.Lose(500);
        stream.Write(new float[1_000]);
        var snapshot = await stream.SnapshotAsync(drained: true).WaitAsync(Patience, Cancellation);
        Assert.Equal((2_500, 2_000), (snapshot.Position, snapshot.SamplesProcessed));
    }

    [Fact]
    public async Task Add_WithOptions_DetectsAsTheyAre_AndTellsPlacesInOrder()
    {
        var sound = Sounds.Mixture(20);
        var deaf = TinyModels.Eager with { Threshold = 0.999f };
        await using var pool = new DetectorPool(Model, deaf, new() { Overflow = OverflowPolicy.Wait, Backlog = TimeSpan.FromSeconds(60) });
        var (heard, places) = (new List<Detection>(), new List<long>());
        var stream = pool.Add("door", new PooledStreamOptions { Detector = TinyModels.Eager, OnDetection = heard.Add, OnProcessed = places.Add });
        Assert.Equal(sound.Length, stream.Write(sound));
        stream.Complete();
        await stream.Completion.WaitAsync(Patience, Cancellation);
        Assert.Equal(Expected(sound, TinyModels.Eager), heard);
        Assert.Equal(places.Order(), places);
        Assert.Equal(sound.Length, places[^1]);
    }

    [Fact]
    public async Task Add_WithADamagedState_SaysSo_AndAddsNothing()
    {
        await using var pool = new DetectorPool(Model);
        Assert.Throws<InvalidDataException>(() => pool.Add("door", new PooledStreamOptions { State = new byte[] { 1, 2, 3, 4, 5 } }));
        Assert.Equal(0, pool.Counters.Streams);
    }

    [Fact]
    public async Task Complete_OfAStreamThatWentOnFromAState_DecidesWhatIsPending()
    {
        for (var length = 1_000; length <= 12_000; length += 1_000)
        {
            var (sound, heard) = (Sounds.Mixture(20)[..length], new List<Detection>());
            var detector = new StreamingDetector(Model, TinyModels.Eager);
            detector.Process(sound, d => heard.Add(d with { Source = "door" }));
            using var state = new MemoryStream();
            detector.Save(state);
            await using var pool = new DetectorPool(Model, TinyModels.Eager);
            var stream = pool.Add("door", new PooledStreamOptions { State = state.ToArray(), OnDetection = heard.Add });
            stream.Complete();
            await stream.Completion.WaitAsync(Patience, Cancellation);
            Assert.Equal(Expected(sound, TinyModels.Eager), heard);
        }
    }

    static List<Detection> Expected(float[] sound, DetectorOptions options, bool ends = true)
    {
        var (expected, detector) = (new List<Detection>(), new StreamingDetector(Model, options));
        detector.Process(sound, d => expected.Add(d with { Source = "door" }));
        if (ends) detector.Finish(d => expected.Add(d with { Source = "door" }));
        return expected;
    }
}
