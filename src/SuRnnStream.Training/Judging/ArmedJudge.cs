using SuRnnStream.Evaluation;

namespace SuRnnStream.Training.Judging;

/// <summary>
/// Judges a wake word and the command after it, through <see cref="ArmedPair"/>: pairs found by the gap between them, what the commands tell in other words and in
/// running speech, and how much of their work is skipped. Recordings of wake words are of speakers who are not named; those of commands are the set's.
/// </summary>
/// <param name="scenes">Of the commands' labels.</param>
/// <param name="armedFor">How long a wake word arms the commands.</param>
/// <param name="every">Every Nth speaker of commands and of speech is judged; 1: all of them.</param>
/// <param name="parallel">How many threads, and when to stop.</param>
/// <param name="onStep">Told what is judged next.</param>
sealed class ArmedJudge(CommandScenes scenes, TimeSpan armedFor, int every, ParallelOptions parallel, Action<string> onStep)
{
    /// <summary>Seconds from the end of the wake word to the beginning of the command.</summary>
    public static readonly double[] Gaps = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];

    /// <summary>The figures of each setting, the same ones in the same order.</summary>
    /// <param name="settings">Models of wake words and of commands, each with its options.</param>
    /// <param name="trainingSpeech">Also those of speech that trainings may learn from, as the shipped wake words did: more hours, which flatter.</param>
    public IReadOnlyList<Figure>[] Run(IReadOnlyList<ArmedSetting> settings, bool trainingSpeech = false)
    {
        var figures = settings.Select(_ => new List<Figure>()).ToArray();
        var all = settings.Select(_ => new List<Heard>()).ToArray();
        foreach (var gap in Gaps)
        {
            var name = FormattableString.Invariant($"a command {gap} s after a wake word");
            var heard = Hear(name, settings, scenes.AfterWakeWord(gap));
            for (var i = 0; i < heard.Length; i++) all[i].AddRange(heard[i]);
            Add(heard, one => Pairs(name, one));
        }
        Add([.. all.Select(one => one.ToArray())], one => Pairs("all gaps together", one));
        const string sentence = "somebody's sentence 0.3 s after a wake word";
        Add(Hear(sentence, settings, scenes.SentenceAfterWakeWord(0.3)), one => [StreamFigures.Fired(sentence, "fire a command", one.Select(scene => scene.Count))]);
        Add(Hear("other words", settings, scenes.Others()), one => Alone("other words, no wake word", one));
        var speech = Hear("speech", settings, scenes.Speech());
        Add([.. speech.Select(one => one.Where(scene => scene.Count.Kind == SpeechKind.Read).ToArray())], one => Alone("running speech, read", one));
        if (speech[0].Any(scene => scene.Count.Kind != SpeechKind.Read)) Add([.. speech.Select(one => one.Where(scene => scene.Count.Kind != SpeechKind.Read).ToArray())], one => Alone("running speech, other", one));
        Add(speech, one => Alone("running speech, all", one));
        if (trainingSpeech) Add(Hear("speech that trainings may learn from", settings, scenes.TrainingSpeech()), one => Alone("running speech that trainings may learn from", one));
        return figures;

        void Add(Heard[][] heard, Func<Heard[], IEnumerable<Figure>> make) { for (var i = 0; i < heard.Length; i++) figures[i].AddRange(make(heard[i])); }
    }

    static IEnumerable<Figure> Pairs(string group, IReadOnlyList<Heard> heard)
    {
        SceneCount[] counts = [.. heard.Select(one => one.Count)];
        yield return Figure.OfCases(group, "pairs found", heard.Select(one => new Part(one.Count.Speaker, one.Count.Events - one.Count.Misses, one.Count.Events)), "pairs");
        yield return Figure.OfCases(group, "wake word missed", heard.Select(one => new Part(one.Count.Speaker, one.Count.Events - one.Woken, one.Count.Events)), "pairs");
        yield return Figure.OfCases(group, "command missed after a wake word that was detected", heard.Select(one => new Part(one.Count.Speaker, one.Woken - one.Found, one.Woken)), "commands");
        yield return Figure.OfCases(group, "wrong command", counts.Select(one => new Part(one.Speaker, Math.Min(one.Wrong, one.Events), one.Events)), "pairs");
        yield return StreamFigures.Alarms(group, "other false commands", counts);
        yield return Skipped(group, heard);
    }

    static IEnumerable<Figure> Alone(string group, IReadOnlyList<Heard> heard)
    {
        yield return Figure.OfHours(group, "false commands", heard.Select(one => new Part(one.Count.Speaker, one.Count.False + one.Count.OthersFired, one.Count.Hours)));
        yield return Figure.OfHours(group, "false wake words", heard.Select(one => new Part(one.Count.Speaker, one.Wakes, one.Count.Hours)));
        yield return Skipped(group, heard);
    }

    static Figure Skipped(string group, IReadOnlyList<Heard> heard)
    {
        var cost = heard.Aggregate(new ComputeStats(), (sum, one) => sum + one.Commands);
        var whole = heard.Aggregate(new ComputeStats(), (sum, one) => sum + one.AlwaysOn);
        return Figure.OfNumber(group, "of the commands' multiply-adds saved", 1 - (double)cost.MultiplyAdds / Math.Max(1, whole.MultiplyAdds), FigureUnit.Part,
            FormattableString.Invariant($"against commands that always listen; {100 * cost.SkippedRatio:0.0} % of {cost.Frames:N0} frames skipped, there {100 * whole.SkippedRatio:0.0} %"));
    }

    /// <summary>[settings][scenes] every setting on every scene, which is made once.</summary>
    Heard[][] Hear(string name, IReadOnlyList<ArmedSetting> settings, IReadOnlyList<Func<Scene>> of)
    {
        onStep(name);
        Func<Scene>[] some = [.. of.Where((_, i) => i % every == 0)];
        var results = settings.Select(_ => new Heard[some.Length]).ToArray();
        Parallel.For(0, some.Length, parallel, i =>
        {
            var scene = some[i]();
            var always = settings.Count > 1 ? new ComputeStats() : settings[0].Commands.NewDetector().Process(scene.Stream.Samples, _ => { });
            for (var setting = 0; setting < settings.Count; setting++) results[setting][i] = HearOne(settings[setting], scene, always);
        });
        return results;
    }

    Heard HearOne(ArmedSetting setting, Scene scene, ComputeStats always)
    {
        var (wake, commands, told) = (setting.Wake, setting.Commands, new List<Detection>());
        var pair = new ArmedPair(wake.Model, commands.Model, armedFor, wake.Options, commands.Options);
        pair.Process(scene.Stream.Samples, told.Add);
        pair.Finish(told.Add);
        Detection[] calls = [.. told.Where(one => wake.Labels.Contains(one.Label))];
        var match = new EventMatch(scene.Stream.Events, told.Where(one => !wake.Labels.Contains(one.Label)));
        bool IsWoken(LabelledEvent of) => calls.Any(call => call.Time <= of.End + EventMatch.Grace && call.Time + armedFor >= of.Start && call.End <= of.End);
        return new Heard(SceneCount.Of(scene, match), scene.Stream.Events.Count(IsWoken), match.Hits.Count(hit => IsWoken(hit.Event)), calls.Length, pair.CommandCost, always);
    }

    /// <param name="Count">Of the commands.</param>
    /// <param name="Woken">Commands with a wake word before them that was detected.</param>
    /// <param name="Found">Those of them that were found.</param>
    /// <param name="Wakes">Wake words that were detected.</param>
    /// <param name="Commands">What the commands cost.</param>
    /// <param name="AlwaysOn">What they would cost without a wake word.</param>
    sealed record Heard(SceneCount Count, int Woken, int Found, int Wakes, ComputeStats Commands, ComputeStats AlwaysOn);
}

/// <summary>What is judged together.</summary>
/// <param name="Name">What a sweep calls it.</param>
/// <param name="Wake">Detects wake words.</param>
/// <param name="Commands">Detects commands.</param>
sealed record ArmedSetting(string Name, JudgedModel Wake, JudgedModel Commands);
