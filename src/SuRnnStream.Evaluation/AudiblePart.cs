namespace SuRnnStream.Evaluation;

/// <summary>The part of a clip that is louder than silence.</summary>
/// <param name="Start">First audible sample.</param>
/// <param name="End">The sample after the last audible one.</param>
readonly record struct AudiblePart(int Start, int End)
{
    const int FrameMilliseconds = 10;

    /// <summary>
    /// Finds the sound by its energy: the segment around the loudest 10 ms frame in which frames stay above a level between background and
    /// peak (in dB), over gaps of up to 150 ms.
    /// </summary>
    /// <param name="samples">The clip, in [-1, 1].</param>
    /// <param name="sampleRate">Samples per second, from 100.</param>
    public static AudiblePart Of(ReadOnlySpan<float> samples, int sampleRate)
    {
        var length = sampleRate * FrameMilliseconds / 1000;
        var level = new double[Math.Max(1, samples.Length / length)];
        for (var i = 0; i < level.Length; i++)
        {
            var energy = 1e-10;
            foreach (var x in samples.Slice(Math.Min(i * length, samples.Length), Math.Min(length, samples.Length - i * length))) energy += x * x / length;
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
        return new AudiblePart(Extend(-1) * length, Math.Min(samples.Length, (Extend(1) + 1) * length));
    }
}
