using System.Globalization;

namespace SuRnnStream.Evaluation.Pictures;

/// <summary>
/// Misses against false alarms an hour, as <see cref="DetCurve"/> steps: all labels together and each for itself. Both axes go by the square
/// root, which spreads what is near zero and has a place for zero itself.
/// </summary>
static class DetPicture
{
    const int Height = 400;
    const double LeastHourly = 10, LeastMissRate = 0.05; // the axes reach at least so far
    const double LabelHeight = 15.0 / Height, TickWidth = 0.04; // of the axes' lengths: what is nearer runs into each other
    const int Left = 46, Right = 10;
    const string Title = "Events missed, and false alarms an hour, at every threshold";
    static readonly double[] Hourly = [0, 0.1, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000], Parts = [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1];

    /// <summary>An SVG.</summary>
    public static byte[] Draw(EvaluationReport report)
    {
        if (report.AsShipped.Events == 0 || !(report.AsShipped.NegativeHours > 0)) return Nothing(report);
        var all = Steps(report.Sweep);
        var labels = report.Labels.Where(label => report.SweepByLabel[label][0].Events > 0).Select(label => (Name: label, Steps: Steps(report.SweepByLabel[label]))).ToArray();
        OperatingPoint[] marked = [report.AsShipped, .. Marks(report.AsRecommended), .. labels.SelectMany(label => Marks(report.AsShippedByLabel[label.Name], report.Recommended.GetValueOrDefault(label.Name)))];
        var against = report.Against is { } comparison && comparison.Other.AsShipped.NegativeHours > 0 ? Steps(comparison.Other.Sweep) : null;
        if (report.Against is { } both) marked = [.. marked, both.Other.AsShipped];
        var right = Math.Max(Math.Max(LeastHourly, 1.25 * (report.Budget ?? 0)), 1.25 * marked.Max(point => point.FalseAlarmsPerHour));
        var top = Math.Clamp(1.15 * labels.Select(label => label.Steps).Append(all).Max(steps => steps.Where(step => step.Hourly <= right).Select(step => step.Misses).Append(0).Max()), LeastMissRate, 1);
        top = Math.Max(top, marked.Max(point => point.MissRate));

        var margin = 1 + (12 + 8.0 * labels.Select(label => Plot.Cut(label.Name).Length).Append(3).Max()) / 700; // for the names
        var svg = new Svg(Plot.PageWidth, Plot.Above + Plot.Line + Height + Plot.Below + Plot.Axis);
        var plot = new Plot(svg, Left, Plot.Above + Plot.Line, Plot.PageWidth - Left - Right, Height, (-0.01 * Math.Sqrt(right), margin * Math.Sqrt(right)), (-0.02 * Math.Sqrt(top), 1.03 * Math.Sqrt(top)));
        plot.Vertical(Math.Sqrt(DetCurve.MostFalseAlarmsPerHour), Svg.Grey, 1, "1 2");
        if (report.Budget is { } budget && budget != DetCurve.MostFalseAlarmsPerHour)
        {
            plot.Vertical(Math.Sqrt(budget), Svg.Grey, 1, "6 4");
            Limit(budget, string.Create(CultureInfo.InvariantCulture, $"allowed: {budget:0.##} an hour"), 24);
        }
        Limit(DetCurve.MostFalseAlarmsPerHour, $"{DetCurve.MostFalseAlarmsPerHour:0} an hour", 8);
        var ends = new List<(string Name, double Misses, string Colour, bool Bold)>();
        foreach (var (i, label) in labels.Index())
        {
            var colour = Svg.Colours[i % Svg.Colours.Length];
            Curve(label.Steps, 1.2, colour, i < Svg.Colours.Length ? "" : "3 2");
            ends.Add((label.Name, End(label.Steps), colour, false));
            Mark(report.AsShippedByLabel[label.Name], 3, colour);
            if (report.Recommended.GetValueOrDefault(label.Name) is { } point) MarkChosen(point, 4.5, colour);
        }
        if (against is not null)
        {
            Curve(against, 3, Svg.Orange, "6 4");
            ends.Add(("other", End(against), Svg.Orange, true));
            Mark(report.Against!.Other.AsShipped, 5.5, Svg.Orange);
        }
        Curve(all, 3, Svg.Ink, "");
        ends.Add((labels.Length > 1 ? "all" : "", End(all), Svg.Ink, true));
        Spread(report.AsShipped);
        Mark(report.AsShipped, 5.5, Svg.Ink);
        if (report.AsRecommended is { } chosen) MarkChosen(chosen, 7, Svg.Ink);
        Names([.. ends.Where(end => !double.IsNaN(end.Misses))]);
        plot.BottomAxis(Ticks(Hourly.Where(x => x <= right), x => x.ToString("N", new NumberFormatInfo { NumberDecimalDigits = x is > 0 and < 1 ? 1 : 0 })), "false alarms an hour");
        plot.LeftAxis(Ticks(Parts.Where(y => y <= top), y => $"{100 * y:0} %"));
        plot.Title(Title, string.Create(CultureInfo.InvariantCulture, $"● as shipped, bars: 95 %{(report.Recommended.Count > 0 ? " · ◇ recommended" : "")}{(against is null ? "" : $" · dashed: {Plot.Cut(Path.GetFileName(report.Against!.Other.Model))}")} · {report.AsShipped.Events:N0} events, {report.AsShipped.NegativeHours:0.##} h without"));
        return svg.ToBytes();

        double End(List<(double Hourly, double Misses)> steps) => steps.LastOrDefault(step => step.Hourly <= right, (0, double.NaN)).Misses;

        void Curve(List<(double Hourly, double Misses)> steps, double width, string colour, string dashes)
        {
            var (line, last) = (new List<(double X, double Y)>(), double.NaN);
            foreach (var (hourly, misses) in steps.TakeWhile(step => step.Hourly <= right))
            {
                if (line.Count > 0) line.Add(plot.At(Math.Sqrt(hourly), last));
                line.Add(plot.At(Math.Sqrt(hourly), last = Math.Sqrt(misses)));
            }
            if (line.Count == 0) return;
            line.Add(plot.At(Math.Sqrt(right), last));
            svg.Path(line, colour, width, dashes);
        }

        (double X, double Y) Place(OperatingPoint point) => plot.At(Math.Sqrt(point.FalseAlarmsPerHour), Math.Sqrt(point.MissRate));

        void Mark(OperatingPoint point, double radius, string colour)
        {
            var (x, y) = Place(point);
            svg.Disc(x, y, radius, colour);
        }

        void MarkChosen(OperatingPoint point, double radius, string colour)
        {
            var (x, y) = Place(point);
            svg.Diamond(x, y, radius, colour);
        }

        void Limit(double hourly, string text, double below) => svg.Text(text, plot.X(Math.Sqrt(hourly)) + 4, plot.Y(Math.Sqrt(top)) + below, Svg.Grey, size: 11, framed: true);

        // A 95 % confidence interval in each direction.
        void Spread(OperatingPoint point)
        {
            var ((x, y), across, along) = (Place(point), point.FalseAlarmsPerHourBounds, point.MissRateBounds);
            svg.Line(plot.X(Math.Sqrt(across.Lower)), y, plot.X(Math.Sqrt(Math.Min(right, across.Upper))), y, Svg.Ink);
            svg.Line(x, plot.Y(Math.Sqrt(along.Lower)), x, plot.Y(Math.Sqrt(Math.Min(top, along.Upper))), Svg.Ink);
        }

        // Each name beside the end of its curve, moved up as far as others need the room, and down again from the top. Of too many labels only the worst have one.
        void Names((string Name, double Misses, string Colour, bool Bold)[] names)
        {
            var height = LabelHeight * Math.Sqrt(top);
            names = [.. names.OrderByDescending(name => name.Bold).ThenByDescending(name => name.Misses).Take((int)(1 / LabelHeight)).OrderBy(name => name.Misses)];
            var at = new double[names.Length];
            for (var i = 0; i < at.Length; i++) at[i] = Math.Max(Math.Sqrt(names[i].Misses), i > 0 ? at[i - 1] + height : 0);
            for (var i = at.Length - 1; i >= 0; i--) at[i] = Math.Min(at[i], i < at.Length - 1 ? at[i + 1] - height : Math.Sqrt(top));
            foreach (var (i, (name, _, colour, bold)) in names.Index()) svg.Text(Plot.Cut(name), plot.X(Math.Sqrt(right)) + 6, plot.Y(at[i]), colour, bold: bold);
        }
    }

