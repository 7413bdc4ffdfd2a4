using System.Globalization;
using SuRnnStream.Evaluation.Pictures;
using static System.FormattableString;
using static SuRnnStream.Evaluation.Figures;

namespace SuRnnStream.Evaluation;

/// <summary>An evaluation as one page that needs nothing but a browser: pictures are in it, clips lie beside it, and no address is asked for anything.</summary>
public static class HtmlReport
{
    /// <summary>Writes the page. Clips are asked for by their <see cref="JudgedEvent.Clip"/>, beside it.</summary>
    /// <param name="report">What it shows.</param>
    /// <param name="file">Replaced if it is there.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(EvaluationReport report, string file) => SafeFile.Replace(file, Page(report));

    /// <summary>HTML that is XML too: text from files cannot become markup.</summary>
    internal static string Page(EvaluationReport report)
    {
        var name = Path.GetFileName(report.Model);
        var head = new Element("head",
            new Element("meta", new ElementAttribute("charset", "utf-8")),
            new Element("meta", new ElementAttribute("name", "viewport"), new ElementAttribute("content", "width=device-width, initial-scale=1")),
            new Element("title", $"How good {name} is"),
            new Element("style", Style + HtmlEvents.Style));
        var body = new Element("body", new Element("main",
            new Element("h1", name),
            new Element("p", Summary(report)),
            Cards(report),
            Section("As shipped", "The model's own thresholds. The bounds hold the truth with 95 % confidence, as far as other recordings are like these.", PointTable("Label", report.Labels.Select(label => ((string?)label, report.AsShippedByLabel[label])), ("all labels", report.AsShipped))),
            Recommended(report),
            HtmlEvents.Against(report),
            Picture("Misses and false alarms", DetPicture.Draw(report), "Miss rate against false alarms an hour over all thresholds, of all labels together and of each."),
            Picture("What was taken for what", ConfusionPicture.Draw(report), "Confusion matrix: events by label, and what was detected."),
            Picture("Scores", ScorePicture.Draw(report), "Histogram a label: highest score of each of its events (blue) and of each second of the negatives (grey); dotted: the threshold as shipped, dashed: recommended."),
            HtmlEvents.Groups(report),
            HtmlEvents.Rows(report),
            Sweeps(report)),
            new Element("script", Script + HtmlEvents.Script));
        return $"<!DOCTYPE html>\n{new Element("html", new ElementAttribute("lang", "en"), head, body)}\n";
    }

    static string Summary(EvaluationReport report)
    {
        var (shipped, cost) = (report.AsShipped, report.Compute);
        var conditions = report.Conditions.Length > 0 ? $" Mixed in: {report.Conditions}." : "";
        if (report.Set is { } set) conditions += $" Judged set {set.Name}, {set.Files:N0} files{(set.EarlierLooks.Count == 0 ? "" : $", judged {set.EarlierLooks.Count} times before with other settings: what was chosen by those looks is not judged by it")}.";
        if (report.Set?.Leaks is { KnownClips: > 0 } or { KnownSpeakers: > 0 }) conditions += $" {report.Set.Leaks!.KnownClips:N0} of {report.Set.Leaks.Clips:N0} of these sounds and {report.Set.Leaks.KnownSpeakers:N0} of {report.Set.Leaks.Speakers:N0} speakers were in the model's training: it flatters.";
        return Invariant($"{report.Model} on {shipped.Events:N0} events in {Duration(report.Positives)}, and {Duration(report.Negatives)} without events.{conditions} {cost.Frames:N0} frames, {100 * cost.SkippedRatio:0.0} % of them wholly skipped; {100 * cost.OpenRatio:0.0} % of the switches open.");
    }

    static Element Cards(EvaluationReport report)
    {
        var shipped = report.AsShipped;
        static Element Card(string value, string what, string note) => new("div", new ElementAttribute("class", "card"),
            new Element("b", value), new Element("span", what), new Element("small", note));
        string Latency(double part) => report.Latencies.Count == 0 ? "-" : Invariant($"{EvaluationReport.Percentile(report.Latencies, part).TotalSeconds:0.00} s");
        var area = DetCurve.Area(report.Sweep);
        return new Element("div", new ElementAttribute("class", "cards"),
            Card(Percent(shipped.MissRate), "of the events missed", MissBounds(shipped) + Drawn(report.MissRateRange, part => Invariant($"{100 * part:0.0}"), " %")),
            Card(Rate(shipped), "false alarms an hour", RateBounds(shipped) + Drawn(report.FalseAlarmRange, rate => Invariant($"{rate:0.00}"), "")),
            Card(Latency(0.5), "from an event's end, median", $"95 of 100 within {Latency(0.95)}"),
            Card(double.IsNaN(area) ? "-" : Invariant($"{area:0.000}"), "area under the DET curve", Invariant($"mean miss rate from 0 to {DetCurve.MostFalseAlarmsPerHour} false alarms an hour")));
    }

    static string Drawn((double Lower, double Upper) range, Func<double, string> text, string unit) => double.IsNaN(range.Lower) ? "" : $"; drawn by speaker or record {text(range.Lower)} to {text(range.Upper)}{unit}";

    static Element? Recommended(EvaluationReport report)
    {
        if (report.Budget is not { } budget) return null;
        var rows = report.Recommended.Where(one => one.Value is not null).Select(one => ((string?)one.Key, one.Value!));
        var without = report.Recommended.Where(one => one.Value is null).Select(one => one.Key).ToArray();
        var none = without.Length == 0 ? "" : $" No threshold meets it for {string.Join(", ", without)}.";
        return Section("Recommended", Invariant($"Thresholds for {budget:0.###} false alarms an hour of all labels together, chosen on these recordings: judge them on others.{none}"), PointTable("Label", rows, report.AsRecommended is { } all ? ("together", all) : null));
    }

