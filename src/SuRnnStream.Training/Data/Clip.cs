namespace SuRnnStream.Training.Data;

/// <summary>One recording of one sound at the model's rate, with the part in which something is heard.</summary>
/// <param name="Label">Class in the model's labels.</param>
/// <param name="Samples">The recording.</param>
/// <param name="Start">First audible sample.</param>
/// <param name="End">Behind the last audible sample.</param>
/// <param name="Kind">The word itself, among all folders of the training: unknown words differ too.</param>
/// <param name="IsExtra">From another folder than the data's own.</param>
sealed record Clip(int Label, float[] Samples, int Start, int End, int Kind = 0, bool IsExtra = false)
{
    const int FrameMilliseconds = 10;

    /// <summary>
    /// Finds the sound by its energy: the stretch around the loudest 10 ms frame in which frames stay above a level between background and
    /// peak (in dB), over gaps of up to 150 ms.
    /// </summary>
    public static Clip FromSamples(int label, float[] samples, int sampleRate, int kind = 0)
    {
        var length = sampleRate * FrameMilliseconds / 1000;
        var level = new double[Math.Max(1, samples.Length / length)];
        for (var i = 0; i < level.Length; i++)
        {
            var energy = 1e-10;
            foreach (var x in samples.AsSpan(Math.Min(i * length, samples.Length), Math.Min(length, samples.Length - i * length))) energy += x * x / length;
            level[i] = 10 * Math.Log10(energy);
        }
        var smooth = level.Select((_, i) => level[Math.Max(0, i - 1)..Math.Min(level.Length, i + 2)].Average()).ToArray();
        var peak = Array.IndexOf(smooth, smooth.Max());
        var quiet = smooth.Order().ElementAt(smooth.Length / 10);
        var threshold = Math.Max(smooth[peak] - 30, quiet + 0.35 * (smooth[peak] - quiet));
        int Extend(int step)
        {
            var (edge, gap) = (peak, 0);
            for (var i = peak; i >= 0 && i < smooth.Length && gap <= 15; i += step)
            {
                gap = smooth[i] >= threshold ? 0 : gap + 1;
                if (gap == 0) edge = i;
            }
            return edge;
        }
        return new Clip(label, samples, Extend(-1) * length, Math.Min(samples.Length, (Extend(1) + 1) * length), kind);
    }

    /// <summary>Of a recording longer than 1.5 s what is heard and half a second on either side; a shorter one as it is.</summary>
    public Clip Around(int sampleRate)
    {
        if (Samples.Length <= 3 * sampleRate / 2) return this;
        var from = Math.Max(0, Start - sampleRate / 2);
        return this with { Samples = Samples[from..Math.Min(Samples.Length, End + sampleRate / 2)], Start = Start - from, End = End - from };
    }
}
