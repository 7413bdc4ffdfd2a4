namespace SuRnnStream;

/// <summary>One detector of a host. What is null is as the model was tuned. All but the source can be changed while the host runs.</summary>
public sealed class HostedDetectorOptions
{
    /// <summary>Name of the source that it listens to. Can be left out where there is only one.</summary>
    public string? Source { get; set; }

    /// <summary>Path of the model file; a relative one begins at the host's content root. Detectors that name the same file share its model.</summary>
    public string? Model { get; set; }

    /// <summary>Path of a second look that confirms what the model proposes; what opens it is added to the host, as by SuRnnStream.Onnx. Null: none.</summary>
    public string? Verifier { get; set; }

    /// <inheritdoc cref="DetectorOptions.Threshold"/>
    public float? Threshold { get; set; }

    /// <inheritdoc cref="DetectorOptions.Thresholds"/>
    public IDictionary<string, float> Thresholds { get; } = new Dictionary<string, float>();

    /// <summary>What makes an event of the scores, with the settings that go with it (<see cref="DetectorOptions.With(GateRule)"/>).</summary>
    public GateRule? Rule { get; set; }

    /// <inheritdoc cref="DetectorOptions.Release"/>
    public float? Release { get; set; }

    /// <inheritdoc cref="DetectorOptions.Smoothing"/>
    public float? Smoothing { get; set; }

    /// <inheritdoc cref="DetectorOptions.Refractory"/>
    public TimeSpan? Refractory { get; set; }

    /// <inheritdoc cref="DetectorOptions.DecisionWindow"/>
    public TimeSpan? DecisionWindow { get; set; }

    /// <summary>What the network does with its memory where samples were lost. Read once, at the start.</summary>
    public GapPolicy Gap { get; set; }

    /// <summary>
    /// Stream that can wait for the detector, 20 ms to 20 min: of a device what is more is dropped and counted. By default a second of sound, and ten of
    /// sensors, whose values come in bursts. Read once, at the start.
    /// </summary>
    public TimeSpan? Queue { get; set; }

    /// <summary>What <see cref="Verifier"/> names, once it is open. No property: configuration must not bind it.</summary>
    internal IVerifier? GetVerifier() => _verifier;

    /// <inheritdoc cref="GetVerifier"/>
    internal void SetVerifier(IVerifier? verifier) => _verifier = verifier;

    IVerifier? _verifier;

    /// <summary>Blocks that can wait for a detector of this model.</summary>
    internal int QueueBlocks(SuRnnModel model, TimeSpan block) =>
        (int)Math.Ceiling((Queue ?? TimeSpan.FromSeconds(model.Config.Sensor is null ? 1 : 10)) / block);

    /// <summary>The settings of a detector of this model.</summary>
    internal DetectorOptions For(SuRnnModel model)
    {
        var tuned = Rule is { } rule ? model.Defaults.With(rule) : model.Defaults;
        var thresholds = new Dictionary<string, float>(Threshold is null ? tuned.Thresholds : new Dictionary<string, float>()); // one threshold is for all labels
        foreach (var (label, threshold) in Thresholds) thresholds[label] = threshold;
        return tuned with
        {
            Threshold = Threshold ?? tuned.Threshold,
            Thresholds = thresholds,
            Release = Release ?? tuned.Release,
            Smoothing = Smoothing ?? tuned.Smoothing,
            Refractory = Refractory ?? tuned.Refractory,
            DecisionWindow = DecisionWindow ?? tuned.DecisionWindow,
            Verifier = _verifier,
        };
    }

    /// <summary>The same settings for every model.</summary>
    internal bool TunesLike(HostedDetectorOptions other) => _verifier == other._verifier &&
        (Rule, Threshold, Release, Smoothing, Refractory, DecisionWindow) == (other.Rule, other.Threshold, other.Release, other.Smoothing, other.Refractory, other.DecisionWindow)
        && Thresholds.Count == other.Thresholds.Count && Thresholds.All(other.Thresholds.Contains);
}
