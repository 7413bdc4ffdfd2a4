using System.Globalization;
using ScottPlot;

namespace SuRnnStream.Research.Pictures;

/// <summary>Sound, frames, switches and scores of a segment of a stream, one above the other over the same seconds.</summary>
static class RasterPicture
{
    const double Risen = 0.3; // a label's highest score from which on its curve is drawn

    public static void Draw(Recording recording, SuRnnModel model, string file)
    {
        var (stats, neurons) = (recording.Stats, recording.Frames[0].Open.Length);
        var used = Enumerable.Range(0, neurons).Count(neuron => recording.Frames.Any(frame => frame.Open[neuron]));
        Panel[] panels =
        [
            new(Sound(recording), 56, "Sound"),
            new(Frames(recording), 100, $"Log-mel frames, {model.Config.FrameLength} bands, {model.Config.RequireFrontEnd().Hop.TotalMilliseconds:0.#} ms each"),
            new(Switches(recording), 128, $"Open switches, a row per neuron: {used} of {neurons} open here",
                string.Create(CultureInfo.InvariantCulture, $"{stats.OpenRatio:P1} of the switches open · {stats.SkippedRatio:P0} of the frames wholly skipped")),
            new(Scores(recording, model), 110, "Scores", "dotted: detection"),
        ];
        foreach (var panel in panels)
        {
            panel.Plot.Axes.SetLimitsX(recording.From, recording.To);
            foreach (var found in recording.Detections) panel.Plot.Add.VerticalLine(found.Time.TotalSeconds, 1, Paper.Ink.WithAlpha(0.6), LinePattern.Dotted);
        }
        panels[^1].Plot.Axes.Bottom.Label.Text = "seconds";
        panels[^1].Plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericFixedInterval(1);
        Paper.Save(file, panels);
    }

    /// <summary>Which neuron is in which row: most often open first.</summary>
    public static int[] Order(IReadOnlyList<RecordedFrame> frames) =>
        [.. Enumerable.Range(0, frames[0].Open.Length).OrderByDescending(neuron => frames.Count(frame => frame.Open[neuron]))];

    static Plot Sound(Recording recording)
    {
        var plot = Paper.Plot();
        plot.Add.Signal(recording.Samples, (recording.To - recording.From) / recording.Samples.Length, Paper.Grey).Data.XOffset = recording.From;
        plot.Axes.Left.SetTicks([], []);
        return plot;
    }

    static Plot Frames(Recording recording) =>
        Map(recording.Frames, recording.Frames[0].Bands.Length, (frame, row) => frame.Bands[row], "#ffffff", "#dfe9f0", "#7fa8c4", "#2f6f9f", "#12324a");

    static Plot Switches(Recording recording)
    {
        var order = Order(recording.Frames);
        return Map(recording.Frames, order.Length, (frame, row) => frame.Open[order[row]] ? 1 : 0, "#ffffff", "#c8602b");
    }

    /// <summary>A number for each frame and row, the first row at the bottom.</summary>
    static Plot Map(IReadOnlyList<RecordedFrame> frames, int rows, Func<RecordedFrame, int, double> value, params string[] colours)
    {
        var (plot, values) = (Paper.Plot(), new double[rows, frames.Count]);
        for (var row = 0; row < rows; row++) for (var t = 0; t < frames.Count; t++) values[rows - 1 - row, t] = value(frames[t], row);
        var map = plot.Add.Heatmap(values);
        map.Colormap = new ScottPlot.Colormaps.CustomInterpolated([.. colours.Select(colour => Color.FromHex(colour))]);
        var hop = (frames[^1].Time - frames[0].Time) / (frames.Count - 1);
        map.Position = new CoordinateRect(frames[0].Time - hop, frames[^1].Time, 0, rows);
        plot.Axes.SetLimitsY(0, rows);
        plot.Axes.Left.SetTicks([0.5, rows - 0.5], ["1", $"{rows}"]);
        return plot;
    }

    static Plot Scores(Recording recording, SuRnnModel model)
    {
        var (plot, drawn) = (Paper.Plot(), 0);
        var times = recording.Frames.Select(frame => frame.Time).ToArray();
        for (var label = 0; label < model.Config.Labels.Count; label++)
        {
            var name = model.Config.Labels[label];
            var scores = recording.Frames.Select(frame => (double)frame.Scores[label]).ToArray();
            var peak = scores.Max();
            if (model.Config.Background.Contains(name) || peak < Risen) continue;
            var colour = Paper.Colours[drawn++ % Paper.Colours.Length];
            plot.Add.ScatterLine(times, scores, colour).LineWidth = 1.5f;
            var found = recording.Detections.Where(detection => detection.Label == name).ToArray();
            foreach (var detection in found)
                plot.Write(string.Create(CultureInfo.InvariantCulture, $"{name} {detection.Score:F2}"), detection.Time.TotalSeconds, 1, colour, Alignment.UpperLeft, bold: true, offsetX: 5);
            if (found.Length == 0) plot.Write(name, times[Array.IndexOf(scores, peak)], peak, colour, Alignment.LowerCenter);
        }
        plot.Axes.SetLimitsY(0, 1.05);
        plot.Axes.Left.SetTicks([0, 0.5, 1], ["0", "", "1"]);
        return plot;
    }
}
