using SuRnnStream.Evaluation.Moments;
using static SuRnnStream.Cli.Words;

namespace SuRnnStream.Cli;

/// <summary>Judges a model of sensors on recordings whose events are moments: WFDB records, and tables with labels beside them.</summary>
/// <param name="terminal">Where it prints.</param>
/// <param name="path">Of the model.</param>
/// <param name="model">Takes sensors.</param>
sealed class SensorEvaluation(Terminal terminal, string path, SuRnnModel model)
{
    /// <summary>What the annotations' codes mean, as in <see cref="EventLabels"/>; null: by the model's labels.</summary>
    public string? Codes { get; init; }

    /// <summary>Seconds between an event and a detection that finds it; null: the heartbeat's.</summary>
    public double? Tolerance { get; init; }

    /// <summary>What the recordings call the channels; null: as the model does.</summary>
    public string? Map { get; init; }

    /// <summary>How it detects.</summary>
    public required DetectorOptions Options { get; init; }

    /// <param name="recordings">Files, or folders of them.</param>
    /// <param name="format">What is printed.</param>
    /// <param name="cancellation">Asked before each recording.</param>
    /// <exception cref="IOException">There is no recording, or one cannot be read.</exception>
    /// <exception cref="UsageException">Codes or map do not fit the model.</exception>
    public int Run(IReadOnlyList<string> recordings, ReportFormat format, CancellationToken cancellation)
    {
        var sensor = SensorInput.Mapped(model, Map)!;
        var labels = LabelsOf(Codes ?? EventLabels.ByDefault(model.Config.Labels));
        if (!labels.Labels.SequenceEqual(model.Config.Labels)) throw new UsageException($"the model detects {string.Join(", ", model.Config.Labels)}, but --codes has {string.Join(", ", labels.Labels)}");
        var times = Tolerance is { } tolerance ? new MomentTimes { Tolerance = tolerance } : new MomentTimes();
        var reports = new List<(string Name, MomentReport Report)>();
        var streams = new List<EventStream>();
        foreach (var stream in recordings.SelectMany(one => Read(one, sensor, labels)))
        {
            cancellation.ThrowIfCancellationRequested();
            streams.Add(stream);
            reports.Add((stream.Name, MomentJudge.Judge(model, stream, times, Options)));
            if (format == ReportFormat.Table) terminal.Print(Line(stream.Name, reports[^1].Report));
        }
        if (RecordingPrint.Leak(model, streams) is { } leak) terminal.Complain(leak);
        var all = reports.Select(one => one.Report).Aggregate((sum, report) => sum + report);
        if (format == ReportFormat.Json)
        {
            terminal.Print(Json.Line(json =>
            {
                json.WriteString("model", path);
                json.WriteNumber("toleranceSeconds", times.Tolerance);
                SensorEvaluationJson.Write(json, all, model.Config.Labels);
                json.Object("recordings", () => { foreach (var (name, report) in reports) json.Object(name, () => SensorEvaluationJson.Write(json, report, model.Config.Labels)); });
            }));
            return 0;
        }
        terminal.Print(Line("all", all));
        terminal.Print(MomentLines.FalseDetections(all));
        foreach (var line in MomentLines.Delays(all)) terminal.Print(line);
        terminal.Print(MomentLines.Cost(all.Total));
        return 0;
    }

    string Line(string name, MomentReport report) => Text($"{name,-10} {MomentLines.ByLabel(report, model.Config.Labels)}; {report.Total.OpenRatio:P1} of the switches open");

    static EventLabels LabelsOf(string codes)
    {
        try
        {
            return new EventLabels(codes);
        }
        catch (ArgumentException wrong)
        {
            throw new UsageException($"--codes: {wrong.Message}");
        }
    }

    static IEnumerable<EventStream> Read(string path, SensorFrontEndConfig sensor, EventLabels labels) =>
        Directory.Exists(path) ? EventCorpus.Load(path, sensor, labels, ["*"]).HeldBack
        : File.Exists(path) ? [EventCorpus.Read(path, sensor, labels)]
        : throw new IOException($"{path}: there is no such file or folder");
}
