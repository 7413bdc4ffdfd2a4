namespace SuRnnStream;

/// <summary>A host's detectors while they run. A service; any thread.</summary>
public interface IDetectors
{
    /// <summary>
    /// What the host's sinks get: detections of every detector that passed its rules and those of the host. Each observer is called on a task of its own, one detection after the other; no detector
    /// waits for it. When <see cref="SuRnnStreamOptions.SinkQueue"/> detections wait for one the oldest is dropped and counted (<c>surnn.observer.dropped</c>). What it throws ends its subscription and is
    /// logged. Subscribe at any time, also before the host has started; completes when the host stops.
    /// </summary>
    IObservable<HeardDetection> Detections { get; }

    /// <summary>The same as an enumeration, from this call on; each has a queue of its own as an observer has. Ends when the host stops.</summary>
    /// <param name="detector">Only the detections of this one. Null: those of all.</param>
    /// <param name="cancellation">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="KeyNotFoundException">The host has started and has no such detector.</exception>
    IAsyncEnumerable<HeardDetection> ReadAllAsync(string? detector = null, CancellationToken cancellation = default);

    /// <summary>How they fare, in the order of their names; none before the host has started.</summary>
    IReadOnlyList<DetectorStatus> Status { get; }

    /// <summary>Has a detector listen with the model that is in a file now, also where it is the file that it had. No sample is lost, times go on.</summary>
    /// <param name="name">The detector.</param>
    /// <param name="path">The model's name or file; a relative path begins at the host's content root, then at the program's folder.</param>
    /// <param name="cancellation">Gives up before the model is exchanged.</param>
    /// <exception cref="KeyNotFoundException">There is no such detector.</exception>
    /// <exception cref="IOException">The file is missing, cannot be read or is no model. The present model stays, as with every exception.</exception>
    /// <exception cref="ArgumentException">The model hears something else, or does not know a label that there is a threshold for.</exception>
    Task SwapModelAsync(string name, string path, CancellationToken cancellation = default);

    /// <summary>The same with a model that is in memory.</summary>
    /// <inheritdoc cref="SwapModelAsync(string, string, CancellationToken)"/>
    Task SwapModelAsync(string name, SuRnnModel model, CancellationToken cancellation = default);
}

/// <summary>How a detector fares, at one moment.</summary>
public sealed record DetectorStatus
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its source's name.</summary>
    public required string Source { get; init; }

    /// <summary>What the source is doing.</summary>
    public SourceState SourceState { get; init; }

    /// <summary>Times that the source came back.</summary>
    public long Reconnects { get; init; }

    /// <summary>Where the samples went.</summary>
    public required PipelineCounters Counters { get; init; }

    /// <summary>Time since the last samples were heard, or since the start.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>Samples dropped in the last minute, as a part of those that came, 0 to 1.</summary>
    public double DropRate { get; init; }

    /// <summary>Time from one frame to the next.</summary>
    public TimeSpan Hop { get; init; }

    /// <summary>What is wrong with its microphone's level; empty where nothing is, or <see cref="DetectorHealthOptions.Level"/> is off.</summary>
    public IReadOnlyList<LevelAdvice> Advice { get; init; } = [];

    /// <summary>Why the detector has given up; null: it has not.</summary>
    public string? Failure { get; init; }
}
