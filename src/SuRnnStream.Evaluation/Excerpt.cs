namespace SuRnnStream.Evaluation;

/// <summary>A part of a sound.</summary>
static class Excerpt
{
    /// <summary>The sound around a detection, as far as there is any.</summary>
    /// <param name="detection">Of these samples.</param>
    /// <param name="samples">The whole sound.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="before">Time before the detection's start.</param>
    /// <param name="after">Time after the moment at which it was emitted.</param>
    public static ReadOnlySpan<float> Around(Detection detection, ReadOnlySpan<float> samples, int sampleRate, TimeSpan before, TimeSpan after)
    {
        var from = (int)Math.Clamp(Math.Round((detection.Start - before).TotalSeconds * sampleRate), 0, samples.Length);
        var to = (int)Math.Clamp(Math.Round((detection.Time + after).TotalSeconds * sampleRate), from, samples.Length);
        return samples[from..to];
    }
}
