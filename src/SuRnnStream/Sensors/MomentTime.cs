using System.Globalization;
using System.Text.RegularExpressions;

namespace SuRnnStream;

/// <summary>Times of moments as recordings write them; TABLES.md is the rule, and table.js reads by it too.</summary>
static partial class MomentTime
{
    static readonly string[] Names =
    [
        "time", "t", "timestamp", "time_stamp", "datetime", "date_time", "epoch", "epoch_time", "unix", "unix_time", "unixtime", "ts",
        "elapsed", "elapsed_time", "time_elapsed", "sensor_time", "sample_time", "recorded_at", "date",
    ]; // the first that is there counts

    static readonly Dictionary<string, double> Units = new()
    {
        ["s"] = 1,
        ["sec"] = 1,
        ["secs"] = 1,
        ["second"] = 1,
        ["seconds"] = 1,
        ["ms"] = 1e-3,
        ["msec"] = 1e-3,
        ["millis"] = 1e-3,
        ["millisecond"] = 1e-3,
        ["milliseconds"] = 1e-3,
        ["us"] = 1e-6,
        ["usec"] = 1e-6,
        ["micros"] = 1e-6,
        ["microsecond"] = 1e-6,
        ["microseconds"] = 1e-6,
        ["ns"] = 1e-9,
        ["nsec"] = 1e-9,
        ["nanos"] = 1e-9,
        ["nanosecond"] = 1e-9,
        ["nanoseconds"] = 1e-9,
        ["utc"] = 1,
        ["iso"] = 1,
        ["iso8601"] = 1,
        ["iso_8601"] = 1,
    };

    /// <summary>The name of a column or member is one of a time.</summary>
    public static bool IsTime(string name) => RankOf(name) < int.MaxValue;

    /// <summary>How sure a name is to be that of the time: the least of a table's columns is it. <see cref="int.MaxValue"/>: it is none.</summary>
    public static int RankOf(string name) => Split(name) is { } split ? split.Rank : int.MaxValue;

    /// <summary>A name that may well be a time's, but is none of those that are known.</summary>
    public static bool LooksLikeTime(string name)
    {
        var plain = Plain(name);
        string[] parts = ["time", "stamp", "epoch", "millis", "micros", "nanos", "elapsed", "clock"];
        return parts.Any(plain.Contains) || plain.Split('_').Any(word => word is "date" or "utc" or "gmt" or "hour" or "ms");
    }

    /// <summary>Seconds in one unit of a column of times: of seconds unless its name or unit says another. Null: they contradict, or the unit is unknown.</summary>
    public static double? UnitOf(string name, string unit)
    {
        var byName = Split(name)?.Unit;
        if (unit.Length == 0) return byName ?? 1;
        if (!Units.TryGetValue(Plain(unit), out var factor)) return null;
        return byName is null || byName == factor ? factor : null;
    }

    /// <summary>As <see cref="UnitOf"/> where a map names the time: the map's unit counts before what the column is called.</summary>
    public static double? MappedUnit(string name, string unit, string mapped) => mapped.Length > 0 ? Units.GetValueOrDefault(Plain(mapped), 1) : UnitOf(name, unit);

    /// <summary>
    /// What to do where moments come in steps of a thousand times the model's, or a thousandth, or a millionth and so on: their unit is not what it seems.
    /// Without a full stop; null: the rate is another one.
    /// </summary>
    /// <param name="step">Seconds from one moment to the next.</param>
    /// <param name="rate">The model's moments per second.</param>
    public static string? HintOf(double step, double rate)
    {
        var power = Math.Log10(step * rate) / 3;
        var whole = (int)Math.Round(power);
        if (whole == 0 || Math.Abs(power - whole) > 0.04) return null; // a factor of 1.3 beside the thousand
        var seem = whole > 0 ? $"{"m,u,n".Split(',').ElementAtOrDefault(whole - 1) ?? "?"}s" : "s";
        return seem == "?s" ? null : string.Create(CultureInfo.InvariantCulture,
            $"that is {(whole > 0 ? "" : "a ")}{Math.Pow(1_000, Math.Abs(whole)):N0}{(whole > 0 ? " times" : "th of")} the model's step: if the times are in {seem}, name the column time [{seem}], or map it (--map \"time=COLUMN [{seem}]\")");
    }

    /// <summary>A number of seconds that only a clock since 1970 in a finer unit can have come to (10^11 s is the year 5138) is in that unit.</summary>
    static double Since1970(double seconds) => Math.Abs(seconds) switch
    {
        < 1e11 => seconds,
        < 1e14 => seconds * 1e-3,
        < 1e17 => seconds * 1e-6,
        _ => seconds * 1e-9,
    };

    /// <summary>Seconds, from a number, or a date and time of ISO 8601, in UTC where it names no other offset.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, double unit, out double seconds)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out seconds))
        {
            seconds = unit == 1 ? Since1970(seconds) : seconds * unit;
            return double.IsFinite(seconds);
        }
        return TryDate(text.ToString(), out seconds);
    }

    /// <summary>Nothing but ISO 8601: a day before its month would be read as another day, in silence.</summary>
    static bool TryDate(string text, out double seconds)
    {
        seconds = 0;
        if (IsoDate().Match(text) is not { Success: true } found) return false;
        int Part(int group) => found.Groups[group].Success ? int.Parse(found.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 0;
        var (year, month, day, hour, minute, second) = (Part(1), Part(2), Part(3), Part(4), Part(5), Part(6));
        var (zoneHour, zoneMinute) = (Part(9), Part(10));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60 || zoneHour > 14 || zoneMinute > 59) return false;
        var fraction = found.Groups[7].Success ? double.Parse("0." + found.Groups[7].Value, CultureInfo.InvariantCulture) : 0;
        var days = new DateOnly(year, month, day).DayNumber - new DateOnly(1970, 1, 1).DayNumber;
        var zone = (zoneHour * 60 + zoneMinute) * (found.Groups[8].ValueSpan.StartsWith("-") ? -60 : 60);
        seconds = days * 86_400.0 + hour * 3_600 + minute * 60 + second - zone + fraction;
        return true;
    }

    [GeneratedRegex(@"^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,18}))?)? ?(?:[Zz]|([+-])([0-9]{2}):?([0-9]{2})?)?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex IsoDate();

    /// <summary>A name with or without a unit before or after it: <c>time_ms</c>, <c>seconds_elapsed</c>, <c>millis</c>. Unit: null where it says none.</summary>
    static (int Rank, double? Unit)? Split(string name)
    {
        var plain = Plain(name);
        if (Array.IndexOf(Names, plain) is >= 0 and var rank) return (rank, null);
        if (plain.Length > 1 && plain is not ("utc" or "iso" or "us") && Units.TryGetValue(plain, out var alone)) return (Names.Length, alone);
        var (first, last) = (plain.IndexOf('_'), plain.LastIndexOf('_'));
        if (last > 0 && Units.TryGetValue(plain[(last + 1)..], out var after) && Array.IndexOf(Names, plain[..last]) is >= 0 and var before) return (before, after);
        if (first > 0 && Units.TryGetValue(plain[..first], out var ahead) && Array.IndexOf(Names, plain[(first + 1)..]) is >= 0 and var behind) return (behind, ahead);
        return null;
    }

    static string Plain(string name) =>
        name.Trim().ToLowerInvariant().Replace(' ', '_').Replace('-', '_').Replace('.', '_').Replace('\u00B5', 'u').Replace('\u03BC', 'u').Trim('_');
}
