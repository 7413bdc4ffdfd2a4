namespace SuRnnStream.Cli;

/// <summary>What live sources would do: every stream gets its next block when it is due, one stream after the other within a block's time.</summary>
/// <param name="streams">Each gets one block a period.</param>
/// <param name="sounds">By stream: the sound it gets, over and over, whole blocks long.</param>
/// <param name="blockLength">Samples a write.</param>
/// <param name="period">Time from one block of a stream to its next.</param>
/// <param name="time">The clock that blocks are due by.</param>
/// <param name="pause">Waits until the clock has moved on by this time.</param>
sealed class StreamLoad(PooledStream[] streams, float[][] sounds, int blockLength, TimeSpan period, TimeProvider time, Action<TimeSpan> pause)
{
    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);

    readonly Lock _lock = new();
    long _written;
    TimeSpan _largestDelay;

    /// <summary>Samples that the streams took, by the writers that have ended.</summary>
    public long Written => _written;

    /// <summary>The longest that a block was written after it was due.</summary>
    public TimeSpan LargestDelay => _largestDelay;

    /// <summary>Writes to every <paramref name="writers"/>th stream from number <paramref name="writer"/> on.</summary>
    /// <returns>When all blocks that are due within <paramref name="length"/> are written.</returns>
    public void Write(int writer, int writers, long start, TimeSpan length, CancellationToken cancellation)
    {
        var (written, largestDelay) = (0L, TimeSpan.Zero);
        for (var block = 0L; block < length / period; block++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = writer; i < streams.Length; i += writers)
            {
                var due = period * block + period * ((double)i / streams.Length);
                TimeSpan delay;
                while ((delay = time.GetElapsedTime(start) - due) < TimeSpan.Zero) pause(-delay > ShortestPause ? -delay : ShortestPause);
                if (delay > largestDelay) largestDelay = delay;
                written += streams[i].Write(BlockOf(i, block));
            }
        }
        lock (_lock) (_written, _largestDelay) = (_written + written, largestDelay > _largestDelay ? largestDelay : _largestDelay);
    }

    /// <summary>Streams with the same sound are in different places of it.</summary>
    ReadOnlySpan<float> BlockOf(int stream, long block)
    {
        var sound = sounds[stream];
        var blocks = sound.Length / blockLength;
        return sound.AsSpan((int)((7_919L * stream + block) % blocks) * blockLength, blockLength);
    }
}
