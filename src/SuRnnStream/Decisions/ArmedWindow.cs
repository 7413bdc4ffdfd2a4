namespace SuRnnStream;

/// <summary>
/// Passes detections only for a while after something has armed it: commands after a wake word. A detection counts if it ends after the wake word
/// ended and is made within the time; another wake word extends the time.
/// </summary>
public sealed class ArmedWindow : Decision
{
    readonly TimeSpan _for;
    TimeSpan? _from, _until;

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
        if (_until is not { } until || end > until) _from = end;
        if (!(_until > time + _for)) _until = time + _for;
    }

    /// <summary>Nothing passes until it is armed again: the product has what it waited for.</summary>
    public void Disarm() => _from = _until = null;

    /// <summary>Time until which it is armed. Null: it is not, or was not since the start.</summary>
    public TimeSpan? ArmedUntil => _until;

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
        if (_from < end && time <= _until) Pass(detection, to);
        else Hold(detection, HoldReason.Disarmed, to);
    }

    /// <inheritdoc/>
    public override void End(EventEnd why, Action<DetectionVerdict> to)
    {
        base.End(why, to);
        if (why != EventEnd.Gap) Disarm();
    }

    internal override void SettleNext(Action<DetectionVerdict> to) => throw new InvalidOperationException("Nothing waits.");

    internal override void Forget() => Disarm();

    internal override void SaveState(BinaryWriter to)
    {
        to.Write(_from?.Ticks ?? long.MinValue);
        to.Write(_until?.Ticks ?? long.MinValue);
    }

    internal override void RestoreState(BinaryReader from)
    {
        TimeSpan? Read() => from.ReadInt64() is var ticks && ticks == long.MinValue ? null : new TimeSpan(ticks);
        (_from, _until) = (Read(), Read());
    }
}
