namespace SuRnnStream;

/// <summary>What a host is to run: the options, checked and with everything that they name.</summary>
sealed record HostPlan(IReadOnlyList<PlannedSource> Sources)
{
    /// <summary>Which detector answers.</summary>
    public HostedArbitrationOptions Arbitration { get; init; } = new();

    /// <summary>How many sources have to agree.</summary>
    public HostedAgreementOptions Agreement { get; init; } = new();

    /// <summary>True: sources look at their level.</summary>
    public bool ChecksLevel { get; init; }

    public IEnumerable<PlannedDetector> Detectors => Sources.SelectMany(source => source.Detectors);
}

/// <summary>A source that has listeners.</summary>
sealed record PlannedSource(string Name, HostedSourceOptions Options, Func<ISampleSource> Open, IReadOnlyList<PlannedDetector> Detectors);

/// <summary>A detector and its model.</summary>
/// <param name="Name">By which it is known.</param>
/// <param name="Source">The source's name.</param>
/// <param name="Path">The model's file.</param>
/// <param name="Model">What was in it.</param>
/// <param name="Options">As they were asked for, within their ranges.</param>
sealed record PlannedDetector(string Name, string Source, string Path, SuRnnModel Model, HostedDetectorOptions Options);
