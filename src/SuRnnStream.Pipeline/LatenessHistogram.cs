using System.Numerics;

namespace SuRnnStream;

/// <summary>Counts times of any length in 960 buckets, each at most a sixteenth wide. Any thread adds, any thread reads.</summary>
sealed class LatenessHistogram
{
    const int Steps = 16; // buckets an octave

    readonly long[] _counts = new long[60 * Steps];
    long _largest; // ticks of 100 ns

    public void Add(TimeSpan time)
    {
        var ticks = Math.Max(0, time.Ticks);
        Interlocked.Increment(ref _counts[Bucket(ticks)]);
        for (var known = Volatile.Read(ref _largest); ticks > known;)
        {
            var before = Interlocked.CompareExchange(ref _largest, ticks, known);
            if (before == known) break;
            known = before;
        }
    }

    public TimeSpan Largest => new(Volatile.Read(ref _largest));

    /// <summary>The least time that this part of all times, in (0, 1], does not exceed, up to the width of a bucket.</summary>
    public TimeSpan Percentile(double part)
    {
        var rank = (long)Math.Ceiling(part * _counts.Sum());
        if (rank == 0) return TimeSpan.Zero;
        var bucket = 0;
        for (long sum = _counts[0]; sum < rank && bucket < _counts.Length - 1;) sum += _counts[++bucket];
        return new(Math.Min(UpperEdge(bucket), Volatile.Read(ref _largest)));
    }

    static int Bucket(long ticks)
    {
        if (ticks < Steps) return (int)ticks;
        var shift = BitOperations.Log2((ulong)ticks) - 4;
        return shift * Steps + (int)(ticks >> shift);
    }

    static long UpperEdge(int bucket)
    {
        var shift = Math.Max(0, bucket / Steps - 1);
        return ((bucket - shift * Steps + 1L) << shift) - 1;
    }
}
