using SuRnnStream.Evaluation;

namespace SuRnnStream.Training.Data;

/// <summary>One recording of one sound at the model's rate, with the part in which something is heard.</summary>
/// <param name="Label">Class in the model's labels.</param>
/// <param name="Samples">The recording.</param>
/// <param name="Start">First audible sample.</param>
/// <param name="End">Behind the last audible sample.</param>
/// <param name="Kind">The word itself, among all folders of the training: unknown words differ too.</param>
sealed record Clip(int Label, float[] Samples, int Start, int End, int Kind = 0)
{
    /// <summary>Finds the audible part by its energy.</summary>
    public static Clip FromSamples(int label, float[] samples, int sampleRate, int kind = 0)
    {
        var (start, end) = AudiblePart.Of(samples, sampleRate);
        return new Clip(label, samples, start, end, kind);
    }
}
