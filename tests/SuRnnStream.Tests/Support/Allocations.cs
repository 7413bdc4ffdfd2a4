namespace SuRnnStream.Tests.Support;

/// <summary>
/// Bytes that an action allocates every time it runs. When another thread's allocations start a collection, the runtime counts what is left
/// of this thread's buffer as used: hence the least of some tries.
/// </summary>
static class Allocations
{
    public static long Of(Action action) => Of(() => action, run => run());

    /// <summary>Of reading a source from its second piece on.</summary>
    /// <param name="open">The same source, from its start.</param>
    /// <param name="piece">Samples read at once.</param>
    /// <param name="end">Also of the Read that finds the end.</param>
    public static long OfReading(Func<ISampleSource> open, int piece, bool end = true)
    {
        var whole = open();
        var (buffer, length, read) = (new float[piece], whole.ReadAll(piece).Length, 0);
        (whole as IDisposable)?.Dispose();
        return Of(() =>
        {
            var source = open();
            read = source.Read(buffer);
            return source;
        }, source =>
        {
            for (var got = read; got > 0 && (end || read < length); read += got) got = source.Read(buffer);
        });
    }

    static long Of<T>(Func<T> prepare, Action<T> action)
    {
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 5 && least > 0; attempt++)
        {
            var prepared = prepare();
            var before = GC.GetAllocatedBytesForCurrentThread();
            action(prepared);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            (prepared as IDisposable)?.Dispose();
        }
        return least;
    }
}
