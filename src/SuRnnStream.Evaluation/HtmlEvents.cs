using System.Globalization;
using SuRnnStream.Evaluation.Pictures;
using static System.FormattableString;
using static SuRnnStream.Evaluation.Figures;
using static SuRnnStream.Evaluation.HtmlReport;

namespace SuRnnStream.Evaluation;

/// <summary>The parts of the page about single events: by whom and why they were missed, each with its sound, and another model beside this one.</summary>
static class HtmlEvents
{
    const int MostRows = 5_000; // a page with more is slow: the rest is in events.csv
    const int StripWidth = 130, StripHeight = 36;

    public static Element? Against(EvaluationReport report)
    {
        if (report.Against is not { } against) return null;
        var (one, other) = (report.AsShipped, against.Other.AsShipped);
        Element Line(params string[] cells) => new("tr", new Element("th", new ElementAttribute("scope", "row"), cells[0]), cells[1..].Select(cell => new Element("td", cell)));
        static string Range((double Lower, double Upper) range, Func<double, string> text) => double.IsNaN(range.Lower) ? "-" : $"{text(range.Lower)} to {text(range.Upper)}";
        static string Points(double part) => double.IsNaN(part) ? "-" : Invariant($"{100 * part:0.0;-0.0;0.0}"); // -0.04 is 0.0
        static string Hourly(double rate) => double.IsNaN(rate) ? "-" : Invariant($"{rate:0.00;-0.00;0.00}");
        return Section($"Against {Path.GetFileName(against.Other.Model)}",
            Invariant($"Each as shipped, on the same sounds. Both found {against.Both:N0} events, only this model {against.OnlyThis:N0}, only the other {against.OnlyOther:N0}, none {against.Neither:N0}; McNemar p = {against.McNemar:0.####}, as if events did not depend on each other."),
            new Element("div", new ElementAttribute("class", "wide"), new Element("table",
                new Element("thead", new Element("tr", new[] { "", "This", "The other", "Difference", "95 % of the draws of speakers or records" }.Select(head => new Element("th", new ElementAttribute("scope", "col"), head)))),
                new Element("tbody",
                    Line("missed, difference in points", Percent(one.MissRate), Percent(other.MissRate), Points(one.MissRate - other.MissRate), Range(against.MissRate, Points)),
                    Line("false alarms an hour", Rate(one), Rate(other), Hourly(one.FalseAlarmsPerHour - other.FalseAlarmsPerHour), Range(against.FalseAlarmsPerHour, Hourly))))));
    }

    public static IEnumerable<Element> Groups(EvaluationReport report)
    {
        foreach (var group in report.Groups.GroupBy(one => one.Group))
        {
            if (group.Key == Breakdown.Reason)
            {
                yield return Reasons([.. group]);
                continue;
            }
            var (events, hours) = (group.Any(one => one.Events > 0), group.Any(one => one.Hours > 0));
            string[] heads = [group.Key, .. events ? ["Events", "Missed", "Part", "95 % bounds"] : Array.Empty<string>(), .. hours ? ["False alarms", "Hours", "An hour", "95 % bounds"] : Array.Empty<string>()];
            var table = new Element("div", new ElementAttribute("class", "wide"), new Element("table",
                new Element("thead", new Element("tr", heads.Select(head => new Element("th", new ElementAttribute("scope", "col"), head)))),
                new Element("tbody", group.Select(one => new Element("tr", new Element("th", new ElementAttribute("scope", "row"), one.Name),
                    events ? [Cell(one.Events, Invariant($"{one.Events:N0}")), Cell(one.Misses, Invariant($"{one.Misses:N0}")), Cell(one.MissRate, Percent(one.MissRate)), Cell(one.MissRateBounds.Upper, Text(one.MissRateBounds, 100, " %"))] : Array.Empty<Element>(),
                    hours ? [Cell(one.FalseAlarms, Invariant($"{one.FalseAlarms:N0}")), Cell(one.Hours, Invariant($"{one.Hours:0.00}")), Cell(one.FalseAlarmsPerHour, Invariant($"{one.FalseAlarmsPerHour:0.00}")), Cell(one.FalseAlarmsPerHourBounds.Upper, Text(one.FalseAlarmsPerHourBounds, 1, ""))] : Array.Empty<Element>())))));
            yield return new Element("details", new Element("summary", $"By {group.Key}"), table);
        }
        static string Text(Bounds bounds, double scale, string unit) => double.IsNaN(bounds.Upper) ? "-" : Invariant($"{scale * bounds.Lower:0.0} to {scale * bounds.Upper:0.0}{unit}");
    }

    /// <summary>Every event with a reason is a miss: what counts is each reason's part of them.</summary>
    static Element Reasons(GroupCount[] reasons)
    {
        double all = reasons.Sum(one => one.Misses);
        return new Element("details", new Element("summary", "Why events were missed"), new Element("div", new ElementAttribute("class", "wide"), new Element("table",
            new Element("thead", new Element("tr", new[] { Breakdown.Reason, "Missed", "Part of all missed" }.Select(head => new Element("th", new ElementAttribute("scope", "col"), head)))),
            new Element("tbody", reasons.Select(one => new Element("tr", new Element("th", new ElementAttribute("scope", "row"), one.Name), Cell(one.Misses, Invariant($"{one.Misses:N0}")), Cell(one.Misses / all, Percent(one.Misses / all))))))));
    }

