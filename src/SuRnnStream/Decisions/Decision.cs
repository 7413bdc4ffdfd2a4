namespace SuRnnStream;

/// <summary>
/// A rule about detections, in stream time: takes them one by one and says of each whether it passes, merges or is held back. What it says
/// depends on the detections and their times alone, never on when or how often <see cref="Advance"/> is called. One instance per stream, or per
/// group of streams that share a clock; not thread-safe. Takes and settles without allocating, once its lists have grown.
/// </summary>
/// <param name="clock">Which times count.</param>
public abstract class Decision(DecisionClock clock)
{
    const long MostCounted = 1L << 56;              // of detections: more than any stream has
    const int Reasons = (int)HoldReason.Incomplete + 1;

    readonly long[] _held = new long[Reasons];      // by reason
    long _seen, _passed, _merged;

    /// <summary>Which times count.</summary>
    public DecisionClock Clock => clock;

    /// <summary>The latest time that this rule has been given.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Time at which something that waits is settled if nothing else comes. Null: nothing waits.</summary>
    public abstract TimeSpan? Due { get; }

    /// <summary>Detections that wait now.</summary>
    public abstract int Waiting { get; }

    /// <summary>The rule in one line, as logs and <c>inspect</c> show it.</summary>
    public abstract string Description { get; }

    /// <summary>What became of the detections until now.</summary>
    public DecisionCounts Counts => new()
    {
        Seen = _seen,
        Passed = _passed,
        Merged = _merged,
        Waiting = Waiting,
        Ignored = _held[(int)HoldReason.Ignored],
        OwnLoudspeaker = _held[(int)HoldReason.OwnLoudspeaker],
        BelowThreshold = _held[(int)HoldReason.BelowThreshold],
        OutsideHours = _held[(int)HoldReason.OutsideHours],
        Unconfirmed = _held[(int)HoldReason.Unconfirmed],
        Refractory = _held[(int)HoldReason.Refractory],
        Disarmed = _held[(int)HoldReason.Disarmed],
        LostArbitration = _held[(int)HoldReason.LostArbitration],
        NotAgreed = _held[(int)HoldReason.NotAgreed],
        Incomplete = _held[(int)HoldReason.Incomplete],
    };

    /// <summary>Takes a detection. <paramref name="to"/> is called with every verdict that follows from it, before this returns.</summary>
    /// <param name="detection">One whose <see cref="Detection.Phase"/> is End passes as it is: it is no event of its own and not counted.</param>
    /// <param name="to">Told of verdicts, in the order of their times.</param>
    /// <exception cref="ArgumentException">The rule goes by the wall clock and the detection has no <see cref="Detection.At"/>.</exception>
    public void Take(in Detection detection, Action<DetectionVerdict> to)
    {
        ArgumentNullException.ThrowIfNull(to);
        TakeAt(detection, TimeOf(detection), to);
    }

    /// <summary>The same of a detection that another rule has passed at <paramref name="time"/>, which may be later than its own.</summary>
    internal void TakeAt(in Detection detection, TimeSpan time, Action<DetectionVerdict> to)
    {
        DecideUntil(time - TimeSpan.FromTicks(1), to); // a window includes its last moment
        Now = Max(Now, time);
        Taken = time;
        if (detection.Phase == EventPhase.End)
        {
            to(new DetectionVerdict(detection, DecisionOutcome.Passed, HoldReason.None, Now));
            return;
        }
        _seen++;
        Decide(detection, to);
    }

    /// <summary>Stream time has reached <paramref name="now"/>, and all detections up to it have been taken: settles what was due by then.</summary>
    /// <param name="now">On this rule's clock. An earlier time than <see cref="Now"/> changes nothing.</param>
    /// <param name="to">Told of verdicts, in the order of their times.</param>
    public void Advance(TimeSpan now, Action<DetectionVerdict> to)
    {
        ArgumentNullException.ThrowIfNull(to);
        DecideUntil(now, to);
        Now = Max(Now, now);
    }

    /// <summary>Decides on everything that waits, because what follows is another stream.</summary>
    /// <param name="why">What happened. After a gap times go on, so what waits goes on waiting; only <see cref="EventEdges"/> end there.</param>
    /// <param name="to">Told of verdicts.</param>
    public virtual void End(EventEnd why, Action<DetectionVerdict> to)
    {
        ArgumentNullException.ThrowIfNull(to);
        if (why == EventEnd.Gap) return;
        while (Due is not null) DecideNext(to);
    }

