using SuRnnStream.Evaluation;

namespace SuRnnStream.Training.Data;

/// <summary>One recording of one sound at the model's rate, with its audible part.</summary>
/// <param name="Label">Class in the model's labels.</param>
/// <param name="Samples">The recording.</param>
/// <param name="Start">First audible sample.</param>
/// <param name="End">After the last audible sample.</param>
/// <param name="Kind">The word itself, among all folders of the training: unknown words differ too.</param>
/// <param name="IsExtra">From another folder than the data's own.</param>
sealed record Clip(int Label, float[] Samples, int Start, int End, int Kind = 0, bool IsExtra = false)
{
    /// <summary>Finds the audible part by its energy.</summary>
    public static Clip FromSamples(int label, float[] samples, int sampleRate, int kind = 0)
    {
        var (start, end) = AudiblePart.Of(samples, sampleRate);
        return new Clip(label, samples, start, end, kind);
    }

    /// <summary>Of a recording longer than 1.5 s the audible part and half a second on either side; a shorter one as it is.</summary>
    public Clip Around(int sampleRate)
    {
        if (Samples.Length <= 3 * sampleRate / 2) return this;
        var from = Math.Max(0, Start - sampleRate / 2);
        return this with { Samples = Samples[from..Math.Min(Samples.Length, End + sampleRate / 2)], Start = Start - from, End = End - from };
    }
}
