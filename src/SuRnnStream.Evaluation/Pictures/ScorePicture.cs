using System.Globalization;
using ScottPlot;

namespace SuRnnStream.Evaluation.Pictures;

/// <summary>A small histogram a label: the scores of its events, and those of the seconds without any; counts go by their logarithm.</summary>
static class ScorePicture
{
    const int Columns = 4, Bins = 25, Height = 92;
    const double Floor = -0.35; // of the logarithm: an empty bin has no height, and one of 1 still has some

    /// <summary>A PNG.</summary>
    public static byte[] Draw(EvaluationReport report)
    {
        var labels = report.Labels;
        var counts = labels.Select(label => (Events: Counts(report.EventScores[label]), Negatives: Counts(report.NegativeScoreCounts[label]))).ToArray();
        var top = Math.Max(1, counts.Max(count => Math.Log10(Math.Max(1, Math.Max(count.Events.Max(), count.Negatives.Max()))))) + 0.25;
        double[] decades = [.. Enumerable.Range(0, (int)top + 1).Select(power => (double)power)];
        Panel[] panels = [.. labels.Select((label, i) => Histogram(label, counts[i].Events, counts[i].Negatives, i == 0))];
        return Paper.Png(panels, Math.Min(Columns, panels.Length), "Blue: highest score of each event. Grey: of each second of the negatives. Dotted: threshold as shipped; dashed: recommended");

        Panel Histogram(string label, int[] events, int[] negatives, bool first)
        {
            var plot = Paper.Plot();
            Area(plot, negatives, Paper.Grey.WithAlpha(0.35), Colors.Transparent);
            Area(plot, events, Paper.Blue.WithAlpha(0.35), Paper.Blue);
            plot.Add.VerticalLine(report.AsShippedByLabel[label].Threshold, 1.5f, Paper.Ink, LinePattern.Dotted);
            if (report.Recommended.GetValueOrDefault(label) is { } chosen) plot.Add.VerticalLine(chosen.Threshold, 1.5f, Paper.Orange, LinePattern.Dashed);
            plot.Axes.SetLimits(0, 1, Floor, top);
            plot.Axes.Left.SetTicks(decades, [.. decades.Select(power => Math.Pow(10, power).ToString("N0", CultureInfo.InvariantCulture))]);
            plot.Axes.Bottom.SetTicks([0, 0.5, 1], ["0", "0.5", "1"]);
            plot.Axes.Bottom.Label.Text = "score";
            return new Panel(plot, Height, label) { Left = 44, Right = 6 };
        }
    }

    static int[] Counts(IReadOnlyList<float> scores)
    {
        var counts = new int[Bins];
        foreach (var score in scores) counts[Math.Clamp((int)(score * Bins), 0, Bins - 1)]++;
        return counts;
    }

    static int[] Counts(IReadOnlyList<long> hundredths)
    {
        var counts = new int[Bins];
        for (var i = 0; i < hundredths.Count; i++) counts[i * Bins / hundredths.Count] = (int)Math.Min(int.MaxValue, counts[i * Bins / hundredths.Count] + hundredths[i]);
        return counts;
    }

    static void Area(Plot plot, int[] counts, Color fill, Color line)
    {
        List<Coordinates> outline = [new(0, Floor)];
        for (var i = 0; i < Bins; i++)
        {
            var height = counts[i] == 0 ? Floor : Math.Log10(counts[i]);
            outline.Add(new Coordinates((double)i / Bins, height));
            outline.Add(new Coordinates((i + 1.0) / Bins, height));
        }
        outline.Add(new Coordinates(1, Floor));
        var area = plot.Add.Polygon(outline.ToArray());
        (area.FillColor, area.LineColor, area.LineWidth) = (fill, line, 1.2f);
    }
}
