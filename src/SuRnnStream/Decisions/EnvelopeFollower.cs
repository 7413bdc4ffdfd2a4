namespace SuRnnStream;

/// <summary>
/// Says of each 20 ms of a microphone whether it follows what a loudspeaker plays: whether the correlation of the two envelopes (levels in dB, 20 ms each,
/// floored at -70 dBFS) over the last second reaches a level at any delay, while what is played is loud. Depends on the samples alone, not on how they are
/// cut up. Allocates nothing.
/// </summary>
sealed class EnvelopeFollower
{
    public static readonly TimeSpan Hop = TimeSpan.FromMilliseconds(20);

    const int Window = 50;              // hops that are correlated: a second
    const float Floor = -70;            // dBFS: below it envelopes are noise
    const double LeastVariance = 4;     // dB^2: a flat envelope follows anything

    readonly LoudspeakerOptions _options;
    readonly int _hop, _delays;         // samples; hops
    readonly float[] _microphone = new float[Window];   // ring: dB
    readonly float[] _played;                           // [Window + delays] ring: dB
    double _microphonePower, _playedPower;              // of the hop that is being filled
    int _filled;
    long _hops;                         // that are complete

    public EnvelopeFollower(LoudspeakerOptions options, int sampleRate)
    {
        (_options, _hop) = (options, Math.Max(1, (int)(Hop.TotalSeconds * sampleRate)));
        _delays = (int)(options.LongestDelay / Hop);
        _played = new float[Window + _delays];
        Reset();
    }

    /// <summary>Correlation at the best delay, of the last complete hop; 0 where nothing loud is played.</summary>
    public float Correlation { get; private set; }

    /// <summary>Takes samples, as many of both as <paramref name="microphone"/> has; where <paramref name="played"/> is shorter, silence was played. True: a hop is complete, call again with the rest.</summary>
    public bool TryNext(ref ReadOnlySpan<float> microphone, ref ReadOnlySpan<float> played, out bool follows)
    {
        var taken = Math.Min(microphone.Length, _hop - _filled);
        _microphonePower += Power(microphone[..taken]);
        var heard = Math.Min(taken, played.Length);
        _playedPower += Power(played[..heard]);
        microphone = microphone[taken..];
        played = played[heard..];
        _filled += taken;
        follows = false;
        if (_filled < _hop) return false;
        _microphone[(int)(_hops % Window)] = Decibels(_microphonePower / _hop);
        _played[(int)(_hops % _played.Length)] = Decibels(_playedPower / _hop);
        (_microphonePower, _playedPower, _filled) = (0, 0, 0);
        _hops++;
        follows = Follows();
        return true;
    }

    public void Reset()
    {
        Array.Fill(_microphone, Floor);
        Array.Fill(_played, Floor);
        (_microphonePower, _playedPower, _filled, _hops, Correlation) = (0, 0, 0, 0, 0);
    }

    public void Save(BinaryWriter to)
    {
        to.Write(_hops);
        to.Write(_filled);
        to.Write(_microphonePower);
        to.Write(_playedPower);
        foreach (var level in _microphone) to.Write(level);
        foreach (var level in _played) to.Write(level);
    }

    public void Restore(BinaryReader from)
    {
        (_hops, _filled, _microphonePower, _playedPower) = (from.ReadInt64(), from.ReadInt32(), from.ReadDouble(), from.ReadDouble());
        if (_hops < 0 || _filled < 0 || _filled >= _hop || !(_microphonePower >= 0) || !(_playedPower >= 0)) throw new InvalidDataException($"A saved envelope has {_filled} samples of {_hop} after {_hops} hops.");
        foreach (ref var level in _microphone.AsSpan()) level = Level(from);
        foreach (ref var level in _played.AsSpan()) level = Level(from);

        static float Level(BinaryReader from) => from.ReadSingle() is >= Floor and < 1_000 and var level ? level : throw new InvalidDataException("A saved envelope has a level out of its range.");
    }

    bool Follows()
    {
        Correlation = 0;
        if (_hops < Window) return false; // at a stream's start both begin at once even if unrelated
        var loudest = Floor;
        foreach (var level in _played) loudest = Math.Max(loudest, level);
        if (loudest < _options.LoudFrom) return false;
        for (var delay = 0; delay <= _delays; delay++) Correlation = Math.Max(Correlation, CorrelationAt(delay));
        return Correlation >= _options.Follows;
    }

    float CorrelationAt(int delay)
    {
        var (sumM, sumP, sumMM, sumPP, sumMP) = (0.0, 0.0, 0.0, 0.0, 0.0);
        var (m, p) = ((int)(_hops % Window), (int)((_hops + _played.Length - Window - delay) % _played.Length));
        for (var i = 0; i < Window; i++)
        {
            double microphone = _microphone[m], played = _played[p];
            (sumM, sumP) = (sumM + microphone, sumP + played);
            (sumMM, sumPP, sumMP) = (sumMM + microphone * microphone, sumPP + played * played, sumMP + microphone * played);
            if (++m == Window) m = 0;
            if (++p == _played.Length) p = 0;
        }
        var (varianceM, varianceP) = (sumMM / Window - sumM / Window * (sumM / Window), sumPP / Window - sumP / Window * (sumP / Window));
        if (varianceM < LeastVariance || varianceP < LeastVariance) return 0;
        return (float)((sumMP / Window - sumM / Window * (sumP / Window)) / Math.Sqrt(varianceM * varianceP));
    }

    static double Power(ReadOnlySpan<float> samples)
    {
        var power = 0.0;
        foreach (var sample in samples) if (float.IsFinite(sample)) power += (double)sample * sample;
        return power;
    }

    static float Decibels(double meanSquare) => Math.Max(Floor, (float)(10 * Math.Log10(meanSquare + 1e-12)));
}
