namespace SuRnnStream.Tests.Support;

/// <summary>
/// Bytes that an action allocates every time it runs. When another thread's allocations start a collection, the runtime counts what is left
/// of this thread's buffer as used: hence the least of some tries.
/// </summary>
static class Allocations
{
    public static long Of(Action action)
    {
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 5 && least > 0; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
