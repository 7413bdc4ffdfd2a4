using System.Text.Json;
using SuRnnStream.Evaluation;

namespace SuRnnStream.Cli;

/// <summary>An evaluation for programs. The names are a contract; what is not a number, as a rate without negatives, is null.</summary>
static class EvaluationJson
{
    /// <param name="json">Within an object.</param>
    /// <param name="report">What to write.</param>
    /// <param name="whole">With the sweeps label by label, all latencies and all scores: what pictures are drawn from.</param>
    public static void Write(Utf8JsonWriter json, EvaluationReport report, bool whole)
    {
        json.WriteString("model", report.Model);
        json.Array("labels", report.Labels, json.WriteStringValue);
        json.WriteString("conditions", report.Conditions);
        json.WriteNumber("positiveSeconds", report.Positives.TotalSeconds);
        json.WriteNumber("negativeSeconds", report.Negatives.TotalSeconds);
        json.Object("asShipped", () => Point(json, report.AsShipped, own: report.AsShippedByLabel.Values.Select(point => point.Threshold).Distinct().Count() > 1));
        json.Object("asShippedByLabel", () => { foreach (var label in report.Labels) json.Object(label, () => Point(json, report.AsShippedByLabel[label])); });
        json.Object("latencySeconds", () =>
        {
            Number(json, "median", report.Latencies.Count > 0 ? EvaluationReport.Percentile(report.Latencies, 0.5).TotalSeconds : double.NaN);
            Number(json, "p95", report.Latencies.Count > 0 ? EvaluationReport.Percentile(report.Latencies, 0.95).TotalSeconds : double.NaN);
            if (whole) Numbers(json, "all", report.Latencies.Select(latency => latency.TotalSeconds));
        });
        json.Array("confusion", report.Confusion, row =>
        {
            json.WriteStartArray();
            foreach (var count in row) json.WriteNumberValue(count);
            json.WriteEndArray();
        });
        Number(json, "detArea", DetCurve.Area(report.Sweep));
        Points(json, "sweep", report.Sweep);
        if (report is { Budget: { } budget, AsRecommended: { } together }) Recommendation(json, report, budget, together);
        if (whole)
        {
            json.Object("sweepByLabel", () => { foreach (var label in report.Labels) Points(json, label, report.SweepByLabel[label]); });
            json.Object("eventScores", () => { foreach (var label in report.Labels) Numbers(json, label, report.EventScores[label].Select(score => (double)score)); });
            json.Object("negativeScores", () => { foreach (var label in report.Labels) Numbers(json, label, report.NegativeScores[label].Select(score => (double)score)); });
        }
        json.Object("compute", () =>
        {
            json.WriteNumber("seconds", report.Compute.StreamTime.TotalSeconds);
            json.WriteNumber("frames", report.Compute.Frames);
            json.WriteNumber("openRatio", report.Compute.OpenRatio);
            json.Cost(report.Compute);
        });
    }

    static void Recommendation(Utf8JsonWriter json, EvaluationReport report, double budget, OperatingPoint together) => json.Object("recommended", () =>
    {
        json.WriteNumber("maxFalseAlarmsPerHour", budget);
        json.Object("together", () => Point(json, together));
        json.Object("byLabel", () =>
        {
            foreach (var (label, point) in report.Recommended)
            {
                if (point is null) json.WriteNull(label);
                else json.Object(label, () => Point(json, point));
            }
        });
    });

    static void Points(Utf8JsonWriter json, string name, IReadOnlyList<OperatingPoint> points) => json.Array(name, points, point =>
    {
        json.WriteStartObject();
        Point(json, point);
        json.WriteEndObject();
    });

    /// <param name="json">Written to.</param>
    /// <param name="point">What was counted.</param>
    /// <param name="own">True: labels have thresholds of their own, so that there is no one number.</param>
    static void Point(Utf8JsonWriter json, OperatingPoint point, bool own = false)
    {
        if (own) json.WriteNull("threshold");
        else json.WriteNumber("threshold", point.Threshold);
        json.WriteNumber("events", point.Events);
        json.WriteNumber("hits", point.Hits);
        json.WriteNumber("wrongLabels", point.WrongLabels);
        json.WriteNumber("falseAlarmsInPositives", point.FalseAlarmsInPositives);
        json.WriteNumber("falseAlarms", point.FalseAlarms);
        Number(json, "missRate", point.MissRate);
        Bounds(json, "missRateBounds", point.MissRateBounds);
        Number(json, "falseAlarmsPerHour", point.FalseAlarmsPerHour);
        Bounds(json, "falseAlarmsPerHourBounds", point.FalseAlarmsPerHourBounds);
    }

    static void Bounds(Utf8JsonWriter json, string name, Bounds bounds) => json.Object(name, () =>
    {
        Number(json, "lower", bounds.Lower);
        Number(json, "upper", bounds.Upper);
        json.WriteBoolean("oneSided", bounds.OneSided);
    });

    static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsNaN(value)) json.WriteNull(name);
        else json.WriteNumber(name, value);
    }

    static void Numbers(Utf8JsonWriter json, string name, IEnumerable<double> values) => json.Array(name, values, value => json.WriteNumberValue(Math.Round(value, 6)));
}
