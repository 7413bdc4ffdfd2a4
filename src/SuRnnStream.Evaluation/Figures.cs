using static System.FormattableString;

namespace SuRnnStream.Evaluation;

/// <summary>An operating point's numbers as people read them, the same in a table on a terminal and on a page.</summary>
static class Figures
{
    public static string Threshold(OperatingPoint point) => Invariant($"{point.Threshold:0.00#}");

    public static string Percent(double part) => double.IsNaN(part) ? "-" : Invariant($"{100 * part:0.0} %");

    public static string Rate(OperatingPoint point) => double.IsNaN(point.FalseAlarmsPerHour) ? "-" : Invariant($"{point.FalseAlarmsPerHour:0.00}");

    /// <summary>With none seen there is an upper bound only.</summary>
    public static string RateBounds(OperatingPoint point)
    {
        var bounds = point.FalseAlarmsPerHourBounds;
        if (double.IsNaN(bounds.Upper)) return "not measured";
        return bounds.OneSided ? Invariant($"at most {bounds.Upper:0.00}, one-sided") : Invariant($"{bounds.Lower:0.00} to {bounds.Upper:0.00}");
    }

    public static string MissBounds(OperatingPoint point) =>
        point.Events == 0 ? "-" : Invariant($"{100 * point.MissRateBounds.Lower:0.0} to {100 * point.MissRateBounds.Upper:0.0} %");

    public static string Duration(TimeSpan time) => time.TotalHours >= 1 ? Invariant($"{time.TotalHours:0.00} h") : Invariant($"{time.TotalMinutes:0.0} min");
}
