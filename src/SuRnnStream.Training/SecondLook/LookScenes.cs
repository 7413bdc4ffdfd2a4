using SuRnnStream.Training.Judging;

namespace SuRnnStream.Training.SecondLook;

/// <summary>
/// Scenes by which the weights of a second look's rule are chosen beside words in faint noise: a weight that is good for those may lose a command that comes soon after speech. A first stage has run over each of
/// them once, so a further rule or threshold costs little.
/// </summary>
sealed class LookScenes
{
    const int Part = 3; // every third speaker

    readonly (string Name, LookStream[] Streams)[] _scenes;

    /// <param name="scenes">The sounds.</param>
    /// <param name="propose">What the first stage proposes in a sound.</param>
    /// <param name="parallel">Streams at a time.</param>
    public LookScenes(CommandScenes scenes, Func<float[], IReadOnlyList<LookStream.Candidate>> propose, ParallelOptions parallel)
    {
        (string Name, LookStream[] Streams) Run(string name, IReadOnlyList<Func<Scene>> of)
        {
            Func<Scene>[] some = [.. of.Where((_, i) => i % Part == 0)];
            var streams = new LookStream[some.Length];
            Parallel.For(0, some.Length, parallel, i =>
            {
                var stream = some[i]().Stream;
                streams[i] = new LookStream(LookStreamKind.Words, i, TimeSpan.Zero, stream.Events, propose(stream.Samples));
            });
            return (name, streams);
        }
        _scenes =
        [
            Run("20 dB", scenes.Words()), Run("10 dB", scenes.Words(10)), Run("wake word 0.1 s before", scenes.AfterWakeWord(0.1)), Run("0.3 s", scenes.AfterWakeWord(0.3)), Run("0.6 s", scenes.AfterWakeWord(0.6)),
            Run("sentence 0.5 s before", scenes.AfterSentence(0.5)), Run("1 s", scenes.AfterSentence(1)), Run("talker", scenes.WithTalker()),
        ];
    }

    /// <summary>Words missed, and other labels that fired, in each scene.</summary>
    /// <param name="config">Of the model.</param>
    /// <param name="rule">How both decide together.</param>
    /// <param name="threshold">From which a label is detected.</param>
    public string At(SuRnnConfig config, VerifierRule rule, float threshold) => string.Join(", ", _scenes.Select(scene =>
    {
        var point = new LabelThresholds(scene.Streams, config, rule).Judge(_ => 1).At(threshold);
        return FormattableString.Invariant($"{scene.Name} {100 * point.MissRate:0.0} ({100.0 * point.Wrong / Math.Max(1, point.Words):0.0}) %");
    }));

    /// <summary>Why words are missed in each scene.</summary>
    /// <inheritdoc cref="At" path="/param"/>
    public IEnumerable<string> WhyMissed(SuRnnConfig config, VerifierRule rule, float threshold) =>
        _scenes.Select(scene => $"{scene.Name}: {new LabelThresholds(scene.Streams, config, rule).Judge(_ => 1).WhyMissed(threshold)}");
}
