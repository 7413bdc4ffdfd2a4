using System.Globalization;

namespace SuRnnStream.Cli;

/// <summary>Numbers in words that people read.</summary>
static class Words
{
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    public static string Count(long count, string one, string? many = null) => Text($"{count:N0} {(count == 1 ? one : many ?? one + "s")}");

    /// <summary>What a segment of stream cost, some lines.</summary>
    public static IEnumerable<string> Cost(ComputeStats stats)
    {
        var (skipped, open) = (100 * stats.SkippedRatio, 100 * stats.OpenRatio);
        yield return Text($"{Count(stats.Frames, "frame")}: {skipped:0.0} % wholly skipped, {open:0.0} % of the switches open");
        var (done, possible) = (stats.MultiplyAdds, stats.MultiplyAddsDense);
        yield return $"{Large(done)} multiply-adds of {Large(possible)} possible{Fewer(done, possible)}";
        yield return $"{Bytes(stats.WeightBytes)} of weights read of {Bytes(stats.WeightBytesDense)}";
        var (frontEnd, network) = (stats.FrontEndTime.TotalMilliseconds, stats.NetworkTime.TotalMilliseconds);
        yield return Text($"front end {frontEnd:0.0} ms, network {network:0.0} ms{(stats.Candidates == 0 ? "" : Text($", second look {stats.VerifierTime.TotalMilliseconds:0.0} ms"))}{Speed(stats.RealTimeFactor)}");
        if (stats.Candidates > 0) yield return Text($"second look: {Count(stats.Candidates, "candidate")}, {stats.Accepted:N0} accepted, {Large(stats.VerifierMultiplyAdds)} multiply-adds");
    }

    public static string Bytes(long bytes) => Scaled(bytes, ["bytes", "kB", "MB", "GB", "TB"]);

    static string Large(long count) => Scaled(count, ["", "thousand", "million", "billion", "trillion"]).TrimEnd();

    static string Scaled(double value, string[] units)
    {
        var unit = 0;
        while (value >= 999.95 && unit < units.Length - 1) (value, unit) = (value / 1000, unit + 1);
        return value.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + units[unit];
    }

    static string Fewer(long done, long possible) =>
        done == 0 || done == possible ? "" : Text($" ({(double)possible / done:0.0} times fewer)");

    static string Speed(double realTimeFactor)
    {
        if (realTimeFactor == 0) return "";
        var times = (1 / realTimeFactor).ToString(realTimeFactor < 0.1 ? "N0" : "0.0", CultureInfo.InvariantCulture);
        return $": {times} times faster than real time on one core";
    }
}
