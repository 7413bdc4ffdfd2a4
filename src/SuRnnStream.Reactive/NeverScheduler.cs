using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace SuRnnStream;

/// <summary>A clock on which nothing is ever due: for rules whose windows the next detection closes early enough.</summary>
sealed class NeverScheduler : IScheduler
{
    public static readonly NeverScheduler Instance = new();

    public DateTimeOffset Now => DateTimeOffset.MinValue;

    public IDisposable Schedule<TState>(TState state, Func<IScheduler, TState, IDisposable> action) => Disposable.Empty;

    public IDisposable Schedule<TState>(TState state, TimeSpan dueTime, Func<IScheduler, TState, IDisposable> action) => Disposable.Empty;

    public IDisposable Schedule<TState>(TState state, DateTimeOffset dueTime, Func<IScheduler, TState, IDisposable> action) => Disposable.Empty;
}
