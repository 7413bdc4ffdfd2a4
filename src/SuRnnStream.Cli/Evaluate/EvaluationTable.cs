using SuRnnStream.Evaluation;
using static SuRnnStream.Cli.Words;
using static SuRnnStream.Evaluation.Figures;

namespace SuRnnStream.Cli;

/// <summary>An evaluation for people.</summary>
static class EvaluationTable
{
    static readonly double[] Budgets = [0.5, 1, 2, 5];
    static readonly string[] Shown = [Breakdown.Condition, Breakdown.Reason, Breakdown.Tenth, Breakdown.Snr]; // the rest is in the report's folder

    public static IEnumerable<string> Lines(EvaluationReport report)
    {
        var width = Math.Max("all labels".Length, report.Labels.Max(label => label.Length));
        yield return $"model      {report.Model}";
        yield return "positives  " + (report.Positives > TimeSpan.Zero ? $"{Duration(report.Positives)}, {Count(report.AsShipped.Events, "event")}" : "none");
        yield return "negatives  " + (report.Negatives > TimeSpan.Zero ? Duration(report.Negatives) : "none");
        if (report.Conditions.Length > 0) yield return $"mixed in   {report.Conditions}";
        if (report.Set is { } set) yield return $"judged set {set.Name}, {Count(set.Files, "sound")}{(set.EarlierLooks.Count > 0 ? $"; {Count(set.EarlierLooks.Count, "look")} with other settings before, the last on {set.EarlierLooks[^1].Day:yyyy-MM-dd}" : set.IsLocked ? "; the first look" : "")}";
        yield return "";
        yield return $"{"as shipped".PadRight(width)}  threshold  events  found   missed  {"95 % bounds",-15} wrong label     FA  {"FA/h",7}  95 % bounds";
        var own = report.AsShippedByLabel.Values.Select(point => point.Threshold).Distinct().Count() > 1;
        yield return Row("all labels".PadRight(width), report.AsShipped, own ? "own" : null);
        foreach (var label in report.Labels) yield return Row(label.PadRight(width), report.AsShippedByLabel[label]);
        yield return "";
        if (report.Latencies.Count > 0) yield return Text($"latency from an event's end: median {Percentile(report.Latencies, 0.5):0.00} s, 95 of 100 within {Percentile(report.Latencies, 0.95):0.00} s");
        foreach (var line in Ranges(report)) yield return line;
        if (report.AsShipped.FalseAlarmsInPositives > 0) yield return $"{Count(report.AsShipped.FalseAlarmsInPositives, "false alarm")} in the positives, {Count(report.AsShipped.WrongLabels, "wrong label")} among them";
        if (!double.IsNaN(report.AsShipped.FalseAlarmsPerHour)) foreach (var line in Sweep(report)) yield return line;
        foreach (var line in Recommendation(report, width)) yield return line;
        foreach (var line in Groups(report)) yield return line;
        foreach (var line in Against(report)) yield return line;
        yield return "";
        foreach (var line in Cost(report.Compute)) yield return line;
    }

    /// <summary>Bounds that count speakers or records instead of events.</summary>
    static IEnumerable<string> Ranges(EvaluationReport report)
    {
        if (!double.IsNaN(report.MissRateRange.Lower)) yield return $"drawn by speaker or record: {Percent(report.MissRateRange.Lower)} to {Percent(report.MissRateRange.Upper)} missed";
        if (!double.IsNaN(report.FalseAlarmRange.Lower)) yield return Text($"drawn by speaker or record: {report.FalseAlarmRange.Lower:0.00} to {report.FalseAlarmRange.Upper:0.00} FA/h");
    }

    static IEnumerable<string> Groups(EvaluationReport report)
    {
        foreach (var group in report.Groups.Where(one => Shown.Contains(one.Group)).GroupBy(one => one.Group))
        {
            yield return "";
            yield return group.Key == Breakdown.Reason ? "why events were missed" : $"by {group.Key}";
            var width = group.Max(one => one.Name.Length);
            foreach (var one in group)
                yield return group.Key == Breakdown.Reason ? $"  {one.Name.PadRight(width)}  {one.Misses,6:N0}"
                    : Text($"  {one.Name.PadRight(width)}  {one.Misses,6:N0} of {one.Events,6:N0} missed, {Percent(one.MissRate)}")
                        + (one.Hours > 0 ? Text($"; {one.FalseAlarms} false alarms in {one.Hours:0.00} h, {one.FalseAlarmsPerHour:0.00} an hour") : "");
        }
    }

