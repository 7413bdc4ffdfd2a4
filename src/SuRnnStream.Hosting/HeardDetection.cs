namespace SuRnnStream;

/// <summary>A detection with what its host adds.</summary>
/// <param name="Detector">Name of the detector that made it.</param>
/// <param name="Detection">The detection, with its times in the stream and the source's name.</param>
/// <param name="At">When the host got it, by its clock. For order between machines; within a stream use the detection's own times.</param>
public readonly record struct HeardDetection(string Detector, Detection Detection, DateTimeOffset At)
{
    /// <summary>What was detected.</summary>
    public string Label => Detection.Label;

    /// <summary>Its highest smoothed score, at most 1.</summary>
    public float Score => Detection.Score;

    /// <summary>Name of the source.</summary>
    public string? Source => Detection.Source;

    /// <summary>
    /// The sound around it, which still grows when a sink gets the detection; null: it was not asked for (<see cref="HostedDetectorOptions.Sound"/>). A host keeps the last 32 in
    /// memory, so a sink that takes its time finds older ones empty.
    /// </summary>
    public DetectedSound? Sound { get; init; }
}
