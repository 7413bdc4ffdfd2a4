using SuRnnStream.Training.Data;

namespace SuRnnStream.Training.Mel;

/// <summary>Recordings to log-mel frames, by the front end that runs them later.</summary>
/// <param name="FrontEnd">Of the model.</param>
/// <param name="Teacher">Gives each word its target; null: none.</param>
sealed record MelReader(FrontEndConfig FrontEnd, SpeechTeacher? Teacher)
{
    const double LongestWord = 1.5; // seconds

    /// <summary>Frames [frames * Bands] of a whole recording.</summary>
    public float[] Frames(ReadOnlySpan<float> samples)
    {
        var (bands, count) = (FrontEnd.Bands, Math.Max(0, (samples.Length - FrontEnd.WindowLength) / FrontEnd.HopLength + 1));
        var frames = new float[count * bands];
        var frontEnd = new MelFrontEnd(FrontEnd);
        for (var t = 0; t < count; t++) frontEnd.TryNext(ref samples, frames.AsSpan(t * bands, bands));
        return frames;
    }

    /// <summary>One word; null: nothing is audible, or less than 60 ms.</summary>
    public MelSound? Word(string file, string word, string speaker)
    {
        var rate = FrontEnd.SampleRate;
        var samples = Corpus.Read(file, rate);
        var clip = Clip.FromSamples(0, samples, rate).Around(rate);
        var longest = (int)(LongestWord * rate);
        if (clip.Samples.Length > longest) // the loudest part decides where the cut falls
        {
            var from = Math.Clamp((clip.Start + clip.End - longest) / 2, 0, clip.Samples.Length - longest);
            clip = clip with { Samples = clip.Samples[from..(from + longest)], Start = Math.Max(0, clip.Start - from), End = Math.Min(longest, clip.End - from) };
        }
        if (clip.Samples.Length < FrontEnd.WindowLength + FrontEnd.HopLength) return null;
        var frames = Frames(clip.Samples);
        var (bands, count) = (FrontEnd.Bands, frames.Length / FrontEnd.Bands);
        var start = Math.Clamp(clip.Start / FrontEnd.HopLength, 0, count - 1);
        var end = Math.Clamp((clip.End - FrontEnd.WindowLength / 2) / FrontEnd.HopLength + 1, start + 1, count);
        if (end - start < 3) return null;
        var loudness = Loudness(frames.AsSpan(start * bands, (end - start) * bands));
        return loudness < 0.2f ? null : new MelSound(file, word, speaker, frames, start, end, loudness, Teacher?.Target(clip.Samples, clip.End) ?? []);
    }

    /// <summary>Scale * ln(mean energy / Floor) of these frames.</summary>
    public float Loudness(ReadOnlySpan<float> frames)
    {
        var sum = 0.0;
        foreach (var x in frames) sum += Math.Exp(x / FrontEnd.Scale);
        return (float)(FrontEnd.Scale * Math.Log(sum / Math.Max(1, frames.Length)));
    }
}
