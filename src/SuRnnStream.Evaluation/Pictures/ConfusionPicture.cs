using System.Globalization;
using ScottPlot;

namespace SuRnnStream.Evaluation.Pictures;

/// <summary>How often which event was taken for what: counts, coloured by their part of the row, right ones in one colour and wrong ones in another.</summary>
static class ConfusionPicture
{
    const int Widest = 64, Found = 140, CharacterWidth = 7; // of a cell, of what follows the rows, of a letter: in the page's pixels
    const float TextDown = 2;           // to the middle of a cell

    /// <summary>A PNG.</summary>
    public static byte[] Draw(EvaluationReport report)
    {
        var (plot, size) = (Paper.Plot(), report.Labels.Count + 1);
        var rowHeight = Math.Max(16, 34 - size / 2);
        for (var row = 0; row < size; row++)
        {
            var counts = report.Confusion[row];
            var sum = counts.Sum();
            for (var column = 0; column < size; column++)
            {
                var (count, right) = (counts[column], row == column && row < size - 1);
                var part = sum == 0 ? 0 : (double)count / sum;
                var cell = plot.Add.Rectangle(column, column + 1, size - 1 - row, size - row);
                (cell.FillColor, cell.LineColor, cell.LineWidth) = (Mix(right ? Paper.Blue : Paper.Orange, part), Colors.White, 2);
                var text = row == size - 1 && column == size - 1 ? "" : count == 0 ? "·" : count.ToString("N0", CultureInfo.InvariantCulture);
                plot.Write(text, column + 0.5, size - 0.5 - row, count == 0 ? Paper.Faint : part > 0.3 ? Colors.White : Paper.Ink, Alignment.MiddleCenter, size > 16 ? 9 : 12, bold: right, offsetY: TextDown);
            }
            if (row < size - 1 && sum > 0)
                plot.Write(string.Create(CultureInfo.InvariantCulture, $"{100.0 * counts[row] / sum:0} % of {sum:N0} found"), size, size - 0.5 - row, Paper.Grey, Alignment.MiddleLeft, 11, offsetX: 8, offsetY: TextDown);
        }
        string[] truths = [.. report.Labels.Select(Paper.Cut), "no event"], answers = [.. report.Labels.Select(Paper.Cut), "missed"];
        double[] middles = [.. Enumerable.Range(0, size).Select(i => i + 0.5)];
        plot.Axes.Left.SetTicks([.. middles.Reverse()], truths);
        plot.Axes.Bottom.SetTicks(middles, answers);
        foreach (var axis in new IAxis[] { plot.Axes.Left, plot.Axes.Bottom })
        {
            (axis.FrameLineStyle.IsVisible, axis.MajorTickStyle.Length, axis.TickLabelStyle.ForeColor, axis.TickLabelStyle.OffsetY) = (false, 0, Paper.Ink, TextDown);
        }
        var left = 20 + CharacterWidth * truths.Max(label => label.Length);
        var cellWidth = Math.Min(Widest, (900.0 - left - Found) / size);
        var plotWidth = 900 - left - 10;
        plot.Axes.SetLimits(0, plotWidth / cellWidth, 0, size);
        var longest = CharacterWidth * answers.Max(label => label.Length);
        var turned = longest > cellWidth; // or they would run into each other
        if (turned) (plot.Axes.Bottom.TickLabelStyle.Rotation, plot.Axes.Bottom.TickLabelStyle.Alignment) = (-45, Alignment.MiddleRight);
        return Paper.Png([new Panel(plot, rowHeight * size, "Rows: what was there. Columns: what was detected, as shipped") { Left = left, Axis = turned ? 20 + 7 * longest / 10 : 24 }]);
    }

    static Color Mix(Color colour, double part) => Color.FromHex("#f3f4f6").MixedWith(colour, Math.Sqrt(part));

    static Color MixedWith(this Color from, Color to, double part)
    {
        byte Between(byte a, byte b) => (byte)Math.Round(a + part * (b - a));
        return new Color(Between(from.R, to.R), Between(from.G, to.G), Between(from.B, to.B));
    }
}
