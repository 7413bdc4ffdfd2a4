using System.Runtime.Intrinsics.X86;

namespace SuRnnStream.Kernels;

/// <summary>
/// Fetches memory into the processor's cache that is needed a little later: of thousands of streams, what one remembers lies in none when its turn comes. A hint, on which no result depends. x64
/// alone: .NET has no such instruction for ARM64.
/// </summary>
static unsafe class CacheLines
{
    const int Line = 64;

    /// <summary>The lines that hold these bytes.</summary>
    public static void Fetch(void* from, int bytes)
    {
        if (!Sse.IsSupported) return;
        var end = (byte*)from + bytes;
        for (var at = (byte*)((nint)from & -Line); at < end; at += Line) Sse.Prefetch0(at);
    }

    /// <summary>Numbers of an array. Where it is moved meanwhile they are fetched in vain.</summary>
    public static void Fetch(ReadOnlySpan<float> numbers)
    {
        fixed (float* from = numbers) Fetch(from, numbers.Length * sizeof(float));
    }
}
