using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace SuRnnStream;

/// <summary>
/// A sink that sends over a network. Detections wait in a bounded outbox and are sent one at a time, in their order, each again and again with
/// growing pauses until the other side has acknowledged or refused it: at least once, a repeat only after a failed try. Writing never waits
/// and never fails for want of the other side.
/// </summary>
public abstract partial class OutboxSink : IDetectionSink, IAsyncDisposable
{
    static readonly TimeSpan LongestRequest = TimeSpan.FromHours(1); // to wait, by the other side

    readonly OutboxOptions _options;
    readonly ILogger _log;
    readonly OutboxMetrics _metrics;
    readonly RetryPause _retry;                                 // the sending task only, like the next three
    bool _hurries;                                              // the sink is being closed
    int _failures;                                              // in a row
    long? _connected;                                           // timestamp
    readonly CancellationTokenSource _hurry = new();            // the sink is being closed: what waits is tried at once, then after short pauses
    readonly CancellationTokenSource _end = new();              // no more sending
    readonly Lock _lock = new();                                // guards what follows
    readonly LinkedList<OutboxItem> _outbox = new();
    TaskCompletionSource _changed = NewSignal();
    OutboxCounters _counters;
    bool _underWay;                                             // the first of the outbox is being sent
    bool _overflown;                                            // told, since the last success
    Task? _run;
    bool _closed;

    /// <param name="name">The other side, as the user names it, without passwords.</param>
    /// <param name="options">Of the outbox; what a derived record adds is the derived sink's to validate.</param>
    /// <param name="log">Told of losses and of when the other side goes and comes back; null: nobody.</param>
    /// <exception cref="ArgumentException">An option lies outside its range; the message names it.</exception>
    protected OutboxSink(string name, OutboxOptions options, ILogger? log)
    {
        (Name, _options, _log, _metrics) = (name, options.ValidateOutbox(), log ?? NullLogger.Instance, new OutboxMetrics(name));
        _retry = new RetryPause(options.FirstRetry, options.LastRetry);
    }

    /// <summary>The other side, as the user names it, without passwords.</summary>
    public string Name { get; }

    /// <summary>What has become of the detections so far. Any thread.</summary>
    public OutboxCounters Counters
    {
        get
        {
            lock (_lock) return _counters with { Waiting = _outbox.Count };
        }
    }

