using Microsoft.Extensions.Time.Testing;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

/// <summary>What a write to a pool says, waits for and loses, and streams that pause, are muted, come and go.</summary>
public sealed class PoolWriteTest
{
    static readonly SuRnnModel Model = ToneModel.Build();
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The upload of a minute: what is kept is said, the loss is told once, and nothing is missing from the counters.</summary>
    [Fact]
    public void Write_OfMoreThanTheBacklog_SaysWhatWasKept_AndTheFirstLossIsTold()
    {
        var drops = new List<PoolDrop>();
        var pool = new DetectorPool(Model, null, new PoolOptions { OnFirstDrop = drops.Add }, null, start: false);
        var (upload, other) = (pool.Add("upload"), pool.Add("other"));
        Assert.Equal(4_000, upload.Write(new float[960_000], out int dropped));
        Assert.Equal(956_000, dropped);
        Assert.Equal(1_000, upload.Write(new float[1_000], out dropped)); // kept, in place of older ones
        Assert.Equal(1_000, dropped);
        Assert.Equal(4_000, other.Write(new float[4_000], out dropped));
        Assert.Equal(0, dropped);
        Assert.Equal(new PoolDrop("upload", 956_000, 960_000), Assert.Single(drops));
        Assert.Equal((961_000L, 957_000L, 4_000L), (upload.Counters.SamplesRead, upload.Counters.SamplesDropped, upload.Counters.SamplesInFlight));
    }

    [Theory, InlineData(OverflowPolicy.DropOldest), InlineData(OverflowPolicy.Wait)]
    public async Task WriteAsync_WaitsForRoom_AndLosesNothing(OverflowPolicy overflow)
    {
        var sound = ToneModel.Tones(8);
        await using var pool = new DetectorPool(Model, null, new PoolOptions { Workers = 2, Backlog = TimeSpan.FromMilliseconds(20), Overflow = overflow });
        PooledStream[] streams = [.. Enumerable.Range(0, 50).Select(i => pool.Add($"{i}"))];
        await Task.WhenAll(streams.Select(async stream =>
        {
            Assert.Equal(sound.Length, await stream.WriteAsync(sound, Cancellation));
            stream.Complete();
            await stream.Completion;
        })).WaitAsync(Patience, Cancellation);
        var total = pool.Counters.Total;
        Assert.Equal((50L * sound.Length, 50L * sound.Length, 0L, 400L), (total.SamplesRead, total.SamplesProcessed, total.SamplesDropped, total.Detections));
    }

