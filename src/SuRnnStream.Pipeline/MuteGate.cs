namespace SuRnnStream;

/// <summary>Keeps detections back for a time: of the clock, or of the stream. Called to mute on any thread, to ask on one at a time.</summary>
sealed class MuteGate
{
    /// <summary>The reason of what comes while <see cref="Mute"/> holds.</summary>
    public const string Muted = "Muted";

    readonly HashSet<string> _open = [];    // labels whose begin has passed; who asks
    (long From, TimeSpan For)? _muted;      // guarded by the lock
    readonly Lock _lock = new();
    readonly IgnoredTimes _ignored = new(); // guarded by the lock
    volatile bool _asked;                   // a time was given: before that nothing is looked at
    long _count;

    /// <summary>Detections that were kept back; an event's end is none of its own.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Detections that were kept back because they overlap a time of the stream that is ignored.</summary>
    public long Ignored
    {
        get
        {
            lock (_lock) return _ignored.Counts.Ignored;
        }
    }

    /// <summary>Keeps back what overlaps a time of the stream.</summary>
    /// <exception cref="ArgumentException">It ends before it begins.</exception>
    public void Ignore(TimeSpan from, TimeSpan to)
    {
        lock (_lock) _ignored.Ignore(from, to);
        _asked = true;
    }

    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public void Mute(TimeSpan time, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        lock (_lock) _muted = (clock.GetTimestamp(), time);
        _asked = true;
    }

    /// <summary>Time until detections count again; zero: they do.</summary>
    public TimeSpan Left(TimeProvider clock)
    {
        lock (_lock) return _muted is { } muted && muted.For - clock.GetElapsedTime(muted.From) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Why one does not count. Null: it does. An end goes with its begin.</summary>
    public string? Holds(in Detection detection, TimeProvider clock)
    {
        if (detection.Phase == EventPhase.End) return _open.Remove(detection.Label) ? null : Muted;
        var reason = !_asked ? null : Left(clock) > TimeSpan.Zero ? Muted : Ignores(detection) ? nameof(HoldReason.Ignored) : null;
        if (reason == Muted) Interlocked.Increment(ref _count);
        else if (reason is null && detection.Phase == EventPhase.Begin) _open.Add(detection.Label);
        return reason;
    }

    bool Ignores(in Detection detection)
    {
        var ignores = false;
        lock (_lock) _ignored.Take(detection, verdict => ignores = verdict.Outcome != DecisionOutcome.Passed);
        return ignores;
    }

    /// <summary>Takes out those that do not count.</summary>
    public void Sift(List<Detection> detections, TimeProvider clock)
    {
        var kept = 0;
        for (var i = 0; i < detections.Count; i++)
            if (Holds(detections[i], clock) is null) detections[kept++] = detections[i];
        detections.RemoveRange(kept, detections.Count - kept);
    }
}
