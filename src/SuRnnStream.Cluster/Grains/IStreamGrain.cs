namespace SuRnnStream.Cluster;

/// <summary>
/// One stream of a cluster, by its name: who owns it, where it is, what it has detected. Its samples do not come this way but in calls of many streams, from a
/// <see cref="ClusterProducer"/>.
/// </summary>
[Alias("surnn.stream")]
public interface IStreamGrain : IGrainWithStringKey
{
    /// <summary>Takes the stream up: from the store, or, where there is none of this name, from its first sample.</summary>
    /// <returns>Where it is and what it needs next; or why it cannot be opened.</returns>
    [AlwaysInterleave, Alias("open")]
    Task<StreamOpening> OpenAsync(StreamSettings settings);

    /// <summary>Where it is and how far it has come.</summary>
    [AlwaysInterleave, Alias("status")]
    Task<StreamStatus> StatusAsync();

    /// <summary>
    /// A pull of detections, for consumers that are not the producer. Those up to <paramref name="heard"/> are forgotten: who asks has them for good. Where a
    /// producer takes its detections from its own calls, leave them to it.
    /// </summary>
    /// <param name="heard"><see cref="ClusterDetection.Cursor"/> of the last one that the caller has; 0: none.</param>
    /// <returns>Those after it, in order; none where there are none.</returns>
    [AlwaysInterleave, Alias("read")]
    Task<ClusterDetection[]> ReadAsync(long heard);

    /// <summary>
    /// There are no more samples: what waits is processed, what is pending at the end is decided, and the stream's record stays until it is forgotten. Calling it again
    /// changes nothing and gives what the caller does not have.
    /// </summary>
    /// <param name="heard">As in <see cref="ReadAsync"/>.</param>
    [Alias("finish")]
    Task<StreamEnd> FinishAsync(long heard);

    /// <summary>Deletes the record of a stream that has ended, when the caller has its detections and its counts. Of another nothing is deleted.</summary>
    [Alias("forget")]
    Task ForgetAsync();

    /// <summary>Moves the stream to another silo, between two of its turns and without losing a bit.</summary>
    /// <param name="silo">A silo's name as <see cref="StreamStatus.Silo"/> gives it; null: where placement sees fit.</param>
    /// <exception cref="ArgumentException">This is no silo's name.</exception>
    [Alias("move")]
    Task MoveAsync(string? silo);
}

/// <summary>Answer of <see cref="IStreamGrain.OpenAsync"/>.</summary>
[GenerateSerializer, Immutable, Alias("surnn.opening")]
public sealed record StreamOpening
{
    /// <summary>The silo that owns the stream, whose inlet takes its samples.</summary>
    [Id(0)] public required string Silo { get; init; }

    /// <summary>Why the stream cannot be opened: a name or a value that is wrong. Null: it is open.</summary>
    [Id(1)] public string? Problem { get; init; }

    /// <summary>Place of the next sample that it needs.</summary>
    [Id(2)] public long Next { get; init; }

    /// <summary>Place up to which the store has it: earlier samples can be forgotten.</summary>
    [Id(3)] public long Saved { get; init; }

    /// <summary>Cursor of the last detection that a consumer is known to have.</summary>
    [Id(4)] public long Heard { get; init; }

    /// <summary>When its last state was made. Null: it has just begun.</summary>
    [Id(5)] public DateTimeOffset? LastSeen { get; init; }

    /// <summary>Samples a second that its model takes, of all channels.</summary>
    [Id(6)] public double SamplesPerSecond { get; init; }

    /// <summary>True: its end has been processed; it takes no more samples.</summary>
    [Id(7)] public bool Ended { get; init; }

    /// <summary>The stream's number at the silo's inlet until it leaves; 0 of one that has ended.</summary>
    [Id(8)] internal long Ticket { get; init; }
}

/// <summary>Answer of <see cref="IStreamGrain.FinishAsync"/>.</summary>
/// <param name="Status">The stream's last counts.</param>
/// <param name="Detections">Those after the caller's cursor, in order.</param>
[GenerateSerializer, Immutable, Alias("surnn.end")]
public sealed record StreamEnd([property: Id(0)] StreamStatus Status, [property: Id(1)] ClusterDetection[] Detections);
