using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace SuRnnStream;

/// <summary>
/// Durations in a configuration. .NET reads a whole number as days, so that <c>"Refractory": 1</c> would be a day; and most other short forms as
/// something else than was meant, or not at all.
/// </summary>
static class Durations
{
    /// <summary>What is wrong with the durations of a section, a line each; those that are missing are right.</summary>
    /// <param name="section">Where they are.</param>
    /// <param name="keys">Of durations.</param>
    public static IEnumerable<string> Faults(IConfigurationSection section, params ReadOnlySpan<string> keys)
    {
        var faults = new List<string>();
        foreach (var key in keys)
            if (Fault(section[key]) is { } fault) faults.Add($"{section.Path}:{key} is {fault}");
        return faults;
    }

    /// <summary>What is wrong with a duration's text, as it follows "is"; null: nothing.</summary>
    static string? Fault(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            var days = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) && number != 0 ? ", which would be days" : "";
            var meant = number is >= 0 and < 86_400 ? $"; for {text} s write {TimeSpan.FromSeconds(number).ToString("c", CultureInfo.InvariantCulture)}" : "";
            return number == 0 ? null : $"'{text}'{days}, but must be hours:minutes:seconds{meant}.";
        }
        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out _) ? null : $"'{PlainText.Cut(text, 100)}', but must be hours:minutes:seconds, such as 00:00:01.5.";
    }
}
