using System.Globalization;
using System.Text.Json;
using SuRnnStream.Evaluation;

namespace SuRnnStream.Cli;

/// <summary>An evaluation for programs. The names are a contract; what is not a number, as a rate without negatives, is null.</summary>
static class EvaluationJson
{
    /// <param name="json">Within an object.</param>
    /// <param name="report">What to write.</param>
    /// <param name="whole">With the figures by speaker and the others of <see cref="EvaluationReport.Groups"/>, with the sweeps label by label, all latencies and all scores: what pictures are drawn from.</param>
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
        if (report.Set is { } set) json.Object("judgedSet", () => Set(json, set));
        json.WriteNumber("speakers", report.Speakers);
        Range(json, "missRateBySpeaker", report.MissRateRange);
        Range(json, "falseAlarmsPerHourBySpeaker", report.FalseAlarmRange);
        if (report.Against is { } against) json.Object("against", () => Against(json, against));
        Points(json, "sweep", report.Sweep);
        if (report is { Budget: { } budget, AsRecommended: { } together }) Recommendation(json, report.Recommended, budget, together);
        if (whole)
        {
            json.Array("groups", report.Groups, one => Group(json, one));
            json.Object("sweepByLabel", () => { foreach (var label in report.Labels) Points(json, label, report.SweepByLabel[label]); });
            json.Object("eventScores", () => { foreach (var label in report.Labels) Numbers(json, label, report.EventScores[label].Select(score => (double)score)); });
            json.Object("negativeScoreCounts", () => { foreach (var label in report.Labels) json.Array(label, report.NegativeScoreCounts[label], json.WriteNumberValue); });
        }
        json.Object("compute", () =>
        {
            json.WriteNumber("seconds", report.Compute.StreamTime.TotalSeconds);
            json.WriteNumber("frames", report.Compute.Frames);
            json.WriteNumber("openRatio", report.Compute.OpenRatio);
            json.Cost(report.Compute);
        });
    }

    public static void Recommendation(Utf8JsonWriter json, IReadOnlyDictionary<string, OperatingPoint?> recommended, double budget, OperatingPoint together) => json.Object("recommended", () =>
    {
        json.WriteNumber("maxFalseAlarmsPerHour", budget);
        json.Object("together", () => Point(json, together));
        json.Object("byLabel", () =>
        {
            foreach (var (label, point) in recommended)
            {
                if (point is null) json.WriteNull(label);
                else json.Object(label, () => Point(json, point));
            }
        });
    });

    public static void Points(Utf8JsonWriter json, string name, IReadOnlyList<OperatingPoint> points) => json.Array(name, points, point =>
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

    static void Set(Utf8JsonWriter json, JudgedSet set)
    {
        json.WriteString("hash", set.Hash);
        json.WriteNumber("files", set.Files);
        json.WriteBoolean("locked", set.IsLocked);
        json.Array("earlierLooks", set.EarlierLooks, look =>
        {
            json.WriteStartObject();
            json.WriteString("day", look.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            json.WriteString("model", look.Model);
            Number(json, "missRate", look.MissRate);
            Number(json, "falseAlarmsPerHour", look.FalseAlarmsPerHour);
            json.WriteEndObject();
        });
        if (set.Leaks is not { } leaks) json.WriteNull("leaks");
        else json.Object("leaks", () =>
        {
            json.WriteNumber("clips", leaks.Clips);
            json.WriteNumber("knownClips", leaks.KnownClips);
            json.WriteNumber("speakers", leaks.Speakers);
            json.WriteNumber("knownSpeakers", leaks.KnownSpeakers);
        });
    }

    static void Group(Utf8JsonWriter json, GroupCount one)
    {
        json.WriteStartObject();
        json.WriteString("group", one.Group);
        json.WriteString("name", one.Name);
        json.WriteNumber("events", one.Events);
        json.WriteNumber("misses", one.Misses);
        Number(json, "missRate", one.MissRate);
        json.WriteNumber("falseAlarms", one.FalseAlarms);
        json.WriteNumber("hours", Math.Round(one.Hours, 6));
        Number(json, "falseAlarmsPerHour", one.FalseAlarmsPerHour);
        json.WriteEndObject();
    }

    static void Against(Utf8JsonWriter json, ModelComparison against)
    {
        json.WriteString("model", against.Other.Model);
        json.Object("asShipped", () => Point(json, against.Other.AsShipped));
        json.WriteNumber("both", against.Both);
        json.WriteNumber("onlyThis", against.OnlyThis);
        json.WriteNumber("onlyOther", against.OnlyOther);
        json.WriteNumber("neither", against.Neither);
        json.WriteNumber("mcNemar", against.McNemar);
        Range(json, "missRateDifference", against.MissRate);
        Range(json, "falseAlarmsPerHourDifference", against.FalseAlarmsPerHour);
        Points(json, "sweep", against.Other.Sweep);
    }

    /// <summary>In 95 of 100 draws of the speakers or records.</summary>
    static void Range(Utf8JsonWriter json, string name, (double Lower, double Upper) range) => json.Object(name, () =>
    {
        Number(json, "lower", range.Lower);
        Number(json, "upper", range.Upper);
    });

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
