using static SuRnnStream.OptionCheck;

namespace SuRnnStream.Cluster;

/// <summary>How a <see cref="ClusterProducer"/> sends.</summary>
public sealed record ProducerOptions
{
    /// <summary>Streams in a call, 1 to 10,000.</summary>
    public int StreamsPerCall { get; init; } = 200;

    /// <summary>Time from one look at all streams to the next, 1 ms to 10 s: what was written in between is sent together.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The longest piece of a stream in one call, 10 ms to 10 s. More than the silos' <see cref="StreamClusterOptions.Backlog"/> is sent in vain.</summary>
    public TimeSpan Piece { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How much of each stream is kept to be sent again, 1 s to an hour: longer than the silos' <see cref="StreamClusterOptions.SaveEvery"/>, the time in which a
    /// lost machine is found out, and the longest time without the store, together; and one save more where the store itself may lose its last second.
    /// </summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Streams that are opened at a time, 1 to 1,000: many at once stall a cluster.</summary>
    public int OpenAtATime { get; init; } = 64;

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal ProducerOptions Validate()
    {
        Require(StreamsPerCall is >= 1 and <= 10_000, nameof(StreamsPerCall), StreamsPerCall, "1 to 10000");
        Require(Interval >= TimeSpan.FromMilliseconds(1) && Interval <= TimeSpan.FromSeconds(10), nameof(Interval), Interval, "1 ms to 10 s");
        Require(Piece >= TimeSpan.FromMilliseconds(10) && Piece <= TimeSpan.FromSeconds(10), nameof(Piece), Piece, "10 ms to 10 s");
        Require(Keep >= TimeSpan.FromSeconds(1) && Keep <= TimeSpan.FromHours(1), nameof(Keep), Keep, "1 s to 1 h");
        Require(OpenAtATime is >= 1 and <= 1_000, nameof(OpenAtATime), OpenAtATime, "1 to 1000");
        return this;
    }
}
