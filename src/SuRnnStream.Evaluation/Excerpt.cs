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
    public static ReadOnlySpan<float> Around(Detection detection, ReadOnlySpan<float> samples, int sampleRate, TimeSpan before, TimeSpan after) =>
        Part(samples, sampleRate, detection.Start - before, detection.Time + after);

    /// <summary>The sound between two times, as far as there is any.</summary>
    public static ReadOnlySpan<float> Part(ReadOnlySpan<float> samples, int sampleRate, TimeSpan from, TimeSpan to)
    {
        var first = (int)Math.Min(Place(from, sampleRate), samples.Length);
        return samples[first..(int)Math.Clamp(Place(to, sampleRate), first, samples.Length)];
    }

    /// <summary>The sample at a time, from 0.</summary>
    public static long Place(TimeSpan time, int sampleRate) => (long)Math.Max(0, Math.Round(time.TotalSeconds * sampleRate));
}