    static Element Sweeps(EvaluationReport report)
    {
        static Element Sweep(string name, IReadOnlyList<OperatingPoint> points) =>
            new("details", new Element("summary", name), PointTable("Threshold", points.Select(point => ((string?)null, point))));
        return new Element("section", new Element("h2", "Every threshold"), new Element("p", "The same threshold for all labels."),
            Sweep("all labels", report.Sweep), report.Labels.Select(label => Sweep(label, report.SweepByLabel[label])));
    }

    internal static Element Section(string title, string text, Element content) => new("section", new Element("h2", title), new Element("p", text), content);

    static Element Picture(string title, byte[] svg, string alt) => new("section", new Element("h2", title),
        new Element("div", new ElementAttribute("class", "wide"), new Element("img", new ElementAttribute("src", $"data:image/svg+xml;base64,{Convert.ToBase64String(svg)}"), new ElementAttribute("alt", alt))));

    /// <summary>A row a point; its first column is a name, or the threshold where there is none. The last row may be that of all of them together.</summary>
    static Element PointTable(string first, IEnumerable<(string? Name, OperatingPoint Point)> rows, (string, OperatingPoint)? together = null)
    {
        (string? Name, OperatingPoint Point)[] points = [.. rows];
        var own = points.Select(row => row.Point.Threshold).Distinct().Count() > 1; // no threshold is that of all

        string[] heads = [.. first == "Threshold" ? [] : new[] { first }, "Threshold", "Events", "Found", "Missed", "95 % bounds", "Wrong labels", "False alarms", "An hour", "95 % bounds"];
        Element Row((string? Name, OperatingPoint Point) row, bool all)
        {
            var point = row.Point;
            static Element Cell(double value, string text) => new("td", new ElementAttribute("data-v", double.IsNaN(value) ? "-1" : value.ToString("R", CultureInfo.InvariantCulture)), text);
            return new Element("tr", row.Name is { } name ? new Element("th", new ElementAttribute("scope", "row"), name) : null,
                Cell(point.Threshold, all && own ? "own" : Threshold(point)), Cell(point.Events, Invariant($"{point.Events:N0}")), Cell(point.Hits, Invariant($"{point.Hits:N0}")),
                Cell(point.MissRate, Percent(point.MissRate)), Cell(point.MissRateBounds.Upper, MissBounds(point)), Cell(point.WrongLabels, Invariant($"{point.WrongLabels:N0}")),
                Cell(point.FalseAlarms, Invariant($"{point.FalseAlarms:N0}")), Cell(point.FalseAlarmsPerHour, Rate(point)), Cell(point.FalseAlarmsPerHourBounds.Upper, RateBounds(point)));
        }
        return new Element("div", new ElementAttribute("class", "wide"), new Element("table",
            new Element("thead", new Element("tr", heads.Select(head => new Element("th", new ElementAttribute("scope", "col"), head)))),
            new Element("tbody", points.Select(row => Row(row, false))),
            together is { } sum ? new Element("tfoot", Row(sum, true)) : null));
    }

    // Without '<', '>' and '&', which XML would write otherwise.
    const string Style = """
        :root { color-scheme: light dark; --ink: #24292f; --soft: #57606a; --line: #d0d7de; --paper: #ffffff; --card: #f6f8fa; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e6edf3; --soft: #9aa4ae; --line: #30363d; --paper: #0d1117; --card: #161b22; }
          img { filter: invert(1) hue-rotate(180deg); mix-blend-mode: screen; }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 "DejaVu Sans", system-ui, sans-serif; }
        main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
        h1 { font-size: 1.6rem; margin: 0 0 .3rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.1rem; margin: 2.2rem 0 .3rem; }
        p { margin: 0 0 .8rem; color: var(--soft); overflow-wrap: anywhere; }
        .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: .8rem; margin-top: 1.2rem; }
        .card { display: flex; flex-direction: column; padding: .7rem .9rem; border-radius: 8px; background: var(--card); }
        .card b { font-size: 1.6rem; line-height: 1.3; }
        .card small { color: var(--soft); }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
        th, td { padding: .3rem .45rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); font-weight: normal; }
        thead th { color: var(--soft); cursor: pointer; vertical-align: bottom; }
        th:first-child { text-align: left; position: sticky; left: 0; background: var(--paper); }
        tbody th, tfoot th { font-weight: bold; max-width: 12rem; overflow: hidden; text-overflow: ellipsis; }
        img { display: block; width: 100%; min-width: 40rem; height: auto; }
        details { border-bottom: 1px solid var(--line); }
        summary { padding: .4rem 0; cursor: pointer; overflow-wrap: anywhere; }
        """;

    // A click on a column's head sorts by it, a second one the other way.
    const string Script = """
        document.querySelectorAll("thead th").forEach(function (head) {
          head.addEventListener("click", function () {
            var body = head.closest("table").tBodies[0], column = head.cellIndex;
            var down = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
            head.parentNode.querySelectorAll("th").forEach(function (other) { other.removeAttribute("aria-sort"); });
            head.setAttribute("aria-sort", down === 1 ? "ascending" : "descending");
            Array.from(body.rows).sort(function (a, b) {
              var x = a.cells[column], y = b.cells[column];
              return down * (x.dataset.v === undefined ? x.textContent.localeCompare(y.textContent) : x.dataset.v - y.dataset.v);
            }).forEach(function (row) { body.append(row); });
          });
        });
        """;
}
