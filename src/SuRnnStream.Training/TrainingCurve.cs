using ScottPlot;

namespace SuRnnStream.Training;

/// <summary>Loss, accuracy and open switches over the epochs, as a PNG.</summary>
static class TrainingCurve
{
    public static void Draw(IReadOnlyList<EpochReport> log, string file)
    {
        var plot = new Plot();
        var epochs = log.Select(report => (double)report.Epoch).ToArray();
        void Add(string name, Func<EpochReport, double> value, IYAxis axis, bool dashed = false)
        {
            var line = plot.Add.ScatterLine(epochs, log.Select(value).ToArray());
            line.LegendText = name;
            if (dashed) line.LinePattern = LinePattern.Dashed;
            line.Axes.YAxis = axis;
        }
        Add("accuracy on held-back clips", report => 100 * report.Clips.Accuracy, plot.Axes.Left);
        Add("open switches in speech", report => 100 * report.Clips.OpenInSpeech, plot.Axes.Left, dashed: true);
        Add("noise frames wholly skipped", report => 100 * report.Noise.WhollyShut, plot.Axes.Left, dashed: true);
        Add("training loss", report => report.Loss, plot.Axes.Right);
        plot.Axes.Left.Label.Text = "%";
        plot.Axes.Right.Label.Text = "loss";
        plot.Axes.Bottom.Label.Text = "epoch";
        plot.Axes.SetLimitsY(0, 100, plot.Axes.Left);
        plot.ShowLegend(Alignment.MiddleRight);
        plot.SavePng(file, 900, 500);
    }
}
