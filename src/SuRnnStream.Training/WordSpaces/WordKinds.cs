using SuRnnStream.Training.Mel;

namespace SuRnnStream.Training.WordSpaces;

/// <summary>Which sounds say the same word, and which are of the same voice; draws batches of them.</summary>
sealed class WordKinds
{
    const int LeastOfWord = 4, LeastOfSpeaker = 6;
    const double SynthesisedPart = 0.35, SpeechPart = 0.14, NoisePart = 0.02;

    readonly List<(int[] Sounds, double Weight)> _spoken = [], _synthesised = [];

    public WordKinds(IReadOnlyList<MelSound> sounds)
    {
        var words = sounds.Select((sound, i) => (Word: sound.Word.TrimStart('+', MelSound.Synthesised), Index: i)).GroupBy(one => one.Word).Where(group => group.Count() >= LeastOfWord).OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        WordOf = new int[sounds.Count];
        Array.Fill(WordOf, -1);
        foreach (var (number, group) in words.Index())
        {
            foreach (var (_, i) in group) WordOf[i] = number;
            foreach (var list in new[] { _spoken, _synthesised })
            {
                int[] own = [.. group.Select(one => one.Index).Where(i => sounds[i].IsSynthesised == (list == _synthesised))];
                if (own.Length > 0) list.Add((own, Math.Sqrt(own.Length)));
            }
        }
        (Words, Speech) = (words.Length + 2, words.Length);
        SpeakerOf = new int[sounds.Count];
        Array.Fill(SpeakerOf, -1);
        var speakers = sounds.Select((sound, i) => (sound.Speaker, sound.IsSynthesised, Index: i)).Where(one => !one.IsSynthesised).GroupBy(one => one.Speaker).Where(group => group.Count() >= LeastOfSpeaker).OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        foreach (var (number, group) in speakers.Index()) foreach (var (_, _, i) in group) SpeakerOf[i] = number;
        Speakers = speakers.Length;
    }

    /// <summary>Classes: a word each, running speech, noise.</summary>
    public int Words { get; }

    /// <summary>Number of the class running speech; noise follows it.</summary>
    public int Speech { get; }

    public int Speakers { get; }

    /// <summary>Of each sound: its word and its voice; -1: too rare.</summary>
    public int[] WordOf { get; }

    /// <inheritdoc cref="WordOf"/>
    public int[] SpeakerOf { get; }

    /// <summary>Sounds for a batch, for <see cref="MelMixer.MakeWindows"/>.</summary>
    public int[] Draw(int count, Random random) => [.. Enumerable.Range(0, count).Select(_ => Draw(random))];

    /// <summary>Class of a drawn sound.</summary>
    public int ClassOf(int sound) => sound switch { MelMixer.SpeechWindow => Speech, MelMixer.NoiseWindow => Speech + 1, _ => WordOf[sound] };

    /// <summary>Some sounds of each class of words, for the first rows of the classes.</summary>
    public int[] Some(int ofEach, Random random) => [.. WordOf.Index().Where(one => one.Item >= 0).GroupBy(one => one.Item, one => one.Index).SelectMany(own =>
    {
        int[] all = [.. own];
        random.Shuffle(all);
        return all.Take(ofEach);
    })];

    int Draw(Random random)
    {
        var kind = random.NextDouble();
        if (kind < SpeechPart) return MelMixer.SpeechWindow;
        if (kind < SpeechPart + NoisePart) return MelMixer.NoiseWindow;
        var from = _synthesised.Count > 0 && random.NextDouble() < SynthesisedPart ? _synthesised : _spoken;
        var left = random.NextDouble() * from.Sum(one => one.Weight);
        foreach (var (sounds, weight) in from) if ((left -= weight) < 0) return sounds[random.Next(sounds.Length)];
        return from[^1].Sounds[0];
    }
}
