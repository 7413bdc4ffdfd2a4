namespace SuRnnStream;

/// <summary>
/// Where a host's detectors work, if not in the host itself, as a cluster is. Add one to the services as a singleton, and the host asks it for every detector. The host still reads the sources and has sinks, health and
/// metrics; what is made here applies the rules (<see cref="PipelineOptions.Decisions"/>) and tells of every block (<see cref="PipelineOptions.OnBlock"/>; where its cost is not known, of none): a detector that tells of
/// no block for long is unhealthy. What keeps sound (<see cref="HostedDetectorOptions.Sound"/>, <see cref="HostedDetectorOptions.NearMisses"/>) is refused then.
/// </summary>
public interface IDetectorPlace
{
    /// <summary>Makes a detector, which the host then runs. Called when its source is there, on the source's thread.</summary>
    /// <exception cref="ArgumentException">The source or the settings do not fit the model; the host logs the message, and goes on without this detector.</exception>
    /// <exception cref="IOException">It cannot be made now; likewise.</exception>
    IRunningDetector Make(DetectorOrder order);
}

/// <summary>One detector that is to work.</summary>
/// <param name="Detector">Its name.</param>
/// <param name="Samples">What it is to process, at its source's rate: <see cref="ModelSource.For"/> gives it at the model's.</param>
/// <param name="Model">The network, as the host has loaded it.</param>
/// <param name="Options">As they were asked for, the model's path among them; <see cref="HostedDetectorOptions.ToOptions"/> gives the detector's.</param>
/// <param name="Pipeline">Name of the source, gaps, rules to apply, and who looks on.</param>
/// <param name="Live">True: a device, which does not wait.</param>
public sealed record DetectorOrder(string Detector, ISampleSource Samples, SuRnnModel Model, HostedDetectorOptions Options, PipelineOptions Pipeline, bool Live);
