namespace SuRnnStream;

/// <summary>
/// Finds the beats of a channel as they come and says how they follow each other: numbers that tell a network of a rhythm that its own look back is too
/// short for. A beat is a peak of the rectified slope, smoothed twice, above a part of the way from what other peaks had lately to what beats had: after Pan and
/// Tompkins (IEEE Transactions on Biomedical Engineering 32, 1985, 230-236), but not squared, so that wide beats count as well, and with no search back, so that it depends on the past alone.
/// </summary>
struct RhythmTrack
{
    /// <summary>Numbers in a frame, see <see cref="SensorFrontEndConfig.RhythmWithin"/>.</summary>
    public const int Length = 5;

    const int Averaged = 8;             // intervals that their mean is taken over, and beats
    const double Largest = 4;           // a contrast of 1 is this

    readonly double _longest;           // moments between two beats
    readonly double _refractory, _wave; // moments after a beat in which there is none, and in which a peak has to be large
    readonly double _band, _smoothing;  // weights of a new value
    double _fast, _slow, _once, _energy; // the values smoothed once and twice, whose difference is a slope; its size smoothed once and twice
    double _low, _peak, _age;           // least energy since the last peak; the largest since then, and the moments since it
    bool _begun, _rises;
    double _signal, _noise;             // what beats and what other peaks had lately
    double _strength, _height;          // of the last beat: against those before it, and its energy
    double _heard, _since;              // moments since the start; since the last beat, without end where there is none
    double _last, _earlier, _mean;      // intervals, moments; 0: not known
    int _intervals;                     // in the mean, at most Averaged

    public RhythmTrack(SensorFrontEndConfig config)
    {
        _longest = config.MomentsIn(config.RhythmWithin);
        (_refractory, _wave, _band, _smoothing) = (0.1 * _longest, 0.18 * _longest, Math.Min(0.5, 360 / _longest), Math.Min(1, 65 / _longest));
        Forget();
    }

    public void Forget()
    {
        (_fast, _slow, _once, _energy, _low, _peak, _age, _begun, _rises) = (0, 0, 0, 0, 0, 0, 0, false, false);
        (_signal, _noise, _strength, _height, _heard, _since) = (0, 0, 0, 0, 0, _longest);
        (_last, _earlier, _mean, _intervals) = (0, 0, 0, 0);
    }

    /// <summary>A number of moments are lost: there may have been a beat in them.</summary>
    public void Skip(double moments)
    {
        (_begun, _rises, _peak, _age) = (false, false, 0, 0);
        (_since, _heard) = (Math.Min(_since + moments, _longest), Math.Min(_heard + moments, _longest));
        (_last, _earlier) = (0, 0);
    }

    /// <summary>The next value of the channel, filtered; null: it is missing.</summary>
    public void Take(float? filtered)
    {
        if (filtered is { } value)
        {
            if (!_begun) (_fast, _slow, _begun) = (value, value, true);
            _fast += _band * (value - _fast);
            _slow += _band * (_fast - _slow);
        }
        _once += _smoothing * (Math.Abs(_fast - _slow) - _once);
        _energy += _smoothing * (_once - _energy);
        _heard = Math.Min(_heard + 1, _longest);
        _since = Math.Min(_since + 1, _longest);
        if (_since >= _longest) _signal -= _signal / _longest; // nothing is as large as before
        Follow();
    }

    /// <summary>A peak has come when the energy, after having risen to 1.7 times of what it was, has fallen to three fifths.</summary>
    void Follow()
    {
        if (!_rises)
        {
            _low = Math.Min(_low, _energy);
            if (_energy <= 1.7 * _low) return;
            (_rises, _peak, _age) = (true, _energy, 0);
        }
        else if (_energy > _peak) (_peak, _age) = (_energy, 0);
        else
        {
            _age++;
            if (_energy > 0.6 * _peak) return;
            Judge();
            (_rises, _low) = (false, _energy);
        }
    }

    void Judge()
    {
        if (_heard < _longest) // what a beat is like is not known yet
        {
            _signal = Math.Max(_signal, 0.5 * _peak);
            return;
        }
        var interval = _since - _age;
        var least = _noise + 0.35 * (_signal - _noise);
        if (_mean > 0 && interval > 1.5 * _mean) least *= 0.5;
        if (_peak > least && interval >= _refractory && !(interval < _wave && _peak < 0.5 * _height)) Beat(interval);
        else _noise += (Math.Min(_peak, _signal) - _noise) / Averaged;
    }

    void Beat(double interval)
    {
        _strength = Contrast(_peak, _signal);
        _signal += (Math.Min(_peak, 4 * _signal) - _signal) / Averaged;
        (_height, _earlier) = (_peak, _last);
        if (_since >= _longest) (_last, _earlier) = (0, 0);
        else
        {
            _last = interval;
            _intervals = Math.Min(_intervals + 1, Averaged);
            _mean += (interval - _mean) / _intervals;
        }
        _since = _age;
    }

    /// <summary>
    /// The numbers of a frame, -4 to 4: how the time since the last beat, the last interval and the one before it compare with their mean, the mean with two fifths of the longest
    /// interval, the last beat's energy with that of those before it. 0 where something is not known.
    /// </summary>
    public readonly void Put(Span<float> to)
    {
        to[0] = _mean > 0 ? Number(Contrast(_since, _mean)) : 0;
        to[1] = _last > 0 ? Number(Contrast(_last, _mean)) : 0;
        to[2] = _earlier > 0 ? Number(Contrast(_earlier, _mean)) : 0;
        to[3] = _mean > 0 ? Number(Contrast(_mean, 0.4 * _longest)) : 0;
        to[4] = _mean > 0 ? Number(_strength) : 0;
    }

    static float Number(double contrast) => (float)(Largest * contrast);

    /// <summary>How two sizes compare: about half the logarithm of their ratio, and the same bits on every machine.</summary>
    static double Contrast(double a, double b) => a + b > 0 ? (a - b) / (a + b) : 0;

    public readonly void Save(BinaryWriter to)
    {
        foreach (var number in (ReadOnlySpan<double>)[_fast, _slow, _once, _energy, _low, _peak, _age, _signal, _noise, _strength, _height, _heard, _since, _last, _earlier, _mean]) to.Write(number);
        to.Write(_begun);
        to.Write(_rises);
        to.Write(_intervals);
    }

    public void Restore(BinaryReader from)
    {
        double Next() => SensorTrack.Finite(from.ReadDouble());
        double Size() => Next() is >= 0 and var size ? size : throw new InvalidDataException("A saved rhythm holds a size or a time below zero.");
        (_fast, _slow, _once, _energy, _low, _peak, _age) = (Next(), Next(), Size(), Size(), Size(), Size(), Size());
        (_signal, _noise, _strength, _height, _heard, _since) = (Size(), Size(), Next(), Size(), Size(), Size());
        (_last, _earlier, _mean) = (Size(), Size(), Size());
        (_begun, _rises, _intervals) = (from.ReadBoolean(), from.ReadBoolean(), from.ReadInt32());
        if (Math.Abs(_strength) > 1 || _since > _longest || _heard > _longest || _intervals is < 0 or > Averaged || (_mean > 0 && _intervals == 0))
            throw new InvalidDataException("A saved rhythm is none that there is.");
    }
}
