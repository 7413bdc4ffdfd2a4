using System.Threading.Channels;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Testing;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Sinks;

/// <summary>What every sink that sends over a network promises, without a network.</summary>
public sealed class OutboxSinkTest
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(59); // of a sink that is closed

    readonly FakeLogger _log = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    string[] Log => [.. _log.Collector.GetSnapshot().Select(entry => $"{entry.Level}: {entry.Message}")];

    [Fact]
    public async Task Failures_AreTriedAgain_WithTheSameIdInTheSameOrder()
    {
        var sink = new ScriptedSink(new() { Time = Time() }, _log);
        await Write(sink, 1, 3);
        var first = await sink.Answer(SendOutcome.Failed("it is busy"));
        Assert.Equal(first, await sink.Answer(new IOException("The line is cut.")));
        Assert.Equal(first, await sink.Answer(SendOutcome.Sent));
        OutboxItem[] items = [first, await sink.Answer(SendOutcome.Sent), await sink.Answer(SendOutcome.Sent)];
        Assert.Equal([1, 2, 3], items.Select(Number));
        Assert.Equal(3, items.Select(item => item.Id).Distinct().Count());
        await sink.DisposeAsync();
        Assert.Equal(new OutboxCounters(Written: 3, Sent: 3, Refused: 0, Dropped: 0, Waiting: 0, Retries: 2), sink.Counters);
        Assert.Equal(["Warning: peer: it is busy; 3 detections wait, and it is tried again until all are taken.", "Information: peer: takes detections again after 2 failed tries; 2 wait."], Log);
    }

    [Fact]
    public async Task Pauses_DoubleUpToTheLast_LessUpToHalfByChance_AndBeginAnewAfterASuccess()
    {
        var time = Time();
        var sink = new ScriptedSink(new() { Time = time, FirstRetry = TimeSpan.FromSeconds(1), LastRetry = TimeSpan.FromSeconds(10) }, _log);
        await Write(sink, 1, 2);
        for (var i = 0; i < 6; i++) await sink.Answer(SendOutcome.Failed("no"));
        await sink.Answer(SendOutcome.Sent);
        await sink.Answer(SendOutcome.Failed("no"));
        await sink.Answer(SendOutcome.Failed("no", notBefore: TimeSpan.FromMinutes(3)));
        await sink.Answer(SendOutcome.Failed("no", notBefore: TimeSpan.FromDays(3)));
        await sink.Answer(SendOutcome.Sent);
        double[] longest = [1, 2, 4, 8, 10, 10, 1, 180, 3_600];
        Assert.Equal(longest.Length, time.Skipped.Count);
        Assert.All(time.Skipped.Take(7).Zip(longest), pair => Assert.InRange(pair.First.TotalSeconds, pair.Second / 2, pair.Second));
        Assert.True(time.Skipped.Take(7).Zip(longest).Any(pair => pair.First.TotalSeconds < pair.Second * 0.98), "none was cut by chance");
        Assert.Equal([180.0, 3_600], time.Skipped.Skip(7).Select(pause => pause.TotalSeconds));
        await sink.DisposeAsync();
    }

    [Fact]
    public async Task Refusal_IsCountedAndLogged_AndTheNextIsSent()
    {
        var sink = new ScriptedSink(new(), _log);
        await Write(sink, 1, 2);
        await sink.Answer(SendOutcome.Refused("it has no taste for it"));
        await sink.Answer(SendOutcome.Sent);
        await sink.DisposeAsync();
        Assert.Equal(new OutboxCounters(2, Sent: 1, Refused: 1, Dropped: 0, Waiting: 0, Retries: 0), sink.Counters);
        Assert.Equal(["Warning: peer: refuses a detection, which is lost: it has no taste for it."], Log);
    }

    [Fact]
    public async Task Bound_DropsTheOldestThatIsNotOnItsWay_AndCountsThem()
    {
        var sink = new ScriptedSink(new() { Capacity = 3, Time = Time() }, _log);
        await Write(sink, 1, 1);
        var first = await sink.Next(); // on its way from here on
        await Write(sink, 2, 10);
        Assert.Equal(new OutboxCounters(10, Sent: 0, Refused: 0, Dropped: 7, Waiting: 3, Retries: 0), sink.Counters);
        sink.Reply(SendOutcome.Sent);
        int[] sent = [Number(first), Number(await sink.Answer(SendOutcome.Sent)), Number(await sink.Answer(SendOutcome.Sent))];
        Assert.Equal([1, 9, 10], sent);
        await sink.DisposeAsync();
        Assert.Equal(new OutboxCounters(10, Sent: 3, Refused: 0, Dropped: 7, Waiting: 0, Retries: 0), sink.Counters);
        Assert.Equal(["Warning: peer: 3 detections wait, and no more may; the oldest are dropped."], Log); // once, not seven times
    }

    [Fact]
    public async Task Bound_BetweenTwoTries_DropsTheOldestOfAll()
    {
        var sink = new ScriptedSink(new() { Capacity = 2, FirstRetry = Patience, LastRetry = Patience, Time = new SkippingTime(_ => true) }, _log);
        await Write(sink, 1, 1);
        await sink.Answer(SendOutcome.Failed("no"));
        await Wait.Until(() => sink.Counters.Retries == 1);
        await Write(sink, 2, 4);
        var closing = sink.DisposeAsync(); // ends the pause
        int[] sent = [Number(await sink.Answer(SendOutcome.Sent)), Number(await sink.Answer(SendOutcome.Sent))];
        Assert.Equal([3, 4], sent);
        await closing;
        Assert.Equal(new OutboxCounters(4, Sent: 2, Refused: 0, Dropped: 2, Waiting: 0, Retries: 1), sink.Counters);
    }

    [Fact]
    public async Task Close_SendsWhatWaits_ForNoLongerThanFlush_AndCountsTheRest()
    {
        var sink = new ScriptedSink(new() { Flush = TimeSpan.FromMinutes(20), Time = new SkippingTime(due => due < TimeSpan.FromMinutes(20)) }, _log);
        await Write(sink, 1, 5);
        await sink.Answer(SendOutcome.Sent);
        await sink.Next(); // never answered
        await sink.DisposeAsync();
        Assert.Equal(new OutboxCounters(5, Sent: 1, Refused: 0, Dropped: 4, Waiting: 0, Retries: 0), sink.Counters);
        Assert.Equal(["Warning: peer: closed with 4 detections unsent, which are dropped."], Log);
        Assert.True(sink.Left);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await sink.WriteAsync(Heard.Number(6), Cancellation));
        await sink.DisposeAsync(); // a second time does nothing
    }

    [Fact]
    public async Task Close_WhileATryIsUnderWayThatFails_TriesAgainAtOnce_ThenWithTheFirstPauses()
    {
        var time = new SkippingTime(due => due > TimeSpan.FromSeconds(2)); // long pauses never end
        var sink = new ScriptedSink(new() { FirstRetry = TimeSpan.FromSeconds(2), LastRetry = Patience, Time = time }, _log);
        await Write(sink, 1, 1);
        await sink.Answer(SendOutcome.Failed("no"));
        await sink.Next();
        var closing = sink.DisposeAsync();
        sink.Reply(SendOutcome.Failed("still no"));
        await sink.Answer(SendOutcome.Failed("not yet"));
        await sink.Answer(SendOutcome.Sent);
        await closing;
        Assert.Equal(new OutboxCounters(1, Sent: 1, Refused: 0, Dropped: 0, Waiting: 0, Retries: 3), sink.Counters);
        Assert.Equal(2, time.Skipped.Count); // before and behind the one that was cut
    }

    [Fact]
    public async Task Connection_ThatBreaksWhileNothingWaits_IsMadeAgain()
    {
        var time = Time();
        var sink = new ScriptedSink(new() { Time = time }, _log, needsConnection: true);
        await Wait.Until(() => sink.Connections == 1);
        sink.Break();
        await Wait.Until(() => sink.Connections == 2);
        await Write(sink, 1, 1);
        await sink.Answer(SendOutcome.Sent);
        await sink.DisposeAsync();
        Assert.Equal(["Warning: peer: the cable is out; 0 detections wait, and it is tried again until all are taken.", "Information: peer: connected after 1 failed try.",
            "Information: peer: takes detections again after 1 failed try; 0 wait."], Log);
        Assert.Equal((0L, 1), (sink.Counters.Retries, time.Skipped.Count));
    }

    [Fact]
    public async Task Meter_CountsWhatTheCountersCount()
    {
        using MetricCollector<long> waiting = new(null, "SuRnnStream", "surnn.outbox.length"), sent = new(null, "SuRnnStream", "surnn.outbox.sent"),
            refused = new(null, "SuRnnStream", "surnn.outbox.refused"), dropped = new(null, "SuRnnStream", "surnn.outbox.dropped"), retries = new(null, "SuRnnStream", "surnn.outbox.retries");
        var sink = new ScriptedSink(new() { Capacity = 4, Time = Time() }, _log, "measured");
        await Write(sink, 1, 1);
        await sink.Next();
        await Write(sink, 2, 6);
        sink.Reply(SendOutcome.Failed("no"));
        await sink.Answer(SendOutcome.Sent);
        await sink.Answer(SendOutcome.Refused("no"));
        await sink.Next();
        Assert.Equal(sink.Counters.Waiting, Sum(waiting));
        sink.Reply(SendOutcome.Sent);
        await sink.Answer(SendOutcome.Sent);
        await sink.DisposeAsync();
        Assert.Equal(new OutboxCounters(6, Sent: Sum(sent), Refused: Sum(refused), Dropped: Sum(dropped), Waiting: (int)Sum(waiting), Retries: Sum(retries)), sink.Counters);
        Assert.Equal((3L, 1L, 2L, 0L, 1L), (Sum(sent), Sum(refused), Sum(dropped), Sum(waiting), Sum(retries)));

        static long Sum(MetricCollector<long> collector) => collector.GetMeasurementSnapshot().Where(measurement => measurement.Tags["peer"] is "measured").Sum(measurement => measurement.Value);
    }

    [Theory]
    [InlineData(1, 0.1, 5, "Capacity is '1', but must be 2 to 10000000")]
    [InlineData(2, 0, 5, "FirstRetry is '00:00:00', but must be 10 ms to 1 h")]
    [InlineData(2, 5, 1, "LastRetry is '00:00:01', but must be the first retry to 1 h")]
    public void Options_OutOfRange_AreNamedWithTheirValue(int capacity, double first, double last, string says)
    {
        var options = new WebhookOptions { Url = new Uri("http://127.0.0.1/"), Capacity = capacity, FirstRetry = TimeSpan.FromSeconds(first), LastRetry = TimeSpan.FromSeconds(last) };
        Assert.Contains(says, Assert.Throws<ArgumentException>(() => new WebhookSink(options)).Message);
    }

    static int Number(OutboxItem item) => int.Parse(item.Heard.Detection.Label[5..], System.Globalization.CultureInfo.InvariantCulture);

    static async Task Write(OutboxSink sink, int from, int to)
    {
        for (var number = from; number <= to; number++) await sink.WriteAsync(Heard.Number(number), Cancellation);
    }

    static SkippingTime Time() => new(due => due == Patience);

    sealed record Options : OutboxOptions
    {
        public Options() => Flush = Patience;
    }

    /// <summary>A sink whose other side answers as the test says.</summary>
    sealed class ScriptedSink : OutboxSink
    {
        readonly Channel<OutboxItem> _sent = Channel.CreateUnbounded<OutboxItem>();
        readonly Channel<object> _answers = Channel.CreateUnbounded<object>();
        TaskCompletionSource _broken = new();
        readonly bool _needsConnection;
        bool _connected;

        public ScriptedSink(Options options, FakeLogger log, string name = "peer", bool needsConnection = false) : base(name, options, log)
        {
            _needsConnection = needsConnection;
            Start();
        }

        public int Connections { get; private set; }
        public bool Left { get; private set; }

        /// <summary>What is sent next.</summary>
        public async Task<OutboxItem> Next() => await _sent.Reader.ReadAsync(Cancellation);

        public void Reply(object answer) => _answers.Writer.TryWrite(answer);

        public async Task<OutboxItem> Answer(object answer)
        {
            Reply(answer);
            return await Next();
        }

        public void Break()
        {
            _connected = false;
            _broken.SetException(new IOException("the cable is out"));
        }

        protected override Task Broken => _broken.Task;

        protected override Task<bool> ConnectAsync(CancellationToken cancellation)
        {
            if (!_needsConnection || _connected) return base.ConnectAsync(cancellation);
            (_connected, _broken) = (true, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            Connections++;
            return Task.FromResult(true);
        }

        protected override async Task<SendOutcome> SendAsync(OutboxItem item, CancellationToken cancellation)
        {
            _sent.Writer.TryWrite(item);
            return await _answers.Reader.ReadAsync(cancellation) is SendOutcome outcome ? outcome : throw new IOException("The line is cut.");
        }

        protected override Task LeaveAsync()
        {
            Left = true;
            return base.LeaveAsync();
        }
    }
}
