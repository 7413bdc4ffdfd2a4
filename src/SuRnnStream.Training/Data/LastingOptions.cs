namespace SuRnnStream.Training.Data;

/// <summary>When the label of a sound that lasts must hold.</summary>
sealed record LastingOptions
{
    /// <summary>Seconds of a sound that pass before its label must hold; at most 0.6 of a short one.</summary>
    public double SureAfter { get; init; } = 0.5;

    /// <summary>Those of single labels: patterns that are known only after several pulses.</summary>
    public IReadOnlyDictionary<string, double> SureAfterOf { get; init; } = new Dictionary<string, double>();

    /// <summary>Seconds of quiet over which one sound goes on: a dog's pauses.</summary>
    public double Bridge { get; init; } = 1.8;

    /// <summary>Seconds after a sound's end in which its label may still hold.</summary>
    public double Gone { get; init; } = 0.5;

    /// <summary>"0.5,smoke_alarm=2.2": seconds for all labels, and for single ones.</summary>
    /// <exception cref="ArgumentException">It is no such list, or names a label that there is none of.</exception>
    public static LastingOptions Parse(string text, IReadOnlyList<string> labels)
    {
        var (all, single) = (new LastingOptions(), new Dictionary<string, double>());
        foreach (var entry in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = entry.Split('=', 2);
            if (!double.TryParse(parts[^1], System.Globalization.CultureInfo.InvariantCulture, out var seconds) || !(seconds is > 0 and <= 60))
                throw new ArgumentException($"--sure-after: '{entry}' is no number of seconds, or LABEL=SECONDS, above 0 and at most 60.");
            if (parts.Length == 1) all = all with { SureAfter = seconds };
            else if (labels.Contains(parts[0])) single[parts[0]] = seconds;
            else throw new ArgumentException($"--sure-after: there is no label '{parts[0]}' among {string.Join(", ", labels)}.");
        }
        return all with { SureAfterOf = single };
    }
}
