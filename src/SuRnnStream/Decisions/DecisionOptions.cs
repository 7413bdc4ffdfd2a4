namespace SuRnnStream;

/// <summary>Rules about one stream's detections, applied after the network and before a detection is reported. By default there are none; <see cref="StreamDecisions.Ignore"/> can be called all the same.</summary>
public sealed record DecisionOptions
{
    /// <summary>Rules by label.</summary>
    public IReadOnlyDictionary<string, LabelRule> Rules { get; init; } = new Dictionary<string, LabelRule>();

    /// <summary>Labels of which only the last passes, when all have come in this order; empty or two and more.</summary>
    public IReadOnlyList<string> Sequence { get; init; } = [];

    /// <summary>Stream time from each label of the <see cref="Sequence"/> to the next; above zero where there is one.</summary>
    public TimeSpan SequenceWithin { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>True: the begin and the end of each event are reported (<see cref="Detection.Phase"/>), the end when the score has fallen below its release level.</summary>
    public bool Edges { get; init; }

    /// <summary>
    /// Stream time of quiet over which an event goes on where <see cref="Edges"/> are reported: a dog's pauses between its barks. Its end is then reported that much later, and is still
    /// the time of the last release. Zero: it ends at the release. At most <see cref="MaximumDuration"/>.
    /// </summary>
    public TimeSpan Hold { get; init; }

    /// <summary>The longest that an event lasts where <see cref="Edges"/> are reported; above zero.</summary>
    public TimeSpan MaximumDuration { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What is known of the sound that this machine plays itself. Null: nothing.</summary>
    public LoudspeakerOptions? Loudspeaker { get; init; }

    /// <summary>True: a rule asks for the time of the day, so detections need <see cref="Detection.At"/>.</summary>
    public bool NeedsClock => Rules.Values.Any(rule => rule.NeedsClock);

    /// <summary>Checks the rules against a model and its detector's options.</summary>
    /// <exception cref="ArgumentException">A rule is invalid, impossible, or of a label that the model does not detect; the message says which, and what would be right.</exception>
    public DecisionOptions Validate(SuRnnConfig config, DetectorOptions detector)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(detector);
        string[] labels = [.. config.Labels.Where(label => !config.Background.Contains(label))];
        foreach (var (label, rule) in Rules) rule.Validate(label, labels, detector);
        foreach (var label in Sequence)
            if (!labels.Contains(label)) throw new ArgumentException($"Sequence names '{label}', but the model detects {string.Join(", ", labels)}: name one of them.");
        if (Sequence.Count == 1) throw new ArgumentException($"Sequence is '{Sequence[0]}' alone, but must have two labels or more.");
        if (Sequence.Count > 0 && SequenceWithin <= TimeSpan.Zero) throw new ArgumentException($"SequenceWithin is {SequenceWithin}, but must be above zero.");
        if (Edges && MaximumDuration <= TimeSpan.Zero) throw new ArgumentException($"MaximumDuration is {MaximumDuration}, but must be above zero.");
        if (Hold < TimeSpan.Zero || (Edges && Hold > MaximumDuration)) throw new ArgumentException($"Hold is {Hold}, but must be from zero to MaximumDuration, {MaximumDuration}.");
        if (Hold > TimeSpan.Zero && !Edges) throw new ArgumentException("Hold is about the ends of events: set Edges, too, or leave it out.");
        Loudspeaker?.Validate();
        if (Loudspeaker is not null && config.FrontEnd is null) throw new ArgumentException("Loudspeaker is for sound, but the model detects events of sensors: leave it out.");
        return this;
    }
}
