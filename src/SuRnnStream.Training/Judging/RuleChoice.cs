using SuRnnStream.Evaluation;

namespace SuRnnStream.Training.Judging;

/// <summary>Hears the choosing sounds once, and counts what any settings of the rule of events would have come to.</summary>
sealed class RuleChoice
{
    const float Lowest = 0.04f, Highest = 0.9f;
    const int Halvings = 7, Part = 4; // of the scenes after speech every fourth speaker's

    readonly ParallelOptions _parallel;
    readonly (Scene Scene, JudgedStream Heard)[] _words, _others, _like, _speech, _training;
    readonly (Scene Scene, JudgedStream Heard)[][] _after;

    /// <exception cref="IOException">A folder is missing or a recording cannot be read; the message names it.</exception>
    public RuleChoice(CommandScenes scenes, JudgedModel model, bool trainingSpeech, ParallelOptions parallel, Action<string> onStep)
    {
        _parallel = parallel;
        (Scene, JudgedStream)[] Hear(string name, IReadOnlyList<Func<Scene>> of)
        {
            onStep(name);
            var heard = new (Scene, JudgedStream)[of.Count];
            Parallel.For(0, of.Count, parallel, i =>
            {
                var scene = of[i]();
                heard[i] = (scene with { Stream = scene.Stream with { Samples = [] } }, model.Hear(scene.Stream));
            });
            return heard;
        }
        static IReadOnlyList<Func<Scene>> Some(IReadOnlyList<Func<Scene>> scenes) => [.. scenes.Where((_, i) => i % Part == 0)];
        (_words, _others, _like, _speech) = (Hear("words", scenes.Words()), Hear("other words", scenes.Others()), Hear("words that begin like a command", scenes.LikeCommands()), Hear("speech", scenes.Speech()));
        _after = [Hear("after a wake word", Some(scenes.AfterWakeWord(0.3))), Hear("after a wake word", Some(scenes.AfterWakeWord(0.6))), Hear("after a sentence", Some(scenes.AfterSentence(0.5))), Hear("after a sentence", Some(scenes.AfterSentence(1)))];
        _training = trainingSpeech ? Hear("speech that trainings may learn from", scenes.TrainingSpeech()) : [];
    }

    /// <summary>At the lowest threshold, for all labels, that is allowed. Null: none is.</summary>
    /// <param name="options">The rest of the settings.</param>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public (DetectorOptions Options, RuleCounts Counts)? AtLowestThreshold(DetectorOptions options)
    {
        DetectorOptions At(float threshold) => options with { Threshold = threshold, Thresholds = new Dictionary<string, float>() };
        if (!Count(At(Highest)).IsAllowed) return null;
        var (low, high) = (Lowest, Highest);
        for (var n = 0; n < Halvings; n++)
        {
            var middle = (low + high) / 2;
            if (Count(At(middle)).IsAllowed) high = middle;
            else low = middle;
        }
        var rounded = At(MathF.Ceiling(high * 100) / 100);
        return (rounded, Count(rounded));
    }

    /// <summary>
    /// Goes on from settings that are allowed to a threshold of its own for each label: one label after the other, twice, takes the threshold of the lowest cost that is allowed, in steps
    /// of 0.05 up to 0.2 below and above the present one.
    /// </summary>
    public (DetectorOptions Options, RuleCounts Counts) ByLabel((DetectorOptions Options, RuleCounts Counts) best, IReadOnlyList<string> labels)
    {
        for (var round = 0; round < 2; round++)
            foreach (var label in labels)
            {
                var present = best.Options.Thresholds.GetValueOrDefault(label, best.Options.Threshold);
                foreach (var step in new[] { -4, -3, -2, -1, 1, 2, 3, 4 })
                {
                    var threshold = MathF.Round(present + (0.05f * step), 2);
                    if (threshold is < Lowest or > Highest) continue;
                    var tried = best.Options with { Thresholds = new Dictionary<string, float>(best.Options.Thresholds) { [label] = threshold } };
                    var counts = Count(tried);
                    if (counts.IsAllowed && counts.Cost < best.Counts.Cost) best = (tried, counts);
                }
            }
        return best;
    }

    public RuleCounts Count(DetectorOptions options)
    {
        SceneCount[] Of((Scene Scene, JudgedStream Heard)[] heard)
        {
            var counts = new SceneCount[heard.Length];
            Parallel.For(0, heard.Length, _parallel, i => counts[i] = SceneCount.Of(heard[i].Scene, heard[i].Heard.Match(options)));
            return counts;
        }
        static double Part(IReadOnlyCollection<SceneCount> of, Func<SceneCount, int> some, Func<SceneCount, int> all) => of.Sum(some) / (double)of.Sum(all);
        static double Hourly(IEnumerable<SceneCount> of, bool read) => of.Where(one => one.Kind == SpeechKind.Read == read).ToArray() is { Length: > 0 } some ? some.Sum(one => one.False) / some.Sum(one => one.Hours) : 0;
        var (words, others, like, speech, training) = (Of(_words), Of(_others), Of(_like), Of(_speech), Of(_training));
        return new RuleCounts
        {
            Missed = Part(words, one => one.Misses, one => one.Events),
            Wrong = Part(words, one => one.Wrong, one => one.Events),
            Others = Part(others, one => one.OthersFired, one => one.Others),
            Like = Part(like, one => one.OthersFired, one => one.Others),
            Read = Hourly(speech, read: true),
            Other = Hourly(speech, read: false),
            TrainingRead = Hourly(training, read: true),
            TrainingOther = Hourly(training, read: false),
            MissedAfter = [.. _after.Select(heard => Part(Of(heard), one => one.Misses, one => one.Events))],
        };
    }
}
