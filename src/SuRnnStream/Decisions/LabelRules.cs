namespace SuRnnStream;

/// <summary>Holds detections to the <see cref="LabelRule"/> of their label: threshold, hours of the day, refractory time, then confirmations. Other labels pass.</summary>
public sealed class LabelRules : Decision
{
    readonly Dictionary<string, int> _index;        // of a label
    readonly string[] _labels;
    readonly LabelRule[] _rules;                    // [labels]
    readonly TimeSpan?[] _passed;                   // [labels] when one passed last
    readonly WaitingDetections _waiting = new();    // for confirmations
    readonly TimeZoneInfo _zone;

    /// <param name="rules">By label.</param>
    /// <param name="clock">Which times count.</param>
    /// <param name="zone">Where the hours of the day are meant; by default the machine's.</param>
    /// <exception cref="ArgumentException">A rule is invalid.</exception>
    public LabelRules(IReadOnlyDictionary<string, LabelRule> rules, DecisionClock clock = DecisionClock.Stream, TimeZoneInfo? zone = null) : base(clock)
    {
        ArgumentNullException.ThrowIfNull(rules);
        _labels = [.. rules.Keys];
        _rules = [.. rules.Select(rule => rule.Value.Validate(rule.Key))];
        _index = _labels.Select((label, i) => (label, i)).ToDictionary(one => one.label, one => one.i);
        (_passed, _zone) = (new TimeSpan?[_rules.Length], zone ?? TimeZoneInfo.Local);
    }

    /// <summary>One label that passes when it came <paramref name="count"/> times within a window, then counts from one again.</summary>
    /// <exception cref="ArgumentException">Count is not 2 to 1,000, or the window is not above zero.</exception>
    public static LabelRules Counting(string label, int count, TimeSpan within, DecisionClock clock = DecisionClock.Stream)
    {
        if (count is < 2 or > 1_000) throw new ArgumentOutOfRangeException(nameof(count), count, $"'{label}' is counted to 2 at least, as one is every detection, and to 1,000 at most.");
        return new(new Dictionary<string, LabelRule> { [label] = new LabelRule { Confirmations = count, Within = within } }, clock);
    }

    /// <inheritdoc/>
    public override TimeSpan? Due => _waiting.Due;

    /// <inheritdoc/>
    public override int Waiting => _waiting.Count;

    /// <inheritdoc/>
    public override string Description => string.Join("; ", _labels.Zip(_rules, (label, rule) => $"{label}: {rule}"));

    internal override void Decide(in Detection detection, Action<DetectionVerdict> to)
    {
        if (!_index.TryGetValue(detection.Label, out var i))
        {
            Pass(detection, to);
            return;
        }
        var (rule, now) = (_rules[i], Taken);
        if (detection.Score < rule.Threshold) Hold(detection, HoldReason.BelowThreshold, to);
        else if (rule.NeedsClock && !rule.IsOpenAt(TimeOfDay(detection))) Hold(detection, HoldReason.OutsideHours, to);
        else if (_passed[i] is { } last && now - last < rule.Refractory) Hold(detection, HoldReason.Refractory, to);
        else if (rule.Confirmations == 1 || IsConfirmed(detection, rule))
        {
            for (var k = 0; k < _waiting.Count;)
            {
                if (_waiting[k].Detection.Label == detection.Label) Merge(_waiting.RemoveAt(k), detection, to);
                else k++;
            }
            _passed[i] = now;
            Pass(detection, to);
        }
        else _waiting.Add(detection, now + rule.Within);
    }

    bool IsConfirmed(in Detection detection, LabelRule rule)
    {
        var count = 1;
        for (var k = 0; k < _waiting.Count; k++) if (_waiting[k].Detection.Label == detection.Label) count++;
        return count >= rule.Confirmations;
    }

    TimeOnly TimeOfDay(in Detection detection)
    {
        var at = detection.At ?? throw new ArgumentException($"The rule for '{detection.Label}' has hours of the day, but the detection has no wall-clock time: set a clock in the options of its pipeline.");
        return TimeOnly.FromTimeSpan(TimeZoneInfo.ConvertTime(at, _zone).TimeOfDay);
    }

    internal override void DecideNext(Action<DetectionVerdict> to) => Hold(_waiting.TakeDue(), HoldReason.Unconfirmed, to);

    internal override void Forget()
    {
        _waiting.Clear();
        Array.Clear(_passed);
    }

    internal override void SaveState(BinaryWriter to)
    {
        _waiting.Save(to);
        to.Write(_passed.Length);
        foreach (var passed in _passed) to.Write(passed?.Ticks ?? long.MinValue);
    }

    internal override void RestoreState(BinaryReader from)
    {
        _waiting.Restore(from);
        if (from.ReadInt32() is var count && count != _passed.Length) throw new InvalidDataException($"A saved decision has rules for {count} labels, this one for {_passed.Length}.");
        for (var i = 0; i < _passed.Length; i++) _passed[i] = SavedTime.ReadOptional(from);
    }
}
