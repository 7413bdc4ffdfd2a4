namespace SuRnnStream.Cli;

/// <summary>How loud it was since somebody last looked. One thread adds, another takes.</summary>
sealed class LevelMeter
{
    readonly Lock _lock = new();
    double _power;
    float _peak;
    long _samples;

    public void Add(ReadOnlySpan<float> samples)
    {
        var (power, peak) = (0f, 0f);
        foreach (var sample in samples)
        {
            power += sample * sample;
            peak = Math.Max(peak, Math.Abs(sample));
        }
        lock (_lock) (_power, _peak, _samples) = (_power + power, Math.Max(_peak, peak), _samples + samples.Length);
    }

    /// <summary>Decibels below full scale of the mean power and of the largest sample; null: there were none.</summary>
    public (double Mean, double Peak)? Take()
    {
        lock (_lock)
        {
            if (_samples == 0) return null;
            var (mean, peak) = (10 * Math.Log10(_power / _samples + 1e-10), 20 * Math.Log10(_peak + 1e-5));
            (_power, _peak, _samples) = (0, 0, 0);
            return (mean, peak);
        }
    }
}
