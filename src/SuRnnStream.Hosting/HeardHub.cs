using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SuRnnStream;

/// <summary>
/// Gives every detection of a host to observers and readers that come and go on any thread. Each has a bounded queue of its own, so that no detector and no other one
/// waits for it.
/// </summary>
sealed class HeardHub(IOptions<SuRnnStreamOptions> options, HostLogger logger) : IObservable<HeardDetection>
{
    readonly ILogger _log = logger.Log;
    readonly Lock _lock = new();                        // guards that lists are replaced
    ChannelWriter<HeardDetection>[] _writers = [];      // replaced, never changed: published without the lock
    bool _ended;
    long _dropped;

    /// <summary>Detections that did not fit into a queue.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Any thread; never waits.</summary>
    public void Post(in HeardDetection heard)
    {
        foreach (var writer in Volatile.Read(ref _writers)) writer.TryWrite(heard);
    }

    /// <summary>The host stops: those who read get what waits, and then the end.</summary>
    public void Complete()
    {
        ChannelWriter<HeardDetection>[] writers;
        lock (_lock) (_ended, writers, _writers) = (true, _writers, []);
        foreach (var writer in writers) writer.TryComplete();
    }

    public IDisposable Subscribe(IObserver<HeardDetection> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var channel = NewChannel();
        _ = Task.Run(() => TellAsync(channel, observer));
        return new Subscription(this, channel.Writer);
    }

    /// <summary>Subscribes now, not when it is first moved.</summary>
    public IAsyncEnumerable<HeardDetection> ReadAllAsync(string? detector, CancellationToken cancellation) => ReadAsync(NewChannel(), detector, cancellation);

    async IAsyncEnumerable<HeardDetection> ReadAsync(Channel<HeardDetection> channel, string? detector, [EnumeratorCancellation] CancellationToken cancellation)
    {
        try
        {
            await foreach (var heard in channel.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
                if (detector is null || heard.Detector.Equals(detector, StringComparison.OrdinalIgnoreCase)) yield return heard;
        }
        finally
        {
            Remove(channel.Writer);
        }
    }

    async Task TellAsync(Channel<HeardDetection> channel, IObserver<HeardDetection> observer)
    {
        try
        {
            await foreach (var heard in channel.Reader.ReadAllAsync().ConfigureAwait(false)) observer.OnNext(heard);
            bool ended;
            lock (_lock) ended = _ended;
            if (ended) observer.OnCompleted(); // otherwise it has unsubscribed
        }
        catch (Exception theirs)
        {
            Remove(channel.Writer);
            _log.ObserverFailed(theirs);
        }
    }

    Channel<HeardDetection> NewChannel()
    {
        var bounded = new BoundedChannelOptions(Math.Max(1, options.Value.SinkQueue)) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true };
        var channel = Channel.CreateBounded<HeardDetection>(bounded, itemDropped: _ =>
        {
            if (Interlocked.Increment(ref _dropped) == 1) _log.ObserverTooSlow(); // one line, then the counter
        });
        lock (_lock)
        {
            if (_ended) channel.Writer.TryComplete();
            else Volatile.Write(ref _writers, [.. _writers, channel.Writer]);
        }
        return channel;
    }

    void Remove(ChannelWriter<HeardDetection> writer)
    {
        lock (_lock) Volatile.Write(ref _writers, [.. _writers.Where(other => other != writer)]);
        writer.TryComplete();
    }

    sealed class Subscription(HeardHub hub, ChannelWriter<HeardDetection> writer) : IDisposable
    {
        public void Dispose() => hub.Remove(writer);
    }
}
