namespace SuRnnStream.Tests.Pipeline;

/// <summary>A clock that jumps: who waits for a time has it at once, and the time has passed.</summary>
sealed class JumpingTime : TimeProvider
{
    static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    long _ticks, _asleep;

    /// <summary>What was waited for, in order.</summary>
    public List<TimeSpan> Waits { get; } = [];

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    public override long GetTimestamp() => _ticks;
    public override DateTimeOffset GetUtcNow() => Start.AddTicks(_ticks + _asleep);

    public void Advance(TimeSpan by) => _ticks += by.Ticks;

    /// <summary>The machine sleeps: only the wall clock goes on.</summary>
    public void Sleep(TimeSpan by) => _asleep += by.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Waits.Add(dueTime);
        Advance(dueTime);
        var timer = new Done();
        ThreadPool.UnsafeQueueUserWorkItem(_ => callback(state), null); // not before the caller has its timer
        return timer;
    }

    sealed class Done : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;
        public void Dispose() { }
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
