namespace SuRnnStream.Training.Judging;

/// <summary>
/// Judges heartbeat models on the records that their training left out: one model, or several that together leave every record out in turn. What is
/// drawn for the bounds is records.
/// </summary>
static class BeatJudge
{
    const string Ventricular = "ventricular", HeldBack = "held back";

    static readonly MomentTimes Times = new();

    /// <summary>True: the labels are the heartbeat's.</summary>
    public static bool CanJudge(SuRnnModel model) => model.Config.Sensor is not null && model.Config.Labels.SequenceEqual(new EventLabels(EventLabels.HeartBeats).Labels);

    /// <param name="folds">The models; each left other records out.</param>
    /// <param name="folder">The records.</param>
    /// <param name="leftOut">Names of the records that a single model left out; null: those that the models' cards name.</param>
    /// <param name="parallel">How many threads, and when to stop.</param>
    /// <exception cref="IOException">A record is missing or cannot be read; the message names it.</exception>
    /// <exception cref="InvalidDataException">No record was left out, or one by two models.</exception>
    public static (IReadOnlyList<Figure> Figures, IReadOnlyList<string> Records) Run(IReadOnlyList<JudgedModel> folds, string folder, IReadOnlyList<string>? leftOut, ParallelOptions parallel)
    {
        var jobs = new List<(JudgedModel Model, EventStream Record)>();
        foreach (var fold in folds)
        {
            var names = leftOut ?? [.. fold.Model.Card.GetValueOrDefault(HeldBack, "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
            if (names.Count == 0) throw new InvalidDataException($"{fold.Name} does not say which records its training left out: name them with --left-out.");
            jobs.AddRange(EventCorpus.Load(folder, fold.Model.Config.Sensor!, new EventLabels(EventLabels.HeartBeats), names).HeldBack.Select(record => (fold, record)));
        }
        if (jobs.GroupBy(job => job.Record.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InvalidDataException($"Record {twice.Key} was left out by {string.Join(" and ", twice.Select(job => job.Model.Name))}: each record is judged by one model.");
        var reports = new MomentReport[jobs.Count];
        Parallel.For(0, reports.Length, parallel, i => reports[i] = MomentJudge.Judge(jobs[i].Model.Model, jobs[i].Record, Times, jobs[i].Model.Options));
        string[] records = [.. jobs.Select(job => job.Record.Name)];
        return ([.. Figures(records, reports, folds[0].Model.Config.Labels.ToList().IndexOf(Ventricular)).Select(figure => figure with { Who = "records" })], records);
    }

    static IEnumerable<Figure> Figures(string[] records, MomentReport[] reports, int ventricular)
    {
        MomentScores[] beats = [.. reports.Select(report => report.Any)], wide = [.. reports.Select(report => report.ByLabel[ventricular])];
        MomentScores[] given = [.. reports.Select(report => report.Given[ventricular])];
        foreach (var figure in Scores("beats, records left out", records, beats).Concat(Scores("ventricular beats, records left out", records, wide))
            .Concat(Scores("ventricular beats, told where the R peaks are", records, given))) yield return figure;
        foreach (var (group, scores) in new[] { ("beats by record", beats), ("ventricular beats by record", wide), ("ventricular beats by record, told where the R peaks are", given) })
            for (var i = 0; i < records.Length; i++)
                yield return Figure.OfNumber(group, $"F1 of {records[i]}", scores[i].F1, FigureUnit.Part, FormattableString.Invariant($"{scores[i].Found + scores[i].Missed} there, {scores[i].Missed} missed, {scores[i].False} false"));
        var all = reports.Aggregate((sum, report) => sum + report);
        const string when = "time from the R peak";
        yield return Figure.OfNumber(when, "to the detection, median", MomentReport.Percentile(all.Latencies, 0.5), FigureUnit.Seconds);
        yield return Figure.OfNumber(when, "to the detection, 95 %", MomentReport.Percentile(all.Latencies, 0.95), FigureUnit.Seconds);
        foreach (var (group, stats) in new[] { ("cost in beats", all.InEvents), ("cost in the background", all.Background) }) foreach (var figure in CostFigures.Cost(group, stats)) yield return figure;
    }

    static IEnumerable<Figure> Scores(string group, string[] records, MomentScores[] scores)
    {
        yield return Figure.OfCases(group, "found (sensitivity)", records.Select((record, i) => new Part(record, scores[i].Found, scores[i].Found + scores[i].Missed)), "beats");
        yield return Figure.OfCases(group, "right of what was detected (+P)", records.Select((record, i) => new Part(record, scores[i].Found, scores[i].Found + scores[i].False)), "detections");
        yield return Figure.OfDraws(group, "F1", FigureUnit.Part, draw =>
        {
            var (found, missed, wrong) = (0, 0, 0);
            for (var i = 0; i < records.Length; i++)
            {
                var times = draw[records[i]];
                (found, missed, wrong) = (found + times * scores[i].Found, missed + times * scores[i].Missed, wrong + times * scores[i].False);
            }
            return new MomentScores(found, missed, wrong).F1;
        }) with
        { IsDrawn = records.Length > 1 };
    }
}
