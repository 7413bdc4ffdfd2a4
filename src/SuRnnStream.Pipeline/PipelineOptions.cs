using System.Threading.Channels;
using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>What happens when a bounded queue is full.</summary>
public enum OverflowPolicy
{
    /// <summary>The writer waits, nothing is lost: for files and pipes.</summary>
    Wait,

    /// <summary>The oldest entry is thrown away and counted, the writer never waits: for devices, which do not wait either.</summary>
    DropOldest,
}

static class OverflowModes
{
    public static BoundedChannelFullMode ToFullMode(this OverflowPolicy overflow) =>
        overflow == OverflowPolicy.Wait ? BoundedChannelFullMode.Wait : BoundedChannelFullMode.DropOldest;
}

/// <summary>
/// What the network does with its memory where samples were dropped. Times count by sample either way. A model of sensors decides for itself:
/// <see cref="SensorFrontEndConfig.ResetAfter"/>.
/// </summary>
public enum GapPolicy
{
    /// <summary>Decides what is pending (<see cref="StreamingDetector.Finish"/>) and forgets everything: the sound after the gap is the start of a stream.</summary>
    Reset,

    /// <summary>Keeps network and scores as they are; only the frame that would have bridged the gap is forgotten.</summary>
    Hold,
}

static class Gaps
{
    /// <summary>
    /// The next sample is number <paramref name="start"/>. True: some before it are lost, and the detector has been told. Where it forgets over the gap,
    /// what ended just before is decided first, in the time until <paramref name="start"/>.
    /// </summary>
    public static bool Cross(this StreamingDetector detector, long start, GapPolicy policy, Action<Detection> onDetection, out ComputeStats stats)
    {
        stats = default;
        var lost = start - detector.Position;
        if (lost <= 0) return false;
        if (policy == GapPolicy.Reset) stats = detector.Lose(lost, onDetection);
        else detector.Skip(lost, onDetection);
        return true;
    }

    /// <summary>Detections whose times do not lie after sample number <paramref name="start"/>, with which the stream goes on.</summary>
    public static Action<Detection> Before(this IFrameTiming timing, long start, Action<Detection> onDetection)
    {
        var latest = timing.StreamTime(start);
        return detection => onDetection(detection with { End = detection.End < latest ? detection.End : latest, Time = detection.Time < latest ? detection.Time : latest });
    }
}

/// <summary>How a <see cref="DetectorPipeline"/> hands sound from the source to the detector.</summary>
public sealed record PipelineOptions
{
    /// <summary>Name of the stream: the <see cref="Detection.Source"/> of its detections.</summary>
    public string? SourceName { get; init; }

    /// <summary>Sound in one block, 1 ms to 1 s: the least delay between a sound and its detection.</summary>
    public TimeSpan BlockDuration { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Blocks that can wait for the detector, 1 to 65,536.</summary>
    public int QueueBlocks { get; init; } = 50;

    /// <summary>What happens when the queue of blocks, or a consumer's queue of detections, is full.</summary>
    public OverflowPolicy Overflow { get; init; } = OverflowPolicy.Wait;

    /// <summary>What the network does with its memory where blocks were dropped.</summary>
    public GapPolicy Gap { get; init; } = GapPolicy.Reset;

    /// <summary>Looks at every frame, on the detector's thread, which waits for it. What it throws is counted and told like an observer's.</summary>
    public FrameObserver? OnFrame { get; init; }

    /// <summary>Told of every exception that an observer throws, on the detector's thread; by default they are only counted.</summary>
    public Action<Exception>? OnObserverError { get; init; }

    /// <summary>Rules about the detections; null: none, which costs nothing.</summary>
    public DecisionOptions? Decisions { get; init; }

    /// <summary>What the loudspeaker plays, where <see cref="Decisions"/> have rules for it.</summary>
    public PlayedSound? Played { get; init; }

    /// <summary>Commands that are listened for only after the stream's own detections: their detections come with the others. Null: none, which costs nothing.</summary>
    public ArmedCommands? Commands { get; init; }

    /// <summary>Further models that run on the stream all the time, beside its own: their detections come with the others. Default: none, which costs nothing.</summary>
    public IReadOnlyList<CompanionModel> Companions { get; init; } = [];

    /// <summary>The same, each of which tells its detections apart and has rules, counters and sound of its own. Default: none, which costs nothing.</summary>
    public IReadOnlyList<StreamFollower> Followers { get; init; } = [];

    /// <summary>
    /// The sound around detections is kept for <see cref="OnSound"/>, in memory that these options bound. Null, the default: no sound outlives its block. Models of
    /// sound only.
    /// </summary>
    public SoundOptions? Sound { get; init; }

    /// <summary>
    /// Given the sound around a detection just before the detection itself is told, on the detector's thread, also of <see cref="Commands"/>. The sound grows with the
    /// stream: read it elsewhere. What this throws is counted and told like an observer's. Ends of events have no sound.
    /// </summary>
    public Action<DetectedSound>? OnSound { get; init; }

    /// <summary>
    /// Told what came of everything that was detected or nearly was, of <see cref="Commands"/> too, on the detector's thread. What it throws is counted and told like an
    /// observer's. Null: not asked for, which costs nothing.
    /// </summary>
    public Action<Candidate>? OnCandidate { get; init; }

    /// <summary>True: candidates are counted, for <see cref="DetectorPipeline.Candidates"/>; so they are where they are told or near misses kept.</summary>
    public bool CountCandidates { get; init; }

    /// <summary>The sound around what nearly was detected is kept for <see cref="OnNearMiss"/>: people's voices. Null, the default: none is. Models of sound only.</summary>
    public NearMissOptions? NearMisses { get; init; }

    /// <summary>Given each near miss, of <see cref="Commands"/> too, on the detector's thread; its sound grows with the stream. What this throws is counted and told like an observer's.</summary>
    public Action<NearMiss>? OnNearMiss { get; init; }

    /// <summary>The clock by which detections say when they were (<see cref="Detection.At"/>). Null: they do not, as for recordings.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>Told what became of every detection where there are <see cref="Decisions"/>, on the detector's thread. What it throws is counted and told like an observer's.</summary>
    public Action<DetectionVerdict>? OnVerdict { get; init; }

    /// <summary>
    /// Told the stream time after each block, when all detections up to it have been told, on the detector's thread: a clock that runs as fast as the stream is
    /// read, for windows over detections. It must not throw.
    /// </summary>
    public Action<TimeSpan>? OnAdvanced { get; init; }

    /// <summary>Told what every block cost, on the detector's thread. A host judges by it whether the detector still gets samples. It must not throw.</summary>
    public Action<ComputeStats>? OnBlock { get; init; }

    /// <summary>Told how long one frame took, of every few, on the detector's thread: a histogram of it shows whether a device keeps up. It must not throw.</summary>
    public Action<TimeSpan>? OnTimed { get; init; }

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal PipelineOptions Validate()
    {
        Require(BlockDuration.TotalSeconds is >= 0.001 and <= 1, nameof(BlockDuration), BlockDuration, "1 ms to 1 s");
        Require(QueueBlocks is >= 1 and <= 65_536, nameof(QueueBlocks), QueueBlocks, "1 to 65536");
        Require(Enum.IsDefined(Overflow), nameof(Overflow), Overflow, "Wait or DropOldest");
        Require(Enum.IsDefined(Gap), nameof(Gap), Gap, "Reset or Hold");
        Sound?.Validate();
        NearMisses?.Validate();
        return this;
    }
}
