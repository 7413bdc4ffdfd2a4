namespace SuRnnStream.Evaluation.Spoken;

/// <summary>
/// What people say in a language beside the word that is to be detected, for this machine's voices: words one by one, and sentences.
/// </summary>
/// <param name="Code">As espeak-ng names it: "en", "de", "fr".</param>
/// <param name="Words">Words, each once.</param>
/// <param name="Sentences">Sentences; none: some words in a row.</param>
sealed record Language(string Code, IReadOnlyList<string> Words, IReadOnlyList<string> Sentences)
{
    const int Numbers = 100; // in figures, which espeak-ng reads in any language

    public static Language English { get; } = new("en", CommonWords.All, []);

    /// <summary>
    /// The lists of English and German are our own. Of another language, without a text, its voices read the English words by their own rules of spelling, which gives sounds of that language that are no words of it,
    /// and numbers, which are.
    /// </summary>
    /// <param name="code">As espeak-ng names it.</param>
    /// <param name="text">A file of the language, a sentence a line; null: what we have.</param>
    /// <exception cref="ArgumentException">The code is none.</exception>
    /// <exception cref="InvalidDataException">The file has too few words.</exception>
    public static Language Of(string code, string? text = null)
    {
        if (code.Length is < 2 or > 20 || code.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '-')) throw new ArgumentException($"'{code}' is no language: name one as espeak-ng does, such as de or fr; `espeak-ng --voices` lists them.");
        if (text is not null) return FromText(code, text);
        return code.Split('-')[0] switch
        {
            "en" => English with { Code = code },
            "de" => new Language(code, CommonWords.German, []),
            _ => new Language(code, [.. CommonWords.All, .. Enumerable.Range(0, Numbers).Select(number => $"{number}")], []),
        };
    }

    /// <summary>A sentence, none of whose words is or holds one of <paramref name="but"/>.</summary>
    public string Sentence(Random random, IReadOnlyList<string> but)
    {
        bool Holds(string text) => but.Any(other => text.Contains(other, StringComparison.OrdinalIgnoreCase));
        if (Sentences.Count == 0) return string.Join(' ', random.GetItems(Words.Where(word => !Holds(word)).ToArray(), random.Next(4, 11)));
        var usable = Sentences.Where(sentence => !Holds(sentence)).ToArray();
        return usable.Length > 0 ? usable[random.Next(usable.Length)] : throw new InvalidDataException($"Every line of the text has {string.Join(" or ", but)}: give one with other sentences.");
    }

    static Language FromText(string code, string text)
    {
        var lines = File.ReadAllLines(text).Select(line => line.Trim()).Where(line => line.Any(char.IsLetter)).ToArray();
        string[] words = [.. lines.SelectMany(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Select(word => word.Trim([.. ".,;:!?\"'()«»„“”–-"]).ToLowerInvariant())
            .Where(word => word.Length > 1 && word.All(c => char.IsLetter(c) || c is '\'' or '-')).Distinct()];
        if (words.Length < 50) throw new InvalidDataException($"{text} has {words.Length} different words: a training needs 50 at least, with sentences as people say them, one a line.");
        string[] sentences = [.. lines.Where(line => line.Split(' ').Length is >= 3 and <= 25)];
        return new Language(code, words, sentences);
    }
}
