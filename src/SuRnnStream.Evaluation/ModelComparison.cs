namespace SuRnnStream.Evaluation;

/// <summary>Two models on the same sounds, as each is shipped. Differences are this model's figure less the other's.</summary>
public sealed record ModelComparison
{
    /// <summary>The other model's figures.</summary>
    public required EvaluationReport Other { get; init; }

    /// <summary>Events that both found.</summary>
    public required int Both { get; init; }

    /// <summary>Events that only this model found.</summary>
    public required int OnlyThis { get; init; }

    /// <summary>Events that only the other one found.</summary>
    public required int OnlyOther { get; init; }

    /// <summary>Events that none found.</summary>
    public required int Neither { get; init; }

    /// <summary>
    /// Probability that events which only one of two equally good models finds fall at least as unequally (McNemar's test, exact: Psychometrika 12, 1947). Events
    /// of one speaker depend on each other, so that it is too sure; the ranges by speaker are not.
    /// </summary>
    public required double McNemar { get; init; }

    /// <summary>95 % range of the difference of the miss rates, drawn by speaker or record; NaN: fewer than two of them.</summary>
    public required (double Lower, double Upper) MissRate { get; init; }

    /// <summary>The same of the false alarms an hour.</summary>
    public required (double Lower, double Upper) FalseAlarmsPerHour { get; init; }

    /// <summary>Compares what two models made of the same sounds, event by event.</summary>
    /// <param name="report">This model's.</param>
    /// <param name="other">The other's, on the same sounds.</param>
    /// <exception cref="ArgumentException">They have other labels or other events.</exception>
    public static ModelComparison Of(EvaluationReport report, EvaluationReport other)
    {
        if (!report.Labels.Order().SequenceEqual(other.Labels.Order()))
            throw new ArgumentException($"{report.Model} detects {string.Join(", ", report.Labels)}, but {other.Model} {string.Join(", ", other.Labels)}: only models of the same labels can be compared.");
        static IEnumerable<(string, string, string, TimeSpan, bool Found)> Events(EvaluationReport report) => report.Events.Where(row => row.Kind != EventKind.FalseAlarm)
            .Select(row => (row.Condition, row.File, row.Label, row.Start, row.Kind == EventKind.Hit)).OrderBy(row => row.Condition, StringComparer.Ordinal).ThenBy(row => row.File, StringComparer.Ordinal).ThenBy(row => row.Label, StringComparer.Ordinal).ThenBy(row => row.Start);
        var (these, those) = (Events(report).ToArray(), Events(other).ToArray());
        if (!these.Select(one => one with { Found = false }).SequenceEqual(those.Select(one => one with { Found = false })))
            throw new ArgumentException($"{report.Model} was judged on {these.Length} events and {other.Model} on {those.Length}, and they are not the same: judge both on the same sounds.");
        var pairs = these.Zip(those, (one, two) => (one.Found, two.Found)).ToArray();
        int Count(bool here, bool there) => pairs.Count(pair => pair == (here, there));
        var (onlyThis, onlyOther) = (Count(true, false), Count(false, true));
        return new ModelComparison
        {
            Other = other,
            Both = Count(true, true),
            OnlyThis = onlyThis,
            OnlyOther = onlyOther,
            Neither = Count(false, false),
            McNemar = onlyThis == onlyOther ? 1 : Math.Min(1, 2 * BinomialTail.Lower(Math.Min(onlyThis, onlyOther), onlyThis + onlyOther, 0.5)),
            MissRate = report.Units.MissDifference(other.Units, EvaluationReport.DrawSeed),
            FalseAlarmsPerHour = report.Units.AlarmDifference(other.Units, EvaluationReport.DrawSeed),
        };
    }
}
