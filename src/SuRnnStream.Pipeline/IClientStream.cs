namespace SuRnnStream;

/// <summary>A client's stream at work: in a pool of this process, or in a cluster.</summary>
interface IClientStream : IDisposable
{
    /// <inheritdoc cref="PooledStream.Counters"/>
    PipelineCounters Counters { get; }

    /// <inheritdoc cref="PooledStream.Completion"/>
    Task Completion { get; }

    /// <summary>Takes samples at the model's rate without waiting; returns how many there was room for.</summary>
    int Write(ReadOnlySpan<float> samples);

    /// <inheritdoc cref="PooledStream.RoomAsync"/>
    Task RoomAsync(CancellationToken cancellation = default);

    /// <inheritdoc cref="PooledStream.Lose"/>
    void Lose(long samples);

    /// <inheritdoc cref="PooledStream.Complete"/>
    void Complete();
}

/// <summary>Where clients' streams are detected, if not in this process: a cluster.</summary>
interface IClientPlace
{
    /// <summary>A new stream. What is wrong with it is told by its <see cref="IClientStream.Completion"/>.</summary>
    IClientStream Open(ClientOrder order);
}

/// <summary>One client's stream that is to be detected.</summary>
/// <param name="Source">Name of the client, the <see cref="Detection.Source"/> of its detections.</param>
/// <param name="Model">The model's name in the cluster.</param>
/// <param name="Config">What it takes.</param>
/// <param name="OnDetection">Told of each, in order, on a thread of the pool.</param>
sealed record ClientOrder(string Source, string Model, SuRnnConfig Config, Action<Detection> OnDetection)
{
    /// <summary>Null: as the model was tuned.</summary>
    public float? Threshold { get; init; }

    /// <inheritdoc cref="Threshold"/>
    public TimeSpan? Refractory { get; init; }

    /// <summary>Told how many frames were processed since the last time, when all that they brought has been told. Null: not asked for.</summary>
    public Action<long>? OnFrames { get; init; }
}
