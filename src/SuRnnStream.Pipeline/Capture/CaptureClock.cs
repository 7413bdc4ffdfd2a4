namespace SuRnnStream;

/// <summary>
/// Works out how many samples a device has lost, from the time at which samples came. Samples cannot come before they have sounded, so the
/// earliest that a sample number ever came, compared with the others, is the best guess at when the device started: delays only add. The
/// guess may grow later by 200 parts per million, so that it follows a device whose clock is slower than the system's.
/// </summary>
sealed class CaptureClock(TimeProvider time, double sampleRate)
{
    const double Drift = 200e-6;
    const double LeastSleep = 0.5;      // seconds: the two clocks are not read at one moment

    long _start = time.GetTimestamp();  // when sample 0 began, as far as is known
    long _last = time.GetTimestamp();   // when samples came last
    long _samples;                      // that have come since the start
    double _asleep = Asleep(time);      // when samples came last

    /// <summary>Samples have come since the start.</summary>
    public bool HasSamples => _samples > 0;

    /// <summary>The device has started, and its next sample sounds now.</summary>
    public void Start()
    {
        (_samples, _start, _last, _asleep) = (0, time.GetTimestamp(), time.GetTimestamp(), Asleep(time));
    }

    /// <summary>Samples have come, the newest of which has sounded by now.</summary>
    public void Came(int samples)
    {
        var now = time.GetTimestamp();
        _samples += samples;
        var drifted = _start + (long)(Drift * (now - _last));
        _start = Math.Min(drifted, now - (long)(_samples / sampleRate * time.TimestampFrequency));
        (_last, _asleep) = (now, Asleep(time));
    }

    /// <summary>Samples that have sounded since those that came last.</summary>
    /// <param name="slept">The machine may have slept, in which the monotonic clock stands still: go by the wall clock for that.</param>
    public long Missing(bool slept = false)
    {
        var seconds = time.GetElapsedTime(_start).TotalSeconds;
        if (slept && Asleep(time) - _asleep is > LeastSleep and var asleep) seconds += asleep;
        return Math.Max(0, (long)Math.Round(seconds * sampleRate) - _samples);
    }

    /// <summary>Seconds that the wall clock is ahead of the monotonic one.</summary>
    static double Asleep(TimeProvider time) =>
        (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds - (double)time.GetTimestamp() / time.TimestampFrequency;
}
