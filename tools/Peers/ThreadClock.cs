using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SuRnnStream.Peers;

/// <summary>
/// Times a piece of work on this thread. A short one by the wall clock: it is rarely interrupted, and a median drops those that are. A long one is interrupted in most rounds on a busy
/// machine, so it is timed by the processor time of this thread, where the system tells it (Linux); a look at that takes too long for short ones.
/// </summary>
static class ThreadClock
{
    const double Long = 0.3e-3; // seconds
    const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID

    /// <summary>Ticks of <see cref="Stopwatch"/> that the work took.</summary>
    public static long Time(Action work)
    {
        var cpu = CpuNanoseconds();
        var start = Stopwatch.GetTimestamp();
        work();
        var wall = Stopwatch.GetTimestamp() - start;
        if (cpu is null || wall < Long * Stopwatch.Frequency) return wall;
        return (long)((CpuNanoseconds()!.Value - cpu.Value) * (Stopwatch.Frequency / 1e9));
    }

    static long? CpuNanoseconds() => OperatingSystem.IsLinux() && clock_gettime(ThreadCpuTime, out var time) == 0 ? time.Seconds * 1_000_000_000 + time.Nanoseconds : null;

    struct TimeSpec
    {
        public nint Seconds, Nanoseconds;
    }

    [DllImport("libc")]
    static extern int clock_gettime(int clock, out TimeSpec time);
}
