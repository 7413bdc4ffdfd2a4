using System.Runtime.Intrinsics.X86;

namespace SuRnnStream.Kernels;

/// <summary>
/// Fetches memory into the processor's cache a little before it is needed: with thousands of streams, the state of one has left every cache when its turn comes. This is a hint, and no result depends on it.
/// x64 only: .NET has no such instruction for ARM64.
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

    /// <summary>Numbers of an array. If the garbage collector moves the array meanwhile, the fetch is wasted.</summary>
    public static void Fetch(ReadOnlySpan<float> numbers)
    {
        fixed (float* from = numbers) Fetch(from, numbers.Length * sizeof(float));
    }
}
