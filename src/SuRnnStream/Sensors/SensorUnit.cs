namespace SuRnnStream;

/// <summary>Spellings of one unit are one unit, and units of one quantity are converted; TABLES.md is the rule, and table.js reads by it too.</summary>
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
        ["F"] = "degF",
        ["fahrenheit"] = "degF",
        ["Fahrenheit"] = "degF",
        ["degf"] = "degF",
        ["degreesF"] = "degF",
        ["kelvin"] = "K",
        ["Kelvin"] = "K",
        ["pa"] = "Pa",
        ["kpa"] = "kPa",
        ["cm/s/s"] = "cm/s2",
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

    /// <summary>
    /// A value v of the unit is (v + Shift) * Times / Over of the quantity's base unit. Fractions instead of factors, so that a conversion by a power of
    /// ten is rounded once: 1,234.5 mV is the same number as 1.2345 V. Standard gravity is 9.80665 m/s2 (ISO 80000-3).
    /// </summary>
    static readonly Dictionary<string, (string Quantity, double Times, double Over, double Shift)> Scale = new(StringComparer.Ordinal)
    {
        ["m/s2"] = ("acceleration", 1, 1, 0),
        ["cm/s2"] = ("acceleration", 1, 100, 0),
        ["g"] = ("acceleration", 9.80665, 1, 0),
        ["mg"] = ("acceleration", 9.80665, 1_000, 0),
        ["rad/s"] = ("angular velocity", 1, 1, 0),
        ["deg/s"] = ("angular velocity", Math.PI, 180, 0),
        ["V"] = ("voltage", 1, 1, 0),
        ["mV"] = ("voltage", 1, 1_000, 0),
        ["uV"] = ("voltage", 1, 1_000_000, 0),
        ["degC"] = ("temperature", 1, 1, 0),
        ["degF"] = ("temperature", 5, 9, -32),
        ["K"] = ("temperature", 1, 1, -273.15),
        ["Pa"] = ("pressure", 1, 1, 0),
        ["hPa"] = ("pressure", 100, 1, 0),
        ["kPa"] = ("pressure", 1_000, 1, 0),
        ["bar"] = ("pressure", 100_000, 1, 0),
        ["T"] = ("magnetic flux density", 1, 1, 0),
        ["mT"] = ("magnetic flux density", 1, 1_000, 0),
        ["uT"] = ("magnetic flux density", 1, 1_000_000, 0),
    };

    /// <summary>The other units of the quantity that a unit is of; none of an unknown one.</summary>
    public static IEnumerable<string> Others(string unit) =>
        Scale.TryGetValue(Plain(unit), out var own) ? Scale.Where(other => other.Value.Quantity == own.Quantity && other.Key != Plain(unit)).Select(other => other.Key) : [];

    public static bool Same(string one, string other) => Plain(one) == Plain(other);

    /// <summary>How values of one unit become values of another. Null: they measure different quantities, or one of them is unknown.</summary>
    public static UnitConversion? Between(string from, string to)
    {
        var (source, target) = (Plain(from), Plain(to));
        if (source == target) return UnitConversion.None;
        if (!Scale.TryGetValue(source, out var a) || !Scale.TryGetValue(target, out var b) || a.Quantity != b.Quantity) return null;
        var (times, over) = (a.Times * b.Over, a.Over * b.Times);
        return times > 1 && times % over == 0 ? new(a.Shift, times / over, 1, b.Shift) : over > 1 && over % times == 0 ? new(a.Shift, 1, over / times, b.Shift) : new(a.Shift, times, over, b.Shift);
    }

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
        '\u2109' => "degF",
        _ => c.ToString(),
    };
}
