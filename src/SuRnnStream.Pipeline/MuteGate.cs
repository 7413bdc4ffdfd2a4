namespace SuRnnStream;

/// <summary>
/// Keeps one detector's detections back for a time: of the clock, while a program itself makes sound, or of the stream, where a chime is known to be. The network goes on, so what
/// is said afterwards is detected as ever. <see cref="Mute"/> and <see cref="Ignore"/> on any thread, <see cref="WhyHeld"/> on one at a time.
/// </summary>
public sealed class MuteGate
{
    const string Muted = "Muted";

    readonly TimeProvider _clock;
    readonly HashSet<string> _open = [];    // labels whose begin has passed; who asks
    (long From, TimeSpan For)? _muted;      // guarded by the lock
    readonly Lock _lock = new();
    readonly IgnoredTimes _ignored = new(); // guarded by the lock
    volatile bool _asked;                   // a time was given: before that nothing is looked at
    long _count;

    /// <param name="clock">By which <see cref="Mute"/> counts. Null: the system's.</param>
    public MuteGate(TimeProvider? clock = null) => _clock = clock ?? TimeProvider.System;

    /// <summary>Detections that <see cref="Mute"/> has kept back; an event's end is none of its own.</summary>
    public long DetectionsMuted => Interlocked.Read(ref _count);

    /// <summary>Detections that <see cref="Ignore"/> has kept back.</summary>
    public long DetectionsIgnored
    {
        get
        {
            lock (_lock) return _ignored.Counts.Ignored;
        }
    }

    /// <summary>Keeps back what overlaps a time of the stream. It can be given before the stream gets there.</summary>
    /// <param name="from">First stream time that is ignored, as <see cref="Detection.Start"/> counts.</param>
    /// <param name="to">First stream time that counts again.</param>
    /// <exception cref="ArgumentException">It ends before it begins.</exception>
    public void Ignore(TimeSpan from, TimeSpan to)
    {
        lock (_lock) _ignored.Ignore(from, to);
        _asked = true;
    }

    /// <summary>Keeps back what is detected in this time from now on. Another call sets another time; zero ends it.</summary>
    /// <param name="time">By the clock; zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public void Mute(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        lock (_lock) _muted = (_clock.GetTimestamp(), time);
        _asked = true;
    }

    /// <summary>Time until detections count again; zero: they do.</summary>
    public TimeSpan MutedFor
    {
        get
        {
            lock (_lock) return _muted is { } muted && muted.For - _clock.GetElapsedTime(muted.From) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Asks about a detection, once, and counts it if it is kept back. The end of an event goes with its begin.</summary>
    /// <returns>Why it does not count: <c>Muted</c> or <c>Ignored</c>. Null: it counts.</returns>
    public string? WhyHeld(in Detection detection)
    {
        if (detection.Phase == EventPhase.End) return _open.Remove(detection.Label) ? null : Muted;
        var reason = !_asked ? null : MutedFor > TimeSpan.Zero ? Muted : Ignores(detection) ? nameof(HoldReason.Ignored) : null;
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
    internal void Sift(List<Detection> detections)
    {
        var kept = 0;
        for (var i = 0; i < detections.Count; i++)
            if (WhyHeld(detections[i]) is null) detections[kept++] = detections[i];
        detections.RemoveRange(kept, detections.Count - kept);
    }
}
