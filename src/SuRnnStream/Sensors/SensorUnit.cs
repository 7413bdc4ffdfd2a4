namespace SuRnnStream;

/// <summary>Spellings of one unit are one unit; TABLES.md is the rule, and table.js reads by it too.</summary>
static class SensorUnit
{
    static readonly Dictionary<string, string> Alias = new(StringComparer.Ordinal)
    {
        ["mv"] = "mV",
        ["millivolt"] = "mV",
        ["millivolts"] = "mV",
        ["uv"] = "uV",
        ["microvolt"] = "uV",
        ["microvolts"] = "uV",
        ["volt"] = "V",
        ["volts"] = "V",
        ["v"] = "V",
        ["m/s/s"] = "m/s2",
        ["m/sec2"] = "m/s2",
        ["ms-2"] = "m/s2",
        ["mps2"] = "m/s2",
        ["m/ss"] = "m/s2",
        ["G"] = "g",
        ["gs"] = "g",
        ["gforce"] = "g",
        ["g-force"] = "g",
        ["rad/sec"] = "rad/s",
        ["rads-1"] = "rad/s",
        ["radian/s"] = "rad/s",
        ["radians/s"] = "rad/s",
        ["radians/second"] = "rad/s",
        ["rps"] = "rad/s",
        ["dps"] = "deg/s",
        ["deg/sec"] = "deg/s",
        ["degs-1"] = "deg/s",
        ["degree/s"] = "deg/s",
        ["degrees/s"] = "deg/s",
        ["degrees/second"] = "deg/s",
        ["C"] = "degC",
        ["celsius"] = "degC",
        ["Celsius"] = "degC",
        ["degc"] = "degC",
        ["degreesC"] = "degC",
        ["hpa"] = "hPa",
        ["HPA"] = "hPa",
        ["mbar"] = "hPa",
        ["hz"] = "Hz",
        ["HZ"] = "Hz",
        ["percent"] = "%",
        ["pct"] = "%",
        ["lux"] = "lx",
        ["ut"] = "uT",
        ["microtesla"] = "uT",
    };

    public static bool Same(string one, string other) => Plain(one) == Plain(other);

    static string Plain(string unit)
    {
        var plain = string.Concat(unit.Select(Letter));
        return Alias.GetValueOrDefault(plain, plain);
    }

    /// <summary>Blanks, dots and carets say nothing; a raised digit is that digit, either mu is u, a degree sign is deg.</summary>
    static string Letter(char c) => c switch
    {
        ' ' or '\u00A0' or '\u202F' or '^' or '*' or '\u00B7' or '\u22C5' or '.' => "",
        '\u00B9' => "1",
        '\u00B2' => "2",
        '\u00B3' => "3",
        '\u207B' or '\u2212' => "-",
        '\u00B5' or '\u03BC' => "u",
        '\u00B0' => "deg",
        '\u2103' => "degC",
        _ => c.ToString(),
    };
}
