namespace SuRnnStream.Cluster;

/// <summary>Waits for many things that other threads finish. One of them is the waiter's own, so that it is not over before all have been added.</summary>
sealed class Countdown
{
    readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _left = 1;

    public void Add() => Interlocked.Increment(ref _left);

    public void Done()
    {
        if (Interlocked.Decrement(ref _left) == 0) _done.TrySetResult();
    }

    /// <summary>All have been added. Returns when they are done, or when it has taken too long.</summary>
    public async Task WaitAsync(TimeSpan longest)
    {
        Done();
        if (!_done.Task.IsCompleted) await Task.WhenAny(_done.Task, Task.Delay(longest, TimeProvider.System));
    }
}
