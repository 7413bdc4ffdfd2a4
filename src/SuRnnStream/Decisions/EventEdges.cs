namespace SuRnnStream;

/// <summary>
/// Tells the begin and the end of each event, by label and source. A detection begins an event, or merges into one that is open. An event ends when
/// its label is released, after a hold time without another detection or after its release, at the maximum duration, or with the stream: it is certain to end.
/// Begin passes with <see cref="EventPhase.Begin"/>; the end passes as the same detection with <see cref="EventPhase.End"/>, the time of the end as its
/// <see cref="Detection.Time"/>, and <see cref="Detection.EndedBy"/>. Ends are not counted: only detections are.
/// </summary>
public sealed class EventEdges : Decision
{
    readonly TimeSpan _maximum;
    readonly TimeSpan? _hold;
    readonly bool _fromRelease;
    readonly WaitingDetections _open = new();       // by when they begin; due at the maximum duration
    readonly List<TimeSpan> _quietAt = [];          // of each open one: when its hold time is over

    /// <param name="maximum">The longest that an event lasts; above zero.</param>
    /// <param name="hold">Time without another detection of the label after which its event ends; above zero. Null: <see cref="Release"/> ends it.</param>
    /// <param name="clock">Which times count.</param>
    /// <param name="fromRelease">
    /// True: the hold time counts from the label's release, so that one event goes on over pauses that are shorter, a dog's between its barks; it ends with the last
    /// release, which is told when the hold time is over. False: it counts from the last detection. Without a hold time it says nothing.
    /// </param>
    /// <exception cref="ArgumentException">A value is outside its range.</exception>
    public EventEdges(TimeSpan maximum, TimeSpan? hold = null, DecisionClock clock = DecisionClock.Stream, bool fromRelease = false) : base(clock)
    {
        if (maximum <= TimeSpan.Zero) throw new ArgumentException($"The maximum duration of an event is {maximum}, but must be above zero.");
        if (hold <= TimeSpan.Zero || hold > maximum) throw new ArgumentException($"The hold time of an event is {hold}, but must be above zero and at most the maximum duration, {maximum}.");
        (_maximum, _hold, _fromRelease) = (maximum, hold, fromRelease && hold is not null);
    }

    /// <summary>Events that have begun and not ended.</summary>
    public int Open => _open.Count;

    /// <inheritdoc/>
    public override TimeSpan? Due
    {
        get
        {
            var due = _open.Due;
            foreach (var quiet in _quietAt) if (!(due <= quiet)) due = quiet;
            return due;
        }
    }

    /// <summary>None: a detection is reported when it comes.</summary>
    public override int Waiting => 0;

    /// <inheritdoc/>
    public override string Description => _hold is { } hold
        ? _fromRelease ? FormattableString.Invariant($"begin and end, over pauses of up to {hold.TotalSeconds} s, at most {_maximum.TotalSeconds} s") : FormattableString.Invariant($"begin and end, after {hold.TotalSeconds} s of quiet, at most {_maximum.TotalSeconds} s")
        : FormattableString.Invariant($"begin and end, at most {_maximum.TotalSeconds} s");

    /// <summary>The label's score has fallen: its event ends, if one is open.</summary>
    /// <param name="label">The label.</param>
    /// <param name="source">Its stream.</param>
    /// <param name="time">When, on this rule's clock.</param>
    /// <param name="to">Told of the end.</param>
    public void Release(string label, string? source, TimeSpan time, Action<DetectionVerdict> to)
    {
        Advance(time - TimeSpan.FromTicks(1), to);
        for (var i = 0; i < _open.Count; i++)
        {
            if (_open[i].Detection.Label != label || _open[i].Detection.Source != source) continue;
            if (_fromRelease) _quietAt[i] = time + _hold!.Value;
            else Finish(i, time, time, EventEnd.Released, to);
            return;
        }
    }

    /// <inheritdoc/>
    public override void End(EventEnd why, Action<DetectionVerdict> to)
    {
        ArgumentNullException.ThrowIfNull(to);
        while (_open.Count > 0) Finish(0, EndOf(0, Now), Now, why, to);
    }

    internal override void Decide(in Detection detection, Action<DetectionVerdict> to)
    {
        var quiet = _hold is { } hold && !_fromRelease ? Taken + hold : TimeSpan.MaxValue;
        for (var i = 0; i < _open.Count; i++)
        {
            var open = _open[i].Detection;
            if (open.Label != detection.Label || open.Source != detection.Source) continue;
            _quietAt[i] = quiet;
            Merge(detection, open, to);
            return;
        }
        _open.Add(detection, Taken + _maximum);
        _quietAt.Add(quiet);
        Pass(detection with { Phase = EventPhase.Begin }, to);
    }

    internal override void DecideNext(Action<DetectionVerdict> to)
    {
        var due = Due;
        for (var i = 0; i < _open.Count; i++)
        {
            if (_open[i].Due != due && _quietAt[i] != due) continue;
            var (time, why) = (EndOf(i, due!.Value), _open[i].Due == due ? EventEnd.MaximumDuration : EventEnd.Released);
            Finish(i, time, due.Value, why, to);
            return;
        }
    }

    /// <summary>When an open event that is finished at <paramref name="now"/> was over: at its release, if that has come and counts.</summary>
    TimeSpan EndOf(int i, TimeSpan now) => _fromRelease && _quietAt[i] < TimeSpan.MaxValue ? _quietAt[i] - _hold!.Value : now;

    void Finish(int i, TimeSpan time, TimeSpan now, EventEnd why, Action<DetectionVerdict> to)
    {
        _quietAt.RemoveAt(i);
        var begun = _open.RemoveAt(i);
        var offset = TimeOf(begun) - begun.Time; // of this rule's clock
        var end = begun with { Phase = EventPhase.End, EndedBy = why, Time = time - offset };
        if (begun.At is { } at) end = end with { At = at + (end.Time - begun.Time) };
        to(new DetectionVerdict(end, DecisionOutcome.Passed, HoldReason.None, now));
    }

    internal override void Forget()
    {
        _open.Clear();
        _quietAt.Clear();
    }

    internal override void SaveState(BinaryWriter to)
    {
        _open.Save(to);
        foreach (var quiet in _quietAt) to.Write(quiet.Ticks);
    }

    internal override void RestoreState(BinaryReader from)
    {
        Forget();
        _open.Restore(from);
        for (var i = 0; i < _open.Count; i++) _quietAt.Add(SavedTime.ReadOrNever(from));
    }
}
