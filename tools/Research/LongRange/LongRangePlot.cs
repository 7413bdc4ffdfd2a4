using ScottPlot;

namespace SuRnnStream.Research.LongRange;

/// <summary>A task's runs as a picture: learning curves, and what each kind of switch reaches at which open part.</summary>
static class LongRangePlot
{
    public static void Draw(IReadOnlyList<LongRangeRun> runs, string file)
    {
        var (first, accuracy) = (runs[0], runs[0].MetricName == "accuracy");
        double Shown(double metric) => accuracy ? 100 * metric : metric;
        var picture = new Multiplot();
        picture.AddPlots(2);
        Plot curves = picture.GetPlot(0), reached = picture.GetPlot(1);
        foreach (var (group, i) in runs.GroupBy(run => (run.Options.Cell, run.Options.Switch)).OrderBy(group => group.Key).Select((group, i) => (group, i)))
        {
            var color = Color.FromHex(Colors[i % Colors.Length]);
            var name = $"{group.Key.Cell} {group.Key.Switch}".ToLowerInvariant();
            foreach (var (run, n) in group.Select((run, n) => (run, n))) // the first seed is drawn full
            {
                var line = curves.Add.ScatterLine(run.Curve.Select(point => (double)point.Step).ToArray(), run.Curve.Select(point => Shown(point.Metric)).ToArray(), color.WithAlpha(n == 0 ? 1 : 0.45));
                line.LineWidth = 1.5f;
            }
            var marks = reached.Add.ScatterPoints(group.Select(run => 100 * run.OpenRatio).ToArray(), group.Select(run => Shown(run.Metric)).ToArray(), color);
            marks.MarkerSize = 9;
            marks.LegendText = name;
        }
        foreach (var plot in new[] { curves, reached })
        {
            var chance = plot.Add.HorizontalLine(Shown(first.Chance), 1, Color.FromHex("#999999"), LinePattern.Dotted);
            chance.LegendText = "ignoring the input";
            if (first.Paper is { } paper) plot.Add.HorizontalLine(Shown(paper.Value), 1, Color.FromHex("#444444"), LinePattern.Dashed).LegendText = "the paper";
            plot.Axes.Left.Label.Text = accuracy ? "accuracy (%)" : first.MetricName;
        }
        reached.Axes.SetLimitsX(0, 104);
        curves.Axes.SetLimitsX(0, 1.02 * first.Options.Steps);
        curves.Axes.Bottom.Label.Text = "training steps";
        reached.Axes.Bottom.Label.Text = "open switches (%)";
        curves.Title($"{first.Options.Task}, T = {first.Options.Length:N0}: validation");
        reached.Title("test, a point a seed");
        curves.HideLegend();
        reached.ShowLegend(Edge.Right);
        picture.Layout = new ScottPlot.MultiplotLayouts.Grid(1, 2);
        picture.SavePng(file, 1400, 560);
    }

    static readonly string[] Colors = ["#2c3e50", "#c0392b", "#e59866", "#2e86c1", "#239b56", "#8e44ad"];
}
