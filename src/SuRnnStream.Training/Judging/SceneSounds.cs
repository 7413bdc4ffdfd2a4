using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Mixing;
using SuRnnStream.Training.Data;

namespace SuRnnStream.Training.Judging;

/// <summary>A word that somebody says, in memory.</summary>
/// <param name="Speaker">Who.</param>
/// <param name="Label">What it is.</param>
/// <param name="Samples">The recording.</param>
/// <param name="Part">Where it is audible.</param>
sealed record SpokenWord(string Speaker, string Label, float[] Samples, AudiblePart Part)
{
    const float Silent = 0.001f; // RMS of the audible part below which nothing is audible: -60 dBFS

    public static SpokenWord Of(string speaker, string label, float[] samples, int rate) => new(speaker, label, samples, AudiblePart.Of(samples, rate));

    /// <summary>True: a silent recording, as a few of any collection are.</summary>
    public bool IsSilent => Waveform.Rms(Samples.AsSpan(Part.Start, Part.End - Part.Start)) < Silent;
}

/// <summary>Puts words, speech and noise of one purpose together into scenes. The same data give the same scenes, sample for sample.</summary>
sealed class SceneSounds
{
    /// <summary>RMS of words' audible parts and of speech, in dB of full scale.</summary>
    public const double Level = -20;

    const double FaintBelow = 40; // dB by which the faint noise between utterances lies below speech
    const double Before = 2;      // seconds of background before the first word, and after the last

    readonly float[][] _noise; // each of RMS 1

    /// <exception cref="IOException">A recording cannot be read; the message names it.</exception>
    public SceneSounds(JudgingData data, Purpose purpose, int rate)
    {
        Rate = rate;
        Noise = [.. data.Noise(purpose).Select(part => part.Cut(Corpus.Read(part.File, rate)))];
        if (Noise.Count == 0) throw new InvalidDataException($"There is no recording of noise in {data.Folder("speech-commands")}: unpack it again.");
        _noise = [.. Noise.Select(noise => (float[])noise.Clone())];
        foreach (var noise in _noise) Waveform.Scale(noise, 1 / Math.Max(1e-6f, Waveform.Rms(noise)));
    }

    public int Rate { get; }

    /// <summary>The purpose's part of each recording of noise, at its own level.</summary>
    public IReadOnlyList<float[]> Noise { get; }

    /// <summary>Words one every <paramref name="every"/> seconds over noise.</summary>
    /// <param name="speaker">Who says them.</param>
    /// <param name="words">What is said.</param>
    /// <param name="snr">dB by which the noise lies below the words.</param>
    /// <param name="every">Seconds from one clip's start to the next.</param>
    /// <param name="talker">Speech that goes on all the time, 20 dB below the words; null: none.</param>
    public Scene Words(string speaker, IReadOnlyList<SpokenWord> words, double snr, double every = 3, float[]? talker = null)
    {
        var stream = Background(Samples(2 * Before + every * words.Count), speaker, Level - snr);
        if (talker is not null) Repeat(stream, talker, Level - 20, Start(speaker, talker.Length));
        return Place(speaker, stream, words.Select((word, i) => (word, Samples(Before + every * i))));
    }

    /// <summary>Words one after the other with a gap between the clips.</summary>
    public Scene Chain(string speaker, IReadOnlyList<SpokenWord> words, double snr, double gap)
    {
        var places = new List<(SpokenWord, int)>();
        var at = Samples(Before);
        foreach (var word in words)
        {
            places.Add((word, at));
            at += word.Samples.Length + Samples(gap);
        }
        return Place(speaker, Background(at + Samples(Before), speaker, Level - snr), places);
    }

    /// <summary>Each word after somebody's sound, as a sentence or a wake word: from the end of what is audible there to the beginning of the word.</summary>
    /// <param name="speaker">Who says the words.</param>
    /// <param name="words">What is said.</param>
    /// <param name="before">What comes before each, cut to its audible part; taken in turn.</param>
    /// <param name="snr">dB by which the noise lies below both.</param>
    /// <param name="gap">Seconds between both.</param>
    public Scene After(string speaker, IReadOnlyList<SpokenWord> words, IReadOnlyList<float[]> before, double snr, double gap)
    {
        var (places, sounds, at) = (new List<(SpokenWord, int)>(), new List<(float[], int)>(), Samples(Before));
        var first = Start(speaker, before.Count);
        for (var i = 0; i < words.Count; i++)
        {
            var sound = before[(first + i) % before.Count];
            sounds.Add((sound, at));
            var begins = at + sound.Length + Samples(gap);
            places.Add((words[i], Math.Max(at, begins - words[i].Part.Start)));
            at = begins + words[i].Part.End - words[i].Part.Start + Samples(Before);
        }
        var stream = Background(at + Samples(Before), speaker, Level - snr);
        foreach (var (sound, place) in sounds) Waveform.Add(stream.AsSpan(place), sound, Gain(sound, Level));
        return Place(speaker, stream, places);
    }

