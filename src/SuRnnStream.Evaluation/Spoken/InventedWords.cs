namespace SuRnnStream.Evaluation.Spoken;

/// <summary>
/// Words that nobody says: two to four syllables of a language's phonemes, in espeak-ng's names. A word space that is to tell words apart which it never met needs more kinds of words
/// than recordings have.
/// </summary>
static class InventedWords
{
    static readonly string[] Endings = ["n", "s", "t", "k", "l", "m", "d", "z", "r"];

    /// <summary>A number of different words, each for <see cref="Voices.Say"/>; the same seed gives the same.</summary>
    public static IReadOnlyList<string> Make(int count, int seed, PhonemeInventory? language = null)
    {
        language ??= PhonemeInventory.English;
        var (random, words) = (new Random(seed), new HashSet<string>(StringComparer.Ordinal));
        while (words.Count < count) words.Add("[[" + Word(random, language) + "]]");
        return [.. words];
    }

    static string Word(Random random, PhonemeInventory language)
    {
        var syllables = random.Next(2, 5);
        var stressed = random.Next(Math.Min(2, syllables));
        var word = "";
        for (var i = 0; i < syllables; i++)
        {
            if (i > 0 || random.Next(5) > 0) word += language.Consonants[random.Next(language.Consonants.Count)]; // every fifth begins with a vowel
            word += (i == stressed ? "'" : "") + (i != stressed && random.Next(3) == 0 ? "@" : language.Vowels[random.Next(language.Vowels.Count)]);
            if (random.Next(i == syllables - 1 ? 2 : 4) == 0) word += Endings[random.Next(Endings.Length)];
        }
        return word;
    }
}
