using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace SuRnnStream.Training.Judging;

/// <summary>The fixed lists of speakers in <c>split.txt</c>: who is trained on, who is chosen by, who is reported on.</summary>
static partial class SpeakerSplit
{
    /// <summary>Names of the sets of speakers in <c>split.txt</c>.</summary>
    public const string Commands = "commands", SpeechNegatives = "speech-negatives", SpeechMore = "speech-more";

    static readonly FrozenDictionary<(string Set, string Speaker), Purpose> Lists = Read();

    /// <summary>The purpose that the lists give to a speaker; null: no list names it.</summary>
    /// <param name="set">One of the names above.</param>
    /// <param name="speaker">The speaker's id in that set.</param>
    public static Purpose? Of(string set, string speaker) => Lists.TryGetValue((set, speaker), out var purpose) ? purpose : null;

    /// <summary>Every listed speaker of a set and purpose, in the order of their ids.</summary>
    public static IReadOnlyList<string> Speakers(string set, Purpose purpose) =>
        [.. Lists.Where(one => one.Key.Set == set && one.Value == purpose).Select(one => one.Key.Speaker).Order(StringComparer.Ordinal)];

    /// <summary>
    /// The speaker's id in a file name of Speech Commands: the eight hexadecimal digits before <c>_nohash</c>, perhaps after a word. Null: another name.
    /// </summary>
    public static string? CommandSpeaker(string file) => CommandFile().Match(Path.GetFileName(file)) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>
    /// The purpose that the lists give to a file by its name: a clip of Speech Commands, an utterance of speech-negatives (<c>SPEAKER-...</c>) or of
    /// speech-more (<c>SPEAKER_...</c>). Null: no list names its speaker.
    /// </summary>
    public static Purpose? OfFile(string file)
    {
        if (CommandSpeaker(file) is { } speaker) return Of(Commands, speaker);
        var name = Path.GetFileNameWithoutExtension(file);
        return Of(SpeechNegatives, name.Split('-')[0]) ?? Of(SpeechMore, name.Split('_')[0]);
    }

    /// <summary>True: nothing may learn from this file, because its speaker is kept for choosing or reporting.</summary>
    public static bool IsKeptFromTraining(string file) => OfFile(file) is Purpose.Choosing or Purpose.Reporting;

    static FrozenDictionary<(string, string), Purpose> Read()
    {
        using var lines = new StreamReader(typeof(SpeakerSplit).Assembly.GetManifestResourceStream("split.txt")!);
        var lists = new Dictionary<(string, string), Purpose>();
        while (lines.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            foreach (var speaker in words.Skip(2)) lists.Add((words[0], speaker), Enum.Parse<Purpose>(words[1], ignoreCase: true)); // twice throws: one purpose a speaker
        }
        return lists.ToFrozenDictionary();
    }

    [GeneratedRegex("(?:^|_)([0-9a-f]{8})_nohash", RegexOptions.CultureInvariant)]
    private static partial Regex CommandFile();
}
