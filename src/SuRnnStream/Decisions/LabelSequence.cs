namespace SuRnnStream;

/// <summary>
/// Passes the last of several labels when they come in order, each within a time after the one before: *computer*, then *stop* within 4 s. The
/// earlier ones merge into it. The first label again begins the sequence again; a label of the sequence out of its turn is held back; labels that are
/// not in it pass.
/// </summary>
public sealed class LabelSequence : Decision
{
    readonly string[] _labels;
    readonly TimeSpan _within;
    readonly WaitingDetections _parts = new();      // the first labels of the sequence, all due when the next one is

    /// <param name="labels">Two labels or more, in their order.</param>
    /// <param name="within">Time from each to the next; above zero.</param>
    /// <param name="clock">Which times count.</param>
    /// <exception cref="ArgumentException">A value is outside its range.</exception>
    public LabelSequence(IReadOnlyList<string> labels, TimeSpan within, DecisionClock clock = DecisionClock.Stream) : base(clock)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count < 2) throw new ArgumentException($"A sequence has {labels.Count} labels, but takes 2 or more.");
        if (within <= TimeSpan.Zero) throw new ArgumentException($"The time of a sequence is {within}, but must be above zero.");
        (_labels, _within) = ([.. labels], within);
    }

    /// <inheritdoc/>
    public override TimeSpan? Due => _parts.Due;

    /// <inheritdoc/>
    public override int Waiting => _parts.Count;

    /// <inheritdoc/>
    public override string Description => FormattableString.Invariant($"{string.Join(", then ", _labels)}, each within {_within.TotalSeconds} s");

    internal override void Decide(in Detection detection, Action<DetectionVerdict> to)
    {
        if (detection.Label == _labels[_parts.Count])
        {
            if (_parts.Count < _labels.Length - 1)
            {
                Extend(detection);
                return;
            }
            while (_parts.Count > 0) Merge(_parts.RemoveAt(0), detection, to);
            Pass(detection, to);
        }
        else if (detection.Label == _labels[0])
        {
            GiveUp(to);
            Extend(detection);
        }
        else if (Array.IndexOf(_labels, detection.Label) >= 0) Hold(detection, HoldReason.Incomplete, to);
        else Pass(detection, to);
    }

    void Extend(in Detection detection)
    {
        var due = Taken + _within;
        for (var i = _parts.Count; i > 0; i--) _parts.Add(_parts.RemoveAt(0), due);
        _parts.Add(detection, due);
    }

    void GiveUp(Action<DetectionVerdict> to)
    {
        while (_parts.Count > 0) Hold(_parts.RemoveAt(0), HoldReason.Incomplete, to);
    }

    internal override void DecideNext(Action<DetectionVerdict> to) => GiveUp(to);

    internal override void Forget() => _parts.Clear();

    internal override void SaveState(BinaryWriter to) => _parts.Save(to);

    internal override void RestoreState(BinaryReader from)
    {
        _parts.Restore(from);
        if (_parts.Count >= _labels.Length) throw new InvalidDataException($"A saved sequence has {_parts.Count} parts, but this one has {_labels.Length} labels.");
    }
}
