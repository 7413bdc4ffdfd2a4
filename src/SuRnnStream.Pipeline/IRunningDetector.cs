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
