namespace SuRnnStream.Wyoming;

/// <summary>What a <see cref="WyomingServer"/> has done since it was made.</summary>
public readonly record struct WyomingCounters
{
    /// <summary>Clients that are connected now.</summary>
    public int Clients { get; init; }

    /// <summary>Clients that ever were.</summary>
    public long Accepted { get; init; }

    /// <summary>Connections that were refused because there were <see cref="WyomingServerOptions.MostClients"/>.</summary>
    public long Refused { get; init; }

    /// <summary>Clients that were closed because what they sent was not the protocol or beyond its limits.</summary>
    public long Malformed { get; init; }

    /// <summary>Clients that were closed because nothing came for <see cref="WyomingServerOptions.IdleTimeout"/>.</summary>
    public long Idle { get; init; }

    /// <summary>Clients that were cut off because they did not take what they were sent.</summary>
    public long Stalled { get; init; }

    /// <summary>Detections that were sent to clients that have gone since.</summary>
    public long Detections { get; init; }
}
