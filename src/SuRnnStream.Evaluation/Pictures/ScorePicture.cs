using System.Globalization;

namespace SuRnnStream.Evaluation.Pictures;

/// <summary>A small histogram a label: the scores of its events, and those of the seconds without any; counts go by their logarithm.</summary>
static class ScorePicture
{
    const int Columns = 4, Bins = 25, Height = 92, Left = 52, Right = 6;
    const double Floor = -0.35; // of the logarithm: an empty bin has no height, and one of 1 still has some

    /// <summary>An SVG.</summary>
    public static byte[] Draw(EvaluationReport report)
    {
        var labels = report.Labels;
        var counts = labels.Select(label => (Events: Counts(report.EventScores[label]), Negatives: Counts(report.NegativeScoreCounts[label]))).ToArray();
        var highest = Math.Max(1, counts.Max(count => Math.Log10(Math.Max(1, Math.Max(count.Events.Max(), count.Negatives.Max()))))) + 0.25;
        (double At, string Text)[] decades = [.. Enumerable.Range(0, (int)highest + 1).Select(power => ((double)power, Math.Pow(10, power).ToString("N0", CultureInfo.InvariantCulture)))];
        var (columns, rowHeight) = (Math.Min(Columns, labels.Count), Plot.Above + Height + Plot.Below);
        var rows = (labels.Count + columns - 1) / columns;
        var svg = new Svg(Plot.PageWidth, Plot.Above + rows * rowHeight + Plot.Axis);
        svg.Text("Blue: highest score of each event. Grey: of each second of the negatives. Dotted: threshold as shipped; dashed: recommended", 10, Plot.Above - 11, Svg.Grey);
        foreach (var (i, label) in labels.Index())
        {
            var plot = new Plot(svg, (double)Plot.PageWidth * (i % columns) / columns + Left, Plot.Above + i / columns * rowHeight + Plot.Above, (double)Plot.PageWidth / columns - Left - Right, Height, (0, 1), (Floor, highest));
            Area(svg, plot, counts[i].Negatives, Svg.Grey, "none");
            Area(svg, plot, counts[i].Events, Svg.Blue, Svg.Blue);
            plot.Vertical(report.AsShippedByLabel[label].Threshold, Svg.Ink, 1.5, "1 2");
            if (report.Recommended.GetValueOrDefault(label) is { } chosen) plot.Vertical(chosen.Threshold, Svg.Orange, 1.5, "6 4");
            plot.LeftAxis(decades);
            plot.BottomAxis([(0, "0"), (0.5, "0.5"), (1, "1")], "score", named: i + columns >= labels.Count);
            plot.Title(Plot.Cut(label));
        }
        return svg.ToBytes();
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

    static void Area(Svg svg, Plot plot, int[] counts, string fill, string line)
    {
        List<(double X, double Y)> outline = [plot.At(0, Floor)];
        for (var i = 0; i < Bins; i++)
        {
            var height = counts[i] == 0 ? Floor : Math.Log10(counts[i]);
            outline.Add(plot.At((double)i / Bins, height));
            outline.Add(plot.At((i + 1.0) / Bins, height));
        }
        outline.Add(plot.At(1, Floor));
        svg.Path(outline, line, 1.2, fill: fill, opacity: 0.35);
    }
}
