using System.Security.Cryptography;
using System.Text;
using SuRnnStream.Evaluation;
using SuRnnStream.Training.Judging;

namespace SuRnnStream.Training.Data;

/// <summary>Where the sounds of a training lie.</summary>
sealed record CorpusFolders
{
    /// <summary>A folder per label (or `training` and `validation` folders of such), and perhaps `background_noise`.</summary>
    public required string Data { get; init; }

    /// <summary>Folders of further clips in a folder per word: training only.</summary>
    public IReadOnlyList<string> Extra { get; init; } = [];

    /// <summary>Folders of clips that are "unknown" whatever their folder is called, as the words of another language: training only.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    /// <summary>Folder of running speech without any of the labels, one file an utterance, named SPEAKER-*.wav.</summary>
    public string? Speech { get; init; }

    /// <summary>Folders of further running speech without any of the labels: training only.</summary>
    public IReadOnlyList<string> ExtraSpeech { get; init; } = [];

    /// <summary>Folder of sounds without any of the labels that a model took for one, as `surnn-train mine` writes: training only, and often.</summary>
    public string? HardNegatives { get; init; }

    /// <summary>A second folder of that kind: near misses that were reviewed. Null: none.</summary>
    public string? MoreHardNegatives { get; init; }

    /// <summary>Folders of noise beside the `background_noise` of the others: training only.</summary>
    public IReadOnlyList<string> Noise { get; init; } = [];

    /// <summary>True: clips are used as long as they are, as sounds that last. False: only the loudest part of a long one, as the word in it.</summary>
    public bool WholeClips { get; init; }

    /// <summary>Labels of interest; folders of other names are "unknown".</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>Every folder named here.</summary>
    internal IEnumerable<string> All => new[] { Data, Speech, HardNegatives, MoreHardNegatives }.OfType<string>().Concat(Extra).Concat(Unknown).Concat(ExtraSpeech).Concat(Noise);
}

/// <summary>All recordings of a training, in memory. Label 0 is silence, 1 unknown, then the words.</summary>
sealed class Corpus
{
    public const string Silence = ClipClassifier.Silence, Unknown = ClipClassifier.Unknown;
    const int KeptSpeakers = 5;         // speakers of running speech kept for judging, of fewer than eleven less than half
    const double NoiseForTraining = 0.8; // of each background recording, from its start

    static readonly string[] NoiseFolders = ["background_noise", "_background_noise_"];

    NotForTraining _leftOut = new([]);
    bool _wholeClips;

    Corpus(IReadOnlyList<string> labels) => Labels = labels;

    public IReadOnlyList<string> Labels { get; }

    /// <summary>Every word that there is a folder of: what <see cref="Clip.Kind"/> counts.</summary>
    public List<string> Kinds { get; } = [];
    public List<Clip> Training { get; } = [];

    /// <summary>By what the training's clips and speakers are known again: what a model's card has of them.</summary>
    public TrainingPrint Print { get; } = new();
    public List<Clip> Validation { get; } = [];
    public List<float[]> TrainingNoise { get; } = [];
    public List<float[]> ValidationNoise { get; } = [];
    public List<float[]> TrainingSpeech { get; } = [];
    public List<float[]> HardNegatives { get; } = [];
    public List<float[]> KeptSpeech { get; } = [];

    /// <exception cref="DirectoryNotFoundException">A folder is missing.</exception>
    /// <exception cref="InvalidDataException">There are no clips of some label, or no samples in some file; the message names it.</exception>
    /// <exception cref="InvalidAudioException">A WAV file cannot be read; the message names it.</exception>
    public static Corpus Load(CorpusFolders folders, int sampleRate)
    {
        var corpus = new Corpus([Silence, Unknown, .. folders.Words]) { _leftOut = new NotForTraining([folders.Data, .. folders.Extra]), _wholeClips = folders.WholeClips };
        foreach (var root in new[] { folders.Data }.Concat(folders.Extra))
        {
            RequireFolder(root);
            var split = TrainingFolder(root) != root;
            corpus.AddClips(TrainingFolder(root), sampleRate, file => split || root != folders.Data || !IsHeldBack(file) ? corpus.Training : corpus.Validation, isExtra: root != folders.Data);
            if (split && root == folders.Data) corpus.AddClips(Path.Combine(root, "validation"), sampleRate, _ => corpus.Validation);
            corpus.AddNoise(root, sampleRate, root == folders.Data ? NoiseForTraining : 1);
        }
        foreach (var folder in folders.Noise) corpus.TrainingNoise.AddRange(WavFiles(folder).Select(file => Read(file, sampleRate)));
        foreach (var root in folders.Unknown) corpus.AddClips(TrainingFolder(root), sampleRate, _ => corpus.Training, Unknown, isExtra: true);
        corpus.AddSpeech(folders.Speech, folders.ExtraSpeech, sampleRate);
        foreach (var hard in new[] { folders.HardNegatives, folders.MoreHardNegatives }.OfType<string>()) corpus.HardNegatives.AddRange(WavFiles(hard).Select(file => Read(file, sampleRate)));
        for (var label = 2; label < corpus.Labels.Count; label++)
            if (!corpus.Training.Exists(clip => clip.Label == label))
                throw new InvalidDataException($"No training clips of '{corpus.Labels[label]}': put WAV files into {Path.Combine(TrainingFolder(folders.Data), corpus.Labels[label])}.");
        return corpus;
    }

