using System.Text.Json;
using SuRnnStream.Evaluation.Moments;

namespace SuRnnStream.Cli;

/// <summary>An evaluation on sensors for programs. The names are a contract.</summary>
static class SensorEvaluationJson
{
    /// <param name="json">Within an object.</param>
    /// <param name="report">Of a recording, or of all.</param>
    /// <param name="labels">The model's, the background first.</param>
    public static void Write(Utf8JsonWriter json, MomentReport report, IReadOnlyList<string> labels)
    {
        json.WriteNumber("seconds", report.Total.StreamTime.TotalSeconds);
        json.Object("any", () => Scores(json, report.Any));
        json.Object("labels", () => { for (var i = 1; i < labels.Count; i++) json.Object(labels[i], () => Scores(json, report.ByLabel[i])); });
        Times(json, "latencySeconds", report.Latencies);
        Times(json, "offsetSeconds", report.Offsets);
        json.WriteNumber("openRatio", report.Total.OpenRatio);
        json.Object("cost", () => json.Cost(report.Total));
    }

    static void Scores(Utf8JsonWriter json, MomentScores scores)
    {
        json.WriteNumber("found", scores.Found);
        json.WriteNumber("missed", scores.Missed);
        json.WriteNumber("false", scores.False);
        json.WriteNumber("sensitivity", scores.Sensitivity);
        json.WriteNumber("precision", scores.Precision);
        json.WriteNumber("f1", scores.F1);
    }

    /// <summary>Null where nothing was found.</summary>
    static void Times(Utf8JsonWriter json, string name, double[] ordered) => json.Object(name, () =>
    {
        foreach (var (of, part) in new[] { ("median", 0.5), ("p95", 0.95) })
        {
            if (ordered.Length == 0) json.WriteNull(of);
            else json.WriteNumber(of, MomentReport.Percentile(ordered, part));
        }
    });
}
