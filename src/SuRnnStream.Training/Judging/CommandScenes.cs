using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Mixing;
using SuRnnStream.Training.Data;

namespace SuRnnStream.Training.Judging;

/// <summary>The scenes that models of spoken commands are judged on. Each is made when it is asked for, on the caller's thread.</summary>
sealed class CommandScenes
{
    /// <summary>Gaps in seconds between a wake word and a command, and between somebody's sentence and a command.</summary>
    public static readonly double[] GapsAfterWakeWord = [0.1, 0.3, 0.6], GapsAfterSentence = [0.5, 1, 2.5];

    const double Quiet = 20;        // dB by which noise lies below words where nothing else is said
    const int TargetsAtMost = 50;   // words in 20 minutes
    const double WordsGap = 0.3;    // seconds between clips that follow each other
    const double LongestSentence = 4, ShortestSentence = 1, LongestWakeWord = 1.5; // seconds

    readonly IReadOnlyList<(string Speaker, SpokenWord[] Words)> _commands, _others;
    readonly IReadOnlyList<(string Speaker, SpeechKind Kind, float[][] Utterances)> _speech;
    readonly float[][] _sentences, _wakeWords;
    readonly float[] _talker;
    readonly (string Speaker, SpeechKind Kind, SplitSpeech[] Files)[] _training;