    /// <summary>The running speech that a training with these folders uses: all but the kept speakers of the first.</summary>
    /// <exception cref="DirectoryNotFoundException">A folder is missing.</exception>
    public static IReadOnlyList<float[]> TrainingSpeechIn(string? speech, IReadOnlyList<string> extra, int sampleRate)
    {
        var corpus = new Corpus([]);
        corpus.AddSpeech(speech, extra, sampleRate);
        return corpus.TrainingSpeech;
    }

    /// <summary>The held-back noise, cut into clips of one second.</summary>
    public IEnumerable<Clip> ValidationSilence(int second) =>
        ValidationNoise.SelectMany(noise => Enumerable.Range(0, noise.Length / second).Select(i => new Clip(0, noise.AsSpan(i * second, second).ToArray(), 0, 0)));

    /// <summary>Every folder that could be a label: all but silence, unknown and background noise.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IReadOnlyList<string> LabelsIn(string data) => [.. LabelFolders.In(TrainingFolder(data)).Select(one => one.Label).Except([.. NoiseFolders, Silence, Unknown])];

    static string TrainingFolder(string data) => Path.Combine(data, "training") is var training && Directory.Exists(training) ? training : data;

    void AddClips(string root, int sampleRate, Func<string, List<Clip>> choose, string? always = null, bool isExtra = false)
    {
        foreach (var (name, folder) in LabelFolders.In(root))
        {
            if (NoiseFolders.Contains(name)) continue;
            var label = Labels.ToList().IndexOf(always ?? name);
            var kind = KindOf(always is null ? name : folder); // another language's words are no one else's
            foreach (var file in WavFiles(folder).Where(file => !IsLeftOut(file, choose(file) == Training)))
            {
                var samples = Read(file, sampleRate);
                if (choose(file) == Training) Print.Add(samples, SpeakerNames.Of(SpeakersFrom.Name, file, "", isClip: true));
                var clip = Clip.FromSamples(label < 0 ? 1 : label, samples, sampleRate, kind);
                choose(file).Add((_wholeClips ? clip : clip.Around(sampleRate)) with { IsExtra = isExtra });
            }
        }
    }

    /// <summary>Reporting speakers are nowhere, choosing ones in no training: see <see cref="SpeakerSplit"/>.</summary>
    bool IsLeftOut(string file, bool training) =>
        _leftOut.Has(file) || (training ? SpeakerSplit.IsKeptFromTraining(file) : SpeakerSplit.OfFile(file) == Purpose.Reporting);

    int KindOf(string word)
    {
        if (Kinds.IndexOf(word) is >= 0 and var known) return known;
        Kinds.Add(word);
        return Kinds.Count - 1;
    }

    void AddNoise(string root, int sampleRate, double forTraining)
    {
        foreach (var folder in NoiseFolders.Select(name => Path.Combine(root, name)).Where(Directory.Exists))
        {
            foreach (var file in WavFiles(folder))
            {
                var samples = Read(file, sampleRate);
                var cut = (int)(samples.Length * forTraining);
                TrainingNoise.Add(samples[..cut]);
                if (cut < samples.Length) ValidationNoise.Add(samples[cut..]);
            }
        }
    }

    void AddSpeech(string? split, IReadOnlyList<string> extra, int sampleRate)
    {
        var files = split is null ? [] : WavFiles(split);
        var speakers = files.Select(SpeechSpeaker).Distinct().OrderBy(Hash, StringComparer.Ordinal).ToArray();
        var kept = speakers.Take(Math.Min(KeptSpeakers, (speakers.Length - 1) / 2)).ToHashSet();
        foreach (var file in files) (kept.Contains(SpeechSpeaker(file)) ? KeptSpeech : TrainingSpeech).Add(Read(file, sampleRate));
        foreach (var file in extra.SelectMany(WavFiles).Where(file => !SpeakerSplit.IsKeptFromTraining(file))) TrainingSpeech.Add(Read(file, sampleRate));
    }

    static string SpeechSpeaker(string file) => Path.GetFileName(file).Split('-')[0];

    static string[] WavFiles(string folder)
    {
        RequireFolder(folder);
        return [.. FolderWalk.Files(folder, below: true, file => file.EndsWith(".wav", StringComparison.OrdinalIgnoreCase))];
    }

    static void RequireFolder(string folder)
    {
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"There is no folder {folder}.");
    }

    /// <summary>True for that part of the speakers, chosen by the hash of the file name's part before the first underscore: every clip of a speaker falls together.</summary>
    public static bool IsHeldBack(string file, double part = 0.1) => Convert.ToByte(Hash(Path.GetFileNameWithoutExtension(file).Split('_')[0])[..2], 16) < 256 * part;

    /// <summary>
    /// The part of <paramref name="folds"/> parts, from 0, that a file's speaker belongs to, by the same hash. Of two parts the parity of the hash's first
    /// byte decides; of five parts the first is what <see cref="IsHeldBack"/> with 0.2 holds back.
    /// </summary>
    public static int Fold(string file, int folds)
    {
        var first = Convert.ToByte(Hash(Path.GetFileNameWithoutExtension(file).Split('_')[0])[..2], 16);
        return folds == 2 ? first % 2 : first * folds / 256;
    }

    static string Hash(string name) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    public static float[] Read(string file, int sampleRate)
    {
        var all = AudioFile.ReadAll(file, sampleRate);
        return all.Length > 0 ? all : throw new InvalidDataException($"{file} holds no sound: remove it.");
    }
}
