namespace SuRnnStream;

/// <summary>What is particular to one stream of a <see cref="DetectorPool"/>.</summary>
public sealed record PooledStreamOptions
{
    /// <summary>When a score counts as an event in this stream. Null: as in the pool's other streams.</summary>
    public DetectorOptions? Detector { get; init; }

    /// <summary>
    /// What <see cref="PooledStream.SnapshotAsync"/> or <see cref="StreamingDetector.Save"/> wrote, with the same model: the stream goes on there, at
    /// that place. Empty: it is at its first sample.
    /// </summary>
    public ReadOnlyMemory<byte> State { get; init; }

    /// <summary>What the network does with its memory where samples of this stream are missing. Null: as in the pool's other streams.</summary>
    public GapPolicy? Gap { get; init; }

    /// <summary>Commands that are listened for only after this stream's own detections: their detections come with the others. Null: none. A stream with them gives no snapshots.</summary>
    public ArmedCommands? Commands { get; init; }

    /// <summary>Further models that run on this stream all the time, beside the pool's own. Null: those of <see cref="PoolOptions.Companions"/>. A stream with some gives no snapshots.</summary>
    public IReadOnlyList<CompanionModel>? Companions { get; init; }

    /// <summary>Looks at every frame, on a worker's thread, which waits for it. What it throws is counted and told like an observer's.</summary>
    public FrameObserver? OnFrame { get; init; }

    /// <summary>Told what became of everything in this stream that was detected or nearly was, on a worker's thread. What it throws is counted and told like an observer's.</summary>
    public Action<Candidate>? OnCandidate { get; init; }

    /// <summary>The sound around what nearly was detected is kept for <see cref="OnNearMiss"/>: people's voices. Null, the default: none is, which costs nothing. Models of sound only.</summary>
    public NearMissOptions? NearMisses { get; init; }

    /// <summary>
    /// Given each near miss, of <see cref="Commands"/> and <see cref="Companions"/> too, on a worker's thread, but for those of a muted time; its sound grows with the stream and ends with it. What this throws is
    /// counted and told like an observer's.
    /// </summary>
    public Action<NearMiss>? OnNearMiss { get; init; }

    /// <summary>
    /// True: marks are told among the detections, in their order, for rules that are applied elsewhere (<see cref="StreamDecisions.Release"/>, <see cref="StreamDecisions.End"/>). Their phase is
    /// <see cref="EventPhase.End"/>: <see cref="EventEnd.Released"/> with the label whose score has fallen below its release level, <see cref="EventEnd.Gap"/> with an empty label where samples are missing.
    /// They count as delivered, not as detections.
    /// </summary>
    public bool Marks { get; init; }

    /// <summary>
    /// Gets this stream's detections in order, on a worker's thread, before the pool's observers do and independently of other streams. What it throws is
    /// counted and told like an observer's.
    /// </summary>
    public Action<Detection>? OnDetection { get; init; }

    /// <summary>
    /// Told after every turn, when its detections have been delivered, at which place of the stream the next sample to be processed is. On a worker's
    /// thread; what it throws is counted and told like an observer's.
    /// </summary>
    public Action<long>? OnProcessed { get; init; }

    /// <summary>What <see cref="PooledStream.PushInt16"/> and its siblings take: rate, channels, and the encoding of bytes. Null: 16 bits and one channel at the model's rate.</summary>
    public PcmFormat? Format { get; init; }

    /// <summary>The channel of <see cref="Format"/> to take, counted from 0; null for the mean of all.</summary>
    public int? Channel { get; init; }
}
