using System.Globalization;

namespace SuRnnStream.Evaluation.Moments;

/// <summary>A <see cref="MomentReport"/> in lines for people.</summary>
static class MomentLines
{
    public static string Scores(MomentScores scores) => Text($"Se {scores.Sensitivity:P2} +P {scores.Precision:P2} F1 {scores.F1:F4} ({scores.Missed} missed, {scores.False} false)");

    /// <param name="report">Of a recording, or of all.</param>
    /// <param name="labels">The model's, the background first.</param>
    public static string ByLabel(MomentReport report, IReadOnlyList<string> labels) =>
        $"any event {Scores(report.Any)}" + string.Concat(report.ByLabel.Select((scores, i) => (scores, i)).Skip(1).Select(one => $"; {labels[one.i]} {Scores(one.scores)}"));

    public static string FalseDetections(MomentReport report)
    {
        var minutes = report.Total.StreamTime.TotalMinutes;
        var bounds = Bounds.OfRate(report.Any.False, minutes / 60);
        return Text($"false detections: {report.Any.False} in {minutes:F1} min, {report.Any.False / minutes:F2} a minute, 95 % ") + (bounds.OneSided ? Text($"below {bounds.Upper / 60:F2}") : Text($"{bounds.Lower / 60:F2} to {bounds.Upper / 60:F2}"));
    }

    public static IEnumerable<string> Delays(MomentReport report)
    {
        yield return Text($"from the event to its emission: median {1000 * MomentReport.Percentile(report.Latencies, 0.5):F0} ms, 95 % within {1000 * MomentReport.Percentile(report.Latencies, 0.95):F0} ms");
        yield return Text($"from the event to the time given: median {1000 * MomentReport.Percentile(report.Offsets, 0.5):F1} ms, 95 % within {1000 * MomentReport.Percentile(report.Offsets, 0.95):F0} ms");
    }

    public static string Cost(ComputeStats total)
    {
        var seconds = total.StreamTime.TotalSeconds;
        return Text($"a second of stream: {total.MultiplyAdds / seconds:N0} of {total.MultiplyAddsDense / seconds:N0} multiply-adds; front end {total.FrontEndTime.TotalMicroseconds / seconds:F1} us, network {total.NetworkTime.TotalMicroseconds / seconds:F1} us");
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
