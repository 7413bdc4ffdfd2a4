using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Mixing;
using SuRnnStream.Training.Data;

namespace SuRnnStream.Training.Judging;

/// <summary>
/// Judges models of wake words: recordings of the words and of phrases that are none, as recorded and over noise, running speech, other words, cost.
/// The recordings do not say who speaks, so each is a speaker of its own.
/// </summary>
sealed class WakeWordJudge
{
    /// <summary>Part of the words that may be missed where false alarms an hour are asked for.</summary>
    public const double AtMissed = 0.05;

    const double Snr = 10; // dB by which noise lies below words and speech

    readonly SceneSounds _sounds;
    readonly IReadOnlyList<JudgedModel> _models;
    readonly ParallelOptions _parallel;
    readonly Action<string> _onStep;
    readonly Purpose _purpose;
    readonly Recording[] _recordings;
    readonly IReadOnlyList<(string Speaker, SpeechKind Kind, float[][] Utterances)> _speech;
    readonly (string Speaker, SpokenWord[] Words)[] _words, _beginnings;

    /// <exception cref="IOException">A folder is missing or a recording cannot be read; the message names it.</exception>
    public WakeWordJudge(JudgingData data, Purpose purpose, IReadOnlyList<JudgedModel> models, ParallelOptions parallel, Action<string> onStep)
    {
        (_models, _parallel, _onStep, _purpose) = (models, parallel, onStep, purpose);
        var rate = models[0].Model.Config.RequireFrontEnd().SampleRate;
        _sounds = new SceneSounds(data, purpose, rate);
        _recordings = CommandScenes.Read(data.WakeWords(), parallel, one => new Recording(one, models[0].Labels.Contains(one.Word), Corpus.Read(one.File, rate)));
        if (models[0].Labels.Except(_recordings.Select(one => one.Of.Word)).FirstOrDefault() is { } missing) throw new InvalidDataException($"{data.Folder("wake-words")} has no recordings of '{missing}'.");
        _speech = CommandScenes.SpeechBySpeaker(data, purpose, rate, parallel);
        var clips = CommandScenes.Read([.. data.Clips(purpose).Where(clip => clip.Speaker.Length > 0)], parallel, clip => SpokenWord.Of(clip.Speaker, Corpus.Unknown, Corpus.Read(clip.File, rate), rate));
        static (string, SpokenWord[])[] BySpeaker(IEnumerable<SpokenWord> words) => [.. words.Where(word => !word.IsSilent).GroupBy(word => word.Speaker).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => (group.Key, group.ToArray()))];
        _words = BySpeaker(clips);
        _beginnings = BySpeaker(Beginnings.Say([.. Beginnings.OfWakeWords.Where(pair => models[0].Labels.Contains(pair.Key)).SelectMany(pair => pair.Value)], purpose, rate, parallel));
    }

    /// <summary>False: nobody could say the words that begin like a wake word.</summary>
    public bool HasBeginnings => _beginnings.Length > 0;

    /// <summary>The recordings of words, those of other phrases, and the speakers of read speech, other speech and words, synthesised ones apart.</summary>
    public IEnumerable<IReadOnlyCollection<string>> Populations =>
    [
        .. _recordings.GroupBy(one => one.IsWord).Select(group => group.Select(one => one.Name).ToArray()),
        .. _speech.GroupBy(one => one.Kind == SpeechKind.Read).Select(group => group.Select(one => one.Speaker).Distinct().ToArray()),
        [.. _words.Select(one => one.Speaker)],
        [.. _beginnings.Select(one => one.Speaker)],
    ];

    /// <summary>The figures of each model, the same ones in the same order.</summary>
    public IReadOnlyList<Figure>[] Run()
    {
        var figures = _models.Select(_ => new List<Figure>()).ToArray();
        void Add(Func<int, IEnumerable<Figure>> make) { for (var m = 0; m < _models.Count; m++) figures[m].AddRange(make(m)); }
        bool IsMine(Recording one) => one.Of.Fold == 0 == (_purpose == Purpose.Reporting);
        Recording[] words = [.. _recordings.Where(one => one.IsWord)], mine = [.. words.Where(IsMine)];

        var quiet = Hear("words as recorded", Scenes(mine, null), sweep: true);
        var noisy = Hear("words over noise", Scenes(words, Snr), sweep: true);
        SceneResult[] Mine(int m) => [.. noisy[m].Where((_, i) => IsMine(words[i]))];
        var speech = Hear("speech", CommandScenes.Each(_speech, one => _sounds.Speech(one.Speaker, one.Kind, one.Utterances, null)), sweep: true);
        var noisySpeech = Hear("speech over noise", CommandScenes.Each(_speech, one => _sounds.Speech(one.Speaker, one.Kind, one.Utterances, Snr)), sweep: true);
        var phrases = Hear("other phrases", Scenes([.. _recordings.Where(one => !one.IsWord && IsMine(one))], Snr), sweep: true);
        var others = Hear("other words", CommandScenes.Each(_words, one => _sounds.Words(one.Speaker, one.Words, 20)));

        Add(m => StreamFigures.Words("words as recorded", quiet[m], _models[m].Labels));
        Add(m => StreamFigures.Words("words over noise 10 dB below", Mine(m), _models[m].Labels));
        for (var fold = 0; fold < JudgingData.WakeWordFolds; fold++)
        {
            var part = fold;
            Add(m => [StreamFigures.Missed("words over noise 10 dB below, each fifth of the recordings", noisy[m].Where((_, i) => words[i].Of.Fold == part).Select(one => one.Shipped)) with
            {
                Name = $"missed of fifth {part + 1}",
                Note = part == 0 ? "the one that surnn-train word holds back" : "",
            }]);
        }
        Add(m => StreamFigures.Speech("running speech", speech[m]));
        Add(m => StreamFigures.Speech("running speech over noise 10 dB below", noisySpeech[m]));
        Add(m => [StreamFigures.Fired("other phrases over noise 10 dB below", "fire", phrases[m])]);
        Add(m => [StreamFigures.Fired("commands and other words over noise 20 dB below", "fire", others[m])]);
        if (HasBeginnings)
        {
            var like = Hear("words that begin like a wake word", CommandScenes.Each(_beginnings, one => _sounds.Words(one.Speaker, one.Words, 20)));
            Add(m => [StreamFigures.Fired("words that begin like a wake word, synthesised", "fire", like[m])]);
        }
        Add(m => StreamFigures.AtBudgets(quiet[m], speech[m], phrases[m], CommandJudge.Budgets).Select(figure => figure with { Group = "as recorded, " + figure.Group }));
        Add(m => StreamFigures.AtBudgets(Mine(m), noisySpeech[m], phrases[m], CommandJudge.Budgets).Select(figure => figure with { Group = "noise 10 dB below, " + figure.Group }));
        Add(m => StreamFigures.AtMissed(Mine(m), noisySpeech[m], AtMissed).Select(figure => figure with { Group = "noise 10 dB below, " + figure.Group }));
        _onStep("cost");
        var costs = _models.Select(model => CostFigures.Of(model, _sounds, Scenes(mine, null), CommandScenes.Each(_speech, one => _sounds.Speech(one.Speaker, one.Kind, one.Utterances, null)), _parallel)).ToArray();
        Add(m => costs[m]);
        return [.. figures.Select(one => one.Select(figure => figure.Parts.Any(part => part.Speaker.Contains('/')) ? figure with { Who = "recordings" } : figure).ToArray())];
    }

    SceneResult[][] Hear(string name, IReadOnlyList<Func<Scene>> scenes, bool sweep = false)
    {
        _onStep(name);
        return CommandJudge.HearAll(_models, scenes, sweep, _parallel);
    }

    IReadOnlyList<Func<Scene>> Scenes(IReadOnlyList<Recording> recordings, double? snr) => CommandScenes.Each(recordings, one => OfRecording(one, snr));

    /// <summary>A recording as it is, or with a second before and after it over noise that lies below its audible part.</summary>
    Scene OfRecording(Recording one, double? snr)
    {
        var stream = EvaluationStream.FromClip(one.Name, one.Of.Word, one.Samples, _sounds.Rate);
        if (snr is { } below)
        {
            var part = AudiblePart.Of(one.Samples, _sounds.Rate);
            var level = 20 * Math.Log10(Math.Max(1e-6, Waveform.Rms(one.Samples.AsSpan(part.Start, part.End - part.Start))));
            stream = stream.WithSilenceAround(_sounds.Rate);
            float[] mixed = [.. stream.Samples];
            var noise = _sounds.Background(mixed.Length, one.Name, level - below);
            for (var i = 0; i < noise.Length; i++) mixed[i] += noise[i];
            stream = stream with { Samples = mixed };
        }
        return one.IsWord ? new Scene(one.Name, stream, []) : new Scene(one.Name, stream, stream.Events);
    }

    /// <summary>A recording in memory.</summary>
    sealed record Recording(SplitWakeWord Of, bool IsWord, float[] Samples)
    {
        public string Name { get; } = $"{Of.Word}/{Path.GetFileNameWithoutExtension(Of.File)}";
    }
}
