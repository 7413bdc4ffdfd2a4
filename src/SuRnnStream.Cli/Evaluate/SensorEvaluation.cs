using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Moments;
using static SuRnnStream.Cli.Words;
using static SuRnnStream.Evaluation.Figures;

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

    /// <summary>False alarms an hour within which thresholds are sought; null: none are.</summary>
    public double? Budget { get; init; }

    /// <summary>File for a copy of the model with the thresholds found; null: none.</summary>
    public string? WriteTo { get; init; }

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
        var sweep = Budget is null ? null : new MomentSweep(model, streams, times, Options, cancellation);
        var chosen = sweep?.Choose(Budget!.Value);
        if (format == ReportFormat.Json)
        {
            terminal.Print(Json.Line(json =>
            {
                json.WriteString("model", path);
                json.WriteNumber("toleranceSeconds", times.Tolerance);
                SensorEvaluationJson.Write(json, all, model.Config.Labels);
                if (sweep is not null) EvaluationJson.Points(json, "sweep", sweep.Sweep);
                if (sweep is not null) json.Object("sweepByLabel", () => { foreach (var label in sweep.Labels) EvaluationJson.Points(json, label, sweep.ByLabel[label]); });
                if (chosen is { } thresholds) EvaluationJson.Recommendation(json, thresholds.Choice, Budget!.Value, thresholds.Together);
                json.Object("recordings", () => { foreach (var (name, report) in reports) json.Object(name, () => SensorEvaluationJson.Write(json, report, model.Config.Labels)); });
            }));
        }
        else
        {
            terminal.Print(Line("all", all));
            terminal.Print(MomentLines.FalseDetections(all));
            foreach (var line in MomentLines.Delays(all)) terminal.Print(line);
            terminal.Print(MomentLines.Cost(all.Total));
            if (sweep is not null && chosen is { } found) foreach (var line in Lines(sweep, found.Choice, found.Together)) terminal.Print(line);
        }
        if (WriteTo is not null && sweep is not null && chosen is { } written)
            ModelFile.Save(WriteTo, EvaluatedModel.Of(model, Budget!.Value, written.Together, sweep.With(written.Choice), DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime)));
        return 0;
    }

    /// <summary>What other thresholds do, and those within the budget. A detection of a wrong label is false, and the event is missed.</summary>
    IEnumerable<string> Lines(MomentSweep sweep, IReadOnlyDictionary<string, OperatingPoint?> choice, OperatingPoint together)
    {
        yield return "";
        yield return "one threshold for all labels; a wrong label is a miss and a false alarm";
        foreach (var point in sweep.Sweep) yield return $"  {Threshold(point)}  {Percent(point.MissRate),7} missed  {Rate(point),9} FA/h ({RateBounds(point)})";
        foreach (var line in EvaluationTable.Recommendation(Budget!.Value, together, sweep.Labels, choice, sweep.ByLabel, sweep.AsShippedByLabel, sweep.Labels.Max(label => label.Length))) yield return line;
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
