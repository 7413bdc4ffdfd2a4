namespace SuRnnStream;

/// <summary>What a stream remembers of one sensor channel: its filters, its running mean and scale, and the value to hold where one is missing.</summary>
struct SensorTrack
{
    public const float Largest = 1_000; // a scaled value beyond this is this: a network takes finite numbers
    const double Wild = 100;         // deviations from the mean: what an electrode or a spring cannot give
    const double Learnt = 30;        // deviations: mean and deviation learn no more than that from one value
    const double LearntScales = 300; // least scales, likewise, where there is little deviation yet
    const double WildSeconds = 0.5;  // for which values may be wild before they are what the sensor gives now

    readonly bool _remembers;        // a wild value would stay: in a filter, or in mean and deviation
    readonly bool _centred;          // values lie about 0 or the mean; else about the one before
    readonly int _mostWild;          // moments
    readonly double _leastScale, _slowest; // _slowest: the least weight of a new value; above 1: there is no normalisation
    Biquad _high, _low;
    bool _begun;
    double _missing;          // moments since the last value
    double _held;             // that value
    long _heard;              // values since the start
    double _mean, _variance;
    int _wild;                // wild values since the last one that was not

    public SensorTrack(SensorChannel channel, SensorFrontEndConfig config)
    {
        _leastScale = channel.Scale;
        _slowest = config.NormalizeOver == TimeSpan.Zero ? 2 : 1 / config.MomentsIn(config.NormalizeOver);
        _high = channel.HighPassHz > 0 ? Biquad.HighPass(channel.HighPassHz, config.SampleRate) : Biquad.None;
        _low = channel.LowPassHz > 0 ? Biquad.LowPass(channel.LowPassHz, config.SampleRate) : Biquad.None;
        _remembers = channel.HighPassHz > 0 || channel.LowPassHz > 0 || _slowest <= 1;
        _centred = channel.HighPassHz > 0 || _slowest <= 1;
        _mostWild = (int)Math.Clamp(Math.Ceiling(WildSeconds * config.SampleRate), 3, 1_000_000);
    }

    /// <summary>The value that was taken last is the first of a beginning.</summary>
    public bool IsFirst { get; private set; }

    /// <summary>
    /// True: the next value is so far from all that this channel gives, a loose electrode's or a fill value, that it is to be held over as if it
    /// were missing. One of 32,767 mV would keep filters and scale deaf for a minute. After half a second of them the channel begins again.
    /// </summary>
    /// <param name="value">Finite.</param>
    /// <param name="resetAfter">Missing moments after which the channel begins again.</param>
    public bool IsWild(double value, double resetAfter)
    {
        if (!_remembers || !_begun || _missing > resetAfter) return false;
        var off = Math.Abs(_high.Peek(value) - (_centred ? _mean : _held));
        if (off <= Largest * _leastScale || (_slowest <= 1 && off * off <= Wild * Wild * _variance))
        {
            _wild = 0;
            return false;
        }
        if (++_wild <= _mostWild) return true;
        Forget();
        return false;
    }

    /// <summary>The next value. Filtered: in the channel's unit; Scaled: for the network.</summary>
    /// <param name="value">Finite.</param>
    /// <param name="resetAfter">Missing moments after which the channel begins again.</param>
    public (float Filtered, float Scaled) Take(double value, double resetAfter)
    {
        if (_missing > resetAfter) Forget();
        IsFirst = !_begun;
        var filtered = _begun ? _low.Next(_high.Next(value)) : _low.Begin(_high.Begin(value));
        (_begun, _missing, _held) = (true, 0, value);
        if (_slowest <= 1) Learn(filtered);
        return ((float)filtered, Scale(filtered));
    }

    /// <summary>A value is missing: the last one counts again. Mean and scale learn nothing from it.</summary>
    public (float Filtered, float Scaled) Hold()
    {
        _missing++;
        if (!_begun) return (0, 0);
        var filtered = _low.Next(_high.Next(_held));
        return ((float)filtered, Scale(filtered));
    }

    /// <summary>A number of moments are lost.</summary>
    public void Skip(double moments) => _missing += moments;

    public void Forget() => (_begun, _missing, _heard, _mean, _variance, _wild) = (false, 0, 0, 0, 0, 0);

    void Learn(double value)
    {
        var weight = Math.Max(1.0 / ++_heard, _slowest);
        var off = value - _mean;
        if (_heard > 1)
        {
            var most = Math.Max(LearntScales * _leastScale, Learnt * Math.Sqrt(_variance));
            off = Math.Clamp(off, -most, most);
        }
        _mean += weight * off;
        _variance = (1 - weight) * (_variance + weight * off * off);
    }

    readonly float Scale(double filtered) => (float)Math.Clamp((filtered - _mean) / Math.Max(_leastScale, Math.Sqrt(_variance)), -Largest, Largest);

    public readonly void Save(BinaryWriter to)
    {
        _high.Save(to);
        _low.Save(to);
        to.Write(_begun);
        to.Write(_missing);
        to.Write(_held);
        to.Write(_heard);
        to.Write(_mean);
        to.Write(_variance);
        to.Write(_wild);
    }

    public void Restore(BinaryReader from)
    {
        _high.Restore(from);
        _low.Restore(from);
        _begun = from.ReadBoolean();
        (_missing, _held, _heard) = (Finite(from.ReadDouble()), Finite(from.ReadDouble()), from.ReadInt64());
        (_mean, _variance) = (Finite(from.ReadDouble()), Finite(from.ReadDouble()));
        _wild = from.ReadInt32();
        if (_missing < 0 || _heard < 0 || _variance < 0 || _wild < 0 || _wild > _mostWild) throw new InvalidDataException("A saved sensor channel has heard or missed less than nothing.");
    }

    public static double Finite(double saved) => Math.Abs(saved) < 1e100 ? saved : throw new InvalidDataException($"A saved sensor channel holds {saved}.");
}
