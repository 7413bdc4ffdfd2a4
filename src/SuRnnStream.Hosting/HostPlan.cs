using System.Diagnostics.CodeAnalysis;

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

    /// <summary>
    /// True: the detector is a part of the pipeline of another one, which is told: its network runs on that one's frames, with ArmedBy only while that one arms it. Otherwise it
    /// runs apart, and with ArmedBy its detections are held back while it is not armed: where the models' rates differ, of sensors, and where the other one is itself armed.
    /// </summary>
    public bool Follows(PlannedDetector detector, [NotNullWhen(true)] out PlannedDetector? leader)
    {
        leader = (detector.Options.ArmedBy ?? detector.Options.Beside) is { } by ? Detectors.FirstOrDefault(one => one.Name.Equals(by, StringComparison.OrdinalIgnoreCase)) : null;
        return leader is { Options: { ArmedBy: null, Beside: null } } && leader.Model.Config.FrontEnd is { } call && detector.Model.Config.FrontEnd is { } own && call.SampleRate == own.SampleRate;
    }

    public IEnumerable<PlannedDetector> Detectors => Sources.SelectMany(source => source.Detectors);
}

/// <summary>A source that has listeners.</summary>
sealed record PlannedSource(string Name, HostedSourceOptions Options, Func<ISampleSource> Open, IReadOnlyList<PlannedDetector> Detectors)
{
    /// <summary>True: a file that is to be read as a device, so as fast as it can be read.</summary>
    public bool PlaysTooFast { get; init; }
}

/// <summary>A detector and its model.</summary>
/// <param name="Name">By which it is known.</param>
/// <param name="Source">The source's name.</param>
/// <param name="Path">The model's file.</param>
/// <param name="Model">What was in it.</param>
/// <param name="Options">As they were asked for, within their ranges.</param>
sealed record PlannedDetector(string Name, string Source, string Path, SuRnnModel Model, HostedDetectorOptions Options)
{
    /// <summary>What the loudspeaker plays. Null: nothing is known of it.</summary>
    public PlannedReference? Reference { get; init; }
}

/// <summary>A source of what a loudspeaker plays.</summary>
/// <param name="Name">The source's name.</param>
/// <param name="Options">Within their ranges.</param>
/// <param name="Open">Opens it.</param>
/// <param name="Live">True: a device. False: a file, which is read together with the detector's source.</param>
sealed record PlannedReference(string Name, HostedSourceOptions Options, Func<ISampleSource> Open, bool Live);
