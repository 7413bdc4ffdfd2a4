namespace SuRnnStream.Cluster;

/// <summary>Where a stream is and how far it has come.</summary>
[GenerateSerializer, Immutable, Alias("surnn.status")]
public sealed record StreamStatus
{
    /// <summary>The silo that owns it now.</summary>
    [Id(0)] public required string Silo { get; init; }

    /// <summary>Name of its model. Empty: the stream has never been opened.</summary>
    [Id(1)] public required string Model { get; init; }

    /// <summary>Place of the next sample to be processed: <see cref="Processed"/> + <see cref="Lost"/>.</summary>
    [Id(2)] public long Position { get; init; }

    /// <summary>Place up to which the store has the stream.</summary>
    [Id(3)] public long Saved { get; init; }

    /// <summary>Samples that the detector has taken, since the stream began.</summary>
    [Id(4)] public long Processed { get; init; }

    /// <summary>Samples that were missing, since the stream began.</summary>
    [Id(5)] public long Lost { get; init; }

    /// <summary>Detections made since the stream began.</summary>
    [Id(6)] public long Detections { get; init; }

    /// <summary>Of these, the ones that wait to be taken.</summary>
    [Id(7)] public int Waiting { get; init; }

    /// <summary>Which ownership this is: another one wherever the stream was taken up, from the store or by a migration.</summary>
    [Id(8)] public Guid Epoch { get; init; }

    /// <summary>False: it was moved between processors whose arithmetic differs, with a model of float weights. Its detections may differ in the last bits.</summary>
    [Id(9)] public bool Exact { get; init; } = true;

    /// <summary>True: its end has been processed.</summary>
    [Id(10)] public bool Ended { get; init; }
}
