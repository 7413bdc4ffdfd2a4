using System.Globalization;
using ScottPlot;

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
    static readonly double[] Hourly = [0, 0.1, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000], Parts = [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1];

    /// <summary>A PNG.</summary>
    public static byte[] Draw(EvaluationReport report)
    {
        var (plot, title) = (Paper.Plot(), "Events missed, and false alarms an hour, at every threshold");
        if (report.AsShipped.Events == 0 || !(report.AsShipped.NegativeHours > 0))
        {
            plot.Axes.SetLimits(0, 1, 0, 1);
            plot.Write($"This needs streams with events and streams without: there were no {(report.AsShipped.Events == 0 ? "events" : "streams without")}.", 0.5, 0.5, Paper.Grey, Alignment.MiddleCenter);
            plot.Axes.Left.IsVisible = plot.Axes.Bottom.IsVisible = false;
            return Paper.Png([new Panel(plot, 80, title)]);
        }

        var all = Steps(report.Sweep);
        var labels = report.Labels.Where(label => report.SweepByLabel[label][0].Events > 0).Select(label => (Name: label, Steps: Steps(report.SweepByLabel[label]))).ToArray();
        OperatingPoint[] marked = [report.AsShipped, .. Marks(report.AsRecommended), .. labels.SelectMany(label => Marks(report.AsShippedByLabel[label.Name], report.Recommended.GetValueOrDefault(label.Name)))];
        var against = report.Against is { } comparison && comparison.Other.AsShipped.NegativeHours > 0 ? Steps(comparison.Other.Sweep) : null;
        if (report.Against is { } both) marked = [.. marked, both.Other.AsShipped];
        var right = Math.Max(Math.Max(LeastHourly, 1.25 * (report.Budget ?? 0)), 1.25 * marked.Max(point => point.FalseAlarmsPerHour));
        var top = Math.Clamp(1.15 * labels.Select(label => label.Steps).Append(all).Max(steps => steps.Where(step => step.Hourly <= right).Select(step => step.Misses).Append(0).Max()), LeastMissRate, 1);
        top = Math.Max(top, marked.Max(point => point.MissRate));

        plot.Add.VerticalLine(Math.Sqrt(DetCurve.MostFalseAlarmsPerHour), 1, Paper.Grey, LinePattern.Dotted);
        if (report.Budget is { } budget && budget != DetCurve.MostFalseAlarmsPerHour)
        {
            plot.Add.VerticalLine(Math.Sqrt(budget), 1, Paper.Grey, LinePattern.Dashed);
            Limit(budget, string.Create(CultureInfo.InvariantCulture, $"allowed: {budget:0.##} an hour"), 18);
        }
        Limit(DetCurve.MostFalseAlarmsPerHour, $"{DetCurve.MostFalseAlarmsPerHour:0} an hour", 2);
        var ends = new List<(string Name, double Misses, Color Colour, bool Bold)>();
        foreach (var (i, label) in labels.Index())
        {
            var colour = Paper.Colours[i % Paper.Colours.Length];
            Line(label.Steps, 1.2f, colour, i < Paper.Colours.Length ? LinePattern.Solid : LinePattern.DenselyDashed);
            ends.Add((label.Name, End(label.Steps), colour, false));
            Mark(report.AsShippedByLabel[label.Name], MarkerShape.FilledCircle, 6, colour);
            if (report.Recommended.GetValueOrDefault(label.Name) is { } point) Mark(point, MarkerShape.OpenDiamond, 9, colour);
        }
        if (against is not null)
        {
            Line(against, 3, Paper.Orange, LinePattern.Dashed);
            ends.Add(("other", End(against), Paper.Orange, true));
            Mark(report.Against!.Other.AsShipped, MarkerShape.FilledCircle, 11, Paper.Orange);
        }
        Line(all, 3, Paper.Ink, LinePattern.Solid);
        ends.Add((labels.Length > 1 ? "all" : "", End(all), Paper.Ink, true));
        Spread(report.AsShipped);
        Mark(report.AsShipped, MarkerShape.FilledCircle, 11, Paper.Ink);
        if (report.AsRecommended is { } chosen) Mark(chosen, MarkerShape.OpenDiamond, 14, Paper.Ink);
        Names([.. ends.Where(end => !double.IsNaN(end.Misses))]);

        var margin = 1 + (12 + 8.0 * ends.Max(end => Paper.Cut(end.Name).Length)) / 700; // for the names
        plot.Axes.SetLimits(-0.01 * Math.Sqrt(right), margin * Math.Sqrt(right), -0.02 * Math.Sqrt(top), 1.03 * Math.Sqrt(top));
        Ticks(plot.Axes.Bottom, Hourly.Where(x => x <= right), x => x.ToString("N", new NumberFormatInfo { NumberDecimalDigits = x is > 0 and < 1 ? 1 : 0 }));
        Ticks(plot.Axes.Left, Parts.Where(y => y <= top), y => $"{100 * y:0} %");
        plot.Axes.Bottom.Label.Text = "false alarms an hour";
        var note = string.Create(CultureInfo.InvariantCulture, $"●  as shipped, bars: 95 %{(report.Recommended.Count > 0 ? "    ◇  recommended" : "")}{(against is null ? "" : $"    dashed: {Paper.Cut(Path.GetFileName(report.Against!.Other.Model))}")}    {report.AsShipped.Events:N0} events, {report.AsShipped.NegativeHours:0.##} h without");
        return Paper.Png([new Panel(plot, Height, title, note) { Left = 46 }]);

        double End(List<(double Hourly, double Misses)> steps) => steps.LastOrDefault(step => step.Hourly <= right, (0, double.NaN)).Misses;

        void Line(List<(double Hourly, double Misses)> steps, float width, Color colour, LinePattern pattern)
        {
            var line = new List<Coordinates>();
            foreach (var (hourly, misses) in steps.TakeWhile(step => step.Hourly <= right))
            {
                if (line.Count > 0) line.Add(new Coordinates(Math.Sqrt(hourly), line[^1].Y));
                line.Add(new Coordinates(Math.Sqrt(hourly), Math.Sqrt(misses)));
            }
            if (line.Count == 0) return;
            line.Add(new Coordinates(Math.Sqrt(right), line[^1].Y));
            var drawn = plot.Add.ScatterLine(line.ToArray(), colour);
            (drawn.LineWidth, drawn.LinePattern) = (width, pattern);
        }

        void Mark(OperatingPoint point, MarkerShape shape, float size, Color colour)
        {
            var mark = plot.Add.Marker(Math.Sqrt(point.FalseAlarmsPerHour), Math.Sqrt(point.MissRate), shape, size, colour);
            if (shape == MarkerShape.OpenDiamond) mark.MarkerLineWidth = 2;
        }

        void Limit(double hourly, string text, float below) =>
            plot.Write(text, Math.Sqrt(hourly), Math.Sqrt(top), Paper.Grey, Alignment.UpperLeft, 11, offsetX: 4, offsetY: below).LabelBackgroundColor = Colors.White;

        // A 95 % confidence interval in each direction.
        void Spread(OperatingPoint point)
        {
            var (x, y) = (Math.Sqrt(point.FalseAlarmsPerHour), Math.Sqrt(point.MissRate));
            var (across, along) = (point.FalseAlarmsPerHourBounds, point.MissRateBounds);
            plot.Add.Line(Math.Sqrt(across.Lower), y, Math.Sqrt(Math.Min(right, across.Upper)), y).Color = Paper.Ink.WithAlpha(0.6);
            plot.Add.Line(x, Math.Sqrt(along.Lower), x, Math.Sqrt(Math.Min(top, along.Upper))).Color = Paper.Ink.WithAlpha(0.6);
        }

        // Each name beside the end of its curve, moved up as far as others need the room, and down again from the top. Of too many labels only the worst have one.
        void Names((string Name, double Misses, Color Colour, bool Bold)[] names)
        {
            var height = LabelHeight * Math.Sqrt(top);
            names = [.. names.OrderByDescending(name => name.Bold).ThenByDescending(name => name.Misses).Take((int)(1 / LabelHeight)).OrderBy(name => name.Misses)];
            var at = new double[names.Length];
            for (var i = 0; i < at.Length; i++) at[i] = Math.Max(Math.Sqrt(names[i].Misses), i > 0 ? at[i - 1] + height : 0);
            for (var i = at.Length - 1; i >= 0; i--) at[i] = Math.Min(at[i], i < at.Length - 1 ? at[i + 1] - height : Math.Sqrt(top));
            foreach (var (i, (name, _, colour, bold)) in names.Index()) plot.Write(Paper.Cut(name), Math.Sqrt(right), at[i], colour, Alignment.MiddleLeft, 12, bold, offsetX: 6);
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

    static void Ticks(IAxis axis, IEnumerable<double> values, Func<double, string> text)
    {
        var shown = new List<double>();
        foreach (var value in values.Reverse()) if (shown.Count == 0 || value == 0 || Math.Sqrt(shown[^1]) - Math.Sqrt(value) >= TickWidth * Math.Sqrt(shown[0]) && Math.Sqrt(value) >= TickWidth * Math.Sqrt(shown[0])) shown.Add(value);
        axis.SetTicks([.. shown.Select(Math.Sqrt)], [.. shown.Select(text)]);
    }
}
