using System.Collections.Concurrent;

namespace SuRnnStream.Tests.Support;

/// <summary>A clock on which nobody waits: what is due later is due at once, and the clock jumps there.</summary>
/// <param name="never">Timers that do not fire, by the time until they are due.</param>
sealed class SkippingTime(Predicate<TimeSpan> never) : TimeProvider
{
    static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    long _ticks;

    /// <summary>The waits that it has skipped, in their order.</summary>
    public ConcurrentQueue<TimeSpan> Skipped { get; } = new();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    public override long GetTimestamp() => Volatile.Read(ref _ticks);
    public override DateTimeOffset GetUtcNow() => Start + TimeSpan.FromTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime <= TimeSpan.Zero || never(dueTime)) return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Skipped.Enqueue(dueTime);
        Interlocked.Add(ref _ticks, dueTime.Ticks);
        return System.CreateTimer(callback, state, TimeSpan.FromTicks(1), Timeout.InfiniteTimeSpan);
    }
}
