namespace SuRnnStream;

/// <summary>One detector of a host. What is null is as the model was tuned. All but the source can be changed while the host runs.</summary>
public sealed class HostedDetectorOptions
{
    /// <summary>Name of the source that it listens to. Can be left out where there is only one.</summary>
    public string? Source { get; set; }

    /// <summary>False: the detector is paused, until the configuration or <see cref="IHostedDetectors.Resume"/> says otherwise: its network does not run, and its health is not judged.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// The model by name (<c>wake-words</c>, of the folder <c>models</c> beside the program or below the content root), or the path of its file, which begins at the host's content root, then at the
    /// program's folder. Detectors that name the same file share its model.
    /// </summary>
    public string? Model { get; set; }

    /// <summary>Path of a second look that confirms what the model proposes; what opens it is added to the host, as by SuRnnStream.Onnx. Null: none.</summary>
    public string? Verifier { get; set; }

    /// <summary>False: of a model with a second look of its own the first stage alone, at its own thresholds unless others are named.</summary>
    public bool Verify { get; set; } = true;

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

    /// <summary>Rules by label: threshold, confirmations within a window, refractory time, hours of the day.</summary>
    public IDictionary<string, HostedLabelRule> Rules { get; } = new Dictionary<string, HostedLabelRule>();

    /// <inheritdoc cref="DecisionOptions.Sequence"/>
    public IList<string> Sequence { get; } = [];

    /// <inheritdoc cref="DecisionOptions.SequenceWithin"/>
    public TimeSpan SequenceWithin { get; set; } = new DecisionOptions().SequenceWithin;

    /// <inheritdoc cref="DecisionOptions.Edges"/>
    public bool Edges { get; set; }

    /// <inheritdoc cref="DecisionOptions.Hold"/>
    public TimeSpan Hold { get; set; }

    /// <inheritdoc cref="DecisionOptions.MaximumDuration"/>
    public TimeSpan MaximumDuration { get; set; } = new DecisionOptions().MaximumDuration;

    /// <summary>Name of the detector, of the same source, after whose detections this one's count: a wake word. Null: they always count. Read once, at the start.</summary>
    public string? ArmedBy { get; set; }

    /// <summary>Stream time after a detection of <see cref="ArmedBy"/> in which this one's count; above zero. Read once, at the start.</summary>
    public TimeSpan ArmedFor { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>
    /// Name of the detector, of the same source, in whose pipeline this one runs, all the time: where both models have the same front end, as words and household sounds have, each frame
    /// is made once. Both then share that one's queue and thread. Null: it has its own. Read once, at the start.
    /// </summary>
    public string? Beside { get; set; }

    /// <summary>
    /// Name of the source that gives what this machine's loudspeaker plays, such as the monitor of a sound server's output: what it says itself does not count,
    /// see <see cref="LoudspeakerOptions"/>. A file is read together with the detector's own source. Null: nothing is known of it. Read once, at the start.
    /// </summary>
    public string? Reference { get; set; }

    /// <inheritdoc cref="DetectorOptions.Level"/>
    public bool Level { get; set; }

    /// <summary>The sound around its detections. Null: none is kept.</summary>
    public HostedSoundOptions? Sound { get; set; }

    /// <summary>What it nearly detected. Null: nothing of it is kept.</summary>
    public HostedNearMissOptions? NearMisses { get; set; }

    /// <summary>The rules about detections; null: there are none.</summary>
    internal DecisionOptions? Decisions() => Rules.Count == 0 && Sequence.Count == 0 && !Edges && Reference is null ? null : new DecisionOptions
    {
        Rules = Rules.ToDictionary(rule => rule.Key, rule => rule.Value.ToRule()),
        Sequence = [.. Sequence],
        SequenceWithin = SequenceWithin,
        Edges = Edges,
        MaximumDuration = MaximumDuration,
        Hold = Hold,
        Loudspeaker = Reference is null ? null : new LoudspeakerOptions(),
    };

    /// <summary>The same rules.</summary>
    internal bool DecidesLike(HostedDetectorOptions other) =>
        (Edges, MaximumDuration, Hold, SequenceWithin, Reference) == (other.Edges, other.MaximumDuration, other.Hold, other.SequenceWithin, other.Reference)
        && Sequence.SequenceEqual(other.Sequence)
        && Rules.Count == other.Rules.Count && Rules.All(rule => other.Rules.TryGetValue(rule.Key, out var same) && rule.Value.ToRule() == same.ToRule());

    /// <summary>What <see cref="Verifier"/> names, once it is open. No property: configuration must not bind it.</summary>
    internal IVerifier? GetVerifier() => _verifier;

    /// <inheritdoc cref="GetVerifier"/>
    internal void SetVerifier(IVerifier? verifier) => _verifier = verifier;

    IVerifier? _verifier;

    /// <summary>Blocks that can wait for a detector of this model.</summary>
    internal int QueueBlocks(SuRnnModel model, TimeSpan block) =>
        (int)Math.Ceiling((Queue ?? TimeSpan.FromSeconds(model.Config.Sensor is null ? 1 : 10)) / block);

    /// <summary>The settings of a detector of this model: its own defaults, and what differs from them here. Not checked against its labels (<see cref="DetectorOptions.Validate(IReadOnlyList{string})"/>).</summary>
    /// <param name="model">The network.</param>
    public DetectorOptions ToOptions(SuRnnModel model)
    {
        var tuned = Verify ? model.Defaults : model.FirstStage with { Verify = false };
        if (Rule is { } rule) tuned = tuned.With(rule);
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
            Level = Level,
            Verifier = _verifier,
        };
    }

    /// <summary>The same settings for every model.</summary>
    internal bool TunesLike(HostedDetectorOptions other) => _verifier == other._verifier &&
        (Verify, Rule, Threshold, Release, Smoothing, Refractory, DecisionWindow) == (other.Verify, other.Rule, other.Threshold, other.Release, other.Smoothing, other.Refractory, other.DecisionWindow)
        && Thresholds.Count == other.Thresholds.Count && Thresholds.All(other.Thresholds.Contains);
}
