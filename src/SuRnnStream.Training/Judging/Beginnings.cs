using SuRnnStream.Training.Data;

namespace SuRnnStream.Training.Judging;

/// <summary>Other words that begin like a command or a wake word, said by espeak-ng's voices that no training uses.</summary>
static class Beginnings
{
    /// <summary>Two for each command but those that hardly begin a word.</summary>
    public static readonly IReadOnlyList<string> OfCommands =
        ["yesterday", "yesterdays", "nobody", "notice", "upper", "upward", "downtown", "download", "lefty", "leftover", "righteous", "writing", "onset", "honest", "offer", "office", "stock", "stopper", "gold", "goal"];

    /// <summary>Eight for each wake word, none of which has all of it within; some begin with its second syllable.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> OfWakeWords = new Dictionary<string, string[]>
    {
        ["computer"] = ["compute", "computing", "computation", "commuter", "competent", "community", "compact", "pewter"],
        ["alexa"] = ["Alex", "Alexander", "Alexis", "electric", "election", "allergic", "lecture", "lexicon"],
    };

    /// <summary>Every word by every voice: of the first three variants to choose by, of the last two to report on. Empty: espeak-ng is not installed.</summary>
    /// <exception cref="InvalidDataException">The program fails; the message says how.</exception>
    public static IReadOnlyList<SpokenWord> Say(IReadOnlyList<string> words, Purpose purpose, int rate, ParallelOptions parallel)
    {
        string[] voices = [.. Voices.KeptFromTraining()];
        var choosing = voices.Length * 3 / 5;
        voices = purpose == Purpose.Reporting ? voices[choosing..] : voices[..choosing];
        var said = new SpokenWord[voices.Length * words.Count];
        Parallel.For(0, said.Length, parallel, i =>
        {
            var (voice, word) = (voices[i / words.Count], words[i % words.Count]);
            var speech = Voices.SayWord(word, voice, rate, new Random(i));
            var samples = new float[speech.Length + rate / 4]; // an eighth of a second of nothing on either side, for the noise to fill
            speech.CopyTo(samples.AsSpan(rate / 8));
            said[i] = SpokenWord.Of(voice, Corpus.Unknown, samples, rate);
        });
        return said;
    }
}
