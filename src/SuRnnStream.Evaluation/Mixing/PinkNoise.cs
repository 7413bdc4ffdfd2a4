namespace SuRnnStream.Evaluation.Mixing;

/// <summary>Made-up noise whose power falls by 3 dB an octave, as that of many real backgrounds does.</summary>
public static class PinkNoise
{
    /// <summary>A sound of it, of full scale 1; peaks may lie above.</summary>
    /// <param name="samples">How many, from 0.</param>
    /// <param name="decibels">Root mean square, 0 for full scale.</param>
    /// <param name="seed">The same for the same noise.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public static float[] Make(int samples, double decibels, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        if (!double.IsFinite(decibels)) throw new ArgumentOutOfRangeException(nameof(decibels), decibels, "The level is a number of decibels.");
        if (samples == 0) return [];
        var (random, noise) = (new Random(seed), new double[samples]);
        double a = 0, b = 0, c = 0;
        for (var i = 0; i < samples; i++) // Paul Kellet's filter: 3 dB an octave within 0.5 dB
        {
            var white = 2 * random.NextDouble() - 1;
            a = 0.99765 * a + 0.0990460 * white;
            b = 0.96300 * b + 0.2965164 * white;
            c = 0.57000 * c + 1.0526913 * white;
            noise[i] = a + b + c + 0.1848 * white;
        }
        var scale = Waveform.Gain(decibels) / Math.Sqrt(noise.Average(x => x * x));
        return Array.ConvertAll(noise, x => (float)(scale * x));
    }
}
