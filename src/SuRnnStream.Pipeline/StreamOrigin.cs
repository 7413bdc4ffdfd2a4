namespace SuRnnStream;

/// <summary>
/// When a live stream's time 0 was. Samples cannot come before they have sounded, so the earliest that any of the last half minute or so came, less its stream
/// time, is the best guess: delays only add. Guessed on the monotonic clock, which nobody sets; the wall clock is asked when a time is wanted, so that one that
/// was set counts at once. Written by one thread, read by another.
/// </summary>
sealed class StreamOrigin(TimeProvider clock)
{
    static readonly TimeSpan Span = TimeSpan.FromSeconds(30); // then the guess before last is forgotten, so that a device whose clock is slow is followed

    readonly long _begin = clock.GetTimestamp();
    TimeSpan _since = TimeSpan.MinValue, _now = TimeSpan.MaxValue, _before = TimeSpan.MaxValue; // since the begin
    long _origin = long.MinValue;       // ticks since the begin

    /// <summary>Samples up to a stream time have come now.</summary>
    public void Came(TimeSpan end)
    {
        var now = clock.GetElapsedTime(_begin);
        if (_since == TimeSpan.MinValue || now - _since > Span) (_since, _before, _now) = (now, _now, TimeSpan.MaxValue);
        _now = now - end < _now ? now - end : _now;
        Volatile.Write(ref _origin, (_now < _before ? _now : _before).Ticks);
    }

    /// <summary>The wall clock's time of a stream time. Null: nothing has come yet.</summary>
    public DateTimeOffset? At(TimeSpan time)
    {
        var origin = Volatile.Read(ref _origin);
        if (origin == long.MinValue) return null;
        var ago = clock.GetElapsedTime(_begin).Ticks - origin - time.Ticks;
        return new DateTimeOffset(Math.Clamp(clock.GetUtcNow().UtcTicks - ago, 0, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);
    }
}
