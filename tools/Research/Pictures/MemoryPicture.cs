using ScottPlot;

namespace SuRnnStream.Research.Pictures;

/// <param name="Name">The network.</param>
/// <param name="Colour">Of its curves.</param>
/// <param name="Norms">After each word, frame by frame: see <see cref="Memory"/>.</param>
sealed record MemoryCurves(string Name, Color Colour, IReadOnlyList<double[]> Norms);

/// <summary>How long networks remember, a panel a scene: a thin curve a word, and their median.</summary>
static class MemoryPicture
{
    public static void Draw(IReadOnlyList<(string Title, IReadOnlyList<MemoryCurves> Networks)> scenes, double hop, string file)
    {
        Panel[] panels = [.. scenes.Select((scene, i) => new Panel(Curves(scene.Networks, hop), 130, scene.Title, i > 0 ? "" : "‖∂h(t + τ) / ∂h(t)‖, t = end of the word; 1: nothing forgotten"))];
        panels[^1].Plot.Axes.Bottom.Label.Text = "τ, seconds";
        panels[^1].Plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericFixedInterval(1);
        Paper.Save(file, panels);
    }

    static Plot Curves(IReadOnlyList<MemoryCurves> networks, double hop)
    {
        var (plot, frames) = (Paper.Plot(), networks[0].Norms[0].Length);
        foreach (var (name, colour, norms) in networks)
        {
            foreach (var curve in norms) plot.Add.Signal(curve, hop, colour.WithAlpha(0.3));
            double[] median = [.. Enumerable.Range(0, frames).Select(t => norms.Select(curve => curve[t]).Order().ElementAt(norms.Count / 2))];
            plot.Add.Signal(median, hop, colour).LineWidth = 2.5f;
            plot.Write(name, hop * (frames - 1), median[^1], colour, Alignment.LowerRight, bold: true, offsetX: -4, offsetY: -4);
        }
        plot.Axes.SetLimits(0, hop * (frames - 1), 0, 1.25);
        plot.Axes.Left.SetTicks([0, 0.5, 1], ["0", "0.5", "1"]);
        return plot;
    }
}