    /// <summary>Misses and false alarms, with filters, a player and the score over the clip where there is one.</summary>
    public static Element? Rows(EvaluationReport report)
    {
        JudgedEvent[] rows = [.. report.Events.Where(row => row.Kind != EventKind.Hit)];
        if (rows.Length == 0) return null;
        var said = rows.Any(row => row.Said.Length > 0);
        string[] heads = ["File", "Label", "What", "Score and sound", "Speaker", "Condition", "At (s)", "Peak", "Threshold", "SNR (dB)", "Level (dBFS)", .. said ? ["Said"] : Array.Empty<string>()];
        var filters = new Element("div", new ElementAttribute("class", "filters"), new[] { 1, 2, 4, 5 }.Select(column => new Element("select", new ElementAttribute("data-column", column), new ElementAttribute("aria-label", heads[column]), new Element("option", new ElementAttribute("value", ""), $"{heads[column]}: all"))));
        var cut = rows.Length > MostRows ? Invariant($" The first {MostRows:N0} of {rows.Length:N0}; all are in events.csv.") : "";
        return Section("What was missed, and what fired", "Peak: the highest smoothed score of the label where a detection would have counted; the dashed line is its threshold." + cut,
            new Element("div", filters, new Element("div", new ElementAttribute("class", "wide whole"), new Element("table", new ElementAttribute("id", "events"),
                new Element("thead", new Element("tr", heads.Select(head => new Element("th", new ElementAttribute("scope", "col"), head)))),
                new Element("tbody", rows.Take(MostRows).Select(row => Row(row, said)))))));
    }

    static Element Row(JudgedEvent row, bool said)
    {
        Element Words(string text) => new("td", text);
        return new Element("tr", new Element("th", new ElementAttribute("scope", "row"), new ElementAttribute("title", row.File), row.File), Words(row.Label), Words(What(row)),
            new Element("td", row.Strip is { } strip ? Strip(strip, row.Threshold) : null,
                row.Clip.Length == 0 ? null : new Element("audio", new ElementAttribute("controls", ""), new ElementAttribute("preload", "none"), new ElementAttribute("src", string.Join('/', row.Clip.Split('/').Select(Uri.EscapeDataString))), " ")),
            Words(row.Speaker), Words(row.Condition),
            Cell(row.Start.TotalSeconds, Invariant($"{row.Start.TotalSeconds:0.00}")), Cell(row.Peak, Invariant($"{row.Peak:0.00}")), Cell(row.Threshold, Invariant($"{row.Threshold:0.00}")),
            Cell(row.Snr ?? double.NaN, row.Snr is { } snr ? Invariant($"{snr:0}") : "-"), Cell(row.Level ?? double.NaN, row.Level is { } level ? Invariant($"{level:0}") : "-"),
            said ? Words(row.Said) : null);
    }

    static string What(JudgedEvent row) => row.Kind == EventKind.FalseAlarm ? row.Other is { } truth ? $"false, it was {truth}" : "false alarm"
        : "missed: " + (row.Outcome == CandidateOutcome.Detected ? "detected outside its time" : row.Outcome.Text()) + (row.Other is { } other ? $" ({other})" : "");

    static Element Strip(ScoreStrip strip, float threshold)
    {
        string Y(double score) => (StripHeight * (1 - score)).ToString("0.0", CultureInfo.InvariantCulture);
        var points = string.Join(' ', strip.Scores.Select((score, i) => $"{(StripWidth * (double)i / Math.Max(1, strip.Scores.Count - 1)).ToString("0.0", CultureInfo.InvariantCulture)},{Y(score)}"));
        return new Element("svg", new ElementAttribute("viewBox", $"0 0 {StripWidth} {StripHeight}"), new ElementAttribute("width", StripWidth), new ElementAttribute("height", StripHeight), new ElementAttribute("role", "img"), new ElementAttribute("aria-label", "score over the clip"),
            new Element("line", new ElementAttribute("x1", 0), new ElementAttribute("x2", StripWidth), new ElementAttribute("y1", Y(threshold)), new ElementAttribute("y2", Y(threshold)), new ElementAttribute("class", "limit")),
            new Element("polyline", new ElementAttribute("points", points)));
    }

    static Element Cell(double value, string text) => new("td", new ElementAttribute("data-v", double.IsNaN(value) ? "-1000" : value.ToString("R", CultureInfo.InvariantCulture)), text);

    // Without '<', '>' and '&', as HtmlReport's.
    public const string Style = """

        .filters { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0 0 .6rem; }
        .filters select { font: inherit; max-width: 14rem; }
        .whole { width: min(96vw, 82rem); margin-left: calc(50% - min(48vw, 41rem)); }
        #events td, #events th { text-align: left; }
        #events tbody th { min-width: 9rem; white-space: normal; overflow-wrap: anywhere; }
        #events audio { height: 2rem; width: 11rem; vertical-align: middle; }
        svg { vertical-align: middle; margin-right: .4rem; background: var(--card); }
        polyline { fill: none; stroke: var(--ink); stroke-width: 1.2; }
        .limit { stroke: var(--soft); stroke-dasharray: 3 3; }
        """;

    // Each list has the values of its column, and hides the rows of all the others.
    public const string Script = """

        (function () {
          var table = document.getElementById("events");
          if (!table) { return; }
          var rows = Array.from(table.tBodies[0].rows), lists = Array.from(document.querySelectorAll(".filters select"));
          function show() {
            rows.forEach(function (row) {
              row.hidden = !lists.every(function (list) { return list.value === "" || row.cells[list.dataset.column].textContent === list.value; });
            });
          }
          lists.forEach(function (list) {
            Array.from(new Set(rows.map(function (row) { return row.cells[list.dataset.column].textContent; }))).sort().forEach(function (value) {
              if (value !== "") { list.add(new Option(value, value)); }
            });
            list.addEventListener("change", show);
          });
        }());
        """;
}
