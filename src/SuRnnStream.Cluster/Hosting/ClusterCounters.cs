namespace SuRnnStream.Cluster;

/// <summary>Counters of a stream in the cluster, as the process that sends it has them.</summary>
static class ClusterCounters
{
    /// <param name="read">Samples that were sent.</param>
    /// <param name="processed">Of these, those that the cluster has processed.</param>
    /// <param name="lost">Samples that the source lost.</param>
    /// <param name="detected">Detections that came.</param>
    /// <param name="timing">Of the model.</param>
    public static PipelineCounters Of(long read, long processed, long lost, long detected, IFrameTiming timing) => new()
    {
        SamplesRead = read,
        SamplesProcessed = processed,
        SamplesInFlight = read - processed,
        SamplesLost = lost,
        Detections = detected,
        Compute = new ComputeStats { Frames = processed / timing.HopLength },
    };
}
