using System.Globalization;
using System.Text;
using ConsoleAppFramework;
using SuRnnStream.Research.Anomalies;
using SuRnnStream.Research.LongRange;
using TorchSharp;

namespace SuRnnStream.Research.Commands;

/// <summary>`surnn-research anomalies`.</summary>
sealed class AnomaliesCommand
{
    /// <summary>Learns each metric of the Numenta Anomaly Benchmark from its first part, without labels, and judges what it did not foresee in the rest beside two baselines.</summary>
    /// <param name="data">Folder with the benchmark's data/ and labels/.</param>
    /// <param name="output">-o|--out, The report to write, Markdown.</param>
    /// <param name="hidden">Neurons.</param>
    /// <param name="steps">Training steps a stream.</param>
    /// <param name="open">Wanted part of open switches.</param>
    /// <param name="seed">The same seed gives the same report.</param>
    [Command("anomalies")]
    public void Judge(string data, string output, int hidden = 24, int steps = 300, double open = 0.3, int seed = 1)
    {
        torch.set_num_threads(1);
        var streams = MetricStream.Load(data);
        var detectors = new (string Name, List<(MetricStream Stream, double[] Scores)> All)[] { ("suRNN's prediction error", []), ("last-value error", []), ("moving z-score", []) };
        var cost = new ComputeStats();
        foreach (var stream in streams)
        {
            var task = new NextValueTask(stream) { Length = NextValueTask.PieceLength };
            var options = new LongRangeOptions { Task = task.Name, Length = task.Length, Switch = LongRangeSwitch.Event, Hidden = hidden, Steps = steps, Batch = 16, Open = open, Slope = 4, LearningRate = 5e-3, Seed = seed };
            using var trainer = new LongRangeTrainer(task, options);
            trainer.Run(_ => { });
            detectors[0].All.Add((stream, AnomalyScores.OfErrors(task.Errors(trainer.Finish().Model!, out var spent))));
            detectors[1].All.Add((stream, AnomalyScores.OfErrors(task.LastValueErrors())));
            detectors[2].All.Add((stream, AnomalyScores.OfValues(stream.Values)));
            cost += spent;
            Console.WriteLine(Text($"{stream.Name}: error {trainer.Curve[^1].Metric:F4}, the last value's {task.Chance:F4}; {spent.OpenRatio:P0} of the switches open"));
        }
        var best = detectors.Select(detector => (detector.Name, detector.All, NabScore.Best(detector.All).Threshold)).ToArray();
        SafeFile.Replace(output, Report(best, cost, Text($"--hidden {hidden} --steps {steps} --open {open} --seed {seed}")));
        Console.WriteLine(output);
    }

    static string Report((string Name, List<(MetricStream Stream, double[] Scores)> All, double Threshold)[] detectors, ComputeStats cost, string asked)
    {
        var streams = detectors[0].All.ConvertAll(one => one.Stream);
        var text = new StringBuilder();
        text.AppendLine("# Anomalies in metrics").AppendLine();
        text.AppendLine(Text($"By `surnn-research anomalies --data nab {asked}`, on the {streams.Count} streams of the Numenta Anomaly Benchmark (MIT) that lie in the folder, {streams.Sum(stream => stream.Values.Length):N0} values. Each detector"));
        text.AppendLine("learns without labels; its one threshold for all streams is the one that scores best on them, as the benchmark chooses it, so every figure flatters. Score: the");
        text.AppendLine("standard profile, 0 for detecting nothing, 100 for every window at its first value. False alarms: runs of detected values outside windows.").AppendLine();
        text.AppendLine("| | threshold | score | windows found | false alarms | a thousand values |").AppendLine("|---|--:|--:|--:|--:|--:|");
        var (first, highest) = ("", double.NegativeInfinity);
        foreach (var (name, all, threshold) in detectors)
        {
            var (score, judged) = (all.Select(one => NabScore.Of(one.Stream, one.Scores, threshold)).Aggregate((a, b) => a + b), all.Sum(one => one.Stream.Values.Length - one.Stream.Probation));
            text.AppendLine(Text($"| {name} | {threshold:F2} | {score.Normalized:F1} | {score.Found} of {score.Windows} | {score.FalseAlarms} | {1000.0 * score.FalseAlarms / judged:F2} |"));
            if (score.Normalized > highest) (first, highest) = (name, score.Normalized);
        }
        text.AppendLine().AppendLine(Text($"Best here: {first}. The network opens {cost.OpenRatio:P1} of its switches and takes {(double)cost.MultiplyAdds / cost.Frames:N0} of {(double)cost.MultiplyAddsDense / cost.Frames:N0} multiply-adds a value.")).AppendLine();
        text.AppendLine($"| stream, windows | {string.Join(" | ", detectors.Select(detector => detector.Name))} |").AppendLine($"|---{string.Concat(detectors.Select(_ => "|--:"))}|");
        for (var i = 0; i < streams.Count; i++)
        {
            var cells = detectors.Select(detector => NabScore.Of(streams[i], detector.All[i].Scores, detector.Threshold)).Select(score => $"{score.Found} found, {score.FalseAlarms} false");
            text.AppendLine($"| {streams[i].Name}, {streams[i].Judged.Count} | {string.Join(" | ", cells)} |");
        }
        return text.ToString();
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
