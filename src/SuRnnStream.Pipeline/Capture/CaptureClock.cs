namespace SuRnnStream;

/// <summary>
/// Works out how many samples a device has lost, from the time at which samples came. Samples cannot come before they have sounded, so the
/// earliest that a sample number ever came, compared with the others, is the best guess at when the device started: delays only add. The
/// guess may grow later by 200 parts per million, so that it follows a device whose clock is slower than the system's. For an <see cref="ICaptureSource"/> of one's own whose device says
/// nothing of what it lost. For one thread.
/// </summary>
public sealed class CaptureClock
{
    const double Drift = 200e-6;
    const double LeastSleep = 0.5;      // seconds: the two clocks are not read at one moment

    readonly TimeProvider _time;
    readonly double _rate;
    long _start, _last;                 // when sample 0 began, as far as is known; when samples came last
    long _samples;                      // that have come since the start
    double _asleep;                     // when samples came last

    /// <summary>A device that starts now.</summary>
    /// <param name="time">By which samples come.</param>
    /// <param name="sampleRate">Samples per second, above zero; of several channels moments.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is none.</exception>
    public CaptureClock(TimeProvider time, double sampleRate)
    {
        if (sampleRate is not (> 0 and < double.PositiveInfinity)) throw new ArgumentOutOfRangeException(nameof(sampleRate), sampleRate, "The rate is above zero.");
        (_time, _rate) = (time, sampleRate);
        Start();
    }

    /// <summary>Samples have come since the start.</summary>
    public bool HasSamples => _samples > 0;

    /// <summary>The device has started, and its next sample sounds now.</summary>
    public void Start()
    {
        (_samples, _start, _last, _asleep) = (0, _time.GetTimestamp(), _time.GetTimestamp(), Asleep());
    }

    /// <summary>Samples have come, the newest of which has sounded by now.</summary>
    /// <param name="samples">Zero or more; of several channels moments. What the device says that it lost counts, too.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public void Came(int samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        var now = _time.GetTimestamp();
        _samples += samples;
        var drifted = _start + (long)(Drift * (now - _last));
        _start = Math.Min(drifted, now - (long)(_samples / _rate * _time.TimestampFrequency));
        (_last, _asleep) = (now, Asleep());
    }

    /// <summary>Samples that have sounded since those that came last.</summary>
    /// <param name="slept">The machine may have slept, in which the monotonic clock stands still: go by the wall clock for that.</param>
    /// <returns>Zero or more; of several channels moments.</returns>
    public long Missing(bool slept = false)
    {
        var seconds = _time.GetElapsedTime(_start).TotalSeconds;
        if (slept && Asleep() - _asleep is > LeastSleep and var asleep) seconds += asleep;
        return Math.Max(0, (long)Math.Round(seconds * _rate) - _samples);
    }

    /// <summary>Seconds that the wall clock is ahead of the monotonic one.</summary>
    double Asleep() =>
        (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds - (double)_time.GetTimestamp() / _time.TimestampFrequency;
}
