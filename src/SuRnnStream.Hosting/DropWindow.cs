namespace SuRnnStream;

/// <summary>What part of a stream's samples was dropped in the last minute. One looks a second are kept, so that it costs nothing to ask seldom or often.</summary>
sealed class DropWindow(TimeProvider time)
{
    static readonly TimeSpan Span = TimeSpan.FromMinutes(1), Step = TimeSpan.FromSeconds(1);

    readonly Lock _lock = new();
    readonly (long At, long Read, long Dropped)[] _looks = new (long, long, long)[64]; // a ring: a minute, and some to spare
    long _count;

    /// <summary>True: it is time for a look.</summary>
    public bool IsDue
    {
        get
        {
            lock (_lock) return _count == 0 || time.GetElapsedTime(Last.At) >= Step;
        }
    }

    /// <summary>Takes the totals until now.</summary>
    public void Look((long Read, long Dropped) now)
    {
        lock (_lock) _looks[_count++ % _looks.Length] = (time.GetTimestamp(), now.Read, now.Dropped);
    }

    /// <summary>The part dropped, 0 to 1, of what came in the last minute.</summary>
    /// <param name="now">The totals until now.</param>
    public double Rate((long Read, long Dropped) now)
    {
        lock (_lock)
        {
            var since = (Read: 0L, Dropped: 0L);
            for (var i = _count - 1; i >= Math.Max(0, _count - _looks.Length); i--)
            {
                var look = _looks[i % _looks.Length];
                since = (look.Read, look.Dropped);
                if (time.GetElapsedTime(look.At) >= Span) break;
            }
            return now.Read == since.Read ? 0 : (double)(now.Dropped - since.Dropped) / (now.Read - since.Read);
        }
    }

    (long At, long Read, long Dropped) Last => _looks[(_count - 1) % _looks.Length];
}
