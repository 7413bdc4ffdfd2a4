namespace SuRnnStream;

/// <summary>A client's stream at work: in a pool of this process, or in a cluster.</summary>
public interface IClientStream : IDisposable
{
    /// <inheritdoc cref="PooledStream.Counters"/>
    PipelineCounters Counters { get; }

    /// <inheritdoc cref="PooledStream.Completion"/>
    Task Completion { get; }

    /// <summary>Takes samples at the model's rate without waiting.</summary>
    /// <param name="samples">The next ones.</param>
    /// <returns>How many there was room for.</returns>
    int Write(ReadOnlySpan<float> samples);

    /// <inheritdoc cref="PooledStream.RoomAsync"/>
    Task RoomAsync(CancellationToken cancellation = default);

    /// <inheritdoc cref="PooledStream.Lose"/>
    void Lose(long samples);

    /// <inheritdoc cref="PooledStream.Complete"/>
    void Complete();
}
