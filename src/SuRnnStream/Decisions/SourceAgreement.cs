namespace SuRnnStream;

/// <summary>
/// Passes a detection when enough sources have detected the same label within a window: glass that two microphones detect breaking. The one that
/// completes the number passes; the ones before it, and those of further sources within the window after it, merge into it.
/// </summary>
public sealed class SourceAgreement : Decision
{
    readonly int _sources;
    readonly TimeSpan _window;
    readonly WaitingDetections _waiting = new();
    readonly WaitingDetections _agreed = new();     // what passed, until its window ends

    /// <param name="sources">Sources that have to agree, 2 or more.</param>
    /// <param name="window">Time from the first of them to the last; above zero.</param>
    /// <param name="clock">Which times count; between machines <see cref="DecisionClock.Wall"/>.</param>
    /// <exception cref="ArgumentException">A value is outside its range.</exception>
    public SourceAgreement(int sources, TimeSpan window, DecisionClock clock = DecisionClock.Stream) : base(clock)
    {
        if (sources < 2) throw new ArgumentException($"{sources} sources have to agree, but it takes 2 or more.");
        if (window <= TimeSpan.Zero) throw new ArgumentException($"The window of an agreement is {window}, but must be above zero.");
        (_sources, _window) = (sources, window);
    }

    /// <inheritdoc/>
    public override TimeSpan? Due => _waiting.Due;

    /// <inheritdoc/>
    public override int Waiting => _waiting.Count;

    /// <inheritdoc/>
    public override string Description => FormattableString.Invariant($"{_sources} sources within {_window.TotalSeconds} s");

    internal override void Decide(in Detection detection, Action<DetectionVerdict> to)
    {
        while (_agreed.Due < Taken) _agreed.TakeDue();
        for (var i = 0; i < _agreed.Count; i++)
        {
            if (_agreed[i].Detection.Label != detection.Label) continue;
            Merge(detection, _agreed[i].Detection, to);
            return;
        }
        var (same, count) = (-1, 1);
        for (var i = 0; i < _waiting.Count; i++)
        {
            var other = _waiting[i].Detection;
            if (other.Label != detection.Label) continue;
            if (other.Source == detection.Source) same = i;
            else count++;
        }
        if (same >= 0) Merge(_waiting.RemoveAt(same), detection, to); // a source has one vote, the newest
        if (count < _sources)
        {
            _waiting.Add(detection, Taken + _window);
            return;
        }
        for (var i = 0; i < _waiting.Count;)
        {
            if (_waiting[i].Detection.Label == detection.Label) Merge(_waiting.RemoveAt(i), detection, to);
            else i++;
        }
        _agreed.Add(detection, Taken + _window);
        Pass(detection, to);
    }

    internal override void DecideNext(Action<DetectionVerdict> to) => Hold(_waiting.TakeDue(), HoldReason.NotAgreed, to);

    internal override void Forget()
    {
        _waiting.Clear();
        _agreed.Clear();
    }

    internal override void SaveState(BinaryWriter to)
    {
        _waiting.Save(to);
        _agreed.Save(to);
    }

    internal override void RestoreState(BinaryReader from)
    {
        _waiting.Restore(from);
        _agreed.Restore(from);
    }
}
