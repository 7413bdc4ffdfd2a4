using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Mixing;
using SuRnnStream.Training.Data;

namespace SuRnnStream.Training.SecondLook;

/// <summary>Puts clips and speech where a detector meets them: in a stream, over noise, at other levels and speeds, with somebody talking.</summary>
/// <param name="noise">Recordings of noise.</param>
/// <param name="rate">Samples a second.</param>
/// <param name="talk">Files of speech, for <see cref="Talker"/> and <see cref="AfterTalk"/>.</param>
sealed class LookSounds(IReadOnlyList<float[]> noise, int rate, IReadOnlyList<string>? talk = null)
{
    const double Lead = 1.2, Tail = 0.9; // seconds of background around a clip
    const double Loudest = 5;            // decibels of noise below a clip
    const double LatestEnd = 0.6;        // seconds from a word's end to its burst's, where somebody talks: a later one is not the word's

    /// <summary>Part of the changed copies with a talker 12 to 32 dB below the clip; where there is speech.</summary>
    public double Talker { get; init; }

    /// <summary>Part of the changed copies before which somebody's sentence ends, 0.05 to 0.7 s earlier; where there is speech.</summary>
    public double AfterTalk { get; init; }

    /// <summary>The faintest noise of the changed copies, in decibels below the clip; the loudest is 5 below it.</summary>
    public double Faintest { get; init; } = 45;

    /// <summary>A clip in a segment of stream, and where in it the clip is.</summary>
    public readonly record struct Placed(float[] Samples, int Start, int End)
    {
        /// <summary>With somebody's speech, where the clip's audible part is; null: nobody else speaks.</summary>
        public (int Start, int End, int Latest)? Word { get; init; }

        /// <summary>True: the burst is the clip's. With somebody's speech it begins within the clip's audible part or before, ends after its middle, and goes on for 0.6 s after it at most.</summary>
        public bool Holds(Burst burst) => Word is { } word
            ? burst.End > (word.Start + word.End) / 2 && burst.Start < word.End && burst.End <= word.Latest
            : burst.End > Start && burst.Start < End;

        /// <summary>True: the burst goes on over a place of the clip, from 0.1 s before it to 0.125 s after.</summary>
        /// <param name="burst">The burst.</param>
        /// <param name="part">The place, as a part of the clip: a copy may be faster.</param>
        /// <param name="rate">Samples a second.</param>
        public bool HoldsSeam(Burst burst, double part, int rate)
        {
            var at = Start + (int)(part * (End - Start));
            return burst.Start < at - rate / 10 && burst.End > at + rate / 8 && (Word is not { } word || burst.End <= word.Latest);
        }
    }

    /// <summary>As it is, in faint noise.</summary>
    public Placed Clean(float[] clip, Random random)
    {
        var (lead, placed) = (Samples(Lead), Bed(clip.Length + Samples(Lead + Tail), random, Level(random, -75, -55)));
        Waveform.Add(placed.AsSpan(lead), clip, 1);
        return new Placed(placed, lead, lead + clip.Length);
    }

    /// <summary>At another level and speed, over recorded or made-up noise 5 dB and more below, see <see cref="Faintest"/>.</summary>
    public Placed Copy(float[] clip, Random random)
    {
        var sound = Augment.Speed(clip, 0.88 + 0.24 * random.NextDouble());
        var part = AudiblePart.Of(sound, rate);
        var level = Level(random, -38, -10);
        Waveform.Scale(sound, level / Math.Max(1e-5f, Waveform.Rms(sound.AsSpan(part.Start..Math.Max(part.Start + 1, part.End)))));
        if (random.NextSingle() < 0.3f) Augment.Tilt(sound, random.NextSingle() * 1.2f - 0.5f);
        var below = (float)Waveform.Gain(-Loudest - (Faintest - Loudest) * random.NextDouble());
        var (lead, placed) = (Samples(Lead), Background(sound.Length + Samples(Lead + Tail), random, level * below));
        Waveform.Add(placed.AsSpan(lead), sound, 1);
        var talks = talk is { Count: > 0 } && Talker + AfterTalk > 0 && AddTalk(placed, lead + part.Start, level, random);
        Limit(placed);
        return new Placed(placed, lead, lead + sound.Length) { Word = talks ? (lead + part.Start, lead + part.End, lead + part.End + Samples(LatestEnd)) : null };
    }

    /// <summary>Perhaps adds somebody's speech, under the clip or before it. True: it is there.</summary>
    bool AddTalk(Span<float> placed, int wordAt, float level, Random random)
    {
        var drawn = random.NextDouble();
        if (drawn >= Talker + AfterTalk) return false;
        var speech = Corpus.Read(talk![random.Next(talk.Count)], rate);
        var (isUnder, own) = (drawn < Talker, Waveform.Rms(speech));
        if (speech.Length < rate || own < 1e-5f) return false;
        if (isUnder)
        {
            var background = new float[placed.Length];
            new Loop(speech, rate / 20).Fill(background, random.Next(speech.Length));
            Waveform.Add(placed, background, level / own * Level(random, -32, -12));
            return true;
        }
        var ends = wordAt - Samples(0.05 + 0.65 * random.NextDouble());
        if (ends <= 0) return false;
        var sentence = AudiblePart.Of(speech, rate);
        var from = Math.Max(sentence.Start, sentence.End - ends);
        Waveform.Add(placed[(ends - (sentence.End - from))..], speech[from..sentence.End], level / own * Level(random, -8, 4));
        return true;
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
