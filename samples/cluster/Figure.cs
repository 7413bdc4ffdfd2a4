using System.Globalization;
using System.Text;

namespace SuRnnStream.ClusterSample;

/// <summary>One panel: lines over time.</summary>
sealed record Panel(string Title, IReadOnlyList<(string Name, (double At, double Value)[] Points)> Lines);

/// <summary>Panels below each other over the same seconds, as SVG.</summary>
sealed class Figure(double seconds, IReadOnlyList<double> marks, IReadOnlyList<Panel> panels)
{
    const int Width = 900, Height = 150, Left = 60, Top = 28, Gap = 40;

    static readonly string[] Colours = ["#1f6fb4", "#d9622b", "#3a923a", "#8c5bb5"];

    public override string ToString()
    {
        var svg = new StringBuilder();
        void Add(FormattableString text) => svg.AppendLine(text.ToString(CultureInfo.InvariantCulture));
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Left + Width + 20}\" height=\"{panels.Count * (Height + Gap) + Top}\" font-family=\"sans-serif\" font-size=\"12\"><rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
        for (var i = 0; i < panels.Count; i++)
        {
            var (panel, top) = (panels[i], Top + i * (Height + Gap));
            var most = panel.Lines.SelectMany(line => line.Points).Select(point => point.Value).DefaultIfEmpty(1).Max();
            if (most <= 0) most = 1;
            double X(double at) => Left + Width * Math.Clamp(at / seconds, 0, 1);
            double Y(double value) => top + Height - Height * Math.Max(0, value) / most;
            foreach (var mark in marks) Add($"<line x1=\"{X(mark):F1}\" x2=\"{X(mark):F1}\" y1=\"{top}\" y2=\"{top + Height}\" stroke=\"#bbb\" stroke-dasharray=\"4\"/>");
            Add($"<path d=\"M{Left} {top}V{top + Height}H{Left + Width}\" fill=\"none\" stroke=\"#444\"/>");
            Add($"<text x=\"{Left - 6}\" y=\"{top + 10}\" text-anchor=\"end\">{most:G3}</text><text x=\"{Left - 6}\" y=\"{top + Height}\" text-anchor=\"end\">0</text>");
            Add($"<text x=\"{Left}\" y=\"{top - 8}\" font-weight=\"bold\">{panel.Title}</text><text x=\"{Left + Width}\" y=\"{top + Height + 14}\" text-anchor=\"end\">{seconds:F0} s</text>");
            for (var line = 0; line < panel.Lines.Count; line++)
            {
                var colour = Colours[line % Colours.Length];
                var points = string.Join(' ', panel.Lines[line].Points.Where(point => point.At >= 0 && point.At <= seconds).Select(point => FormattableString.Invariant($"{X(point.At):F1},{Y(point.Value):F1}")));
                Add($"<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/><text x=\"{Left + 260 + 110 * line}\" y=\"{top - 8}\" fill=\"{colour}\">{panel.Lines[line].Name}</text>");
            }
        }
        Add($"</svg>");
        return svg.ToString();
    }
}
