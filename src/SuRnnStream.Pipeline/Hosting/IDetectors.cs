namespace SuRnnStream;

/// <summary>A host's detectors while they run. A service; any thread.</summary>
public interface IDetectors
{
    /// <summary>How they fare, in the order of their names; none before the host has started.</summary>
    IReadOnlyList<DetectorStatus> Status { get; }

    /// <summary>Has a detector listen with the model that is in a file now, also where it is the file that it had. No sample is lost, times go on.</summary>
    /// <param name="name">The detector.</param>
    /// <param name="path">The model's file; a relative path begins at the host's content root.</param>
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
