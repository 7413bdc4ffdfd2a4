namespace SuRnnStream;

/// <summary>
/// Passes detections only for a while after something has armed it: commands after a wake word. A detection counts if it ends after the wake word
/// ended and is made within the time; another wake word extends the time.
/// </summary>
public sealed class ArmedWindow : Decision
{
    const int Kept = 64;                // wake words whose time may not be over yet when a detection comes late

    readonly TimeSpan _for;
    readonly List<(TimeSpan From, TimeSpan Until)> _times = [];    // armed, in order; those before the last detection are dropped

    /// <param name="armedFor">Time after the wake word's detection; above zero.</param>
    /// <param name="clock">Which times count.</param>
    /// <exception cref="ArgumentException">The time is not above zero.</exception>
    public ArmedWindow(TimeSpan armedFor, DecisionClock clock = DecisionClock.Stream) : base(clock)
    {
        if (armedFor <= TimeSpan.Zero) throw new ArgumentException($"Armed for {armedFor}, but it must be above zero: nothing could pass.");
        _for = armedFor;
    }

    /// <summary>A wake word was detected. Take those of one time before what they arm.</summary>
    public void Arm(in Detection wake)
    {
        var time = TimeOf(wake);
        var end = time - wake.Time + wake.End;
        if (_times is [.., var last] && end <= last.Until) _times[^1] = (last.From, last.Until > time + _for ? last.Until : time + _for);
        else
        {
            if (_times.Count == Kept) _times.RemoveAt(0);
            _times.Add((end, time + _for));
        }
    }

    /// <summary>Nothing passes until it is armed again: the product has what it waited for.</summary>
    public void Disarm() => _times.Clear();

    /// <inheritdoc/>
    public override TimeSpan? Due => null;

    /// <inheritdoc/>
    public override int Waiting => 0;

    /// <inheritdoc/>
    public override string Description => FormattableString.Invariant($"armed for {_for.TotalSeconds} s");

    internal override void Decide(in Detection detection, Action<DetectionVerdict> to)
    {
        var time = TimeOf(detection);
        var end = time - detection.Time + detection.End;
        while (_times is [var first, ..] && first.Until < time) _times.RemoveAt(0);
        foreach (var (from, until) in _times)
        {
            if (end <= from || time > until) continue;
            Pass(detection, to);
            return;
        }
        Hold(detection, HoldReason.Disarmed, to);
    }

    /// <inheritdoc/>
    public override void End(EventEnd why, Action<DetectionVerdict> to)
    {
        base.End(why, to);
        if (why != EventEnd.Gap) Disarm();
    }

    internal override void DecideNext(Action<DetectionVerdict> to) => throw new InvalidOperationException("Nothing waits.");

    internal override void Forget() => Disarm();

    internal override void SaveState(BinaryWriter to)
    {
        to.Write(_times.Count);
        foreach (var (from, until) in _times)
        {
            to.Write(from.Ticks);
            to.Write(until.Ticks);
        }
    }

    internal override void RestoreState(BinaryReader from)
    {
        _times.Clear();
        var count = from.ReadInt32();
        if (count is < 0 or > Kept) throw new InvalidDataException($"A saved decision was armed {count} times.");
        for (var i = 0; i < count; i++) _times.Add(SavedTime.ReadSpan(from));
    }
}
