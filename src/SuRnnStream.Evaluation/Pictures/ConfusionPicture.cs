using System.Globalization;

namespace SuRnnStream.Evaluation.Pictures;

/// <summary>How often which event was taken for what: counts, coloured by their part of the row, right ones in one colour and wrong ones in another.</summary>
static class ConfusionPicture
{
    const int Widest = 64, Found = 140, CharacterWidth = 7; // of a cell, of what follows the rows, of a letter: in the page's pixels
    const int Space = 2;                                    // between cells

    /// <summary>An SVG.</summary>
    public static byte[] Draw(EvaluationReport report)
    {
        var size = report.Labels.Count + 1;
        string[] truths = [.. report.Labels.Select(Plot.Cut), "no event"], answers = [.. report.Labels.Select(Plot.Cut), "missed"];
        var left = 20 + CharacterWidth * truths.Max(label => label.Length);
        var (cellHeight, cellWidth) = ((double)Math.Max(16, 34 - size / 2), Math.Min(Widest, (Plot.PageWidth - left - Found) / (double)size));
        var longest = CharacterWidth * answers.Max(label => label.Length);
        var turned = longest > cellWidth; // or they would run into each other
        var bottom = Plot.Above + cellHeight * size;
        var svg = new Svg(Plot.PageWidth, bottom + (turned ? 20 + 7 * longest / 10 : 24));
        svg.Text("Rows: what was there. Columns: what was detected, as shipped", left, Plot.Above - 11, Svg.Ink);
        for (var row = 0; row < size; row++)
        {
            var (counts, middle) = (report.Confusion[row], Plot.Above + (row + 0.5) * cellHeight);
            var sum = counts.Sum();
            svg.Text(truths[row], left - 7, middle, Svg.Ink, "end");
            for (var column = 0; column < size; column++)
            {
                var (count, right) = (counts[column], row == column && row < size - 1);
                var part = sum == 0 ? 0 : (double)count / sum;
                svg.Rectangle(left + column * cellWidth + Space / 2, middle - cellHeight / 2 + Space / 2, cellWidth - Space, cellHeight - Space, Mix(right ? Svg.Blue : Svg.Orange, part));
                var text = row == size - 1 && column == size - 1 ? "" : count == 0 ? "·" : count.ToString("N0", CultureInfo.InvariantCulture);
                svg.Text(text, left + (column + 0.5) * cellWidth, middle, count == 0 ? Svg.Faint : part > 0.3 ? Svg.White : Svg.Ink, "middle", size > 16 ? 9 : 12, bold: right);
            }
            if (row < size - 1 && sum > 0)
                svg.Text(string.Create(CultureInfo.InvariantCulture, $"{100.0 * counts[row] / sum:0} % of {sum:N0} found"), left + size * cellWidth + 8, middle, Svg.Grey, size: 11);
        }
        foreach (var (column, answer) in answers.Index())
            svg.Text(answer, left + (column + 0.5) * cellWidth, bottom + 12, Svg.Ink, turned ? "end" : "middle", turned: turned ? -45 : 0);
        return svg.ToBytes();
    }

    /// <summary>From light grey to a colour by the square root of the part, so that a few wrong ones show.</summary>
    static string Mix(string colour, double part)
    {
        var to = Convert.FromHexString(colour.AsSpan(1));
        byte[] from = [0xf3, 0xf4, 0xf6];
        return "#" + Convert.ToHexStringLower([.. from.Zip(to, (a, b) => (byte)Math.Round(a + Math.Sqrt(part) * (b - a)))]);
    }
}
