using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Mixing;

namespace SuRnnStream.Training.SecondLook;

/// <summary>A word that begins with a recorded command and goes on with a piece of another recorded word.</summary>
static class SplicedWord
{
    const double Seam = 0.015, Longest = 1.05; // seconds

    /// <param name="command">What it begins with.</param>
    /// <param name="other">What it goes on with.</param>
    /// <param name="rate">Samples a second.</param>
    /// <param name="random">Draws where both are cut.</param>
    /// <returns>The word, and the sample at which the other begins.</returns>
    public static (float[] Word, int Seam) Make(float[] command, float[] other, int rate, Random random)
    {
        var (first, second) = (Audible(command, rate), Audible(other, rate));
        var fade = (int)(Seam * rate);
        var kept = Math.Max(2 * fade, (int)(first.Length * (0.8 + 0.2 * random.NextDouble()))); // a vowel that goes on has no end of its own
        var from = (int)(second.Length * 0.5 * random.NextDouble());
        var rest = Math.Clamp((int)(Longest * rate) - kept, 2 * fade, Math.Max(2 * fade, second.Length - from));
        if (second.Length - from < rest) from = Math.Max(0, second.Length - rest);
        var word = new float[kept - fade + Math.Min(rest, second.Length - from)];
        var gain = (float)((0.5 + 0.7 * random.NextDouble()) * Waveform.Rms(first) / Math.Max(1e-6, Waveform.Rms(second)));
        first.AsSpan(0, Math.Min(kept, Math.Min(first.Length, word.Length))).CopyTo(word);
        for (var i = 0; i < fade && kept - fade + i < word.Length; i++) word[kept - fade + i] *= 1 - (i + 1f) / (fade + 1);
        for (var i = 0; kept - fade + i < word.Length; i++) word[kept - fade + i] += gain * Math.Min(1, (i + 1f) / (fade + 1)) * second[from + i];
        return (word, kept - fade);
    }

    static float[] Audible(float[] clip, int rate)
    {
        var part = AudiblePart.Of(clip, rate);
        return part.End - part.Start < rate / 20 ? clip : clip[part.Start..part.End];
    }
}
