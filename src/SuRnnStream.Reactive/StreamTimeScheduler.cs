using System.Reactive.Concurrency;

namespace SuRnnStream;

/// <summary>
/// A scheduler whose clock is the stream's own time: for recordings, which are read faster than they sound, and wherever results must not depend on how
/// fast the machine is. Give <see cref="AdvanceTo"/> to the pipeline as <c>PipelineOptions.OnAdvanced</c>; operators that take a scheduler then count stream
/// time, and those of this package to the frame. Time 0 of the stream is the first of January 1970. What is due runs on the thread that advances.
/// </summary>
public sealed class StreamTimeScheduler : IScheduler
{
    readonly HistoricalScheduler _clock = new(DateTimeOffset.UnixEpoch);

    /// <summary>The current stream time, counted from 1970.</summary>
    public DateTimeOffset Now => _clock.Now;

    /// <summary>Moves the clock. An earlier time than <see cref="Now"/> changes nothing.</summary>
    public void AdvanceTo(TimeSpan time)
    {
        if (InStream(time) > _clock.Now) _clock.AdvanceTo(InStream(time));
    }

    /// <summary>A stream time on this clock.</summary>
    public static DateTimeOffset InStream(TimeSpan time) => DateTimeOffset.UnixEpoch + time;

    /// <inheritdoc/>
    public IDisposable Schedule<TState>(TState state, Func<IScheduler, TState, IDisposable> action) => _clock.Schedule(state, action);

    /// <inheritdoc/>
    public IDisposable Schedule<TState>(TState state, TimeSpan dueTime, Func<IScheduler, TState, IDisposable> action) => _clock.Schedule(state, dueTime, action);

    /// <inheritdoc/>
    public IDisposable Schedule<TState>(TState state, DateTimeOffset dueTime, Func<IScheduler, TState, IDisposable> action) => _clock.Schedule(state, dueTime, action);
}