    /// <summary>Begins again at time zero with nothing waiting; what was counted stays counted.</summary>
    /// <remarks>Call <see cref="End"/> first: what still waits is forgotten and no longer counted as seen.</remarks>
    public void Reset()
    {
        _seen -= Waiting;
        Now = TimeSpan.Zero;
        Forget();
    }

    /// <summary>Writes what waits, and the counts. A rule of the same settings that restores it goes on exactly as this one would.</summary>
    public void Save(BinaryWriter to)
    {
        ArgumentNullException.ThrowIfNull(to);
        to.Write(Now.Ticks);
        to.Write(_seen);
        to.Write(_passed);
        to.Write(_merged);
        foreach (var held in _held) to.Write(held);
        SaveState(to);
    }

    /// <summary>Takes on what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or a rule of other settings wrote it. This rule has then forgotten everything.</exception>
    public void Restore(BinaryReader from)
    {
        ArgumentNullException.ThrowIfNull(from);
        try
        {
            Now = SavedTime.Read(from);
            (_seen, _passed, _merged) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
            for (var i = 0; i < Reasons; i++) _held[i] = from.ReadInt64();
            RestoreState(from);
            RequireCounts();
        }
        catch (Exception damaged) when (damaged is InvalidDataException or EndOfStreamException or FormatException)
        {
            Forget();
            Array.Clear(_held);
            (Now, _seen, _passed, _merged) = (TimeSpan.Zero, 0, 0, 0);
            throw damaged as InvalidDataException ?? new InvalidDataException("The saved state of a decision ends early or is damaged.", damaged);
        }
    }

    /// <summary>The time of a detection on this rule's clock.</summary>
    public TimeSpan TimeOf(in Detection detection) => clock == DecisionClock.Stream
        ? detection.Time
        : (detection.At ?? throw new ArgumentException($"A rule that goes by the wall clock got '{detection.Label}' of '{detection.Source}' without one: set a clock in the options of its pipeline.")) - DateTimeOffset.UnixEpoch;

    /// <summary>Time at which the present detection counts: <see cref="Now"/>, unless it came late, out of the order of times.</summary>
    internal TimeSpan Taken { get; private set; }

    internal abstract void Decide(in Detection detection, Action<DetectionVerdict> to);

    /// <summary>Decides on what is due next; called only where <see cref="Due"/> is not null, with <see cref="Now"/> at that time at least.</summary>
    internal abstract void DecideNext(Action<DetectionVerdict> to);

    internal abstract void Forget();
    internal abstract void SaveState(BinaryWriter to);
    internal abstract void RestoreState(BinaryReader from);

    internal void Pass(in Detection detection, Action<DetectionVerdict> to)
    {
        _passed++;
        to(new DetectionVerdict(detection, DecisionOutcome.Passed, HoldReason.None, Now));
    }

    internal void Merge(in Detection detection, in Detection winner, Action<DetectionVerdict> to)
    {
        _merged++;
        to(new DetectionVerdict(detection, DecisionOutcome.Merged, HoldReason.None, Now) { Winner = winner });
    }

    internal void Hold(in Detection detection, HoldReason reason, Action<DetectionVerdict> to, Detection? winner = null)
    {
        _held[(int)reason]++;
        to(new DetectionVerdict(detection, DecisionOutcome.HeldBack, reason, Now) { Winner = winner });
    }

    /// <summary>Every detection that was seen has one outcome, or waits.</summary>
    void RequireCounts()
    {
        var sane = _seen is >= 0 and <= MostCounted && _passed is >= 0 and <= MostCounted && _merged is >= 0 and <= MostCounted;
        foreach (var held in _held) sane &= held is >= 0 and <= MostCounted;
        if (!sane || _seen != _passed + _merged + _held.Sum() + Waiting)
            throw new InvalidDataException($"A saved decision has seen {_seen} detections, which is not what became of them.");
    }

    void DecideUntil(TimeSpan until, Action<DetectionVerdict> to)
    {
        while (Due is { } due && due <= until)
        {
            Now = Max(Now, due);
            DecideNext(to);
        }
    }

    static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
