namespace SuRnnStream.Tests.Support;

/// <summary>
/// Bytes that an action allocates every time it runs. When another thread's allocations start a collection, the runtime counts what is left
/// of this thread's buffer as used: hence the least of some tries.
/// </summary>
static class Allocations
{
    public static long Of(Action action) => Of(() => action, run => run());

    /// <summary>Of an action on something new, whose making does not count.</summary>
    public static long Of<T>(Func<T> prepare, Action<T> action)
    {
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 5 && least > 0; attempt++)
        {
            var prepared = prepare();
            var before = GC.GetAllocatedBytesForCurrentThread();
            action(prepared);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
