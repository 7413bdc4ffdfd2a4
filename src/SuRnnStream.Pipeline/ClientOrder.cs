namespace SuRnnStream;

/// <summary>One client's stream that an <see cref="IClientPlace"/> is to detect in.</summary>
/// <param name="Source">Name of the client, the <see cref="Detection.Source"/> of its detections.</param>
/// <param name="Model">The model's name in the cluster.</param>
/// <param name="Config">What it takes.</param>
/// <param name="OnDetection">Told of each, in order, on a thread of the pool.</param>
public sealed record ClientOrder(string Source, string Model, SuRnnConfig Config, Action<Detection> OnDetection)
{
    /// <summary>Score at which a label is detected, for all labels. Null: as the model was tuned.</summary>
    public float? Threshold { get; init; }

    /// <summary>Least stream time between two detections of a label. Null: as the model was tuned.</summary>
    public TimeSpan? Refractory { get; init; }

    /// <summary>Told how many frames were processed since the last time, after their detections have been delivered. Null: not asked for.</summary>
    public Action<long>? OnFrames { get; init; }
}
