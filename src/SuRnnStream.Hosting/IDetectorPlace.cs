namespace SuRnnStream;

/// <summary>Where a host's detectors work, if not in the host: a cluster.</summary>
interface IDetectorPlace
{
    /// <exception cref="ArgumentException">The source or the settings do not fit the model.</exception>
    IRunningDetector Make(DetectorOrder order);
}

/// <summary>One detector that is to work.</summary>
/// <param name="Detector">Its name.</param>
/// <param name="Samples">What it is to process.</param>
/// <param name="Model">The network, as the host has loaded it.</param>
/// <param name="Options">As they were asked for, the model's path among them.</param>
/// <param name="Pipeline">Name of the source, gaps, and who looks on.</param>
/// <param name="Live">True: a device, which does not wait.</param>
sealed record DetectorOrder(string Detector, ISampleSource Samples, SuRnnModel Model, HostedDetectorOptions Options, PipelineOptions Pipeline, bool Live);
