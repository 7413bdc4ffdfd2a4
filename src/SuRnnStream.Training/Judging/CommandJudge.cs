
namespace SuRnnStream.Training.Judging;

/// <summary>Judges models of spoken commands: clips, words in streams, running speech, what surrounds a command, cost.</summary>
sealed class CommandJudge(CommandScenes scenes, IReadOnlyList<JudgedModel> models, ParallelOptions parallel, Action<string> onStep, bool trainingSpeech = false)
{
    /// <summary>False alarms an hour within which a threshold is looked for.</summary>
    public static readonly double[] Budgets = [0.5, 1, 2, 5];

    /// <summary>Part of the words that may be missed where false alarms an hour are asked for.</summary>
    public const double AtMissed = 0.1;

    /// <summary>The figures of each model, the same ones in the same order.</summary>
    public IReadOnlyList<Figure>[] Run()
    {
        var figures = models.Select(_ => new List<Figure>()).ToArray();
        void Add(Func<int, IEnumerable<Figure>> make) { for (var m = 0; m < models.Count; m++) figures[m].AddRange(make(m)); }

        onStep("clips");
        var clips = Classify();
        Add(m => ClipFigures.Of(scenes.Clips, clips[m]));
        var words = Hear("words over noise 20 dB below", scenes.Words(), sweep: true);
        var noisy = Hear("words over noise 10 dB below", scenes.Words(10));
        var others = Hear("other words alone", scenes.Others(), sweep: true);
        var speech = Hear("speech", scenes.Speech(), sweep: true);
        var noisySpeech = Hear("speech over noise 10 dB below", scenes.Speech(10));
        Add(m => StreamFigures.Words("words over noise 20 dB below", words[m], models[m].Labels));
        Add(m => StreamFigures.Words("words over noise 10 dB below", noisy[m], []));
        Add(m => StreamFigures.Speech("running speech", speech[m]));
        Add(m => StreamFigures.Speech("running speech over noise 10 dB below", noisySpeech[m]));
        Add(m => StreamFigures.AtBudgets(words[m], speech[m], others[m], Budgets));
        Add(m => StreamFigures.AtMissed(words[m], speech[m], AtMissed));
        Add(m => [StreamFigures.Fired("other words alone", "fire", others[m])]);
        if (trainingSpeech)
        {
            const string where = "speech that trainings may learn from: ";
            var more = Hear("speech that trainings may learn from", scenes.TrainingSpeech(), sweep: true);
            Add(m => StreamFigures.Speech("running speech", more[m]).Concat(StreamFigures.AtBudgets(words[m], more[m], others[m], Budgets)).Concat(StreamFigures.AtMissed(words[m], more[m], AtMissed))
                .Select(figure => figure with { Group = where + figure.Group }));
        }
        if (scenes.Beginnings.Count > 0)
        {
            var like = Hear("words that begin like a command", scenes.LikeCommands());
            Add(m => [StreamFigures.Fired("words that begin like a command, synthesised", "fire", like[m])]);
        }
        foreach (var gap in CommandScenes.GapsAfterWakeWord) AddScene(Invariant($"a command {gap} s after a wake word"), scenes.AfterWakeWord(gap));
        foreach (var gap in CommandScenes.GapsAfterSentence) AddScene(Invariant($"a command {gap} s after a sentence"), scenes.AfterSentence(gap));
        var alone = Hear("clips as streams", scenes.Alone());
        Add(m => StreamFigures.Words("one-second clips of commands, as detect reads them", alone[m], []));
        AddScene("commands one after another", scenes.Chained());
        AddScene("a talker 20 dB below", scenes.WithTalker());
        onStep("20 minutes");
        var minutes = models.Select(_ => new List<Figure>()).ToArray();
        scenes.InTwentyMinutes(models[0].Labels, (seed, scene) =>
        {
            for (var m = 0; m < models.Count; m++) minutes[m].AddRange(StreamFigures.Minutes(seed, SceneResult.Of(models[m], scene, sweep: false).Shipped));
        });
        Add(m => minutes[m]);
        onStep("cost");
        var costs = models.Select(model => CostFigures.Of(model, scenes.Sounds, scenes.Words(), scenes.Speech(), parallel)).ToArray();
        Add(m => costs[m]);
        return figures;

        void AddScene(string name, IReadOnlyList<Func<Scene>> of)
        {
            var heard = Hear(name, of);
            Add(m => StreamFigures.Surrounded(name, heard[m]));
        }
    }

    /// <summary>[models][clips] the label that was read out.</summary>
    string[][] Classify()
    {
        var answers = models.Select(_ => new string[scenes.Clips.Count]).ToArray();
        Parallel.For(0, scenes.Clips.Count, parallel, () => models.Select(model => model.NewClassifier()).ToArray(), (i, _, classifiers) =>
        {
            for (var m = 0; m < classifiers.Length; m++) answers[m][i] = classifiers[m].Classify(scenes.Clips[i].Samples).Label;
            return classifiers;
        }, _ => { });
        return answers;
    }

    /// <summary>[models][scenes]</summary>
    SceneResult[][] Hear(string name, IReadOnlyList<Func<Scene>> of, bool sweep = false)
    {
        onStep(name);
        return HearAll(models, of, sweep, parallel);
    }

    /// <summary>[models][scenes] every model on every scene, which is made once.</summary>
    public static SceneResult[][] HearAll(IReadOnlyList<JudgedModel> models, IReadOnlyList<Func<Scene>> scenes, bool sweep, ParallelOptions parallel)
    {
        var results = models.Select(_ => new SceneResult[scenes.Count]).ToArray();
        Parallel.For(0, scenes.Count, parallel, i =>
        {
            var scene = scenes[i]();
            for (var m = 0; m < models.Count; m++) results[m][i] = SceneResult.Of(models[m], scene, sweep);
        });
        return results;
    }

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
