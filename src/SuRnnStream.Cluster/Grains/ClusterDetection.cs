namespace SuRnnStream.Cluster;

/// <summary>A detection on its way out of a cluster.</summary>
/// <param name="Label">What was detected.</param>
/// <param name="Score">As <see cref="Detection.Score"/>.</param>
/// <param name="Start">As <see cref="Detection.Start"/>.</param>
/// <param name="End">As <see cref="Detection.End"/>.</param>
/// <param name="Time">As <see cref="Detection.Time"/>.</param>
/// <param name="Landmark">As <see cref="Detection.Landmark"/>.</param>
/// <param name="Cursor">
/// Its place among the detections of its stream, above that of the one before it: in ticks of 100 ns its time, or one more than the one before where both have
/// the same. A detection that is made again after a failure has the same cursor, so that whoever has it drops it.
/// </param>
[GenerateSerializer, Immutable, Alias("surnn.detection")]
public readonly record struct ClusterDetection(
    [property: Id(0)] string Label, [property: Id(1)] float Score, [property: Id(2)] TimeSpan Start, [property: Id(3)] TimeSpan End,
    [property: Id(4)] TimeSpan Time, [property: Id(5)] TimeSpan? Landmark, [property: Id(6)] long Cursor)
{
    /// <summary>As <see cref="Detection.Level"/>.</summary>
    [Id(7)] public float? Level { get; init; }

    /// <summary>As <see cref="Detection.LevelAboveFloor"/>.</summary>
    [Id(8)] public float? LevelAboveFloor { get; init; }

    /// <summary>
    /// As <see cref="Detection.Phase"/>. In streams of a host's detector with rules for begin and end or for the loudspeaker, End means that the label has been
    /// released, or without a label that samples are missing.
    /// </summary>
    [Id(9)] public EventPhase Phase { get; init; }

    /// <summary>As <see cref="Detection.EndedBy"/>.</summary>
    [Id(10)] public EventEnd EndedBy { get; init; }

    /// <summary>Frames from <see cref="Start"/> to <see cref="End"/> in which the label was ahead with a score as the stream's settings ask. Null: they do not ask.</summary>
    [Id(11)] internal int? Agreeing { get; init; }

    internal static ClusterDetection Of(Detection detection, long cursor) =>
        new(detection.Label, detection.Score, detection.Start, detection.End, detection.Time, detection.Landmark, cursor)
        {
            Level = detection.Level,
            LevelAboveFloor = detection.LevelAboveFloor,
            Phase = detection.Phase,
            EndedBy = detection.EndedBy,
        };

    /// <summary>The same as any other detector of this library tells it.</summary>
    /// <param name="stream">Its <see cref="Detection.Source"/>.</param>
    public Detection ToDetection(string stream) => new(Label, Score, Start, End, Time, stream)
    {
        Landmark = Landmark,
        Level = Level,
        LevelAboveFloor = LevelAboveFloor,
        Phase = Phase,
        EndedBy = EndedBy,
    };
}
