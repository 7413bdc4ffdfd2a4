using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Mixing;

namespace SuRnnStream.Training.SecondLook;

/// <summary>Puts clips and speech where a detector meets them: in a stream, over noise, at other levels and speeds.</summary>
sealed class LookSounds(IReadOnlyList<float[]> noise, int rate)
{
    const double Lead = 1.2, Tail = 0.9; // seconds of background around a clip

    /// <summary>A clip in a stretch of stream, and where in it the clip is.</summary>
    public readonly record struct Placed(float[] Samples, int Start, int End);

    /// <summary>As it is, in faint noise.</summary>
    public Placed Clean(float[] clip, Random random)
    {
        var (lead, placed) = (Samples(Lead), Bed(clip.Length + Samples(Lead + Tail), random, Level(random, -75, -55)));
        Waveform.Add(placed.AsSpan(lead), clip, 1);
        return new Placed(placed, lead, lead + clip.Length);
    }

    /// <summary>At another level and speed, over recorded or made-up noise 5 to 45 dB below.</summary>
    public Placed Copy(float[] clip, Random random)
    {
        var sound = Augment.Speed(clip, 0.88 + 0.24 * random.NextDouble());
        var part = AudiblePart.Of(sound, rate);
        var level = Level(random, -38, -10);
        Waveform.Scale(sound, level / Math.Max(1e-5f, Waveform.Rms(sound.AsSpan(part.Start..Math.Max(part.Start + 1, part.End)))));
        if (random.NextSingle() < 0.3f) Augment.Tilt(sound, random.NextSingle() * 1.2f - 0.5f);
        var below = (float)Waveform.Gain(-5 - 40 * random.NextDouble());
        var (lead, placed) = (Samples(Lead), Background(sound.Length + Samples(Lead + Tail), random, level * below));
        Waveform.Add(placed.AsSpan(lead), sound, 1);
        Limit(placed);
        return new Placed(placed, lead, lead + sound.Length);
    }

    /// <summary>Running speech as it is, with faint noise before and after.</summary>
    public float[] CleanSpeech(float[] speech, Random random) => Clean(speech, random).Samples;

    /// <summary>Running speech changed as <see cref="Copy"/> changes clips.</summary>
    public float[] SpeechCopy(float[] speech, Random random) => Copy(speech, random).Samples;

    /// <summary>Recorded noise from a random place on, or made-up noise; at a level (RMS).</summary>
    public float[] Background(int length, Random random, float level)
    {
        if (noise.Count == 0 || random.Next(4) == 0) return Bed(length, random, level);
        var (recording, bed) = (noise[random.Next(noise.Count)], new float[length]);
        new Loop(recording, Math.Min(recording.Length / 4, 800)).Fill(bed, random.Next(recording.Length));
        var loudness = Waveform.Rms(bed);
        if (loudness < 1e-5f) return Bed(length, random, level);
        Waveform.Scale(bed, level / loudness);
        return bed;
    }

    float[] Bed(int length, Random random, float level)
    {
        var bed = Augment.Noise(random, length, rate);
        Waveform.Scale(bed, level);
        return bed;
    }

    static float Level(Random random, double least, double most) => (float)Waveform.Gain(least + (most - least) * random.NextDouble());

    int Samples(double seconds) => (int)(seconds * rate);

    static void Limit(Span<float> samples)
    {
        for (var i = 0; i < samples.Length; i++) samples[i] = Math.Clamp(samples[i], -1, 1);
    }
}
