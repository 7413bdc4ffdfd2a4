namespace SuRnnStream.Evaluation;

/// <summary>Energies of a sound's frames of 10 ms, from which levels and signal-to-noise ratios of its parts are known after the sound is gone. 0.4 kB a second.</summary>
sealed class LevelProfile(int sampleRate)
{
    const double Around = 2; // s
    readonly List<float> _energies = []; // mean square of each frame
    readonly int _length = Math.Max(1, sampleRate / 100);
    double _sum;
    int _filled;

    public void Add(ReadOnlySpan<float> samples)
    {
        foreach (var x in samples)
        {
            _sum += (double)x * x;
            if (++_filled < _length) continue;
            _energies.Add((float)(_sum / _length));
            (_sum, _filled) = (0, 0);
        }
    }

    /// <summary>Level in dBFS of a part, and how far above the quietest tenth around it its energy is, without that tenth's own, in dB.</summary>
    public (double? Level, double? Snr) Of(TimeSpan start, TimeSpan end)
    {
        var (from, to) = (Frame(start.TotalSeconds), Math.Max(Frame(start.TotalSeconds) + 1, Frame(end.TotalSeconds)));
        if (from >= _energies.Count) return (null, null);
        var energy = Mean(from, to);
        if (!(energy > 0)) return (null, null);
        var around = _energies.GetRange(Frame(start.TotalSeconds - Around), Math.Min(_energies.Count, Frame(end.TotalSeconds + Around)) - Frame(start.TotalSeconds - Around));
        around.Sort();
        var noise = around.Take(Math.Max(1, around.Count / 10)).Average();
        return (10 * Math.Log10(energy), noise > 0 && energy > noise ? 10 * Math.Log10((energy - noise) / noise) : null);
    }

    int Frame(double seconds) => (int)Math.Clamp(Math.Round(seconds * 100), 0, _energies.Count);

    double Mean(int from, int to)
    {
        to = Math.Min(to, _energies.Count);
        var sum = 0.0;
        for (var i = from; i < to; i++) sum += _energies[i];
        return sum / Math.Max(1, to - from);
    }
}