    [Fact]
    public async Task WriteAsync_ThatWaits_EndsWithTheStream_APause_OrItsToken()
    {
        var pool = new DetectorPool(Model, null, new PoolOptions { Overflow = OverflowPolicy.Wait }, null, start: false); // nobody makes room
        using var stop = new CancellationTokenSource();
        var (ended, paused, cancelled) = (pool.Add("ended"), pool.Add("paused"), pool.Add("cancelled"));
        var writes = new[] { ended.WriteAsync(new float[5_000], Cancellation).AsTask(), paused.WriteAsync(new float[5_000], Cancellation).AsTask(), cancelled.WriteAsync(new float[5_000], stop.Token).AsTask() };
        Assert.All(writes, write => Assert.False(write.IsCompleted));
        ended.Complete();
        paused.Pause();
        await stop.CancelAsync();
        Assert.Equal(4_000, await writes[0].WaitAsync(Patience, Cancellation));
        Assert.Equal(4_000, await writes[1].WaitAsync(Patience, Cancellation));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writes[2].WaitAsync(Patience, Cancellation));
    }

    [Fact]
    public void APausedStream_CountsWhatItDrops_AndGoesOnAfterAGap()
    {
        var (time, heard) = (new FakeTimeProvider(), new List<Detection>());
        var pool = new DetectorPool(Model, null, new PoolOptions { Backlog = TimeSpan.FromSeconds(10) }, time, start: false);
        var worker = pool.NewWorker();
        var stream = pool.Add("door", new PooledStreamOptions { OnDetection = heard.Add });
        var sound = ToneModel.Tones(2);
        Hear();
        stream.Pause();
        Assert.True(stream.Paused);
        Assert.Equal(0, stream.Write(sound, out int dropped));
        Assert.Equal(sound.Length, dropped);
        stream.Resume();
        Hear();
        stream.Mute(TimeSpan.FromSeconds(1));
        Hear();
        time.Advance(TimeSpan.FromSeconds(1));
        Hear();
        Assert.Equal(["low", "high", "low", "high", "low", "high"], heard.Select(one => one.Label));
        Assert.Equal(2, stream.DetectionsMuted);
        Assert.Equal(2 * sound.Length / (double)ToneModel.Rate + 0.3, heard[2].Start.TotalSeconds, 0.05); // the pause is in the stream's time
        var counters = stream.Counters;
        Assert.Equal((5L * sound.Length, 4L * sound.Length, (long)sound.Length, 1L), (counters.SamplesRead, counters.SamplesProcessed, counters.SamplesDropped, counters.Gaps));

        void Hear()
        {
            stream.Write(sound);
            while (pool.TryTurn(worker)) ;
        }
    }

    [Fact]
    public void AnIgnoredTime_OfTheStream_KeepsBackWhatOverlapsIt()
    {
        var heard = new List<Detection>();
        var pool = new DetectorPool(Model, null, new PoolOptions { Backlog = TimeSpan.FromSeconds(10) }, new FakeTimeProvider(), start: false);
        var (worker, stream) = (pool.NewWorker(), pool.Add("door", new PooledStreamOptions { OnDetection = heard.Add }));
        stream.Ignore(TimeSpan.FromSeconds(0.75), TimeSpan.FromSeconds(1.65)); // from the second tone to the third
        for (var time = 0; time < 2; time++)
        {
            stream.Write(ToneModel.Tones(2));
            while (pool.TryTurn(worker)) ;
        }
        Assert.Equal([0.3, 2.1], heard.Select(one => one.Start.TotalSeconds), (expected, start) => Math.Abs(start - expected) < 0.05);
        Assert.Equal((2L, 0L), (stream.DetectionsIgnored, stream.DetectionsMuted));
        Assert.Throws<ArgumentException>(() => stream.Ignore(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task GetOrAdd_KnowsAStreamByItsName_UntilItEnds()
    {
        await using var pool = new DetectorPool(Model);
        var doors = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => pool.GetOrAdd("door"), Cancellation)));
        Assert.Single(doors.Distinct());
        Assert.True(pool.TryGet("door", out var door) && door == doors[0]);
        Assert.Contains(door, pool.Streams);
        door.Complete();
        Assert.False(pool.TryGet("door", out _));
        Assert.NotSame(door, pool.GetOrAdd("door"));
        await door.Completion.WaitAsync(Patience, Cancellation);
        Assert.True(pool.TryGet("door", out var next) && next != door); // the old one took only itself away
    }

    /// <summary>A thousand streams are written by four threads while others pause, mute, complete and replace them: every sample is processed or counted as dropped.</summary>
    [Fact]
    public async Task PauseMuteAddAndRemove_WhileAThousandStreamsRun_LeaveNoSampleUncounted()
    {
        await using var pool = new DetectorPool(Model, null, new PoolOptions { Workers = 2, Backlog = TimeSpan.FromMilliseconds(40) });
        var sound = ToneModel.Tones(1);
        var streams = Enumerable.Range(0, 1_000).Select(i => pool.Add($"{i}")).ToArray();
        var written = 0L;
        using var done = new CancellationTokenSource();
        var changes = Task.Run(() =>
        {
            var random = new Random(1);
            for (var i = 0; !done.IsCancellationRequested || i < 1_000; i++)
            {
                var at = random.Next(streams.Length);
                var stream = Volatile.Read(ref streams[at]);
                switch (i % 5)
                {
                    case 0: stream.Pause(); break;
                    case 1: stream.Resume(); break;
                    case 2: stream.Mute(TimeSpan.FromMilliseconds(random.Next(20))); break;
                    case 3: stream.Dispose(); Volatile.Write(ref streams[at], pool.Add($"{at}")); break;
                    default: stream.Complete(); Volatile.Write(ref streams[at], pool.Add($"{at}")); break;
                }
            }
        }, Cancellation);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = writer; i < streams.Length; i += 4)
            {
                for (var at = 0; at < sound.Length; at += 640)
                {
                    var (stream, piece) = (Volatile.Read(ref streams[i]), sound.AsMemory(at, Math.Min(640, sound.Length - at)));
                    var before = i % 8 < 4 ? stream.Write(piece.Span, out int dropped) + (long)dropped : await stream.WriteAsync(piece, Cancellation);
                    Interlocked.Add(ref written, before);
                }
            }
        }, Cancellation))).WaitAsync(Patience, Cancellation);
        await done.CancelAsync();
        await changes.WaitAsync(Patience, Cancellation);
        await pool.StopAsync().WaitAsync(Patience, Cancellation);
        var total = pool.Counters.Total;
        Assert.Equal((0L, total.SamplesRead), (total.SamplesInFlight, total.SamplesProcessed + total.SamplesDropped));
        Assert.Equal(0, pool.Counters.Streams);
        Assert.True(total.SamplesProcessed > 0 && total.SamplesRead > 1_000 * 640);
    }
}
