using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using SuRnnStream.Evaluation;

namespace SuRnnStream.Research.LongRange;

/// <summary>What a finished model does at one length, by the shipped runtime on one core.</summary>
sealed record LengthFigures
{
    /// <summary>The model, as its file is named.</summary>
    public string Model { get; init; } = "";
    public required string Task { get; init; }
    public required int Length { get; init; }

    /// <summary>Steps shown before an answer; null: all.</summary>
    public int? Window { get; init; }

    /// <summary>Test sequences.</summary>
    public required int Sequences { get; init; }
    public required string Metric { get; init; }
    public required double Value { get; init; }

    /// <summary>95 % bounds of an accuracy of one answer a sequence; null: answers of one sequence hang together, or are no right or wrong.</summary>
    public Bounds? Bounds { get; init; }

    /// <summary>The metric of an answer that ignores the input.</summary>
    public required double Chance { get; init; }

    /// <summary>Part of the switches that was open.</summary>
    public required double OpenRatio { get; init; }
    public required double MultiplyAddsPerStep { get; init; }
    public required double MultiplyAddsPerStepDense { get; init; }

    /// <summary>Numbers in all weights; tokens enter as one-hot vectors.</summary>
    public required long Parameters { get; init; }

    /// <summary>Median over the timed sequences, of each the sum of its fastest pieces of 256 steps in five passes.</summary>
    public required double MillisecondsPerSequence { get; init; }

    /// <summary>Of the same model with every neuron evaluated, sequence by sequence in turns.</summary>
    public required double MillisecondsPerSequenceDense { get; init; }

    /// <summary>Median of the sequences' ratios of the two times.</summary>
    public required double TimesFaster { get; init; }

    [JsonIgnore] public string Shown => Metric == "accuracy" ? Value.ToString("P2", CultureInfo.InvariantCulture) : Value.ToString("G3", CultureInfo.InvariantCulture);

    /// <summary>Rows of a Markdown table.</summary>
    public static string Table(IEnumerable<LengthFigures> rows)
    {
        var text = new StringBuilder();
        text.AppendLine("| model | task | T | memory | sequences | metric | value | 95 % bounds | open | multiply-adds a step | ms a sequence (dense) | times faster |");
        text.AppendLine("|---|---|--:|--:|--:|---|--:|--:|--:|--:|--:|--:|");
        foreach (var row in rows)
            text.AppendLine(string.Create(CultureInfo.InvariantCulture,
                $"| {row.Model} | {row.Task} | {row.Length:N0} | {(row.Window is { } window ? $"{window} steps" : "all")} | {row.Sequences:N0} | {row.Metric} | {row.Shown} | {(row.Bounds is { } bounds ? $"{100 * bounds.Lower:F2} to {100 * bounds.Upper:F2}" : "-")} | {row.OpenRatio:P1} | {row.MultiplyAddsPerStep:N0} of {row.MultiplyAddsPerStepDense:N0} | {row.MillisecondsPerSequence:F2} ({row.MillisecondsPerSequenceDense:F2}) | {row.TimesFaster:F1} |"));
        return text.ToString();
    }
}
