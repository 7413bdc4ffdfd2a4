using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

public class ReadyQueueTest
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60); // for what must come

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
}
