namespace SuRnnStream.Evaluation.Spoken;

/// <summary>
/// Sounds that are nearly a word and are not: a piece of it, or the whole with a syllable's vowel and some consonants exchanged, in espeak-ng's
/// names of phonemes. A speaker's own way of saying the word is no near miss: one consonant alone is never exchanged.
/// </summary>
static class NearMisses
{
    static readonly char[] Stress = ['\'', ','];

    /// <summary>One near miss of a word of at least three phonemes, for <see cref="Voices.Say"/>.</summary>
    /// <param name="phonemes">The word's.</param>
    /// <param name="random">Chooses.</param>
    /// <param name="language">What takes a phoneme's place; by default English.</param>
    /// <exception cref="ArgumentException">The word is too short to miss nearly.</exception>
    public static string Of(IReadOnlyList<string> phonemes, Random random, PhonemeInventory? language = null)
    {
        language ??= PhonemeInventory.English;
        if (phonemes.Count < 3) throw new ArgumentException($"A word of {phonemes.Count} phonemes has no near misses.");
        return "[[" + string.Concat(random.NextDouble() < 0.35 ? Piece(phonemes, random, language) : Exchanged(phonemes, random, language)) + "]]";
    }

    /// <summary>The beginning or the end: a third to two thirds.</summary>
    static IEnumerable<string> Piece(IReadOnlyList<string> phonemes, Random random, PhonemeInventory language)
    {
        var length = Math.Max(2, (int)Math.Round(phonemes.Count * (0.33 + 0.34 * random.NextDouble())));
        var piece = random.Next(2) == 0 ? phonemes.Take(length) : phonemes.Skip(phonemes.Count - length);
        return piece.Any(phoneme => IsVowel(phoneme, language)) ? piece : piece.Append("@"); // something that can be said
    }

    static IEnumerable<string> Exchanged(IReadOnlyList<string> phonemes, Random random, PhonemeInventory language)
    {
        var result = phonemes.ToArray();
        var vowels = Enumerable.Range(0, result.Length).Where(i => IsVowel(result[i], language)).ToArray();
        var consonants = Enumerable.Range(0, result.Length).Except(vowels).ToArray();
        random.Shuffle(vowels);
        random.Shuffle(consonants);
        // The stressed vowel first: it is what a word is known by.
        var vowel = vowels.OrderBy(i => Stress.Contains(result[i][0]) ? 0 : 1).Take(1).ToArray();
        foreach (var i in vowel) result[i] = StressOf(result[i]) + Other(language.Vowels, result[i].TrimStart(Stress), random, language);
        foreach (var i in consonants.Take(vowel.Length == 0 ? 2 : 1 + random.Next(2))) result[i] = Other(language.Consonants, result[i], random, language);
        return result;
    }

    static string Other(IReadOnlyList<string> from, string than, Random random, PhonemeInventory language)
    {
        var others = from.Where(one => !language.AreAlike(one, than)).ToArray();
        return others[random.Next(others.Length)];
    }

    static string StressOf(string phoneme) => Stress.Contains(phoneme[0]) ? phoneme[..1] : "";

    static bool IsVowel(string phoneme, PhonemeInventory language) => language.IsVowel(phoneme.TrimStart(Stress));
}
