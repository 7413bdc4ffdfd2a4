using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>How a <see cref="DetectorPool"/> shares the cores among its streams.</summary>
public sealed record PoolOptions
{
    /// <summary>Threads that run detectors, 1 to 1,024; by default one a core.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>How much of each stream may wait, 10 ms to 60 s, at least one frame. Memory for it is allocated with the stream: 4 bytes a sample.</summary>
    public TimeSpan Backlog { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The most frames of one stream that a worker processes before the next stream has its turn, 1 to 1,000.</summary>
    public int FramesPerTurn { get; init; } = 8;

    /// <summary>
    /// How long samples may wait for more of their stream, 0 to 1 s. A stream's turn comes when <see cref="FramesPerTurn"/> frames wait, or half of the backlog, or when this time has passed since the oldest
    /// sample came: the stream's memory is then fetched into the processor's cache once for several frames. Detections are the same, and later by this time at most. By default nothing waits.
    /// </summary>
    public TimeSpan Patience { get; init; }

    /// <summary>
    /// What happens when a stream's backlog, or a reader's queue of detections, is full. With <see cref="OverflowPolicy.Wait"/> a write takes
    /// only what fits, and a full reader holds up the whole pool.
    /// </summary>
    public OverflowPolicy Overflow { get; init; } = OverflowPolicy.DropOldest;

    /// <summary>What the network does with its memory where samples were dropped.</summary>
    public GapPolicy Gap { get; init; } = GapPolicy.Reset;

    /// <summary>Rules about each stream's detections by the pool's own model; null: none, at no cost. The loudspeaker rule works in pipelines only.</summary>
    public DecisionOptions? Decisions { get; init; }

    /// <summary>
    /// Further models that run on every stream all the time, beside the pool's own: words and sounds of one microphone. Where the front ends are the same, each frame is made once.
    /// Default: none, which costs nothing.
    /// </summary>
    public IReadOnlyList<CompanionModel> Companions { get; init; } = [];

    /// <summary>The clock that dates detections (<see cref="Detection.At"/>). Null: they have no date.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>Told what became of every detection where there are <see cref="Decisions"/>, on a worker's thread. What it throws is counted and told like an observer's.</summary>
    public Action<DetectionVerdict>? OnVerdict { get; init; }

    /// <summary>Told of every exception that an observer throws, on a worker's thread; by default they are only counted.</summary>
    public Action<Exception>? OnObserverError { get; init; }

    /// <summary>Called on the writing thread when a stream loses samples for the first time; later losses are only counted. Null: not called.</summary>
    public Action<PoolDrop>? OnFirstDrop { get; init; }

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal PoolOptions Validate()
    {
        Require(Workers is >= 1 and <= 1_024, nameof(Workers), Workers, "1 to 1024");
        Require(Backlog.TotalSeconds is >= 0.01 and <= 60, nameof(Backlog), Backlog, "10 ms to 60 s");
        Require(FramesPerTurn is >= 1 and <= 1_000, nameof(FramesPerTurn), FramesPerTurn, "1 to 1000");
        Require(Patience.TotalSeconds is >= 0 and <= 1, nameof(Patience), Patience, "0 to 1 s");
        Require(Enum.IsDefined(Overflow), nameof(Overflow), Overflow, "Wait or DropOldest");
        Require(Enum.IsDefined(Gap), nameof(Gap), Gap, "Reset or Hold");
        return this;
    }
}
