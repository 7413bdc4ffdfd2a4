using System.Globalization;

namespace SuRnnStream;

/// <summary>When detections of one label count. What is left out changes nothing.</summary>
public sealed record LabelRule
{
    /// <summary>Least score, in (0, 1); above the detector's own threshold, as a lower one could hold nothing back. Null: the detector's.</summary>
    public float? Threshold { get; init; }

    /// <summary>Detections of the label within <see cref="Within"/> that it takes for one to pass, 1 to 1,000. The last of them passes, the others merge into it.</summary>
    public int Confirmations { get; init; } = 1;

    /// <summary>Stream time, from the first of the confirmations, in which the others have to come; above zero where there are more than one.</summary>
    public TimeSpan Within { get; init; }

    /// <summary>Stream time after a detection that passed, in which others of the label are held back; from zero.</summary>
    public TimeSpan Refractory { get; init; }

    /// <summary>First time of the day, local time, at which detections pass. Null together with <see cref="To"/>: all day.</summary>
    public TimeOnly? From { get; init; }

    /// <summary>Time of the day from which they no longer pass; before <see cref="From"/> where the hours go past midnight.</summary>
    public TimeOnly? To { get; init; }

    /// <summary>True: the rule asks for the time of the day, so detections need <see cref="Detection.At"/>.</summary>
    public bool NeedsClock => From is not null;

    /// <summary>Checks the rule against what the detector can do. A rule under which nothing could ever pass, or which could not change anything, is refused.</summary>
    /// <param name="label">The label that it is for.</param>
    /// <param name="labels">Labels of the model that are events, not background. Null: not known.</param>
    /// <param name="detector">The detector's options. Null: not known.</param>
    /// <exception cref="ArgumentException">The rule is invalid or impossible; the message names the label, the values and the remedy.</exception>
    public LabelRule Validate(string label, IReadOnlyList<string>? labels = null, DetectorOptions? detector = null)
    {
        if (labels is not null && !labels.Contains(label))
            throw new ArgumentException($"There is a rule for '{label}', but the model detects {string.Join(", ", labels)}: name one of them.");
        Require(Threshold is null or > 0 and < 1, label, nameof(Threshold), Threshold, "in (0, 1)");
        Require(Confirmations is >= 1 and <= 1_000, label, nameof(Confirmations), Confirmations, "1 to 1000");
        Require(Within >= TimeSpan.Zero && (Confirmations == 1 || Within > TimeSpan.Zero), label, nameof(Within), Within, "above zero where there are confirmations");
        Require(Confirmations > 1 || Within == TimeSpan.Zero, label, nameof(Confirmations), Confirmations, $"2 or more where Within is {Within}");
        Require(Refractory >= TimeSpan.Zero, label, nameof(Refractory), Refractory, "zero or more");
        Require(From is null == To is null, label, nameof(To), To, "given together with From");
        Require(From is null || From != To, label, nameof(To), To, "another time than From, because no time of the day would be left");
        if (detector is null) return this;
        var own = detector.Thresholds.GetValueOrDefault(label, detector.Threshold);
        Require(Threshold is null || Threshold >= own, label, nameof(Threshold), Threshold, string.Create(CultureInfo.InvariantCulture,
            $"{own} or more, the detector's own threshold: a lower one can hold nothing back; lower the detector's instead"));
        var least = (Confirmations - 1) * detector.Refractory;
        Require(Within >= least, label, nameof(Within), Within,
            $"{least} or more: {Confirmations} confirmations cannot come sooner, because the detector's refractory time is {detector.Refractory}; raise Within, or lower one of the two");
        return this;
    }

    /// <summary>The rule in words, as logs and <c>inspect</c> show it.</summary>
    public override string ToString()
    {
        var parts = new List<string>();
        if (Threshold is { } threshold) parts.Add(FormattableString.Invariant($"from {threshold}"));
        if (Confirmations > 1) parts.Add(FormattableString.Invariant($"{Confirmations} within {Within.TotalSeconds} s"));
        if (Refractory > TimeSpan.Zero) parts.Add(FormattableString.Invariant($"then none for {Refractory.TotalSeconds} s"));
        if (From is { } from && To is { } to) parts.Add(FormattableString.Invariant($"{from:HH\\:mm} to {to:HH\\:mm}"));
        return parts.Count == 0 ? "always" : string.Join(", ", parts);
    }

    internal bool IsOpenAt(TimeOnly time) => From is not { } from || To is not { } to || time.IsBetween(from, to);

    static void Require<T>(bool holds, string label, string name, T value, string wanted)
    {
        if (!holds) throw new ArgumentException(FormattableString.Invariant($"{name} of the rule for '{label}' is {value}, but must be {wanted}."));
    }
}
