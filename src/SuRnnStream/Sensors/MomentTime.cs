using System.Globalization;

namespace SuRnnStream;

/// <summary>Times of moments as recordings write them.</summary>
static class MomentTime
{
    static readonly string[] Names = ["time", "t", "timestamp", "time_s", "time_ms"];

    public static bool IsTime(string name) => Names.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Seconds in one unit of a column of times: of seconds unless its name or unit says milliseconds. Null: neither.</summary>
    public static double? UnitOf(string name, string unit) => (name.ToLowerInvariant(), unit.ToLowerInvariant()) switch
    {
        (_, "ms") or ("time_ms", "") => 1e-3,
        (_, "us" or "µs") => 1e-6,
        (not "time_ms", "s" or "") => 1,
        _ => null,
    };

    /// <summary>Seconds, from a number or a date and time of ISO 8601.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, double unit, out double seconds)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out seconds))
        {
            seconds *= unit;
            return double.IsFinite(seconds);
        }
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (text.IndexOf('-') < 1 || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var date)) return false;
        seconds = (date - DateTimeOffset.UnixEpoch).TotalSeconds;
        return true;
    }
}
