namespace SuRnnStream;

/// <summary>Several rules, one after another: what one passes the next one takes. It decides in the order of times, so that its verdicts do not depend on how often it is advanced.</summary>
public sealed class DecisionChain
{
    readonly Decision[] _rules;
    readonly Action<DetectionVerdict>[] _next;      // [rules] what each rule's verdicts go to
    Action<DetectionVerdict> _to = _ => { };        // the caller's, while a call is in progress

    /// <param name="rules">In their order; each belongs to this chain alone.</param>
    /// <exception cref="ArgumentException">They go by different clocks.</exception>
    public DecisionChain(params IReadOnlyList<Decision> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        _rules = [.. rules];
        if (_rules.Any(rule => rule.Clock != _rules[0].Clock)) throw new ArgumentException("The rules of a chain must all go by the stream's time or all by the wall clock.");
        _next = new Action<DetectionVerdict>[_rules.Length];
        for (var i = 0; i < _next.Length; i++)
        {
            var next = i + 1;
            _next[i] = verdict =>
            {
                if (verdict.Outcome == DecisionOutcome.Passed && next < _rules.Length) _rules[next].TakeAt(verdict.Detection, verdict.Time, _next[next]);
                else _to(verdict);
            };
        }
    }

    /// <summary>The rules, in their order.</summary>
    public IReadOnlyList<Decision> Rules => _rules;

    /// <summary>What became of the detections that came: what the first rule has seen and the last one has passed.</summary>
    public DecisionCounts Counts
    {
        get
        {
            var counts = new DecisionCounts();
            foreach (var rule in _rules) counts += rule.Counts;
            return _rules.Length == 0 ? counts : counts with { Seen = _rules[0].Counts.Seen, Passed = _rules[^1].Counts.Passed };
        }
    }

    /// <inheritdoc cref="Decision.Take"/>
    public void Take(in Detection detection, Action<DetectionVerdict> to)
    {
        ArgumentNullException.ThrowIfNull(to);
        _to = to;
        if (_rules.Length == 0)
        {
            to(new DetectionVerdict(detection, DecisionOutcome.Passed, HoldReason.None, detection.Time));
            return;
        }
        DecideUntil(_rules[0].TimeOf(detection) - TimeSpan.FromTicks(1));
        _rules[0].Take(detection, _next[0]);
    }

    /// <inheritdoc cref="Decision.Advance"/>
    public void Advance(TimeSpan now, Action<DetectionVerdict> to)
    {
        ArgumentNullException.ThrowIfNull(to);
        _to = to;
        DecideUntil(now);
        for (var i = 0; i < _rules.Length; i++) _rules[i].Advance(now, _next[i]);
    }

    /// <inheritdoc cref="Decision.End"/>
    public void End(EventEnd why, Action<DetectionVerdict> to)
    {
        ArgumentNullException.ThrowIfNull(to);
        _to = to;
        for (var i = 0; i < _rules.Length; i++) _rules[i].End(why, _next[i]);
    }

    /// <inheritdoc cref="Decision.Save"/>
    public void Save(BinaryWriter to)
    {
        ArgumentNullException.ThrowIfNull(to);
        to.Write(_rules.Length);
        foreach (var rule in _rules)
        {
            to.Write(rule.GetType().Name);
            rule.Save(to);
        }
    }

    /// <inheritdoc cref="Decision.Restore"/>
    public void Restore(BinaryReader from)
    {
        ArgumentNullException.ThrowIfNull(from);
        if (from.ReadInt32() is var count && count != _rules.Length) throw new InvalidDataException($"The saved decisions are {count} rules, these are {_rules.Length}.");
        foreach (var rule in _rules)
        {
            if (from.ReadString() is var name && name != rule.GetType().Name) throw new InvalidDataException($"A saved decision is a {name}, but here is a {rule.GetType().Name}.");
            rule.Restore(from);
        }
    }

    void DecideUntil(TimeSpan until)
    {
        while (true)
        {
            var first = -1;
            for (var i = 0; i < _rules.Length; i++)
                if (_rules[i].Due is { } due && due <= until && (first < 0 || due < _rules[first].Due)) first = i;
            if (first < 0) return;
            _rules[first].Advance(_rules[first].Due!.Value, _next[first]);
        }
    }
}
