using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

public class ReadyQueueTest
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5); // for what must come

    [Fact]
    public async Task Add_OfManyAtOnce_KeepsTheirOrder_AndWakesOneWorkerForEach()
    {
        await using var pool = new DetectorPool(ToneModel.Build());
        var (queue, streams) = (new ReadyQueue(), Enumerable.Range(0, 5).Select(i => pool.Add($"{i}")).ToArray());
        queue.Add(streams[0]);
        queue.Add([streams[1], streams[2]]);
        Assert.Equal(streams[..3], [queue.TryTake()!, queue.TryTake()!, queue.TryTake()!]);
        Assert.Null(queue.TryTake());
        var workers = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(queue.Take, TaskCreationOptions.LongRunning)).ToArray();
        await Wait.Until(() => queue.Waiting == 2);
        queue.Add(streams[3..]);
        var taken = await Task.WhenAll(workers).WaitAsync(Patience, TestContext.Current.CancellationToken); // both, though neither takes a second one
        Assert.Equal(streams[3..], taken.OrderBy(stream => stream!.Name));
        queue.Add([]);
        queue.Close();
        Assert.Null(queue.Take());
    }

    [Fact]
    public async Task Park_KeepsStreamsUntilTheirTime_InTheOrderOfTheirTimes()
    {
        await using var pool = new DetectorPool(ToneModel.Build());
        var time = new ManualTime();
        var (queue, streams) = (new ReadyQueue(time), Enumerable.Range(0, 6).Select(i => pool.Add($"{i}")).ToArray());
        long[] due = [20, 40, 30, 10, 50, 50];
        for (var i = 0; i < streams.Length; i++) queue.Park(streams[i], due[i]);
        Assert.Null(queue.TryTake());
        Assert.True(queue.Unpark(streams[2])); // of the middle
        Assert.True(queue.Unpark(streams[3])); // the first
        Assert.True(queue.Unpark(streams[5])); // the last
        Assert.False(queue.Unpark(streams[2]));
        time.Advance(TimeSpan.FromTicks(19));
        Assert.Null(queue.TryTake());
        queue.Add(streams[2]);
        time.Advance(TimeSpan.FromTicks(21)); // to 40
        Assert.Equal([streams[2], streams[0], streams[1]], [queue.TryTake()!, queue.TryTake()!, queue.TryTake()!]);
        Assert.Null(queue.TryTake());
        Assert.False(queue.Unpark(streams[0])); // its time has come
        queue.Park(streams[0], 45);
        time.Advance(TimeSpan.FromTicks(10));
        Assert.False(queue.TryTake() != streams[0] || queue.TryTake() != streams[4] || queue.TryTake() is not null);
    }

    /// <summary>A worker that waits for ever is told of the first time, and one that waits for a time of an earlier one.</summary>
    [Fact]
    public async Task Take_WaitsForTheSoonestTime()
    {
        await using var pool = new DetectorPool(ToneModel.Build());
        var (queue, streams) = (new ReadyQueue(), Enumerable.Range(0, 2).Select(i => pool.Add($"{i}")).ToArray());
        long Due(double seconds) => TimeProvider.System.GetTimestamp() + (long)(seconds * TimeProvider.System.TimestampFrequency);
        var worker = Task.Factory.StartNew(queue.Take, TaskCreationOptions.LongRunning);
        await Wait.Until(() => queue.Waiting == 1);
        queue.Park(streams[0], Due(3_600));
        queue.Park(streams[1], Due(0.01));
        Assert.Equal(streams[1], await worker.WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.True(queue.Unpark(streams[0]));
    }
}
