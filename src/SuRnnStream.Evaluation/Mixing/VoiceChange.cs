namespace SuRnnStream.Evaluation.Mixing;

/// <summary>
/// Raises pitch and formants of a voice without changing its speed: the sound is stretched in time by WSOLA (Verhelst and Roelands, ICASSP 1993) and then read faster by as
/// much, with a low-pass against aliases.
/// </summary>
static class VoiceChange
{
    const double FrameSeconds = 0.03, SearchSeconds = 0.008;
    const int Taps = 24; // on each side

    /// <param name="samples">The sound.</param>
    /// <param name="factor">How much higher, 1 to 2.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <returns>As many samples.</returns>
    public static float[] Raise(ReadOnlySpan<float> samples, double factor, int sampleRate) => Faster(Stretch(samples, factor, sampleRate), factor, samples.Length);

    /// <summary>Longer by the factor, at the same pitch: overlapping frames, each taken where it goes on best from the one before.</summary>
    static float[] Stretch(ReadOnlySpan<float> samples, double factor, int sampleRate)
    {
        var (frame, search) = ((int)(FrameSeconds * sampleRate) / 2 * 2, (int)(SearchSeconds * sampleRate));
        var hop = frame / 2;
        var stretched = new float[(int)Math.Ceiling(samples.Length * factor) + frame];
        var padded = new float[samples.Length + 2 * frame + 2 * search];
        samples.CopyTo(padded.AsSpan(search));
        var from = search;
        for (var to = 0; to + frame <= stretched.Length; to += hop)
        {
            if (to > 0) from = Best(padded, from + hop, search + (int)(to / factor), hop, search);
            for (var i = 0; i < frame; i++) stretched[to + i] += padded[from + i] * (float)(0.5 - 0.5 * Math.Cos(2 * Math.PI * (i + 0.5) / frame));
        }
        return stretched;
    }

    /// <summary>The place near <paramref name="wanted"/> whose sound is most like what would have followed.</summary>
    static int Best(float[] samples, int natural, int wanted, int length, int search)
    {
        natural = Math.Min(natural, samples.Length - 2 * length);
        wanted = Math.Clamp(wanted, search, samples.Length - 2 * length - search);
        var (best, most) = (wanted, double.NegativeInfinity);
        for (var at = wanted - search; at <= wanted + search; at += 2)
        {
            double product = 0, energy = 1e-12;
            for (var i = 0; i < length; i += 2)
            {
                product += samples[at + i] * samples[natural + i];
                energy += samples[at + i] * samples[at + i];
            }
            if (product / Math.Sqrt(energy) is var alike && alike > most) (best, most) = (at, alike);
        }
        return best;
    }

    /// <summary>Read at <paramref name="factor"/> samples a step, by a windowed sinc whose corner is the new Nyquist frequency.</summary>
    static float[] Faster(float[] samples, double factor, int length)
    {
        var heard = new float[length];
        for (var n = 0; n < length; n++)
        {
            var at = n * factor;
            var (sum, half) = (0.0, Taps * factor);
            for (var i = (int)Math.Max(0, Math.Ceiling(at - half)); i <= Math.Min(samples.Length - 1, at + half); i++)
            {
                var x = (at - i) / factor;
                sum += samples[i] * (x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x)) * (0.5 + 0.5 * Math.Cos(Math.PI * x / Taps));
            }
            heard[n] = (float)(sum / factor);
        }
        return heard;
    }
}