    static IEnumerable<OperatingPoint> Marks(params OperatingPoint?[] points) => points.OfType<OperatingPoint>().Where(point => point.Events > 0);

    /// <summary>Where the curve drops, and to what.</summary>
    static List<(double Hourly, double Misses)> Steps(IReadOnlyList<OperatingPoint> sweep)
    {
        var steps = new List<(double Hourly, double Misses)>();
        foreach (var point in DetCurve.Usable(sweep).OrderBy(point => point.FalseAlarms).ThenBy(point => point.Misses))
            if (steps.Count == 0 || point.MissRate < steps[^1].Misses) steps.Add((point.FalseAlarmsPerHour, point.MissRate));
        return steps;
    }

    static IEnumerable<(double At, string Text)> Ticks(IEnumerable<double> values, Func<double, string> text)
    {
        var shown = new List<double>();
        foreach (var value in values.Reverse()) if (shown.Count == 0 || value == 0 || Math.Sqrt(shown[^1]) - Math.Sqrt(value) >= TickWidth * Math.Sqrt(shown[0]) && Math.Sqrt(value) >= TickWidth * Math.Sqrt(shown[0])) shown.Add(value);
        return shown.Select(value => (Math.Sqrt(value), text(value)));
    }

    static byte[] Nothing(EvaluationReport report)
    {
        var svg = new Svg(Plot.PageWidth, Plot.Above + 80 + Plot.Below);
        new Plot(svg, Left, Plot.Above, Plot.PageWidth - Left - Right, 80, (0, 1), (0, 1)).Title(Title);
        svg.Text($"This needs streams with events and streams without: there were no {(report.AsShipped.Events == 0 ? "events" : "streams without")}.", Plot.PageWidth / 2, Plot.Above + 40, Svg.Grey, "middle");
        return svg.ToBytes();
    }
}
