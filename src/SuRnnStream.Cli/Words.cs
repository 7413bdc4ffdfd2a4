using System.Globalization;

namespace SuRnnStream.Cli;

/// <summary>Numbers in words that people read.</summary>
static class Words
{
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    public static string Count(long count, string one, string? many = null) => Text($"{count:N0} {(count == 1 ? one : many ?? one + "s")}");

    /// <summary>What a stretch of stream cost, some lines.</summary>
    public static IEnumerable<string> Cost(ComputeStats stats)
    {
        yield return Text($"{Count(stats.Frames, "frame")}: {100 * stats.SkippedRatio:0.0} % wholly skipped, {100 * stats.OpenRatio:0.0} % of the switches open");
        yield return Text($"{Large(stats.MultiplyAdds)} multiply-adds of {Large(stats.MultiplyAddsDense)} possible{Fewer(stats.MultiplyAdds, stats.MultiplyAddsDense)}; {Bytes(stats.WeightBytes)} of weights read of {Bytes(stats.WeightBytesDense)}");
        yield return Text($"front end {stats.FrontEndTime.TotalMilliseconds:0.0} ms, network {stats.NetworkTime.TotalMilliseconds:0.0} ms{Speed(stats.RealTimeFactor)}");
    }

    public static string Bytes(long bytes) => Scaled(bytes, ["bytes", "kB", "MB", "GB", "TB"]);

    static string Large(long count) => Scaled(count, ["", "thousand", "million", "billion", "trillion"]).TrimEnd();

    static string Scaled(double value, string[] units)
    {
        var unit = 0;
        while (value >= 999.95 && unit < units.Length - 1) (value, unit) = (value / 1000, unit + 1);
        return value.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + units[unit];
    }

    static string Fewer(long done, long possible) => done == 0 ? "" : Text($" ({(double)possible / done:0.0} times fewer)");

    static string Speed(double realTimeFactor)
    {
        if (realTimeFactor == 0) return "";
        var times = (1 / realTimeFactor).ToString(realTimeFactor < 0.1 ? "N0" : "0.0", CultureInfo.InvariantCulture);
        return $": {times} times faster than real time on one core";
    }
}
