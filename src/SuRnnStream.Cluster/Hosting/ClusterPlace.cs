namespace SuRnnStream.Cluster;

/// <summary>Where a host's detectors work that is part of a cluster: each is a stream there.</summary>
sealed class ClusterPlace(ClusterProducer producer, string node) : IDetectorPlace
{
    public IRunningDetector Make(DetectorOrder order) => new ClusterDetector(producer, $"{node}/{order.Detector}", order);
}
