namespace SuRnnStream;

/// <summary>
/// From places in a stream to the recording's own times, both from its first moment. They part where the sensor's clock is fast or slow; the
/// difference is kept in steps of half a period, those of the last minutes.
/// </summary>
sealed class RecordedTimes(double rate)
{
    const int Most = 8_192;

    readonly Lock _lock = new(); // one thread reads the recording, another asks
    readonly List<(long Moment, double Off)> _steps = [];
    double _off;

    /// <summary>The moment of this number was that many seconds after the first one.</summary>
    public void Add(long moment, double seconds)
    {
        var off = seconds - moment / rate;
        if (Math.Abs(off - _off) * rate < 0.5) return;
        lock (_lock)
        {
            if (_steps.Count == Most) _steps.RemoveRange(0, Most / 2);
            _steps.Add((moment, off));
            _off = off;
        }
    }

    /// <summary>When that was by the recording.</summary>
    public TimeSpan Of(TimeSpan stream)
    {
        lock (_lock)
        {
            var moment = stream.TotalSeconds * rate;
            var step = _steps.FindLastIndex(step => step.Moment <= moment);
            return step < 0 ? stream : stream + TimeSpan.FromSeconds(_steps[step].Off);
        }
    }
}
