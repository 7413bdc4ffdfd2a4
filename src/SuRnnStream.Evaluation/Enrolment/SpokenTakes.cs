using SuRnnStream.Evaluation.Spoken;

namespace SuRnnStream.Evaluation.Enrolment;

/// <summary>
/// Takes of a word from its text alone, by the voices of this machine: espeak-ng, flite and SVOX Pico, where they are installed; and near misses of it, pieces of the word and the word with its stressed vowel and some
/// consonants exchanged, which are negatives.
/// </summary>
public sealed class SpokenTakes
{
    const double OtherShare = 0.4; // of voices that are not espeak-ng's: more like people's

    readonly Voices _voices;
    readonly int _rate, _seed;

    /// <param name="sampleRate">Of the model.</param>
    /// <param name="seed">The same seed and the same programs give the same takes.</param>
    /// <exception cref="InvalidDataException">None of the programs is installed; the message says how to install them.</exception>
    public SpokenTakes(int sampleRate, int seed = 1) => (_voices, _rate, _seed) = (Voices.Installed(), sampleRate, seed);

    /// <summary>How many voices there are.</summary>
    public int VoiceCount => _voices.Espeak.Count + _voices.FliteNames.Count;

    /// <summary>Takes of a word or a short phrase.</summary>
    /// <param name="text">Its spelling.</param>
    /// <param name="count">How many, 1 or more.</param>
    /// <param name="weight">How much each counts.</param>
    public IReadOnlyList<Take> Say(string text, int count, double weight = 1)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var random = new Random(_seed * 1_000_003 + i);
            var voice = _voices.Choose(random, OtherShare);
            return new Take($"{text} by {voice}", Placed(Voices.SayWord(text, voice, _rate, random, longest: 1.4)), weight);
        })];
    }

    /// <summary>Near misses of a word, for <see cref="EnrolmentOptions.Negatives"/>; none where espeak-ng is not installed or the word is too short.</summary>
    /// <param name="text">Its spelling.</param>
    /// <param name="count">How many.</param>
    public IReadOnlyList<Take> NearMisses(string text, int count)
    {
        if (_voices.Espeak.Count == 0 || Voices.Phonemes(text) is not { Length: >= 3 } phonemes) return [];
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var random = new Random(_seed * 2_000_003 + i);
            var near = Spoken.NearMisses.Of(phonemes, random);
            return new Take($"near miss {near}", Placed(Voices.SayWord(near, _voices.Choose(random, 0), _rate, random, longest: 1.4)));
        })];
    }

    /// <summary>With half a second around it.</summary>
    float[] Placed(float[] speech)
    {
        var placed = new float[speech.Length + _rate];
        for (var i = 0; i < speech.Length; i++) placed[_rate / 2 + i] = 0.3f * speech[i];
        return placed;
    }
}
