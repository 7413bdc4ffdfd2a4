using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace SuRnnStream;

/// <summary>
/// What is wrong with a section of a host's configuration, in one sentence each: for sinks, arbiters and servers that read a section of their own
/// (<see cref="SuRnnStreamBuilder.AddSinkKind"/>).
/// </summary>
public static class SettingsCheck
{
    /// <summary>Keys of a section that mean nothing, a line each. A misspelt one would otherwise do nothing, and nobody would notice.</summary>
    /// <param name="section">Where they are.</param>
    /// <param name="known">Those that mean something.</param>
    /// <param name="sections">False: sections in it are for others to judge.</param>
    public static IEnumerable<string> UnknownKeys(IConfigurationSection section, IReadOnlyList<string> known, bool sections = true) => Unknown(section, known)
        .Where(child => sections || !child.GetChildren().Any())
        .Select(child => $"{child.Path} means nothing here: there are {string.Join(", ", known)}.");

    /// <summary>
    /// What is wrong with the durations of a section, a line each; those that are missing are right. .NET reads a whole number as days, so that
    /// <c>"Refractory": 1</c> would be a day; and most other short forms as something else than was meant, or not at all.
    /// </summary>
    /// <param name="section">Where they are.</param>
    /// <param name="keys">Of durations.</param>
    public static IEnumerable<string> WrongDurations(IConfigurationSection section, params ReadOnlySpan<string> keys)
    {
        var faults = new List<string>();
        foreach (var key in keys)
            if (Fault(section[key]) is { } fault) faults.Add($"{section.Path}:{key} is {fault}");
        return faults;
    }

    /// <summary>A value that a section cannot do without.</summary>
    /// <param name="section">Where it is.</param>
    /// <param name="key">Of that value.</param>
    /// <param name="known">All keys that mean something in the section.</param>
    /// <exception cref="ArgumentException">It is missing, or there is a key that means nothing.</exception>
    public static string Required(IConfigurationSection section, string key, params IReadOnlyList<string> known)
    {
        if (Unknown(section, known).FirstOrDefault() is { } other) throw new ArgumentException($"'{other.Key}' means nothing here: there are {string.Join(", ", known)}.");
        return section[key] is { Length: > 0 } value ? value : throw new ArgumentException($"'{key}' is missing.");
    }

    static IEnumerable<IConfigurationSection> Unknown(IConfigurationSection section, IReadOnlyList<string> known) =>
        section.GetChildren().Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase));

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
