namespace SuRnnStream;

/// <summary>What a <see cref="DetectorPool"/> has done, at one moment.</summary>
public sealed record PoolCounters
{
    /// <summary>Streams in the pool.</summary>
    public int Streams { get; init; }

    /// <summary>The counters of all streams together, those that have left included. They add up as one stream's do.</summary>
    public required PipelineCounters Total { get; init; }

    /// <summary>
    /// Half of the writes were processed to their last sample within this time after they arrived; one whose last sample was dropped does
    /// not count. Zero before the first; never too low, and at most a sixteenth too high.
    /// </summary>
    public TimeSpan MedianLateness { get; init; }

    /// <summary>The same for 99 of 100 writes.</summary>
    public TimeSpan Percentile99Lateness { get; init; }

    /// <summary>The same for all writes; exact.</summary>
    public TimeSpan LargestLateness { get; init; }
}
