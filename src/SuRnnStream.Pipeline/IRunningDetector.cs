namespace SuRnnStream;

/// <summary>A detector at work: a <see cref="DetectorPipeline"/> in this process, or a stream that another program or machine detects in. Safe for several threads.</summary>
public interface IRunningDetector
{
    /// <summary>What it detects, in stream order; ends with the stream, or fails as <see cref="RunAsync"/> does.</summary>
    IObservable<Detection> Detections { get; }

    /// <summary>Where every sample went, at this moment.</summary>
    PipelineCounters Counters { get; }

    /// <summary>As <see cref="DetectorPipeline.Candidates"/>; empty where they are not told.</summary>
    IReadOnlyList<LabelCandidates> Candidates { get; }

    /// <summary>Of the counters, the samples read and dropped: asked for after every block, so the answer must be quick.</summary>
    (long Read, long Dropped) Flow => (Counters.SamplesRead, Counters.SamplesDropped);

    /// <summary>As <see cref="DetectorPipeline.DescribeDecisions"/>.</summary>
    IReadOnlyList<string> DescribeDecisions();

    /// <summary>As <see cref="DetectorPipeline.Swap"/>.</summary>
    /// <param name="model">The new network, for the same input.</param>
    /// <param name="options">Its settings; null: as it was tuned.</param>
    /// <exception cref="ArgumentException">It does not fit the stream, or this detector keeps its model. Nothing has changed.</exception>
    void Swap(SuRnnModel model, DetectorOptions? options);

    /// <summary>As <see cref="DetectorPipeline.Retune"/>.</summary>
    /// <param name="options">The new settings.</param>
    /// <exception cref="ArgumentException">They do not fit the model, or this detector keeps its settings. Nothing has changed.</exception>
    void Retune(DetectorOptions options);

    /// <summary>Detects until the stream ends. Called once.</summary>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>Ends with the stream, after the last detection was given to the observers; fails with what ended the stream early.</returns>
    Task RunAsync(CancellationToken cancellation);
}
