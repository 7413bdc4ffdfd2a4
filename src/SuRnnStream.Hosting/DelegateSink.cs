namespace SuRnnStream;

/// <summary>A method as a sink.</summary>
sealed class DelegateSink(Func<HeardDetection, CancellationToken, Task> take) : IDetectionSink
{
    public ValueTask WriteAsync(HeardDetection heard, CancellationToken cancellation) => new(take(heard, cancellation));
}
