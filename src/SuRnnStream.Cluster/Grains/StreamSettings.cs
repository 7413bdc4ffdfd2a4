namespace SuRnnStream.Cluster;

/// <summary>How samples of a stream are sent.</summary>
public enum SampleFormat
{
    /// <summary>16-bit sound, little-endian: two bytes a sample. Floats in [-1, 1] are rounded to it.</summary>
    Int16,

    /// <summary>32-bit floats: sensors, whose missing values are NaN, and sound that must not be rounded. Twice the bytes.</summary>
    Float32,
}

/// <summary>What detects in a stream of a cluster. Kept with its state: who opens the stream again needs the model's name alone.</summary>
[GenerateSerializer, Immutable, Alias("surnn.settings")]
public sealed record StreamSettings
{
    /// <summary>The model's name in the silos' configuration, <see cref="StreamClusterOptions.Models"/>.</summary>
    [Id(0)] public required string Model { get; init; }

    /// <summary>How its samples are sent. Sensors need <see cref="SampleFormat.Float32"/>.</summary>
    [Id(1)] public SampleFormat Format { get; init; }

    /// <inheritdoc cref="DetectorOptions.Threshold"/>
    [Id(2)] public float? Threshold { get; init; }

    /// <inheritdoc cref="DetectorOptions.Thresholds"/>
    [Id(3)] public IReadOnlyDictionary<string, float>? Thresholds { get; init; }

    /// <inheritdoc cref="DetectorOptions.Release"/>
    [Id(4)] public float? Release { get; init; }

    /// <inheritdoc cref="DetectorOptions.Smoothing"/>
    [Id(5)] public float? Smoothing { get; init; }

    /// <inheritdoc cref="DetectorOptions.Refractory"/>
    [Id(6)] public TimeSpan? Refractory { get; init; }

    /// <inheritdoc cref="DetectorOptions.DecisionWindow"/>
    [Id(7)] public TimeSpan? DecisionWindow { get; init; }

    /// <summary>What the network does with its memory where samples are missing.</summary>
    [Id(8)] public GapPolicy Gap { get; init; }

    /// <summary>What makes an event of the scores, with the settings that go with it. Null: as the model says.</summary>
    [Id(9)] public GateRule? Rule { get; init; }

    /// <inheritdoc cref="DetectorOptions.Level"/>
    [Id(10)] public bool Level { get; init; }

    /// <summary>True: among the detections it is told where labels are released and where samples are missing, for whoever applies rules to them.</summary>
    [Id(11)] internal bool Marks { get; init; }

    /// <summary>Score from which frames agree with a detection (<see cref="ClusterDetection.Agreeing"/>). Null: not asked for.</summary>
    [Id(12)] internal float? AgreesFrom { get; init; }

    /// <summary>The settings of a detector of this model; what is null is as the model was tuned.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range.</exception>
    internal DetectorOptions For(SuRnnModel model)
    {
        var hosted = new HostedDetectorOptions { Rule = Rule, Level = Level, Threshold = Threshold, Release = Release, Smoothing = Smoothing, Refractory = Refractory, DecisionWindow = DecisionWindow };
        foreach (var (label, threshold) in Thresholds ?? new Dictionary<string, float>()) hosted.Thresholds[label] = threshold;
        return hosted.ToOptions(model).Validate(model.Config.Labels);
    }
}
