using ScottPlot;
using SuRnnStream.Research.Pictures;

namespace SuRnnStream.Peers;

/// <summary>Bars of the time for a second of audio, on a log scale: one contestant below the other, a bar a sound.</summary>
static class PeerPicture
{
    const double Lowest = 0.5;     // decade at which the bars begin: 3 µs
    const double Thick = 0.24, Gap = 1.25;

    public static void Draw(string file, IReadOnlyList<PeerRow> rows, string cpu)
    {
        var plot = Paper.Plot();
        string[] sounds = [.. rows.Select(row => row.Sound).Distinct()], names = [.. rows.OrderBy(row => row.Job).Select(row => row.Name).Distinct()];
        foreach (var row in rows)
        {
            var (sound, top) = (Array.IndexOf(sounds, row.Sound), -Gap * Array.IndexOf(names, row.Name));
            var y = top - 0.28 - Thick * sound;
            var length = Math.Log10(row.MicrosecondsPerAudioSecond);
            plot.Add.Bar(new Bar
            {
                Position = y,
                ValueBase = Lowest,
                Value = length,
                Size = Thick * 0.9,
                Orientation = Orientation.Horizontal,
                FillColor = Paper.Colours[sound],
                LineWidth = 0,
            });
            plot.Write(FormattableString.Invariant($"{row.MicrosecondsPerAudioSecond:N0}"), length + 0.02, y, Paper.Grey, Alignment.MiddleLeft, 9);
            if (sound == 0) plot.Write(row.Name, Lowest, top, Paper.Ink, Alignment.MiddleLeft, 11);
        }
        foreach (var (sound, i) in sounds.Select((sound, i) => (sound, i))) plot.Legend.ManualItems.Add(new LegendItem { LabelText = sound, FillColor = Paper.Colours[i] });
        plot.ShowLegend(Alignment.UpperRight);
        (plot.Legend.OutlineColor, plot.Legend.ShadowColor, plot.Legend.FontSize, plot.Legend.FontName) = (Colors.Transparent, Colors.Transparent, 12, Paper.Font);
        plot.Axes.Left.IsVisible = false;
        plot.Axes.SetLimits(Lowest, 4.7, -Gap * names.Length + 0.35, 0.35);
        plot.Axes.Bottom.SetTicks([1, 2, 3, 4], ["10", "100", "1,000", "10,000"]);
        plot.Axes.Bottom.Label.Text = "µs of one core";
        Paper.Save(file, new Panel(plot, 60 * names.Length, "Time for a second of audio", cpu));
    }
}
