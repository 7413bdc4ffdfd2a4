namespace SuRnnStream;

/// <summary>
/// Holds back what was detected in times that are ignored: a chime, the tail of a reply. The network goes on, no event counts. An event is held
/// back if any part of it, from its start to its end, is in such a time.
/// </summary>
/// <param name="clock">Which times count.</param>
public sealed class IgnoredTimes(DecisionClock clock = DecisionClock.Stream) : Decision(clock)
{
    static readonly TimeSpan Kept = TimeSpan.FromMinutes(1); // after its end: an event that began in it may still be on its way

    readonly List<(TimeSpan From, TimeSpan To)> _times = [];

    /// <summary>Ignores what begins, ends or goes on from one time to another. Times that have passed are dropped a minute later.</summary>
    /// <param name="from">First time that is ignored.</param>
    /// <param name="to">First time that counts again.</param>
    /// <exception cref="ArgumentException">It ends before it begins.</exception>
    public void Ignore(TimeSpan from, TimeSpan to)
    {
        if (to < from) throw new ArgumentException($"A time to ignore begins at {from}, but ends at {to}: it must end after it begins.");
        _times.RemoveAll(time => time.To + Kept < Now);
        if (to > from) _times.Add((from, to));
    }

    /// <inheritdoc/>
    public override TimeSpan? Due => null;

    /// <inheritdoc/>
    public override int Waiting => 0;

    /// <inheritdoc/>
    public override string Description => _times.Count == 0
        ? "nothing is ignored"
        : "ignored: " + string.Join(", ", _times.Select(time => FormattableString.Invariant($"{time.From.TotalSeconds} to {time.To.TotalSeconds} s")));

    internal override void Decide(in Detection detection, Action<DetectionVerdict> to)
    {
        var offset = TimeOf(detection) - detection.Time;
        var (start, end) = (offset + detection.Start, offset + detection.End);
        foreach (var time in _times)
        {
            if (start >= time.To || end < time.From) continue;
            Hold(detection, HoldReason.Ignored, to);
            return;
        }
        Pass(detection, to);
    }

    internal override void DecideNext(Action<DetectionVerdict> to) => throw new InvalidOperationException("Nothing waits.");

    internal override void Forget() => _times.Clear();

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
        if (count is < 0 or > 1_000_000) throw new InvalidDataException($"A saved decision ignores {count} times.");
        for (var i = 0; i < count; i++) _times.Add(SavedTime.ReadSpan(from));
    }
}
