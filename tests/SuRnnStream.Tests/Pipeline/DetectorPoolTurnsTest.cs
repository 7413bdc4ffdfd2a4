using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

/// <summary>A pool without threads of its own: the caller takes its turns.</summary>
public sealed class DetectorPoolTurnsTest
{
    static readonly SuRnnModel Model = ToneModel.Build();

    static DetectorPool NewPool() => DetectorPool.WithoutWorkers(Model, options: new PoolOptions { Backlog = TimeSpan.FromSeconds(4) });

    [Fact]
    public async Task Turns_BringWhatADetectorDetects_OnTheCallersThread()
    {
        var (pool, sound, heard, threads) = (NewPool(), ToneModel.Tones(5), new List<Detection>(), new HashSet<int>());
        var stream = pool.Add("door", new PooledStreamOptions { OnDetection = detection => { heard.Add(detection with { Source = null }); threads.Add(Environment.CurrentManagedThreadId); } });
        Assert.False(pool.TryTurn());
        Assert.Equal(sound.Length, stream.Write(sound));
        Assert.Equal(0, stream.Position);
        var here = Environment.CurrentManagedThreadId;
        while (pool.TryTurn()) { }
        Assert.Equal(sound.Length, stream.Position);
        Assert.Equal(ToneModel.Detect(Model, sound), heard);
        Assert.Equal([here], threads);
        await pool.DisposeAsync();
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task StopAsync_TakesTheTurnsThatAreLeft_AndTellsTheEnd(bool drain)
    {
        var (pool, recorder) = (NewPool(), new Recorder());
        using var subscription = pool.Detections.Subscribe(recorder);
        var streams = Enumerable.Range(0, 3).Select(i => pool.Add($"{i}")).ToArray();
        foreach (var stream in streams) stream.Write(new float[8_000]);
        var stopped = pool.StopAsync(drain);
        Assert.True(stopped.IsCompletedSuccessfully);
        await recorder.Ended;
        var total = pool.Counters.Total;
        Assert.Equal((24_000L, drain ? 24_000L : 0, drain ? 0 : 24_000L), (total.SamplesRead, total.SamplesProcessed, total.SamplesDropped));
        Assert.All(streams, stream => Assert.True(stream.Completion.IsCompletedSuccessfully));
        Assert.Throws<ObjectDisposedException>(() => pool.Add("late"));
        await pool.DisposeAsync(); // ends what has ended
    }

    [Fact]
    public async Task TryTurn_OfAPoolWithWorkers_SaysThatTheyTakeThem()
    {
        await using var pool = new DetectorPool(Model);
        Assert.Contains("WithoutWorkers", Assert.Throws<InvalidOperationException>(() => pool.TryTurn()).Message);
    }
}
