using SuRnnStream.Evaluation.Mixing;
using SuRnnStream.Evaluation.Spoken;

namespace SuRnnStream.Evaluation.Enrolment;

/// <summary>A take as a detector meets it: in a stream, at other levels and speeds, over noise, in a room; with what the first stage proposes of it.</summary>
sealed class TakeCopies(CandidateWindows windows, IReadOnlyList<float[]> noise, int rate)
{
    const double Lead = 1.0, Tail = 0.6;   // seconds of background around it
    const double Around = 0.25;            // seconds of the take around the word
    const double Early = 0.2, Late = 0.5;  // seconds before and after the word's end at which its candidate may end

    /// <summary>The candidate of the take as it is; null: nothing is proposed.</summary>
    public float[]? Clean(ReadOnlySpan<float> take, Random random) => Window(Word(take), random, Level(random, -75, -60));

    /// <summary>The candidate of a changed copy; null: nothing is proposed.</summary>
    public float[]? Copy(ReadOnlySpan<float> take, Random random)
    {
        var sound = Augment.Speed(Word(take), 0.88 + 0.24 * random.NextDouble());
        var part = AudiblePart.Of(sound, rate);
        var level = Level(random, -38, -12);
        Waveform.Scale(sound, level / Math.Max(1e-5f, Waveform.Rms(sound.AsSpan(part.Start..Math.Max(part.Start + 1, part.End)))));
        if (random.NextSingle() < 0.3f) Augment.Tilt(sound, random.NextSingle() * 1.2f - 0.5f);
        if (random.NextSingle() < 0.3f)
        {
            sound = [.. sound, .. new float[rate / 4]]; // room for echoes
            Augment.Reverb(sound, random, rate / 10 + random.Next(rate / 3), 0.2f + 0.5f * random.NextSingle());
        }
        return Window(sound, random, level * (float)Waveform.Gain(-4 - 32 * random.NextDouble()));
    }

    /// <summary>The audible part of a take, with a little around it.</summary>
    float[] Word(ReadOnlySpan<float> take)
    {
        var (start, end) = AudiblePart.Of(take, rate);
        return take[Math.Max(0, start - (int)(Around * rate))..Math.Min(take.Length, end + (int)(Around * rate))].ToArray();
    }

    float[]? Window(ReadOnlySpan<float> sound, Random random, float background)
    {
        var lead = (int)(Lead * rate);
        var placed = Background(sound.Length + lead + (int)(Tail * rate), random, background);
        Waveform.Add(placed.AsSpan(lead), sound, 1);
        for (var i = 0; i < placed.Length; i++) placed[i] = Math.Clamp(placed[i], -1, 1);
        var end = (lead + AudiblePart.Of(sound, rate).End) / (double)rate;
        var start = (lead + AudiblePart.Of(sound, rate).Start) / (double)rate;
        return windows.Find(placed).Where(one => one.End >= end - Early && one.End <= end + Late && one.Start < end && one.End > start).Select(one => one.Frames).FirstOrDefault();
    }

    float[] Background(int length, Random random, float level)
    {
        if (noise.Count == 0 || random.Next(2) == 0)
        {
            var made = Augment.Noise(random, length, rate);
            Waveform.Scale(made, level);
            return made;
        }
        var (recording, bed) = (noise[random.Next(noise.Count)], new float[length]);
        new Loop(recording, Math.Min(recording.Length / 4, 800)).Fill(bed, random.Next(recording.Length));
        var loudness = Waveform.Rms(bed);
        if (loudness > 1e-6f) Waveform.Scale(bed, level / loudness);
        return bed;
    }

    static float Level(Random random, double least, double most) => (float)Waveform.Gain(least + (most - least) * random.NextDouble());
}
