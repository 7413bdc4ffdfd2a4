using System.Globalization;

namespace SuRnnStream;

/// <summary>What a cell of a table says; TABLES.md is the rule, and table.js reads by it too.</summary>
static class TableCell
{
    static readonly string[] Missing = ["", "nan", "+nan", "-nan", "na", "n/a", "#n/a", "null", "none", "nil", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"];

    /// <summary>The value is not there, or was none when it was written.</summary>
    public static bool IsMissing(ReadOnlySpan<char> cell)
    {
        foreach (var word in Missing) if (cell.Equals(word, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    /// <summary>A number with a decimal point, or a comma where commas do not separate the cells; infinite beyond a double's range.</summary>
    public static bool TryNumber(ReadOnlySpan<char> cell, char separator, out double value)
    {
        if (separator != ',' && cell.Count(',') == 1 && !cell.Contains('.')) cell = cell.ToString().Replace(',', '.');
        return double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>As <see cref="TryNumber"/>, of the time: NaN where it is not said.</summary>
    public static bool TryTime(ReadOnlySpan<char> cell, char separator, double unit, out double seconds)
    {
        seconds = double.NaN;
        if (IsMissing(cell)) return true;
        if (separator != ',' && cell.Count(',') == 1 && !cell.Contains('.') && !cell.Contains(':')) cell = cell.ToString().Replace(',', '.');
        return MomentTime.TryParse(cell, unit, out seconds);
    }

    /// <summary>A line that says nothing: empty, or a comment.</summary>
    public static bool IsSilent(ReadOnlySpan<char> line) => line.IsWhiteSpace() || line.TrimStart() is ['#', ..];

    /// <summary>The separator that a line <c>sep=;</c> names, as spreadsheets write it first. Null: it is no such line.</summary>
    public static char? SeparatorIn(ReadOnlySpan<char> line)
    {
        line = line.Trim([' ', '\uFEFF', '"']);
        return line.Length == 5 && line.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) ? line[4] : null;
    }
}