    static IEnumerable<string> Against(EvaluationReport report)
    {
        if (report.Against is not { } against) yield break;
        var (one, other) = (report.AsShipped, against.Other.AsShipped);
        yield return "";
        yield return $"against {against.Other.Model}, the same sounds, each as shipped; differences are this less the other";
        if (one.Events > 0)
        {
            yield return Text($"  missed  {Percent(one.MissRate)} against {Percent(other.MissRate)}: {100 * (one.MissRate - other.MissRate):+0.0;-0.0;0.0} points{Range(100 * against.MissRate.Lower, 100 * against.MissRate.Upper, "0.0")}");
            yield return Text($"          both found {against.Both:N0}, only this {against.OnlyThis:N0}, only the other {against.OnlyOther:N0}, none {against.Neither:N0}; McNemar p = {against.McNemar:0.####}");
        }
        if (one.NegativeHours > 0) yield return Text($"  FA/h    {Rate(one)} against {Rate(other)}: {one.FalseAlarmsPerHour - other.FalseAlarmsPerHour:+0.00;-0.00;0.00}{Range(against.FalseAlarmsPerHour.Lower, against.FalseAlarmsPerHour.Upper, "0.00")}");
        static string Range(double lower, double upper, string format) =>
            double.IsNaN(lower) ? "" : $" ({lower.ToString(format, System.Globalization.CultureInfo.InvariantCulture)} to {upper.ToString(format, System.Globalization.CultureInfo.InvariantCulture)}, paired by speaker or record)";
    }

    static IEnumerable<string> Sweep(EvaluationReport report)
    {
        if (report.AsShipped.Events > 0) yield return Text($"mean miss rate from 0 to {DetCurve.MostFalseAlarmsPerHour} FA/h (area under the DET curve): {DetCurve.Area(report.Sweep):0.000}");
        yield return "";
        yield return "one threshold for all labels, fewest misses";
        foreach (var budget in Budgets)
        {
            var best = DetCurve.BestWithin(report.Sweep, budget);
            yield return Text($"  within {budget,3:0.#} FA/h: ") + (best is null ? "no threshold is that quiet" : Short(best));
        }
    }

    static IEnumerable<string> Recommendation(EvaluationReport report, int width)
    {
        if (report is not { Budget: { } budget, AsRecommended: { } together }) yield break;
        foreach (var line in Recommendation(budget, together, report.Labels, report.Recommended, report.SweepByLabel, report.AsShippedByLabel, width)) yield return line;
    }

    /// <summary>Thresholds within a budget, and what they do together.</summary>
    public static IEnumerable<string> Recommendation(
        double budget, OperatingPoint together, IReadOnlyList<string> labels, IReadOnlyDictionary<string, OperatingPoint?> recommended,
        IReadOnlyDictionary<string, IReadOnlyList<OperatingPoint>> sweepByLabel, IReadOnlyDictionary<string, OperatingPoint> asShipped, int width)
    {
        yield return "";
        yield return Text($"thresholds for {budget:0.###} FA/h of all labels together, chosen on these recordings: judge them on others");
        foreach (var (label, point) in recommended)
        {
            var name = $"  {label.PadRight(width)}  ";
            yield return point is null ? $"{name}no threshold of {label} meets it; the best is {Short(DetCurve.Quietest(sweepByLabel[label]))}" : name + Short(point);
        }
        foreach (var label in labels.Except(recommended.Keys)) yield return $"  {label.PadRight(width)}  {Threshold(asShipped[label])} as it is: there is no event of it";
        var over = together.FalseAlarmsPerHour > budget ? ": over the budget" : "";
        yield return $"together: {together.Hits} of {Count(together.Events, "event")} found, {Percent(together.MissRate)} missed ({MissBounds(together)}), {Rate(together)} FA/h ({RateBounds(together)}){over}";
    }

    static string Row(string name, OperatingPoint point, string? threshold = null) =>
        Text($"{name}  {threshold ?? Threshold(point),9}  {point.Events,6}  {point.Hits,5}  {Percent(point.MissRate),7}  {MissBounds(point),-15} {Percent(point.WrongLabelRate),11}  {(point.NegativeHours > 0 ? Text($"{point.FalseAlarms}") : "-"),5}  {Rate(point),7}  {RateBounds(point)}");

    static string Short(OperatingPoint point) => $"{Threshold(point)}, {Percent(point.MissRate)} missed, {Rate(point)} FA/h ({RateBounds(point)})";

    static double Percentile(IReadOnlyList<TimeSpan> ascending, double part) => EvaluationReport.Percentile(ascending, part).TotalSeconds;
}
