using Microsoft.Extensions.Logging.Testing;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

public class SinkPumpTest
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    readonly FakeLogger _log = new();

    [Fact]
    public async Task Stop_FlushesWhatWaits_InOrder_AndClosesTheSink()
    {
        using var gate = new SemaphoreSlim(0);
        var sink = new Scripted((_, _) => gate.WaitAsync(TestHost.Cancellation));
        var pump = new SinkPump("slow", sink, 100, _log);
        for (var i = 0; i < 50; i++) pump.Post(Heard(i));
        gate.Release(50);
        await pump.StopAsync(TestHost.Cancellation);
        Assert.Equal(Enumerable.Range(0, 50), sink.Taken);
        Assert.Equal((50, 0, 0, 0), (pump.Written, pump.Dropped, pump.Failures, pump.Length));
        Assert.True(sink.Closed);
        pump.Post(Heard(50));
        Assert.Equal(1, pump.Dropped); // too late is counted
    }

    [Fact]
    public async Task AFullQueue_DropsTheOldest_AndNeverWaits()
    {
        using var gate = new SemaphoreSlim(0);
        using var first = new ManualResetEventSlim();
        var sink = new Scripted(async (_, _) =>
        {
            first.Set();
            await gate.WaitAsync(TestHost.Cancellation);
        });
        var pump = new SinkPump("slow", sink, 10, _log);
        pump.Post(Heard(0));
        Assert.True(first.Wait(Patience, TestHost.Cancellation)); // it has the first one, and the queue is empty
        for (var i = 1; i <= 100; i++) pump.Post(Heard(i));
        Assert.Equal((10, 90L), (pump.Length, pump.Dropped));
        gate.Release(11);
        await pump.StopAsync(TestHost.Cancellation);
        Assert.Equal([0, .. Enumerable.Range(91, 10)], sink.Taken);
    }

    [Fact]
    public async Task ASinkWithAnOutbox_HasEachDetectionAtOnce_InOneQueueOfItsOwn()
    {
        var sink = new Unsent(capacity: 10);
        var pump = new SinkPump("network", sink, 3, _log);
        for (var i = 0; i < 25; i++) pump.Post(Heard(i));
        Assert.Equal((25, 0L, 0L, 0), (pump.Written, pump.Dropped, pump.Failures, pump.Length)); // none waits before the outbox, or is dropped there
        Assert.Equal((25, 10, 15), (sink.Counters.Written, sink.Counters.Waiting, sink.Counters.Dropped));
        await pump.StopAsync(TestHost.Cancellation);
        pump.Post(Heard(25));
        Assert.Equal((25, 1), (pump.Written, pump.Dropped)); // too late is counted
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await sink.WriteAsync(Heard(26), TestHost.Cancellation)); // it is closed
    }

    [Fact]
    public async Task ASinkThatThrows_LosesThatOne_AndGetsTheNext()
    {
        var sink = new Scripted((number, _) => number % 2 == 1 ? throw new IOException("the disk is full") : Task.CompletedTask);
        var pump = new SinkPump("file", sink, 100, _log);
        for (var i = 0; i < 10; i++) pump.Post(Heard(i));
        await pump.StopAsync(TestHost.Cancellation);
        Assert.Equal([0, 2, 4, 6, 8], sink.Taken);
        Assert.Equal((5, 5, 0), (pump.Written, pump.Failures, pump.Dropped));
        var told = _log.Collector.GetSnapshot().Where(entry => entry.Id.Id == 40).ToList();
        Assert.Equal(5, told.Count);
        Assert.Equal("the disk is full", told[0].Exception!.Message);
    }

    [Fact]
    public async Task ASinkThatFailsForLong_IsOneLine_AndOneMoreWhenItIsBack()
    {
        var sink = new Scripted((number, _) => number is >= 10 and < 1_000 ? throw new IOException("the disk is full") : Task.CompletedTask);
        var pump = new SinkPump("file", sink, 2_000, _log);
        for (var i = 0; i < 1_100; i++) pump.Post(Heard(i));
        await pump.StopAsync(TestHost.Cancellation);
        Assert.Equal((110, 990), (pump.Written, pump.Failures));
        Assert.Equal([40, 43], _log.Collector.GetSnapshot().Select(entry => entry.Id.Id));
        Assert.Contains("990", _log.Collector.LatestRecord.Message);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task ASinkThatHangs_IsLeftBehind_AndWhatItDidNotTakeIsCounted(bool obeys)
    {
        using var first = new ManualResetEventSlim();
        using var never = new SemaphoreSlim(0);
        var sink = new Scripted(async (_, cancellation) =>
        {
            first.Set();
            await never.WaitAsync(obeys ? cancellation : CancellationToken.None);
        });
        var pump = new SinkPump("hung", sink, 100, _log);
        for (var i = 0; i < 7; i++) pump.Post(Heard(i));
        Assert.True(first.Wait(Patience, TestHost.Cancellation));
        using var enough = new CancellationTokenSource();
        var stopping = pump.StopAsync(enough.Token);
        enough.Cancel();
        await stopping.WaitAsync(Patience, TestHost.Cancellation);
        Assert.Equal((0, 7, 0), (pump.Written, pump.Dropped, pump.Failures));
        Assert.Equal(obeys, sink.Closed);
        Assert.Contains(_log.Collector.GetSnapshot(), entry => entry.Id.Id == 41 && entry.Message.Contains("7 detections"));
        never.Release();
    }

    static HeardDetection Heard(int number) => new("door", new Detection("low", 1, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(number)), default);

    sealed class Scripted(Func<int, CancellationToken, Task> write) : IDetectionSink, IAsyncDisposable
    {
        public List<int> Taken { get; } = [];
        public bool Closed { get; private set; }

        public async ValueTask WriteAsync(HeardDetection heard, CancellationToken cancellation)
        {
            var number = (int)heard.Detection.Time.TotalSeconds;
            await write(number, cancellation);
            Taken.Add(number);
        }

        public ValueTask DisposeAsync()
        {
            Closed = true;
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>An outbox that never begins to send.</summary>
    sealed class Unsent(int capacity) : OutboxSink("nobody", new Options { Capacity = capacity }, null)
    {
        sealed record Options : OutboxOptions;

        protected override Task<SendOutcome> SendAsync(OutboxItem item, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
