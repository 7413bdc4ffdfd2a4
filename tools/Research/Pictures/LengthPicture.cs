using System.Globalization;
using System.Text;
using SuRnnStream.Evaluation.Pictures;
using SuRnnStream.Research.LongRange;

namespace SuRnnStream.Research.Pictures;

/// <summary>Accuracy (left) and multiply-adds (right) of networks over the length of the sequences.</summary>
static class LengthPicture
{
    const int Height = 230, Left = 46, Gap = 70, Right = 10, Names = 108; // pixels; Names: beside the curves' ends
    const double Width = (Plot.PageWidth - Left - Gap - Right - 2 * Names) / 2.0;

    static readonly string[] Colours = [Svg.Orange, Svg.Blue, "#3f8f5f", "#8a5fa8"];

    /// <summary>Each colour of the picture and its replacement on a dark page.</summary>
    static readonly (string Light, string Dark)[] Night =
    [
        (Svg.White, "#0d1117"), (Svg.Ink, "#e6edf3"), (Svg.Faint, "#3d444d"), (Svg.Grey, "#9198a1"), (Svg.Orange, "#f0883e"), (Svg.Blue, "#58a6ff"), ("#3f8f5f", "#56d364"), ("#8a5fa8", "#bc8cff"),
    ];

    /// <summary>An SVG.</summary>
    /// <param name="curves">A network's name and the figures of each of its seeds; the line is their mean.</param>
    /// <param name="trained">Longest length that they were trained on.</param>
    /// <param name="dark">For a dark page.</param>
    public static byte[] Draw(IReadOnlyList<(string Name, IReadOnlyList<LengthFigures> Figures)> curves, int trained, bool dark)
    {
        var all = curves.SelectMany(curve => curve.Figures).ToArray();
        var lengths = all.Select(figures => figures.Length).Distinct().Order().ToArray();
        var across = (Log(lengths[0]) - 0.15, Log(lengths[^1]) + 0.15);
        var svg = new Svg(Plot.PageWidth, Plot.Above + Plot.Line + Height + Plot.Axis);
        var least = Math.Floor(Log10(all.Min(Work)));
        var most = Math.Ceiling(Log10(all.Max(Work)));
        var accuracy = new Plot(svg, Left, Plot.Above + Plot.Line, Width, Height, across, (0, 1.03));
        var work = new Plot(svg, Left + Width + Names + Gap, Plot.Above + Plot.Line, Width, Height, across, (least, most));
        foreach (var plot in new[] { accuracy, work })
        {
            plot.Vertical(Log(trained), Svg.Grey, 1, "2 3");
            plot.BottomAxis(lengths.Select(length => (Log(length), length.ToString("N0", CultureInfo.InvariantCulture))), "steps of a sequence");
        }
        accuracy.LeftAxis(Enumerable.Range(0, 6).Select(i => (i / 5.0, $"{20 * i} %")));
        work.LeftAxis(Enumerable.Range((int)least, (int)(most - least) + 1).Select(power => ((double)power, Millions(power))));
        accuracy.Title("Right answers", $"dotted: longest that was trained on, {trained} steps");
        work.Title("Multiply-adds of a sequence, millions", "in the shipped runtime");
        foreach (var (plot, value) in new (Plot, Func<LengthFigures, double>)[] { (accuracy, figures => figures.Value), (work, figures => Log10(Work(figures))) })
        {
            (int Length, double Value)[][] means = [.. curves.Select(curve => curve.Figures.GroupBy(one => one.Length).OrderBy(group => group.Key).Select(group => (group.Key, group.Average(value))).ToArray())];
            var at = Spread([.. means.Select(mean => plot.Y(mean[^1].Value))]);
            foreach (var (i, (name, figures)) in curves.Index())
            {
                var colour = Colours[i % Colours.Length];
                svg.Path([.. means[i].Select(one => plot.At(Log(one.Length), one.Value))], colour, 2.5);
                foreach (var (x, y) in figures.Select(one => plot.At(Log(one.Length), value(one)))) svg.Disc(x, y, 3.5, colour);
                svg.Text(name, plot.Right + 4, at[i], colour, bold: true, size: 11);
            }
        }
        return dark ? Darkened(svg.ToBytes()) : svg.ToBytes();
    }

    static double Work(LengthFigures figures) => figures.MultiplyAddsPerStep * figures.Length / 1e6;

    static double Log(double value) => Math.Log2(value);

    static double Log10(double value) => Math.Log10(value);

    static string Millions(int power) => Math.Pow(10, power).ToString("#,0.##", CultureInfo.InvariantCulture);

    /// <summary>Heights of names, moved apart where they are nearer than a line.</summary>
    static double[] Spread(double[] heights)
    {
        const double line = 14;
        var placed = (double[])heights.Clone();
        var order = Enumerable.Range(0, heights.Length).OrderBy(i => heights[i]).ToArray();
        for (var n = 1; n < order.Length; n++) placed[order[n]] = Math.Max(placed[order[n]], placed[order[n - 1]] + line);
        return placed;
    }

    static byte[] Darkened(byte[] svg)
    {
        var text = Encoding.UTF8.GetString(svg);
        foreach (var (light, dark) in Night) text = text.Replace(light, dark, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text);
    }
}
