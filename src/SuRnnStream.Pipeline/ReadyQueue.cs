namespace SuRnnStream;

/// <summary>
/// Streams that have work, first come, first served, and apart from them those whose samples wait for more until a time. They are their own lists, so that nothing is allocated.
/// </summary>
/// <param name="time">The clock of these times; by default the system's.</param>
sealed class ReadyQueue(TimeProvider? time = null)
{
    readonly TimeProvider _time = time ?? TimeProvider.System;
    readonly object _lock = new(); // a monitor: workers wait in it
    PooledStream? _first, _last;
    PooledStream? _soonest, _latest; // those that wait for more, by their time
    int _waiting;
    bool _closed;

    /// <summary>Workers that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock) return _waiting;
        }
    }

    /// <summary>The stream is in no queue and with no worker.</summary>
    public void Add(PooledStream stream) => Add([stream]);

    /// <summary>The same of many at once: each worker that waits wakes up once, when all are there.</summary>
    public void Add(ReadOnlySpan<PooledStream> streams)
    {
        lock (_lock)
        {
            foreach (var stream in streams) Append(stream);
            for (var wake = Math.Min(_waiting, streams.Length); wake > 0; wake--) Monitor.Pulse(_lock);
        }
    }

    void Append(PooledStream stream)
    {
        if (_last is null) _first = stream;
        else _last.Next = stream;
        _last = stream;
    }

    /// <summary>The stream is in no queue and with no worker: it has work from this time of the clock on, unless it is added before.</summary>
    public void Park(PooledStream stream, long due)
    {
        lock (_lock)
        {
            var before = _latest; // times come in their order, nearly
            while (before is not null && before.Due > due) before = before.Previous;
            (stream.Due, stream.Previous, stream.Parked) = (due, before, true);
            ref var after = ref before is null ? ref _soonest : ref before.Next;
            stream.Next = after;
            if (after is null) _latest = stream;
            else after.Previous = stream;
            after = stream;
            if (_soonest == stream && _waiting > 0) Monitor.Pulse(_lock); // who waits has a new time to wait for
        }
    }

    /// <summary>It waits for its time no more. False: it did not, or that has come, and it is with a worker or soon will be.</summary>
    public bool Unpark(PooledStream stream)
    {
        lock (_lock)
        {
            if (!stream.Parked) return false;
            Unlink(stream);
            return true;
        }
    }

    void Unlink(PooledStream stream)
    {
        if (stream.Previous is { } before) before.Next = stream.Next;
        else _soonest = stream.Next;
        if (stream.Next is { } after) after.Previous = stream.Previous;
        else _latest = stream.Previous;
        (stream.Previous, stream.Next, stream.Parked) = (null, null, false);
    }

    /// <summary>The next stream, or null: none has work now.</summary>
    public PooledStream? TryTake()
    {
        lock (_lock)
        {
            for (var now = _soonest is null ? 0 : _time.GetTimestamp(); _soonest is { } due && due.Due <= now;)
            {
                Unlink(due);
                Append(due);
            }
            if (_first is not { } stream) return null;
            _first = stream.Next;
            stream.Next = null;
            if (_first is null) _last = null;
            return stream;
        }
    }

    /// <summary>Waits for a stream. Null: the queue is closed.</summary>
    public PooledStream? Take()
    {
        lock (_lock)
        {
            while (true)
            {
                if (TryTake() is { } stream) return stream;
                if (_closed) return null;
                _waiting++;
                if (_soonest is { } next) Monitor.Wait(_lock, Math.Max(1, (int)Math.Ceiling(_time.GetElapsedTime(_time.GetTimestamp(), next.Due).TotalMilliseconds)));
                else Monitor.Wait(_lock);
                _waiting--;
            }
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            Monitor.PulseAll(_lock);
        }
    }
}
