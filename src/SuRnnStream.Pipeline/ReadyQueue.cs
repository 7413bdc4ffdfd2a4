namespace SuRnnStream;

/// <summary>Streams that have work, first come, first served. They are their own list, so that nothing is allocated.</summary>
sealed class ReadyQueue
{
    readonly object _lock = new(); // a monitor: workers wait in it
    PooledStream? _first, _last;
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
            foreach (var stream in streams)
            {
                if (_last is null) _first = stream;
                else _last.Next = stream;
                _last = stream;
            }
            for (var wake = Math.Min(_waiting, streams.Length); wake > 0; wake--) Monitor.Pulse(_lock);
        }
    }

    /// <summary>The next stream, or null: none has work now.</summary>
    public PooledStream? TryTake()
    {
        lock (_lock)
        {
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
                Monitor.Wait(_lock);
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
