namespace SuRnnStream;

/// <summary>When a hosted detector's detections of one label count; see <see cref="LabelRule"/>.</summary>
public sealed class HostedLabelRule
{
    /// <inheritdoc cref="LabelRule.Threshold"/>
    public float? Threshold { get; set; }

    /// <inheritdoc cref="LabelRule.Confirmations"/>
    public int Confirmations { get; set; } = 1;

    /// <inheritdoc cref="LabelRule.Within"/>
    public TimeSpan Within { get; set; }

    /// <inheritdoc cref="LabelRule.Refractory"/>
    public TimeSpan Refractory { get; set; }

    /// <inheritdoc cref="LabelRule.From"/>
    public TimeOnly? From { get; set; }

    /// <inheritdoc cref="LabelRule.To"/>
    public TimeOnly? To { get; set; }

    internal LabelRule ToRule() => new() { Threshold = Threshold, Confirmations = Confirmations, Within = Within, Refractory = Refractory, From = From, To = To };
}