    /// <summary>One speaker's running speech at its own level, half a second of faint noise between utterances. The hours are those of the speech alone.</summary>
    /// <param name="speaker">Who speaks.</param>
    /// <param name="kind">What kind of speech.</param>
    /// <param name="utterances">What is said.</param>
    /// <param name="snr">dB by which noise lies below the speech; null: none is added but the faint one.</param>
    public Scene Speech(string speaker, SpeechKind kind, IReadOnlyList<float[]> utterances, double? snr)
    {
        var gap = Samples(0.5);
        var level = 20 * Math.Log10(Math.Max(1e-6, Math.Sqrt(utterances.Sum(one => (double)Waveform.Rms(one) * Waveform.Rms(one) * one.Length) / utterances.Sum(one => (double)one.Length))));
        var stream = Background(utterances.Sum(one => one.Length + gap) + gap, speaker, level - (snr ?? FaintBelow));
        var at = gap;
        foreach (var one in utterances)
        {
            Waveform.Add(stream.AsSpan(at), one, 1);
            at += one.Length + gap;
        }
        var length = TimeSpan.FromSeconds(utterances.Sum(one => (double)one.Length) / Rate);
        return new Scene(speaker, EvaluationStream.FromNegative(speaker, stream, Rate) with { Length = length }, []) { Kind = kind };
    }

    /// <summary>The audible part of a recording; of a longer one its last <paramref name="atMost"/> seconds.</summary>
    public float[] Audible(float[] samples, double atMost)
    {
        var part = AudiblePart.Of(samples, Rate);
        return samples[Math.Max(part.Start, part.End - Samples(atMost))..part.End];
    }

    /// <summary>Noise of all recordings one after the other, at a level in dB.</summary>
    public float[] Background(int samples, string name, double level)
    {
        var stream = new float[samples];
        var (gain, piece, fade) = ((float)Waveform.Gain(level), Start(name, _noise.Length), Samples(0.05));
        for (var at = 0; at < samples; piece = (piece + 1) % _noise.Length)
        {
            Waveform.Add(stream.AsSpan(at), _noise[piece], gain, fade);
            at += Math.Max(1, _noise[piece].Length - fade);
        }
        return stream;
    }

    Scene Place(string speaker, float[] stream, IEnumerable<(SpokenWord Word, int At)> places)
    {
        var (events, others) = (new List<LabelledEvent>(), new List<LabelledEvent>());
        foreach (var (word, at) in places)
        {
            Waveform.Add(stream.AsSpan(at), word.Samples, Gain(word.Samples.AsSpan(word.Part.Start, word.Part.End - word.Part.Start), Level));
            TimeSpan Time(int sample) => TimeSpan.FromSeconds((double)(at + sample) / Rate);
            (word.Label == Corpus.Unknown ? others : events).Add(new LabelledEvent(word.Label, Time(word.Part.Start), Time(word.Part.End)));
        }
        return new Scene(speaker, EvaluationStream.FromRecording(speaker, events, stream, Rate), others);
    }

    void Repeat(float[] stream, float[] sound, double level, int from)
    {
        var gain = Gain(sound, level);
        for (var i = 0; i < stream.Length; i++) stream[i] += gain * sound[(from + i) % sound.Length];
    }

    int Samples(double seconds) => (int)Math.Round(seconds * Rate);

    static float Gain(ReadOnlySpan<float> sound, double level) => (float)(Waveform.Gain(level) / Math.Max(1e-6f, Waveform.Rms(sound)));

    /// <summary>Where to begin in a list, by a name: FNV-1a, the same on every machine.</summary>
    static int Start(string name, int of) => (int)(name.Aggregate(2_166_136_261u, (hash, letter) => unchecked((hash ^ letter) * 16_777_619)) % (uint)of);
}
