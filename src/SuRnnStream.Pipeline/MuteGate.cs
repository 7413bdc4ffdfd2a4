namespace SuRnnStream;

/// <summary>Keeps detections back for a time. Who mutes is on any thread, who asks on one at a time.</summary>
sealed class MuteGate
{
    readonly HashSet<string> _open = [];    // labels whose begin has passed; who asks
    (long From, TimeSpan For)? _muted;      // guarded by the lock
    readonly Lock _lock = new();
    volatile bool _asked;                   // somebody has muted: before that nothing is looked at
    long _count;

    /// <summary>Detections that were kept back; an event's end is none of its own.</summary>
    public long Count => Interlocked.Read(ref _count);

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

    /// <summary>Whether one counts. An end goes with its begin.</summary>
    public bool Passes(in Detection detection, TimeProvider clock)
    {
        if (detection.Phase == EventPhase.End) return _open.Remove(detection.Label);
        var passes = !_asked || Left(clock) == TimeSpan.Zero;
        if (!passes) Interlocked.Increment(ref _count);
        else if (detection.Phase == EventPhase.Begin) _open.Add(detection.Label);
        return passes;
    }

    /// <summary>Takes out those that do not count.</summary>
    public void Sift(List<Detection> detections, TimeProvider clock)
    {
        var kept = 0;
        for (var i = 0; i < detections.Count; i++)
            if (Passes(detections[i], clock)) detections[kept++] = detections[i];
        detections.RemoveRange(kept, detections.Count - kept);
    }
}