    /// <summary>Puts the detection into the outbox. Any thread.</summary>
    /// <exception cref="ObjectDisposedException">The sink is closed.</exception>
    public ValueTask WriteAsync(HeardDetection heard, CancellationToken cancellation)
    {
        var full = false;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_outbox.Count == _options.Capacity)
            {
                full = !_overflown;
                _overflown = true;
                _outbox.Remove(_underWay ? _outbox.First!.Next! : _outbox.First!);
                Drop(1);
            }
            _outbox.AddLast(new OutboxItem(Guid.NewGuid(), heard));
            _counters = _counters with { Written = _counters.Written + 1 };
            _metrics.Waiting(1);
            Signal();
        }
        if (full) LogFull(Name, _options.Capacity);
        return ValueTask.CompletedTask;
    }

    /// <summary>Sends what waits, for no longer than <see cref="OutboxOptions.Flush"/>, and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        bool empty;
        lock (_lock)
        {
            if (_closed) return;
            _closed = true;
            empty = _outbox.Count == 0;
            Signal();
        }
        if (empty) _end.Cancel(); // it may be trying to connect
        _hurry.Cancel();
        if (_run is { } run)
        {
            await Task.WhenAny(run, Task.Delay(_options.Flush, _options.Time, _end.Token));
            _end.Cancel();
            await run;
        }
        int left;
        lock (_lock)
        {
            left = _outbox.Count;
            _outbox.Clear();
            if (left > 0) Drop(left);
        }
        if (left > 0) LogLeft(Name, Detections(left), left == 1 ? "is" : "are");
        GC.SuppressFinalize(this);
    }

    /// <summary>Begins to send; to be called once, when the derived sink is ready.</summary>
    protected void Start() => _run = Task.Run(RunAsync, CancellationToken.None);

    /// <summary>Makes the connection where it needs one and has none. What it throws is logged, and it is called again.</summary>
    /// <returns>True: a connection has just been made.</returns>
    protected virtual Task<bool> ConnectAsync(CancellationToken cancellation) => Task.FromResult(false);

    /// <summary>Fails when the connection breaks; by default never.</summary>
    protected virtual Task Broken => Never;

    /// <summary>
    /// Sends one detection and waits for the answer. What it throws is logged, and the detection is sent again; but an <see cref="ArgumentException"/>,
    /// <see cref="FormatException"/> or <see cref="NotSupportedException"/> says that this detection can never be sent, and refuses it.
    /// </summary>
    protected abstract Task<SendOutcome> SendAsync(OutboxItem item, CancellationToken cancellation);

    /// <summary>Ends the connection, after the last detection.</summary>
    protected virtual Task LeaveAsync() => Task.CompletedTask;

    static Task Never { get; } = new TaskCompletionSource().Task;

    async Task RunAsync()
    {
        while (!IsDone)
        {
            var outcome = await TryAsync();
            if (outcome is { Again: true }) await PauseAsync(outcome.NotBefore);
        }
        await LeaveAsync();
    }

    bool IsDone
    {
        get
        {
            lock (_lock) return _end.IsCancellationRequested || (_closed && _outbox.Count == 0);
        }
    }

    /// <summary>Connects and sends the next detection, as soon as there is one.</summary>
    async Task<SendOutcome> TryAsync()
    {
        SendOutcome outcome;
        OutboxItem? item = null;
        try
        {
            if (await ConnectAsync(_end.Token)) Connected();
            item = await TakeAsync();
            if (item is null) return default;
            outcome = await SendAsync(item, _end.Token);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            return default;
        }
        catch (Exception unsendable) when (item is not null && unsendable is ArgumentException or FormatException or NotSupportedException)
        {
            outcome = SendOutcome.Refused(unsendable.Message.TrimEnd('.')); // of this detection, and in every further try
        }
        catch (Exception failed)
        {
            outcome = SendOutcome.Failed((failed as CaptureException)?.Problem ?? failed.Message.TrimEnd('.'));
        }
        Record(item, outcome);
        return outcome;
    }

    void Connected()
    {
        _connected = _options.Time.GetTimestamp();
        if (_failures > 0) LogConnected(Name, Tries(_failures));
    }

    /// <returns>Null: there will be no more. Throws where the connection breaks meanwhile.</returns>
    async Task<OutboxItem?> TakeAsync()
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                _underWay = _outbox.Count > 0;
                if (_underWay) return _outbox.First!.Value;
                if (_closed) return null;
                changed = _changed.Task;
            }
            await await Task.WhenAny(changed, Broken);
        }
    }

    void Record(OutboxItem? item, SendOutcome outcome)
    {
        int waiting;
        lock (_lock)
        {
            _underWay = false;
            if (item is not null && outcome.Again) _counters = _counters with { Retries = _counters.Retries + 1 };
            if (!outcome.Again)
            {
                _outbox.RemoveFirst();
                _counters = outcome.Accepted ? _counters with { Sent = _counters.Sent + 1 } : _counters with { Refused = _counters.Refused + 1 };
                _overflown = false;
            }
            waiting = _outbox.Count;
        }
        if (outcome.Again)
        {
            if (item is not null) _metrics.Retried();
            if (_failures++ == 0) LogFailed(Name, outcome.Reason, Detections(waiting), waiting == 1 ? "waits" : "wait");
            return;
        }
        _metrics.Waiting(-1);
        if (outcome.Accepted) _metrics.Sent();
        else _metrics.Refused();
        if (!outcome.Accepted) LogRefused(Name, outcome.Reason);
        else if (_failures > 0) LogBack(Name, Tries(_failures), waiting, waiting == 1 ? "waits" : "wait");
        _failures = 0;
        _retry.Reset();
    }

    async Task PauseAsync(TimeSpan notBefore)
    {
        // A connection that is refused as soon as it is made is no success.
        if (_connected is { } since && _options.Time.GetElapsedTime(since) > _options.LastRetry) _retry.Reset();
        _connected = null;
        var pause = _retry.Next();
        var interrupt = _hurries ? _end.Token : _hurry.Token;
        if (notBefore > pause) (pause, interrupt) = (notBefore < LongestRequest ? notBefore : LongestRequest, _end.Token); // the other side's wish is kept
        await Task.Delay(pause, _options.Time, interrupt).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_hurries || !_hurry.IsCancellationRequested) return;
        _hurries = true;
        _retry.Reset();
    }

    /// <summary>Counts what has been taken out of the outbox unsent. Under the lock.</summary>
    void Drop(int count)
    {
        _counters = _counters with { Dropped = _counters.Dropped + count };
        _metrics.Dropped(count);
        _metrics.Waiting(-count);
    }

    void Signal()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }

    static string Detections(int count) => FormattableString.Invariant($"{count} {(count == 1 ? "detection" : "detections")}");

    static string Tries(int count) => FormattableString.Invariant($"{count} failed {(count == 1 ? "try" : "tries")}");

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Sink}: {Reason}; {Waiting} {Wait}, and it is tried again until all are taken.")]
    partial void LogFailed(string sink, string reason, string waiting, string wait);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Sink}: connected after {Failures}.")]
    partial void LogConnected(string sink, string failures);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Sink}: takes detections again after {Failures}; {Waiting} {Wait}.")]
    partial void LogBack(string sink, string failures, int waiting, string wait);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Sink}: refuses a detection, which is lost: {Reason}.")]
    partial void LogRefused(string sink, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Sink}: {Capacity} detections wait, and no more may; the oldest are dropped.")]
    partial void LogFull(string sink, int capacity);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Sink}: closed with {Left} unsent, which {Are} dropped.")]
    partial void LogLeft(string sink, string left, string are);
}