    /// <exception cref="IOException">A folder is missing or a recording cannot be read; the message names it.</exception>
    public CommandScenes(JudgingData data, Purpose purpose, IReadOnlyList<string> labels, int rate, ParallelOptions parallel)
    {
        Sounds = new SceneSounds(data, purpose, rate);
        Clips = Read(data.Clips(purpose), parallel, clip => new JudgedClip(clip, Corpus.Read(clip.File, rate)));
        SpokenWord[] words = [.. Clips.Where(clip => clip.Clip.Speaker.Length > 0).Select(clip => SpokenWord.Of(clip.Clip.Speaker, clip.Clip.Label, clip.Samples, rate)).Where(word => !word.IsSilent)];
        static (string, SpokenWord[])[] WordsOf(IEnumerable<SpokenWord> words) => [.. words.GroupBy(word => word.Speaker).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => (group.Key, Mixed([.. group])))];
        _commands = WordsOf(words.Where(word => labels.Contains(word.Label)));
        _others = WordsOf(words.Where(word => word.Label == Corpus.Unknown));
        Beginnings = WordsOf(Judging.Beginnings.Say(Judging.Beginnings.OfCommands, purpose, rate, parallel));
        _speech = SpeechBySpeaker(data, purpose, rate, parallel);
        _training = BySpeaker(data.SpeechWithoutCommands(Purpose.Training));
        _sentences = [.. _speech.SelectMany(one => one.Utterances).Where(one => one.Length >= ShortestSentence * rate).Select(one => Sounds.Audible(one, LongestSentence))];
        _talker = [.. _speech.Where(one => one.Kind == SpeechKind.Read).SelectMany(one => one.Utterances).SelectMany(one => one)];
        var wakeWords = data.WakeWords().Where(word => JudgingData.WakeWordNames.Contains(word.Word) && word.Fold == 0 == (purpose == Purpose.Reporting));
        _wakeWords = Read([.. wakeWords], parallel, word => Sounds.Audible(Corpus.Read(word.File, rate), LongestWakeWord));
    }

    public SceneSounds Sounds { get; }

    /// <summary>Every clip of the set, silent ones and silence too.</summary>
    public IReadOnlyList<JudgedClip> Clips { get; }

    /// <summary>Words that begin like a command, by voice; empty: nobody could say them.</summary>
    public IReadOnlyList<(string Speaker, SpokenWord[] Words)> Beginnings { get; }

    /// <summary>The speakers of words, of read speech and of other speech.</summary>
    public IEnumerable<IReadOnlyCollection<string>> Populations =>
    [
        [.. Clips.Select(clip => clip.Clip.Speaker).Distinct()],
        [.. Beginnings.Select(one => one.Speaker)],
        .. _speech.GroupBy(one => one.Kind == SpeechKind.Read).Select(group => group.Select(one => one.Speaker).Distinct().ToArray()),
        .. _training.GroupBy(one => one.Kind == SpeechKind.Read).Select(group => group.Select(one => one.Speaker).Distinct().ToArray()),
    ];

    public IReadOnlyList<Func<Scene>> Words(double snr = Quiet) => Each(_commands, one => Sounds.Words(one.Speaker, one.Words, snr));
    public IReadOnlyList<Func<Scene>> Others() => Each(_others, one => Sounds.Words(one.Speaker, one.Words, Quiet));
    public IReadOnlyList<Func<Scene>> LikeCommands() => Each(Beginnings, one => Sounds.Words(one.Speaker, one.Words, Quiet));
    public IReadOnlyList<Func<Scene>> WithTalker() => Each(_commands, one => Sounds.Words(one.Speaker, one.Words, Quiet, talker: _talker));
    public IReadOnlyList<Func<Scene>> Chained() => Each(_commands, one => Sounds.Chain(one.Speaker, one.Words, Quiet, WordsGap));
    public IReadOnlyList<Func<Scene>> AfterWakeWord(double gap) => Each(_commands, one => Sounds.After(one.Speaker, one.Words, _wakeWords, Quiet, gap));
    /// <summary>The last four seconds or less of each utterance, said after a wake word.</summary>
    public IReadOnlyList<Func<Scene>> SentenceAfterWakeWord(double gap) => Each(_speech, one => Sounds.After(one.Speaker, Sentences(one.Speaker, one.Utterances), _wakeWords, Quiet, gap));
    public IReadOnlyList<Func<Scene>> AfterSentence(double gap) => Each(_commands, one => Sounds.After(one.Speaker, one.Words, _sentences, Quiet, gap));
    public IReadOnlyList<Func<Scene>> Alone() => Each(_commands.SelectMany(one => one.Words), word => new Scene(word.Speaker, EvaluationStream.FromClip(word.Speaker, word.Label, word.Samples, Sounds.Rate), []));
    public IReadOnlyList<Func<Scene>> TrainingSpeech() => Each(_training, one => Sounds.Speech(one.Speaker, one.Kind, [.. one.Files.Select(file => Corpus.Read(file.File, Sounds.Rate))], null));
    public IReadOnlyList<Func<Scene>> Speech(double? snr = null) => Each(_speech, one => Sounds.Speech(one.Speaker, one.Kind, one.Utterances, snr));

    /// <summary>
    /// Three streams of 20 minutes with 50 words at random places over noise 20 dB below them, as MLPerf Tiny's, made by <see cref="StreamMaker"/>; with fewer
    /// words than 50 all of them in as much shorter a stream.
    /// </summary>
    public void InTwentyMinutes(IReadOnlyList<string> labels, Action<int, Scene> onScene)
    {
        var targets = Math.Min(TargetsAtMost, _commands.Sum(one => one.Words.Length));
        var folder = Directory.CreateTempSubdirectory("surnn-judge-").FullName;
        try
        {
            foreach (var (clip, i) in Clips.Select((clip, i) => (clip.Clip, i)).Where(one => labels.Contains(one.Clip.Label)))
                File.Copy(clip.File, Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "clips", clip.Label)).FullName, $"{i:d5}.wav"));
            Directory.CreateDirectory(Path.Combine(folder, "noise"));
            foreach (var (noise, i) in Sounds.Noise.Select((noise, i) => (noise, i))) WavWriter.Write(Path.Combine(folder, "noise", $"{i}.wav"), noise, Sounds.Rate);
            string[] said = [.. labels.Where(label => Directory.Exists(Path.Combine(folder, "clips", label)))];
            for (var seed = 1; seed <= 3; seed++)
            {
                var made = StreamMaker.Make(new StreamOptions { Clips = Path.Combine(folder, "clips"), Labels = said, Background = Path.Combine(folder, "noise"), Targets = targets, Length = TimeSpan.FromMinutes(20.0 * targets / TargetsAtMost), Snr = Quiet, Seed = seed, SampleRate = Sounds.Rate });
                onScene(seed, new Scene("", EvaluationStream.FromRecording($"seed {seed}", made.Events, made.Samples, made.SampleRate), []));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Running speech without commands, by speaker, in memory.</summary>
    public static IReadOnlyList<(string Speaker, SpeechKind Kind, float[][] Utterances)> SpeechBySpeaker(JudgingData data, Purpose purpose, int rate, ParallelOptions parallel) =>
        Read(BySpeaker(data.SpeechWithoutCommands(purpose)), parallel, one => (one.Speaker, one.Kind, one.Files.Select(file => Corpus.Read(file.File, rate)).ToArray()));

    static (string Speaker, SpeechKind Kind, SplitSpeech[] Files)[] BySpeaker(IEnumerable<SplitSpeech> speech) =>
        [.. speech.GroupBy(one => (one.Speaker, one.Kind))
            .OrderBy(group => group.Key.Speaker, StringComparer.Ordinal).Select(group => (group.Key.Speaker, group.Key.Kind, group.ToArray()))];

    public static IReadOnlyList<Func<Scene>> Each<T>(IEnumerable<T> from, Func<T, Scene> make) => [.. from.Select(one => (Func<Scene>)(() => make(one)))];

    /// <summary>Reads many files at a time.</summary>
    public static TResult[] Read<T, TResult>(IReadOnlyList<T> files, ParallelOptions parallel, Func<T, TResult> read)
    {
        var results = new TResult[files.Count];
        try { Parallel.For(0, files.Count, parallel, i => results[i] = read(files[i])); }
        catch (AggregateException several) { throw several.InnerExceptions[0]; } // one line names one file
        return results;
    }

    SpokenWord[] Sentences(string speaker, float[][] utterances) =>
        [.. utterances.Where(one => one.Length >= ShortestSentence * Sounds.Rate).Select(one => SpokenWord.Of(speaker, Corpus.Unknown, Sounds.Audible(one, LongestSentence), Sounds.Rate))];

    /// <summary>A speaker's words in an order of no pattern, the same every time.</summary>
    static SpokenWord[] Mixed(SpokenWord[] words)
    {
        new Random(words.Length).Shuffle(words);
        return words;
    }
}

/// <summary>A clip in memory.</summary>
sealed record JudgedClip(SplitClip Clip, float[] Samples);
