namespace SuRnnStream.Evaluation.Spoken;

/// <summary>The sounds that a language exchanges when a word is missed nearly, in espeak-ng's names of phonemes, without stress marks.</summary>
sealed class PhonemeInventory
{
    const int Least = 2; // times that a phoneme must come: others are of foreign words

    // What one speaker says for the other is the same vowel here.
    static readonly string[][] EnglishAlike = [["I", "i:", "i"], ["E", "eI", "e@"], ["V", "a", "A:", "0", "a#", "aa"], ["U", "u:"], ["0", "O:", "oU", "O@"], ["3:", "3", "@"]];

    readonly string _vowelSigns;
    readonly Func<string, string, bool> _alike;

    PhonemeInventory(string[] consonants, string[] vowels, string vowelSigns, Func<string, string, bool> alike) => (Consonants, Vowels, _vowelSigns, _alike) = (consonants, vowels, vowelSigns, alike);

    public IReadOnlyList<string> Consonants { get; }

    public IReadOnlyList<string> Vowels { get; }

    public static PhonemeInventory English { get; } = new(
        ["p", "b", "t", "d", "k", "g", "f", "v", "s", "z", "S", "h", "m", "n", "l", "r", "w", "j", "tS", "dZ"],
        ["I", "E", "a", "V", "0", "U", "i:", "u:", "A:", "O:", "3:", "eI", "aI", "OI", "oU", "aU"],
        "aeiouAEIOUV03@", (one, other) => EnglishAlike.Any(group => group.Contains(one) && group.Contains(other)));

    /// <summary>Those that come at least twice in what espeak-ng says of a language's words. A short vowel and its long one are alike: speakers and voices differ in them.</summary>
    /// <exception cref="InvalidDataException">There are too few to exchange.</exception>
    public static PhonemeInventory Of(IEnumerable<string> phonemes)
    {
        const string Signs = "aeiouyAEIOUVWYQ03@&";
        string[] common = [.. phonemes.Select(phoneme => phoneme.TrimStart('\'', ',')).Where(phoneme => phoneme.Length > 0).GroupBy(phoneme => phoneme).Where(group => group.Count() >= Least).Select(group => group.Key).Order(StringComparer.Ordinal)];
        var vowels = common.Where(phoneme => Signs.Contains(phoneme[0])).ToArray();
        var consonants = common.Except(vowels).ToArray();
        if (vowels.Length < 3 || consonants.Length < 5) throw new InvalidDataException($"{vowels.Length} vowels and {consonants.Length} consonants are too few for near misses: give a longer text of the language.");
        return new PhonemeInventory(consonants, vowels, Signs, (one, other) => Monophthong(one) is { } base1 && Monophthong(other) == base1);
    }

    public bool IsVowel(string phoneme) => _vowelSigns.Contains(phoneme[0]);

    public bool AreAlike(string one, string other) => one == other || _alike(one, other);

    /// <summary>Its letter without length and quality: of "i:" and "I" the same; null of a diphthong or a nasal vowel.</summary>
    static char? Monophthong(string vowel) => vowel.TrimEnd(':', '#', '2').Length == 1 ? char.ToLowerInvariant(vowel[0]) : null;
}
