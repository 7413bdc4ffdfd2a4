using SuRnnStream.Training.Data;

namespace SuRnnStream.Training.Judging;

/// <summary>
/// Lists the sounds of the project's data for one purpose. No speaker is in the lists of two purposes, and no segment of noise.
/// </summary>
sealed class JudgingData
{
    /// <summary>The ten commands that everything else is "unknown" to.</summary>
    public static readonly IReadOnlyList<string> CommandWords = ["yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"];

    /// <summary>The wake words; the other phrases are hard negatives.</summary>
    public static readonly IReadOnlyList<string> WakeWordNames = ["computer", "alexa"];

    /// <summary>Parts that recordings of wake words are cut into.</summary>
    public const int WakeWordFolds = 5;

    readonly string _data;
    readonly string? _more;

    /// <param name="data">The folder that <c>unpack.sh</c> unpacked into.</param>
    /// <param name="more">The folder that <c>more-speech.py</c> wrote to; null: none, the lists are then shorter.</param>
    public JudgingData(string data, string? more = null) => (_data, _more) = (data, more);

    /// <summary>True: there is more than the unpacked data.</summary>
    public bool HasMore => _more is not null;

    /// <summary>Clips of Speech Commands, of commands, other words and silence, in the order of their paths.</summary>
    /// <exception cref="DirectoryNotFoundException">A folder is missing; the message names what to unpack.</exception>
    public IReadOnlyList<SplitClip> Clips(Purpose purpose)
    {
        var clips = new List<SplitClip>();
        if (purpose == Purpose.Reporting) clips.AddRange(ClipsIn("commands-dev", "judge", purpose));
        else
        {
            var folder = purpose == Purpose.Training ? "training" : "validation";
            clips.AddRange(ClipsIn("speech-commands", folder, purpose));
            if (_more is not null) clips.AddRange(ClipsIn("speech-commands-more", folder, purpose));
            clips.AddRange(ClipsIn("commands-dev", "train", Purpose.Training).Where(clip => PurposeIn(clip, Purpose.Training) == purpose));
        }
        return [.. clips.Where(clip => PurposeIn(clip, purpose) == purpose).OrderBy(clip => clip.File, StringComparer.Ordinal)];
    }

    /// <summary>Running speech, by set and file name.</summary>
    /// <exception cref="DirectoryNotFoundException">A folder is missing; the message names what to unpack.</exception>
    public IReadOnlyList<SplitSpeech> Speech(Purpose purpose)
    {
        var speech = new List<SplitSpeech>();
        foreach (var file in Files(Folder("speech-negatives")))
        {
            var speaker = Path.GetFileName(file).Split('-')[0];
            if ((SpeakerSplit.Of(SpeakerSplit.SpeechNegatives, speaker) ?? Purpose.Training) == purpose) speech.Add(new SplitSpeech(file, speaker, SpeechKind.Read, HasCommand: false));
        }
        if (_more is not null) speech.AddRange(SpeechManifest.Read(Folder("speech-more")).Where(one => one.Purpose == purpose).Select(one => one.Speech));
        return speech;
    }

    /// <summary>Of it, what is known not to have a command: whoever detects one there is wrong.</summary>
    /// <exception cref="DirectoryNotFoundException">A folder is missing; the message names what to unpack.</exception>
    public IReadOnlyList<SplitSpeech> SpeechWithoutCommands(Purpose purpose) => [.. Speech(purpose).Where(one => !one.HasCommand && one.Kind != SpeechKind.Untranscribed)];

    /// <summary>
    /// The recordings of <c>background_noise</c>: their first four fifths are for training, the next tenth is for choosing, the last for reporting.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">A folder is missing; the message names what to unpack.</exception>
    public IReadOnlyList<SplitNoise> Noise(Purpose purpose)
    {
        var (from, to) = purpose switch { Purpose.Training => (0, 0.8), Purpose.Choosing => (0.8, 0.9), _ => (0.9, 1) };
        return [.. Files(Path.Combine(Folder("speech-commands"), "background_noise")).Select(file => new SplitNoise(file, from, to))];
    }

    /// <summary>Recordings of wake words and of phrases that are none, each with its fold. Models are trained on four folds and judged on the fifth.</summary>
    /// <exception cref="DirectoryNotFoundException">A folder is missing; the message names what to unpack.</exception>
    public IReadOnlyList<SplitWakeWord> WakeWords() =>
        [.. LabelFolders.ClipsIn(Folder("wake-words")).Select(clip => new SplitWakeWord(clip.File, clip.Label, Corpus.Fold(clip.File, WakeWordFolds)))];

    /// <summary>A folder of the data, or of what was added to it.</summary>
    /// <exception cref="DirectoryNotFoundException">It is missing; the message names what to unpack.</exception>
    public string Folder(string set)
    {
        var isMore = set.EndsWith("-more", StringComparison.Ordinal);
        var folder = Path.Combine(isMore ? _more ?? throw new InvalidOperationException($"{set} is in no folder that was given.") : _data, set);
        return Directory.Exists(folder) ? folder
            : throw new DirectoryNotFoundException(isMore ? $"There is no folder {folder}: make it with more-speech.py MIRROR {_more} {set}." : $"There is no folder {folder}: unpack it with unpack.sh {_data} {set}.");
    }

    IEnumerable<SplitClip> ClipsIn(string set, string part, Purpose purpose)
    {
        var root = Path.Combine(Folder(set), part);
        if (!Directory.Exists(root)) throw new DirectoryNotFoundException($"There is no folder {root}: {set} is unpacked in part; remove {Folder(set)} and unpack it again.");
        foreach (var (folder, file) in LabelFolders.ClipsIn(root))
        {
            var (word, name) = (folder.Trim('_'), Path.GetFileName(file));
            var label = word is Corpus.Silence or Corpus.Unknown || CommandWords.Contains(word) ? word : Corpus.Unknown;
            var speaker = SpeakerSplit.CommandSpeaker(file) ?? "";
            var said = speaker.Length > 0 && name.IndexOf('_' + speaker, StringComparison.Ordinal) is > 0 and var end ? name[..end] : word; // "bed_0ea0e2f4_nohash_1.wav"
            yield return new SplitClip(file, speaker, label, said, set);
        }
    }

    /// <summary>A listed speaker's purpose, or the folder's; clips that nobody speaks are dealt out by their names, a third for choosing.</summary>
    static Purpose PurposeIn(SplitClip clip, Purpose ofFolder) =>
        clip.Speaker.Length > 0 ? SpeakerSplit.Of(SpeakerSplit.Commands, clip.Speaker) ?? ofFolder
        : ofFolder != Purpose.Reporting && clip.Source == "commands-dev" ? (Corpus.Fold(clip.File, 3) == 0 ? Purpose.Choosing : Purpose.Training)
        : ofFolder;

    static string[] Files(string folder) => Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.wav").Order(StringComparer.Ordinal)]
        : throw new DirectoryNotFoundException($"There is no folder {folder}: unpack {Path.GetFileName(Path.GetDirectoryName(folder))} again.");
}
