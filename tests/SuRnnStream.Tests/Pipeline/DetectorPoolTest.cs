using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

public class DetectorPoolTest
{
    const int Hop = 160, Turn = 4 * Hop;

    static readonly SuRnnModel Model = ToneModel.Build();
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5); // for what must come; a test that passes does not wait

    static readonly DetectorOptions Eager = TinyModels.Eager;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Add_WithAFrameObserver_ShowsItThatStreamsFrames()
    {
        var (seen, ends) = (0, new List<TimeSpan>());
        await using var pool = new DetectorPool(Model, options: new() { Overflow = OverflowPolicy.Wait });
        var (watched, other) = (pool.Add("watched", (in FrameView frame) =>
        {
            seen++;
            ends.Add(frame.End);
        }), pool.Add("other"));
        foreach (var stream in new[] { watched, other })
        {
            Assert.Equal(Turn, stream.Write(new float[Turn]));
            stream.Complete();
            await stream.Completion.WaitAsync(Patience, Cancellation);
        }
        Assert.Equal(watched.Counters.Compute.Frames, seen);
        Assert.True(seen > 0);
        Assert.Equal(ends.Order().Distinct(), ends);
    }

    [Theory, InlineData(1, 1, 10, 0), InlineData(2, 3, 30, 0), InlineData(5, 8, 250, 0), InlineData(2, 4, 250, 5), InlineData(3, 1_000, 1_000, 1)]
    public async Task Detections_AreThoseOfOneDetectorAStream_HoweverSchedulingFalls(int workers, int framesPerTurn, int backlog, int patience)
    {
        var model = TinyModels.Build(CellKind.Gru, SwitchKind.Both, stem: true, layers: 2);
        var options = new PoolOptions
        {
            Workers = workers,
            FramesPerTurn = framesPerTurn,
            Backlog = TimeSpan.FromMilliseconds(backlog),
            Patience = TimeSpan.FromMilliseconds(patience),
            Overflow = OverflowPolicy.Wait,
        };
        var pool = new DetectorPool(model, Eager, options);
        var recorder = new Recorder();
        using var subscription = pool.Detections.Subscribe(recorder);
        var sounds = Enumerable.Range(0, 24).Select(i => Sounds.Mixture(8, seed: i)).ToArray();
        var streams = sounds.Select((_, i) => pool.Add($"stream {i}")).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(writer => Task.Run(() =>
        {
            var random = new Random(writer);
            var mine = Enumerable.Range(0, sounds.Length).Where(i => i % 3 == writer).ToList();
            var at = new int[sounds.Length];
            while (mine.Count > 0)
            {
                var i = mine[random.Next(mine.Count)];
                var written = streams[i].Write(sounds[i].AsSpan(at[i], Math.Min(random.Next(1, 1_500), sounds[i].Length - at[i])));
                if (written == 0) Thread.Yield();
                if ((at[i] += written) < sounds[i].Length) continue;
                streams[i].Complete();
                mine.Remove(i);
            }
        }, Cancellation)));
        await Task.WhenAll(streams.Select(stream => stream.Completion)).WaitAsync(Patience, Cancellation);
        await pool.StopAsync().WaitAsync(Patience, Cancellation);
        await recorder.Ended;

        for (var i = 0; i < sounds.Length; i++)
        {
            var expected = new List<Detection>();
            var detector = new StreamingDetector(model, Eager);
            var stats = detector.Process(sounds[i], expected.Add) + detector.Finish(expected.Add);
            Assert.Equal(expected.Select(d => d with { Source = $"stream {i}" }), recorder.Heard.Where(d => d.Source == $"stream {i}"));
            var counters = streams[i].Counters;
            Assert.Equal((sounds[i].Length, 0, 0), (counters.SamplesProcessed, counters.SamplesDropped, counters.Gaps));
            Assert.Equal(stats, counters.Compute with { FrontEndTime = stats.FrontEndTime, NetworkTime = stats.NetworkTime });
        }
        Assert.True(recorder.Heard.Count > 50, $"{recorder.Heard.Count} detections do not tell much");
        var total = pool.Counters.Total;
        Assert.Equal((sounds.Sum(sound => sound.Length), recorder.Heard.Count), (total.SamplesProcessed, total.Detections));
        Assert.True(pool.Counters.LargestLateness > TimeSpan.Zero);
    }

    /// <summary>Four frames of 10 ms are a turn.</summary>
    [Fact]
    public void WithPatience_SamplesWaitForMore_UntilTheyAreATurnOrTheirTimeHasCome()
    {
        var time = new ManualTime();
        var (pool, worker) = Stepped(new() { Patience = TimeSpan.FromMilliseconds(50) }, time: time);
        var (stream, other) = (pool.Add("door"), pool.Add("hall"));
        for (var block = 1; block <= 4; block++)
        {
            Assert.False(pool.TryTurn(worker));
            Assert.Equal(Hop, stream.Write(new float[Hop]));
            time.Advance(TimeSpan.FromMilliseconds(10));
        }
        Assert.True(pool.TryTurn(worker));
        Assert.Equal(Turn, stream.Counters.SamplesProcessed);

        stream.Write(new float[Hop]);
        time.Advance(TimeSpan.FromMilliseconds(20));
        other.Write(new float[Hop]);
        stream.Write(new float[Hop]); // does not put the time off
        time.Advance(TimeSpan.FromMilliseconds(29));
        Assert.False(pool.TryTurn(worker));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(pool.TryTurn(worker));
        Assert.Equal((Turn + 2 * Hop, 0), (stream.Counters.SamplesProcessed, other.Counters.SamplesProcessed));
        Assert.False(pool.TryTurn(worker));
        time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.True(pool.TryTurn(worker));
        Assert.Equal(Hop, other.Counters.SamplesProcessed);
        Assert.Equal(TimeSpan.FromMilliseconds(50), pool.Counters.LargestLateness);
    }

    [Fact]
    public async Task WithPatience_TheEndASnapshotAndAFullBacklogDoNotWait()
    {
        var (pool, worker) = Stepped(new() { Patience = TimeSpan.FromSeconds(1), Backlog = TimeSpan.FromMilliseconds(40) }, time: new ManualTime());
        var (ended, disposed, taken, full) = (pool.Add("ended"), pool.Add("disposed"), pool.Add("taken"), pool.Add("full"));
        foreach (var stream in new[] { ended, disposed, taken }) stream.Write(new float[Hop]);
        Assert.False(pool.TryTurn(worker));
        disposed.Dispose();
        Assert.True(disposed.Completion.IsCompleted);
        Assert.Equal(Hop, disposed.Counters.SamplesDropped);
        ended.Complete();
        Assert.True(pool.TryTurn(worker));
        Assert.True(ended.Completion.IsCompleted);
        Assert.Equal(Hop, ended.Counters.SamplesProcessed);
        var snapshot = taken.SnapshotAsync(drained: true);
        Assert.True(pool.TryTurn(worker));
        Assert.Equal(Hop, (await snapshot).Position);
        full.Write(new float[2 * Hop]); // half of the backlog: more would be lost
        Assert.True(pool.TryTurn(worker));
        Assert.Equal(2 * Hop, full.Counters.SamplesProcessed);
        Assert.False(pool.TryTurn(worker));
    }

    [Fact]
    public void AFloodingStream_GetsNoMoreThanItsTurn()
    {
        var (pool, worker) = Stepped(new() { Backlog = TimeSpan.FromSeconds(1) });
        var flood = pool.Add("flood");
        var others = Enumerable.Range(0, 50).Select(i => pool.Add($"{i}")).ToArray();
        flood.Write(ToneModel.Loud(1));
        for (var round = 1; round <= 5; round++)
        {
            foreach (var other in others) Assert.Equal(Hop, other.Write(new float[Hop]));
            for (var turn = 0; turn <= others.Length; turn++) Assert.True(pool.TryTurn(worker));
            Assert.Equal(round * Turn, flood.Counters.SamplesProcessed);
            Assert.All(others, other => Assert.Equal(round * Hop, other.Counters.SamplesProcessed));
        }
        for (var turn = 5; turn < 25; turn++) Assert.True(pool.TryTurn(worker)); // 16,000 samples are 25 turns
        Assert.False(pool.TryTurn(worker));
        Assert.Equal(16_000, flood.Counters.SamplesProcessed);
    }

    [Theory, InlineData(GapPolicy.Reset, 320), InlineData(GapPolicy.Hold, 320), InlineData(GapPolicy.Reset, 1_001), InlineData(GapPolicy.Hold, 50_000)]
    public void DropOldest_KeepsTheBacklogBounded_CountsEverySample_AndTellsTheDetector(GapPolicy policy, int chunk)
    {
        const int Backlog = 16_000;
        var (pool, worker) = Stepped(new() { Backlog = TimeSpan.FromSeconds(1), Gap = policy });
        var recorder = new Recorder();
        using var subscription = pool.Detections.Subscribe(recorder);
        var stream = pool.Add("door");
        var first = ToneModel.Tones(1); // 0.8 s
        float[] flood = [.. ToneModel.Loud(2), .. ToneModel.Quiet(0.74), .. ToneModel.Tone(ToneModel.High, 0.26)];
        stream.Write(first);
        for (var turn = 0; turn < 5; turn++) pool.TryTurn(worker); // the rest of it is lost
        foreach (var samples in flood.Chunk(chunk))
        {
            Assert.Equal(Math.Min(samples.Length, Backlog), stream.Write(samples));
            Assert.InRange(stream.Counters.SamplesInFlight, 0, Backlog);
        }
        var lost = first.Length + flood.Length - 5 * Turn - Backlog;
        Assert.Equal((5 * Turn, lost, Backlog), (stream.Counters.SamplesProcessed, stream.Counters.SamplesDropped, stream.Counters.SamplesInFlight));
        while (pool.TryTurn(worker)) AssertConserved(pool.Counters.Total);
        Assert.Equal((5 * Turn + Backlog, lost, 1), (stream.Counters.SamplesProcessed, stream.Counters.SamplesDropped, stream.Counters.Gaps));

        float[] whole = [.. first, .. flood];
        var direct = new StreamingDetector(Model);
        var expected = ToneModel.Detect(Model, whole.AsSpan(0, 5 * Turn), direct);
        if (policy == GapPolicy.Reset) direct.Reset(whole.Length - Backlog);
        else direct.Skip(lost);
        expected.AddRange(ToneModel.Detect(Model, whole.AsSpan(whole.Length - Backlog), direct));
        Assert.Equal(expected.Select(d => d with { Source = "door" }), recorder.Heard);
        Assert.Equal("high", Assert.Single(recorder.Heard).Label);
        Assert.InRange(recorder.Heard[0].Start.TotalSeconds, 3.54, 3.57); // 0.8 + 2 + 0.74
    }

    [Fact]
    public void Wait_TakesWhatFits()
    {
        var (pool, worker) = Stepped(new() { Backlog = TimeSpan.FromSeconds(0.1), Overflow = OverflowPolicy.Wait });
        var stream = pool.Add("file");
        Assert.Equal(1_000, stream.Write(new float[1_000]));
        Assert.Equal(600, stream.Write(new float[1_000]));
        Assert.Equal(0, stream.Write(new float[1_000]));
        Assert.True(pool.TryTurn(worker));
        Assert.Equal(Turn, stream.Write(new float[1_000]));
        while (pool.TryTurn(worker)) AssertConserved(stream.Counters);
        Assert.Equal((1_600 + Turn, 0), (stream.Counters.SamplesProcessed, stream.Counters.SamplesDropped));
    }

    [Fact]
    public void AStreamRemovedInItsTurn_IsHeardNoMore_AndTheOthersAre()
    {
        var (pool, worker) = Stepped(new() { Backlog = TimeSpan.FromSeconds(2) });
        var (leaves, stays) = (pool.Add("leaves"), pool.Add("stays"));
        var recorder = new Recorder
        {
            Then = detection =>
            {
                if (detection.Source == "leaves") leaves.Dispose();
            },
        };
        using var subscription = pool.Detections.Subscribe(recorder);
        foreach (var stream in new[] { leaves, stays }) stream.Write(ToneModel.Tones(3));
        while (pool.TryTurn(worker)) AssertConserved(pool.Counters.Total);
        Assert.Single(recorder.Heard, d => d.Source == "leaves");
        Assert.Equal(3, recorder.Heard.Count(d => d.Source == "stays"));
        Assert.True(leaves.Completion.IsCompletedSuccessfully);
        Assert.False(stays.Completion.IsCompleted);
        Assert.True(leaves.Counters.SamplesDropped > 0);
        Assert.Equal(0, leaves.Write(new float[10]));
        leaves.Dispose();
        leaves.Complete();
        Assert.Equal(1, pool.Counters.Streams);
        Assert.Equal(2 * ToneModel.Tones(3).Length, pool.Counters.Total.SamplesRead);
    }

    [Fact]
    public void ADisposedStreamThatWaitsForItsTurn_LeavesThen()
    {
        var (pool, worker) = Stepped(new());
        var stream = pool.Add("door");
        stream.Write(new float[1_000]);
        stream.Dispose();
        Assert.Equal((1_000, 0), (stream.Counters.SamplesDropped, stream.Counters.SamplesInFlight));
        Assert.False(stream.Completion.IsCompleted);
        Assert.True(pool.TryTurn(worker));
        Assert.True(stream.Completion.IsCompleted);
        Assert.False(pool.TryTurn(worker));
        var idle = pool.Add("idle");
        idle.Complete();
        Assert.True(idle.Completion.IsCompleted);
        Assert.Equal(0, pool.Counters.Streams);
    }

    [Fact]
    public async Task StreamsThatComeAndGo_WhileWritten_LoseNoCount()
    {
        await using var pool = new DetectorPool(Model, options: new() { Workers = 2, Backlog = TimeSpan.FromMilliseconds(20) });
        var read = 0L;
        await Task.WhenAll(Enumerable.Range(0, 3).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            for (var i = 0; i < 100; i++)
            {
                var stream = pool.Add("guest");
                for (var writes = random.Next(6); writes > 0; writes--)
                {
                    var piece = new float[random.Next(700)];
                    stream.Write(piece);
                    Interlocked.Add(ref read, piece.Length);
                }
                if (random.Next(2) == 0) stream.Complete();
                else stream.Dispose();
                if (i % 10 == 0) AssertConserved(pool.Counters.Total);
            }
        }, Cancellation)));
        await pool.StopAsync().WaitAsync(Patience, Cancellation);
        var counters = pool.Counters;
        AssertConserved(counters.Total);
        Assert.Equal((0, read, 0L), (counters.Streams, counters.Total.SamplesRead, counters.Total.SamplesInFlight));
    }

    [Fact]
    public async Task AnObserverThatThrows_ReachesNoWorkerAndNobodyElse()
    {
        var told = 0;
        var pool = new DetectorPool(Model, options: new()
        {
            Workers = 2,
            Backlog = TimeSpan.FromSeconds(3),
            OnObserverError = _ => Interlocked.Increment(ref told),
        });
        var (broken, whole) = (new Recorder { Then = _ => throw new InvalidOperationException("broken") }, new Recorder());
        using var first = pool.Detections.Subscribe(broken);
        using var second = pool.Detections.Subscribe(whole);
        var reader = pool.Subscribe();
        for (var i = 0; i < 10; i++) pool.Add($"{i}").Write(ToneModel.Tones(4));
        await pool.StopAsync().WaitAsync(Patience, Cancellation);
        await whole.Ended;
        Assert.Equal((40, 40, 40), (whole.Heard.Count, reader.Count, told));
        Assert.Equal((40, 40), (pool.Counters.Total.Detections, pool.Counters.Total.ObserverErrors));
        Assert.Equal(40, (await reader.ReadAllAsync(Cancellation).ToListAsync(Cancellation)).Count); // it ends
    }

    [Fact]
    public void AfterWarmUp_NothingIsAllocated()
    {
        var (pool, worker) = Stepped(new(), new DetectorOptions { Threshold = 0.9999f });
        var streams = Enumerable.Range(0, 3).Select(i => pool.Add($"{i}")).ToArray();
        var sound = ToneModel.Tones(4);
        void Play()
        {
            for (var at = 0; at + 700 <= sound.Length; at += 700)
            {
                foreach (var stream in streams) stream.Write(sound.AsSpan(at, 700));
                if (at % 3 == 0) while (pool.TryTurn(worker)) { }
            }
        }
        for (var i = 0; i < 3; i++) Play();
        Assert.Equal(0, Allocations.Of(Play));
    }

    [Fact]
    public async Task TwoThousandStreams_AreAllHeard()
    {
        const int Count = 2_000;
        var pool = new DetectorPool(Model, options: new() { Workers = 2, Backlog = TimeSpan.FromMilliseconds(20), Overflow = OverflowPolicy.Wait });
        var recorder = new Recorder();
        using var subscription = pool.Detections.Subscribe(recorder);
        var streams = Enumerable.Range(0, Count).Select(i => pool.Add($"{i}")).ToArray();
        Assert.Equal(Count, pool.Counters.Streams);
        float[] sound = [.. ToneModel.Quiet(0.05), .. ToneModel.Tone(ToneModel.Low, 0.2), .. ToneModel.Quiet(0.05)];
        for (var at = 0; at < sound.Length; at += 2 * Hop)
        {
            foreach (var stream in streams)
                for (var taken = 0; (taken += stream.Write(sound.AsSpan(at + taken, 2 * Hop - taken))) < 2 * Hop;) Thread.Yield();
        }
        await pool.StopAsync().WaitAsync(Patience, Cancellation);
        var expected = Assert.Single(ToneModel.Detect(Model, sound));
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"{i}").Order(), recorder.Heard.Select(d => d.Source).Order());
        Assert.All(recorder.Heard, detection => Assert.Equal(expected, detection with { Source = null }));
        Assert.Equal((long)Count * sound.Length, pool.Counters.Total.SamplesProcessed);
    }

    [Fact]
    public void Lateness_RunsFromAWriteToTheTurnThatTakesItsLastSample()
    {
        var time = new ManualTime();
        var (pool, worker) = Stepped(new(), time: time);
        var stream = pool.Add("door");
        for (var i = 0; i < 3; i++)
        {
            stream.Write(new float[Turn]);
            time.Advance(TimeSpan.FromMilliseconds(10));
        }
        while (pool.TryTurn(worker)) time.Advance(TimeSpan.FromMilliseconds(30)); // 30, 20 + 30 and 10 + 60 ms late
        Assert.InRange(pool.Counters.MedianLateness.TotalMilliseconds, 50, 53.2);
        Assert.Equal((70, 70), (pool.Counters.Percentile99Lateness.TotalMilliseconds, pool.Counters.LargestLateness.TotalMilliseconds));

        var window = pool.Add("window");
        window.Write(new float[Turn]);
        time.Advance(TimeSpan.FromMilliseconds(20));
        pool.TryTurn(worker);
        Assert.Equal((70, 20), (stream.LargestLateness.TotalMilliseconds, window.LargestLateness.TotalMilliseconds)); // each its own

        for (var i = 0; i < 40; i++) // more than are known singly: none looks younger than it is
        {
            stream.Write(new float[10]);
            time.Advance(TimeSpan.FromMilliseconds(10));
        }
        pool.TryTurn(worker);
        Assert.Equal(400, pool.Counters.LargestLateness.TotalMilliseconds);
    }

    [Fact]
    public async Task StopAsync_WithoutDrain_DropsWhatWaits_EvenWhereAReaderIsFull()
    {
        var pool = new DetectorPool(Model, options: new() { Workers = 1, Backlog = TimeSpan.FromSeconds(4), Overflow = OverflowPolicy.Wait });
        var reader = pool.Subscribe(capacity: 1);
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var recorder = new Recorder { Then = detection => { if (detection.Label == "high") second.TrySetResult(); } };
        using var subscription = pool.Detections.Subscribe(recorder);
        var stream = pool.Add("door");
        stream.Write(ToneModel.Tones(6));
        await second.Task.WaitAsync(Patience, Cancellation); // the worker waits for the reader now
        var drained = pool.StopAsync();
        Assert.False(drained.IsCompleted);
        await pool.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
        await drained;
        await recorder.Ended;
        Assert.Single(await reader.ReadAllAsync(Cancellation).ToListAsync(Cancellation));
        var total = pool.Counters.Total;
        AssertConserved(total);
        Assert.Equal(0, total.SamplesInFlight);
        Assert.True(total.SamplesDropped > 0);
        Assert.Equal(total.Detections - 1, total.DetectionsDropped);
        Assert.Throws<ObjectDisposedException>(() => pool.Add("late"));
    }

    [Fact]
    public async Task StopAsync_OfAnEmptyPool_Ends()
    {
        var pool = new DetectorPool(Model);
        await pool.StopAsync().WaitAsync(Patience, Cancellation);
        await pool.DisposeAsync();
    }

    [Fact]
    public void Options_OutOfRange_AreNamedWithTheirValue()
    {
        Assert.Contains("Workers is 0", Refusal(new() { Workers = 0 }));
        Assert.Contains("Backlog is 00:02:00", Refusal(new() { Backlog = TimeSpan.FromMinutes(2) }));
        Assert.Contains("FramesPerTurn is 0", Refusal(new() { FramesPerTurn = 0 }));
        Assert.Contains("Patience is 00:00:02", Refusal(new() { Patience = TimeSpan.FromSeconds(2) }));
        Assert.Contains("Overflow is 9", Refusal(new() { Overflow = (OverflowPolicy)9 }));
        Assert.Contains("Gap is 9", Refusal(new() { Gap = (GapPolicy)9 }));
        Assert.Contains("Threshold is 2", Assert.Throws<ArgumentException>(() => new DetectorPool(Model, new() { Threshold = 2 })).Message);

        static string Refusal(PoolOptions options) => Assert.Throws<ArgumentException>(() => new DetectorPool(Model, options: options)).Message;
    }

    /// <summary>A pool whose turns of four frames the test takes itself.</summary>
    static (DetectorPool Pool, PoolWorker Worker) Stepped(PoolOptions options, DetectorOptions? detector = null, TimeProvider? time = null)
    {
        var pool = new DetectorPool(Model, detector, options with { FramesPerTurn = 4 }, time, start: false);
        return (pool, pool.NewWorker());
    }

    static void AssertConserved(PipelineCounters counters)
    {
        Assert.Equal(counters.SamplesRead, counters.SamplesProcessed + counters.SamplesDropped + counters.SamplesInFlight);
        Assert.True(counters.SamplesInFlight >= 0);
    }
}
