namespace SuRnnStream;

/// <summary>Where a hosted detector's detections go: a file, a broker, another service. A sink that is also <see cref="IAsyncDisposable"/> is closed with the host.</summary>
public interface IDetectionSink
{
    /// <summary>
    /// Takes one detection; the next comes when this has returned. The detector does not wait for it: detections that a slow sink has not taken
    /// wait in a bounded queue. What it throws is logged and counted, and the detection is lost to this sink.
    /// </summary>
    /// <param name="heard">What was detected, by which detector, and when.</param>
    /// <param name="cancellation">The host is going down and will wait no longer.</param>
    ValueTask WriteAsync(HeardDetection heard, CancellationToken cancellation);
}
