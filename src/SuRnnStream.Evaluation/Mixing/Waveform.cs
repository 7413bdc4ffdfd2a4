using System.Globalization;

namespace SuRnnStream.Evaluation.Mixing;

/// <summary>What mixing is made of.</summary>
static class Waveform
{
    const double LargestRatio = 200;

    /// <summary>Root of the mean square.</summary>
    public static float Rms(ReadOnlySpan<float> samples)
    {
        var sum = 0.0;
        foreach (var x in samples) sum += x * x;
        return (float)Math.Sqrt(sum / Math.Max(1, samples.Length));
    }

    public static void Scale(Span<float> samples, float gain)
    {
        for (var i = 0; i < samples.Length; i++) samples[i] *= gain;
    }

    /// <summary>Adds <paramref name="sound"/> times <paramref name="gain"/>, its first and last 5 ms (at 16 kHz) faded.</summary>
    public static void Add(Span<float> into, ReadOnlySpan<float> sound, float gain, int fade = 80)
    {
        for (var i = 0; i < Math.Min(into.Length, sound.Length); i++)
        {
            var edge = Math.Min(1f, Math.Min(i + 1, sound.Length - i) / (float)fade);
            into[i] += gain * edge * sound[i];
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">This is no signal-to-noise ratio.</exception>
    public static void RequireRatio(double snr)
    {
        if (!(Math.Abs(snr) <= LargestRatio)) throw new ArgumentOutOfRangeException(null, string.Create(CultureInfo.InvariantCulture, $"The signal-to-noise ratio is -{LargestRatio} to {LargestRatio} dB, not {snr}."));
    }

    /// <summary>Decibels as a factor.</summary>
    public static double Gain(double decibels) => Math.Pow(10, decibels / 20);
}
