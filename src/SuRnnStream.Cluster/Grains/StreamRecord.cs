namespace SuRnnStream.Cluster;

/// <summary>What the store has of a stream, and what travels with it: everything that its detections depend on, at one place.</summary>
[GenerateSerializer, Alias("surnn.record")]
sealed record StreamRecord
{
    [Id(0)] public StreamSettings? Settings { get; init; }

    /// <summary>The model's content: a state is only good for the very same weights.</summary>
    [Id(1)] public string ModelHash { get; init; } = "";

    /// <summary>By which the float weights' sums were made, <see cref="SuRnnModel.KernelName"/>.</summary>
    [Id(2)] public string Kernel { get; init; } = "";

    /// <summary>The detector's state, deflated. Empty: at the first sample.</summary>
    [Id(3)] public byte[] State { get; init; } = [];

    [Id(4)] public long Position { get; init; }

    [Id(5)] public long Processed { get; init; }

    /// <summary>Detections made up to here.</summary>
    [Id(6)] public long Detections { get; init; }

    /// <summary>Cursor of the last of them.</summary>
    [Id(7)] public long Cursor { get; init; }

    /// <summary>Cursor of the last one that a consumer has.</summary>
    [Id(8)] public long Heard { get; init; }

    /// <summary>Those that nobody has yet.</summary>
    [Id(9)] public ClusterDetection[] Outbox { get; init; } = [];

    /// <summary>Which ownership wrote this.</summary>
    [Id(10)] public Guid Epoch { get; init; }

    [Id(11)] public bool Exact { get; init; } = true;

    [Id(12)] public bool Ended { get; init; }

    [Id(13)] public DateTimeOffset At { get; init; }

    /// <summary>The last frames in which a label was certain: when they ended, in ticks of 100 ns, and which.</summary>
    [Id(14)] public (long End, int Label)[] Certain { get; init; } = [];
}
