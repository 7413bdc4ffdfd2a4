namespace SuRnnStream.Evaluation.Mixing;

/// <summary>A recording that goes on for ever: its end is faded into its start at constant power.</summary>
sealed class Loop
{
    readonly float[] _period;

    /// <param name="sound">At least one sample.</param>
    /// <param name="fade">Samples that end and start have in common; at most half of the recording is used.</param>
    public Loop(ReadOnlySpan<float> sound, int fade)
    {
        fade = Math.Min(fade, sound.Length / 2);
        _period = sound[..^fade].ToArray();
        CrossFade(_period, sound[^fade..]);
    }

    /// <summary>Fills a segment of it.</summary>
    /// <param name="samples">All of them are set.</param>
    /// <param name="start">Where in the recording it begins, 0 or more.</param>
    public void Fill(Span<float> samples, int start)
    {
        for (var at = start % _period.Length; !samples.IsEmpty; at = 0)
        {
            var count = Math.Min(samples.Length, _period.Length - at);
            _period.AsSpan(at, count).CopyTo(samples);
            samples = samples[count..];
        }
    }

    /// <summary>Fades the front of <paramref name="to"/> in over <paramref name="from"/>, which fades out.</summary>
    public static void CrossFade(Span<float> to, ReadOnlySpan<float> from)
    {
        for (var i = 0; i < from.Length; i++)
        {
            var (sin, cos) = MathF.SinCos(MathF.PI / 2 * (i + 0.5f) / from.Length);
            to[i] = sin * to[i] + cos * from[i];
        }
    }
}
