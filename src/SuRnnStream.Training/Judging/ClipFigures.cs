using SuRnnStream.Training.Data;

namespace SuRnnStream.Training.Judging;

/// <summary>Figures of one-second clips, each read out as one label.</summary>
static class ClipFigures
{
    /// <param name="clips">The clips.</param>
    /// <param name="answers">The label of each.</param>
    public static IEnumerable<Figure> Of(IReadOnlyList<JudgedClip> clips, IReadOnlyList<string> answers)
    {
        var all = clips.Zip(answers, (one, answer) => (one.Clip, IsRight: one.Clip.Label == answer)).ToArray();
        const string group = "12-class clips";
        static Part Right((SplitClip Clip, bool IsRight) one) => new(one.Clip.Speaker, one.IsRight ? 1 : 0, 1);
        yield return Figure.OfCases(group, "right", all.Select(Right), "clips");
        var sources = all.GroupBy(one => one.Clip.Source).OrderBy(one => one.Key, StringComparer.Ordinal).ToArray();
        if (sources.Length > 1) foreach (var source in sources) yield return Figure.OfCases(group, "right of " + source.Key, source.Select(Right), "clips");
        foreach (var label in new[] { Corpus.Silence, Corpus.Unknown }.Concat(JudgingData.CommandWords))
            if (all.Any(one => one.Clip.Label == label)) yield return Figure.OfCases(group, "right of " + label, all.Where(one => one.Clip.Label == label).Select(Right), "clips");
    }
}
