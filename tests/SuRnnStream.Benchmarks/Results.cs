using System.Runtime.CompilerServices;
using System.Text;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using ScottPlot;
using SuRnnStream.Research.Pictures;

namespace SuRnnStream.Benchmarks;

/// <summary>What is committed of a run: results/CPU.BENCHMARK.md, and a picture of the switches.</summary>
static class Results
{
    /// <summary>A folder under the repository's root.</summary>
    public static string Folder(params string[] path) => Path.GetFullPath(Path.Combine([Path.GetDirectoryName(Here())!, "..", "..", .. path]));

    static string Here([CallerFilePath] string file = "") => file;

    public static void Keep(Summary summary, bool quick)
    {
        if (summary.Reports.Length == 0 || summary.Reports.Any(report => !report.Success)) return;
        var cpu = summary.HostEnvironmentInfo.Cpu.Value?.ProcessorName ?? "unknown";
        var name = string.Concat(cpu.Select(c => char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-')).Trim('-');
        var benchmark = summary.BenchmarksCases[0].Descriptor.Type.Name;
        var file = Path.Combine(Folder("tests", "SuRnnStream.Benchmarks", "results"), $"{name}.{benchmark}");
        var text = new StringBuilder($"# {benchmark}\n");
        if (quick) text.Append("\nA quick run, to see that it works: not for figures.\n");
        if (benchmark == nameof(SwitchRateBench)) text.Append(SpeedUps(summary, file, cpu));
        var log = new AccumulationLogger();
        MarkdownExporter.GitHub.ExportToLog(summary, log);
        File.WriteAllText(file + ".md", text.Append(log.GetLog().ReplaceLineEndings("\n").TrimEnd()).Append('\n').ToString());
        Console.WriteLine(file + ".md");
    }

    /// <summary>Every median against that with no switch closed; also drawn.</summary>
    static string SpeedUps(Summary summary, string file, string cpu)
    {
        var steps = (from report in summary.Reports
                     let precision = (Precision)report.BenchmarkCase.Parameters[nameof(SwitchRateBench.Precision)]
                     let hidden = (int)report.BenchmarkCase.Parameters[nameof(SwitchRateBench.Hidden)]
                     let wanted = (int)report.BenchmarkCase.Parameters[nameof(SwitchRateBench.Closed)]
                     let closed = SwitchRateBench.Measured[(precision, hidden, wanted)]
                     select (Layer: $"{hidden} neurons, {precision}", Closed: closed, Median: report.ResultStatistics!.Median)).ToArray();
        var table = new StringBuilder("\n| layer | closed | median, us | speed-up | ideal |\n|:--|--:|--:|--:|--:|\n");
        var plot = Paper.Plot();
        double[] percent = [.. Enumerable.Range(0, 100)];
        var ideal = plot.Add.ScatterLine(percent, percent.Select(c => -Math.Log10(1 - c / 100)).ToArray(), Paper.Grey);
        ideal.LinePattern = LinePattern.Dotted;
        ideal.LegendText = "ideal: 1 / (1 - closed)";
        foreach (var ((layer, group), colour) in steps.GroupBy(step => step.Layer).Select(group => (group.Key, group)).Zip(Paper.Colours))
        {
            var open = group.MinBy(step => step.Closed).Median;
            foreach (var step in group)
                table.Append($"| {layer} | {step.Closed:P1} | {step.Median / 1e3:F2} | {open / step.Median:F2} | {(step.Closed < 1 ? $"{1 / (1 - step.Closed):F2}" : "")} |\n");
            var line = plot.Add.Scatter(group.Select(step => 100 * step.Closed).ToArray(), group.Select(step => Math.Log10(open / step.Median)).ToArray(), colour);
            line.LegendText = layer;
        }
        var paper = plot.Add.Marker(83, Math.Log10(5.3), MarkerShape.OpenDiamond, 10, Paper.Ink);
        paper.LegendText = "the paper's C loop";
        plot.ShowLegend(Alignment.UpperLeft);
        (plot.Legend.OutlineColor, plot.Legend.ShadowColor, plot.Legend.FontSize, plot.Legend.FontName) = (Colors.Transparent, Colors.Transparent, 12, Paper.Font);
        plot.Axes.SetLimits(0, 101, 0, 2.2);
        plot.Axes.Left.SetTicks([0, Math.Log10(2), Math.Log10(5), 1, Math.Log10(20), Math.Log10(50), 2], ["1", "2", "5", "10", "20", "50", "100"]);
        plot.Axes.Bottom.Label.Text = "switches closed, %";
        Paper.Save(file + ".png", new Panel(plot, 300, "Times as fast as with every switch open", cpu));
        return table.Append($"\n![Speed-up against closed switches]({Path.GetFileName(file)}.png)\n\n").ToString();
    }
}
