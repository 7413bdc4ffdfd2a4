namespace SuRnnStream.Cluster;

/// <summary>How a producer feeds one stream.</summary>
public sealed record ClusterStreamOptions
{
    /// <summary>Samples a second that will be written, of all channels together: the model's, above zero.</summary>
    public double SamplesPerSecond { get; init; } = 16_000;

    /// <summary>
    /// True: a live source, whose first sample follows on whatever the cluster has of a stream of this name, after a gap as long as nobody sent. False: a recording;
    /// its samples are counted from its beginning, and those that the cluster has are not processed again.
    /// </summary>
    public bool Live { get; init; } = true;

    /// <summary>Gets this stream's detections, each once and in order, on a thread of the pool that all calls share.</summary>
    public Action<Detection>? OnDetection { get; init; }

    /// <summary>In place of <see cref="OnDetection"/>: what each answer brought, and up to which place of the cluster's stream all is told now. On the same threads, one call at a time.</summary>
    internal Action<IReadOnlyList<ClusterDetection>, long>? OnAnswer { get; init; }
}
