namespace SuRnnStream;

/// <summary>
/// Estimates the moment at which time 0 of a live stream was, for <see cref="Detection.At"/> where a program runs a detector itself. Samples cannot arrive before they sound, and
/// delays only add, so the best estimate is the least arrival time minus stream time over the last half minute or so. It is kept on the monotonic clock, which nobody sets; the wall
/// clock is read when a time is wanted, so that a change of that clock counts at once. Written by one thread, read by any.
/// </summary>
public sealed class StreamOrigin
{
    static readonly TimeSpan Span = TimeSpan.FromSeconds(30); // then the estimate before the last one is forgotten, so that the estimate follows a device whose clock is slow

    readonly TimeProvider _clock;
    readonly long _begin;
    TimeSpan _since = TimeSpan.MinValue, _now = TimeSpan.MaxValue, _before = TimeSpan.MaxValue; // since the begin
    long _origin = long.MinValue;       // ticks since the begin

    /// <param name="clock">Both clocks: <see cref="TimeProvider.System"/>, or one of a test.</param>
    public StreamOrigin(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        (_clock, _begin) = (clock, clock.GetTimestamp());
    }

    /// <summary>Samples have arrived now.</summary>
    /// <param name="end">Stream time after the last of them.</param>
    public void Arrived(TimeSpan end)
    {
        var now = _clock.GetElapsedTime(_begin);
        if (_since == TimeSpan.MinValue || now - _since > Span) (_since, _before, _now) = (now, _now, TimeSpan.MaxValue);
        _now = now - end < _now ? now - end : _now;
        Volatile.Write(ref _origin, (_now < _before ? _now : _before).Ticks);
    }

    /// <summary>The wall-clock time of a stream time. Null: nothing has arrived yet.</summary>
    public DateTimeOffset? At(TimeSpan time)
    {
        var origin = Volatile.Read(ref _origin);
        if (origin == long.MinValue) return null;
        var ago = _clock.GetElapsedTime(_begin).Ticks - origin - time.Ticks;
        return new DateTimeOffset(Math.Clamp(_clock.GetUtcNow().UtcTicks - ago, 0, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);
    }
}
