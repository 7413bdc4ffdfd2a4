using SuRnnStream.Evaluation;

namespace SuRnnStream.Training.Judging;

/// <summary>A stream to judge on, of one speaker.</summary>
/// <param name="Speaker">Whose words or speech it is; of two who speak, whose words are counted.</param>
/// <param name="Stream">The sound and its events.</param>
/// <param name="Others">Sounds in it that nothing should be detected in, where they are counted one by one.</param>
sealed record Scene(string Speaker, EvaluationStream Stream, IReadOnlyList<LabelledEvent> Others)
{
    /// <summary>Kind of speech, of running speech.</summary>
    public SpeechKind? Kind { get; init; }
}

/// <summary>What was counted in one scene at one setting of the detector.</summary>
/// <param name="Speaker">Whose it is.</param>
/// <param name="Kind">Kind of speech, of running speech.</param>
/// <param name="ByLabel">Events and those found, by label.</param>
/// <param name="Wrong">False alarms that are a wrong label of an event.</param>
/// <param name="False">All other false alarms but those in others.</param>
/// <param name="Others">Others that there are.</param>
/// <param name="OthersFired">Those with a detection in them or up to a second after.</param>
/// <param name="Hours">Length of the stream.</param>
sealed record SceneCount(string Speaker, SpeechKind? Kind, IReadOnlyDictionary<string, (int Events, int Hits)> ByLabel, int Wrong, int False, int Others, int OthersFired, double Hours)
{
    public int Events => ByLabel.Values.Sum(label => label.Events);
    public int Misses => ByLabel.Values.Sum(label => label.Events - label.Hits);

    /// <summary>Counts a match, by the rules of <see cref="EventMatch"/>.</summary>
    public static SceneCount Of(Scene scene, EventMatch match)
    {
        var byLabel = match.Hits.Select(hit => (hit.Event.Label, Hit: 1)).Concat(match.Missed.Select(one => (one.Label, Hit: 0)))
            .GroupBy(one => one.Label).ToDictionary(group => group.Key, group => (group.Count(), group.Sum(one => one.Hit)));
        bool InOther(FalseAlarm alarm) => scene.Others.Any(other => EventMatch.Covers(other, alarm.Detection.Time));
        var fired = scene.Others.Count(other => match.FalseAlarms.Any(alarm => EventMatch.Covers(other, alarm.Detection.Time)));
        return new SceneCount(scene.Speaker, scene.Kind, byLabel, match.FalseAlarms.Count(alarm => alarm.WrongLabel),
            match.FalseAlarms.Count(alarm => !alarm.WrongLabel && !InOther(alarm)), scene.Others.Count, fired, scene.Stream.Length.TotalHours);
    }
}

/// <summary>What a model made of one scene.</summary>
/// <param name="Shipped">At the model's own settings.</param>
/// <param name="Sweep">At each threshold of <see cref="Evaluator.Thresholds"/>; empty: not asked for.</param>
/// <param name="Latencies">From each found event's end to its detection, at the model's own settings.</param>
/// <param name="Stats">What it cost.</param>
sealed record SceneResult(SceneCount Shipped, IReadOnlyList<SceneCount> Sweep, IReadOnlyList<TimeSpan> Latencies, ComputeStats Stats)
{
    public static SceneResult Of(JudgedModel model, Scene scene, bool sweep)
    {
        var heard = model.Hear(scene.Stream);
        var match = heard.Match();
        return new SceneResult(SceneCount.Of(scene, match),
            sweep ? [.. Evaluator.Thresholds.Select(threshold => SceneCount.Of(scene, heard.Match(model.At(threshold))))] : [],
            [.. match.Hits.Select(hit => hit.Latency)], heard.Stats);
    }
}
