using static System.FormattableString;

namespace SuRnnStream.Evaluation;

/// <summary>By whom, when and under what the events are missed, and when false alarms come.</summary>
static class Breakdown
{
    public const string Condition = "condition", Speaker = "speaker", Tenth = "speakers", Snr = "signal-to-noise ratio", Level = "level", Length = "length", Reason = "reason", Hour = "hour", Said = "said";
    const int MostWords = 30;
    static readonly double[] SnrEdges = [0, 5, 10, 15, 20, 30], LevelEdges = [-60, -50, -40, -30, -20], LengthEdges = [0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.2];

    /// <param name="streams">Judged with reasons.</param>
    public static IReadOnlyList<GroupCount> Of(IReadOnlyList<JudgedStream> streams)
    {
        JudgedEvent[] rows = [.. streams.SelectMany(stream => stream.Judged)], events = [.. rows.Where(row => row.Kind != EventKind.FalseAlarm)];
        var speakers = By(Speaker, events, row => row.Speaker).OrderByDescending(one => one.MissRate).ThenByDescending(one => one.Events).ThenBy(one => one.Name, StringComparer.Ordinal).ToArray();
        return
        [
            .. Conditions(streams),
            .. By(Reason, events.Where(row => row.Kind == EventKind.Miss), row => row.Outcome == CandidateOutcome.Detected ? "detected outside its time" : row.Outcome.Text()).OrderByDescending(one => one.Misses),
            .. WorstTenth(speakers),
            .. Binned(Snr, events, row => row.Snr, SnrEdges, "dB"),
            .. Binned(Level, events, row => row.Level, LevelEdges, "dBFS"),
            .. Binned(Length, events, row => (row.End - row.Start).TotalSeconds, LengthEdges, "s"),
            .. Hours(streams),
            .. Words(streams),
            .. speakers,
        ];
    }

    static IEnumerable<GroupCount> Conditions(IReadOnlyList<JudgedStream> streams)
    {
        var conditions = streams.GroupBy(stream => stream.Condition).ToArray();
        if (conditions.Length < 2) yield break;
        foreach (var one in conditions)
        {
            var (negatives, rows) = (one.Where(stream => stream.IsNegative), one.SelectMany(stream => stream.Judged).ToArray());
            yield return new GroupCount(Condition, one.Key.Length > 0 ? one.Key : "clean", rows.Count(row => row.Kind != EventKind.FalseAlarm), rows.Count(row => row.Kind == EventKind.Miss),
                rows.Count(row => row.IsNegative && row.Kind == EventKind.FalseAlarm), negatives.Sum(stream => stream.Length.TotalHours));
        }
    }

    /// <summary>The worst tenth of the speakers beside the others. They were picked by their misses: on other sounds they are nearer to the rest.</summary>
    static IEnumerable<GroupCount> WorstTenth(GroupCount[] speakers)
    {
        if (speakers.Length < 10) yield break;
        var worst = (speakers.Length + 9) / 10;
        yield return Sum(speakers[..worst], Invariant($"worst {worst} of {speakers.Length}"));
        yield return Sum(speakers[worst..], Invariant($"the other {speakers.Length - worst}"));
        static GroupCount Sum(GroupCount[] some, string name) => new(Tenth, name, some.Sum(one => one.Events), some.Sum(one => one.Misses), 0, 0);
    }

    static IEnumerable<GroupCount> By(string kind, IEnumerable<JudgedEvent> rows, Func<JudgedEvent, string> name) =>
        from row in rows group row by name(row) into some orderby some.Key select new GroupCount(kind, some.Key, some.Count(), some.Count(row => row.Kind == EventKind.Miss), 0, 0);

    static IEnumerable<GroupCount> Binned(string group, JudgedEvent[] events, Func<JudgedEvent, double?> value, double[] edges, string unit)
    {
        for (var i = 0; i <= edges.Length; i++)
        {
            var (low, high) = (i == 0 ? double.NegativeInfinity : edges[i - 1], i == edges.Length ? double.PositiveInfinity : edges[i]);
            var name = i == 0 ? Invariant($"below {high} {unit}") : i == edges.Length ? Invariant($"from {low} {unit}") : Invariant($"{low} to {high} {unit}");
            if (Some(name, row => value(row) is { } x && x >= low && x < high) is { Events: > 0 } some) yield return some;
        }
        if (Some("not known", row => value(row) is null) is { Events: > 0 } rest) yield return rest;
        GroupCount Some(string name, Func<JudgedEvent, bool> isIn) => By(group, events.Where(isIn), _ => name).FirstOrDefault() ?? new GroupCount(group, name, 0, 0, 0, 0);
    }

    /// <summary>Words that are said where false alarms are, with the hours of all recordings without events in which they are said.</summary>
    static IEnumerable<GroupCount> Words(IReadOnlyList<JudgedStream> streams)
    {
        var counts = new Dictionary<string, (int Alarms, double Hours)>(StringComparer.OrdinalIgnoreCase);
        foreach (var stream in streams.Where(stream => stream.IsNegative && stream.Said.Length > 0))
            foreach (var word in stream.Said.Split([' ', ',', '.', '?', '!', ';', ':', '"'], StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.OrdinalIgnoreCase))
                counts[word] = counts.GetValueOrDefault(word) is var (alarms, hours) ? (alarms + stream.Judged.Count, hours + stream.Length.TotalHours) : default;
        return counts.Where(one => one.Value.Alarms > 0).OrderByDescending(one => one.Value.Alarms / one.Value.Hours).ThenBy(one => one.Key, StringComparer.Ordinal)
            .Take(MostWords).Select(one => new GroupCount(Said, one.Key.ToLowerInvariant(), 0, 0, one.Value.Alarms, one.Value.Hours));
    }

    /// <summary>False alarms by the hour of the streams without events, one after the other.</summary>
    static IEnumerable<GroupCount> Hours(IReadOnlyList<JudgedStream> streams)
    {
        var (alarms, before) = (new List<int>(), 0.0);
        foreach (var stream in streams.Where(stream => stream.IsNegative))
        {
            foreach (var alarm in stream.Judged)
            {
                var hour = (int)Math.Min(1_000_000, before + alarm.Start.TotalHours);
                while (alarms.Count <= hour) alarms.Add(0);
                alarms[hour]++;
            }
            before += stream.Length.TotalHours;
        }
        while (alarms.Count < before) alarms.Add(0);
        for (var hour = 0; hour < alarms.Count && before > 1; hour++) yield return new GroupCount(Hour, Invariant($"{hour + 1}"), 0, 0, alarms[hour], Math.Min(1, Math.Max(0, before - hour)));
    }
}
