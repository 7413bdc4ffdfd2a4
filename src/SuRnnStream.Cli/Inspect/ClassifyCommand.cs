using System.CommandLine;
using static SuRnnStream.Cli.Words;

namespace SuRnnStream.Cli;

sealed class ClassifyCommand(Terminal terminal)
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("classify", "Classifies clips that lie in folders named after their label, and compares.");
        var directory = command.Argument("directory", "Holds LABEL/*.wav. _silence_, _background_noise_ mean silence; a name that is no label means unknown.");
        var model = command.ModelOption();
        var format = command.ReportFormatOption();
        var dense = command.Flag("--dense", "Evaluate every neuron in every frame: the same answers, at full cost.");
        var noVerify = command.NoVerifyOption();
        var silenceBelow = command.Number<float>("--silence-below", ClipClassifier.DefaultSilenceBelow, "Score in [0, 1] that a label must reach for the clip not to be silence.");
        var channel = command.ChannelOption();
        return command.Runs((given, cancellation) => new ClassifyCommand(terminal).Classify(
            given.GetRequiredValue(directory), given.GetValue(model), given.GetValue(format), given.GetValue(dense), given.GetValue(noVerify), given.GetValue(silenceBelow),
            given.GetValue(channel), cancellation));
    }

    int Classify(string directory, string? model, ReportFormat format, bool dense, bool noVerify, float silenceBelow, int? channel, CancellationToken cancellation)
    {
        var network = Models.Load(model);
        if (noVerify) network = network.WithoutSecondLook();
        if (network.Config.Words is { } enrolled) throw new InputException($"classify compares clips by the network's own labels, but {string.Join(", ", enrolled.Words.Select(word => word.Label))} {(enrolled.Words.Count == 1 ? "is an enrolled word" : "are enrolled words")}, which {(enrolled.Words.Count == 1 ? "is" : "are")} decided in streams alone: use surnn evaluate --positives {directory}");
        var classifier = new ClipClassifier(network, silenceBelow, dense || network.Defaults.Dense);
        var (report, clips) = (new ClipReport(network.Config.Labels), new ClipFolders(directory, network.Config, channel));
        var failed = clips.Read(terminal, cancellation, (label, samples) => report.Add(label, classifier.Classify(samples)));
        if (format == ReportFormat.Json) terminal.Print(ToJson(report));
        else foreach (var line in ToTable(report)) terminal.Print(line);
        return failed > 0 ? 1 : 0;
    }

    static IEnumerable<string> ToTable(ClipReport report)
    {
        var width = report.Labels.Max(label => label.Length);
        string[] present = [.. report.Labels.Where(label => report.ClipsOf(label) > 0)];
        yield return Text($"accuracy {100 * report.Accuracy:0.00} %: {report.Correct:N0} of {Count(report.Clips, "clip")}");
        yield return "";
        yield return $"{"label".PadRight(width)}  {"clips",6}  recall";
        foreach (var label in present)
            yield return Text($"{label.PadRight(width)}  {report.ClipsOf(label),6}  {100 * report.Recall(label),5:0.0} %");
        yield return "";
        yield return $"{"truth".PadRight(width)}  answers";
        yield return $"{"".PadRight(width)}  {string.Join("  ", report.Labels.Select(label => label.PadLeft(5)))}";
        for (var truth = 0; truth < report.Labels.Count; truth++)
        {
            if (!present.Contains(report.Labels[truth])) continue;
            var counts = report.Confusion[truth].Zip(report.Labels, (count, answer) => $"{count}".PadLeft(Math.Max(5, answer.Length)));
            yield return $"{report.Labels[truth].PadRight(width)}  {string.Join("  ", counts)}";
        }
        yield return "";
        foreach (var line in Cost(report.Stats)) yield return line;
    }

    static string ToJson(ClipReport report) => Json.Line(json => json.Object("summary", () =>
    {
        json.WriteNumber("clips", report.Clips);
        json.WriteNumber("accuracy", report.Accuracy);
        json.WriteNumber("seconds", report.Stats.StreamTime.TotalSeconds);
        json.WriteNumber("frames", report.Stats.Frames);
        json.WriteNumber("framesSkipped", report.Stats.FramesSkipped);
        json.WriteNumber("framesSkippedRatio", report.Stats.SkippedRatio);
        json.WriteNumber("openRatio", report.Stats.OpenRatio);
        json.Cost(report.Stats);
        json.Object("perLabel", () =>
        {
            foreach (var label in report.Labels)
            {
                json.Object(label, () =>
                {
                    json.WriteNumber("clips", report.ClipsOf(label));
                    if (report.Recall(label) is { } recall) json.WriteNumber("recall", recall);
                    else json.WriteNull("recall");
                });
            }
        });
        json.Array("confusion", report.Confusion, row =>
        {
            json.WriteStartArray();
            foreach (var count in row) json.WriteNumberValue(count);
            json.WriteEndArray();
        });
        json.Array("labels", report.Labels, json.WriteStringValue);
    }));
}
