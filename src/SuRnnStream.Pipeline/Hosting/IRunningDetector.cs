namespace SuRnnStream;

/// <summary>A hosted detector at work: a pipeline in this process, or a stream that is detected elsewhere.</summary>
interface IRunningDetector
{
    IObservable<Detection> Detections { get; }

    PipelineCounters Counters { get; }

    /// <summary>As <see cref="DetectorPipeline.Candidates"/>.</summary>
    IReadOnlyList<LabelCandidates> Candidates { get; }

    /// <summary>Of these, the samples read and dropped.</summary>
    (long Read, long Dropped) Flow { get; }

    /// <summary>As <see cref="DetectorPipeline.DescribeDecisions"/>.</summary>
    IReadOnlyList<string> DescribeDecisions();

    /// <summary>As <see cref="DetectorPipeline.Swap"/>.</summary>
    void Swap(SuRnnModel model, DetectorOptions? options);

    /// <summary>As <see cref="DetectorPipeline.Retune"/>.</summary>
    void Retune(DetectorOptions options);

    /// <summary>As <see cref="DetectorPipeline.RunAsync"/>.</summary>
    Task RunAsync(CancellationToken cancellation);
}

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
