namespace SuRnnStream;

/// <summary>
/// When a live stream's time 0 was, by the wall clock. Samples cannot come before they have sounded, so the earliest that any of the last half minute or so came,
/// less its stream time, is the best guess: delays only add. Written by one thread, read by another.
/// </summary>
sealed class StreamOrigin(TimeProvider clock)
{
    static readonly long Span = TimeSpan.FromSeconds(30).Ticks; // then the guess before last is forgotten, so that a clock that is set is followed

    long _since = long.MinValue, _now = long.MaxValue, _before = long.MaxValue; // ticks, UTC
    long _origin = long.MinValue;

    /// <summary>Samples up to a stream time have come now.</summary>
    public void Came(TimeSpan end)
    {
        var now = clock.GetUtcNow().UtcTicks;
        if (now - _since > Span || now < _since) (_since, _before, _now) = (now, now < _since ? long.MaxValue : _now, long.MaxValue);
        _now = Math.Min(_now, now - end.Ticks);
        Volatile.Write(ref _origin, Math.Min(_now, _before));
    }

    /// <summary>The wall clock's time of a stream time. Null: nothing has come yet.</summary>
    public DateTimeOffset? At(TimeSpan time) =>
        Volatile.Read(ref _origin) is var origin && origin == long.MinValue ? null : new DateTimeOffset(Math.Clamp(origin + time.Ticks, 0, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);
}
