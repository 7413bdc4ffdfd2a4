namespace SuRnnStream.Cluster;

/// <summary>Where the detectors and the clients of a host work that is part of a cluster: each is a stream there.</summary>
sealed class ClusterPlace(ClusterProducer producer, string node) : IDetectorPlace, IClientPlace
{
    public IRunningDetector Make(DetectorOrder order) => new ClusterDetector(producer, $"{node}/{order.Detector}", order);

    public IClientStream Open(ClientOrder order) => new ClusterClient(producer, $"{node}/client/{Guid.NewGuid():N}", order);
}
