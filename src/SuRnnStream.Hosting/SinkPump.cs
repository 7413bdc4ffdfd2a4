using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace SuRnnStream;

/// <summary>
/// One sink with its queue and its task. Detectors put detections in and never wait. A sink with an outbox has a bounded queue of its own, which it never waits
/// for either: it gets them at once, so that there is one queue, one place where they are dropped and one count.
/// </summary>
sealed class SinkPump
{
    static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250); // for a sink that has just been told to give up

    readonly IDetectionSink _sink;
    readonly OutboxSink? _outbox;   // the same, if it has one
    readonly ILogger _log;
    readonly Channel<HeardDetection> _queue;
    readonly CancellationTokenSource _enough = new();
    readonly Task _run;
    long _written, _dropped, _failures;
    volatile bool _stopped;

    public SinkPump(string name, IDetectionSink sink, int capacity, ILogger log)
    {
        (Name, _sink, _outbox, _log) = (name, sink, sink as OutboxSink, log);
        var options = new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest };
        _queue = Channel.CreateBounded<HeardDetection>(options, itemDropped: _ => Interlocked.Increment(ref _dropped));
        _run = Task.Run(RunAsync);
    }

    public string Name { get; }

    /// <summary>Detections that wait.</summary>
    public int Length => _queue.Reader.Count;

    /// <summary>Detections that the sink took.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Detections that did not fit into the queue, or that the sink had not taken when the host stopped.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Detections that the sink failed to take.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Any thread; never waits.</summary>
    public void Post(in HeardDetection heard)
    {
        if (_outbox is not null && !_stopped) Write(_outbox, heard);
        else if (!_queue.Writer.TryWrite(heard)) Interlocked.Increment(ref _dropped); // the host has stopped
    }

    /// <summary>Gives the sink what waits, until <paramref name="enough"/>, and closes it.</summary>
    public async Task StopAsync(CancellationToken enough)
    {
        _stopped = true;
        _queue.Writer.TryComplete();
        using (enough.Register(_enough.Cancel))
        {
            await Task.WhenAny(_run, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, enough)).ConfigureAwait(false);
            await Task.WhenAny(_run, Task.Delay(Grace, TimeProvider.System, CancellationToken.None)).ConfigureAwait(false);
        }
        var left = _run.IsCompleted ? 0 : 1; // the one that the sink does not give back
        while (_queue.Reader.TryRead(out _)) left++;
        var dropped = Interlocked.Add(ref _dropped, left);
        if (_enough.IsCancellationRequested && dropped > 0) _log.SinkNotFlushed(Name, dropped);
        if (_run.IsCompleted) await CloseAsync().ConfigureAwait(false); // who still writes cannot be closed
    }

    /// <summary>Completes at once, as an outbox does.</summary>
    void Write(OutboxSink outbox, in HeardDetection heard)
    {
        try
        {
            outbox.WriteAsync(heard, CancellationToken.None).GetAwaiter().GetResult();
            Interlocked.Increment(ref _written);
        }
        catch (ObjectDisposedException)
        {
            Interlocked.Increment(ref _dropped); // the host has stopped
        }
    }

    async Task RunAsync()
    {
        long failed = 0; // in a row: one line for all of them, so that a full disk does not fill the log too
        await foreach (var heard in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                await _sink.WriteAsync(heard, _enough.Token).ConfigureAwait(false);
                Interlocked.Increment(ref _written);
                if (failed > 0) _log.SinkBack(Name, failed);
                failed = 0;
            }
            catch (OperationCanceledException) when (_enough.IsCancellationRequested)
            {
                Interlocked.Increment(ref _dropped);
                return;
            }
            catch (Exception theirs)
            {
                Interlocked.Increment(ref _failures);
                if (failed++ == 0) _log.SinkFailed(theirs, Name);
            }
        }
    }

    async Task CloseAsync()
    {
        try
        {
            if (_sink is IAsyncDisposable closing) await closing.DisposeAsync().ConfigureAwait(false);
            else (_sink as IDisposable)?.Dispose();
        }
        catch (Exception theirs)
        {
            _log.SinkNotClosed(theirs, Name);
        }
    }
}
