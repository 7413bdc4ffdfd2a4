using System.Globalization;
using SuRnnStream.Evaluation;
using static SuRnnStream.Cli.Words;

namespace SuRnnStream.Cli;

/// <summary>Writes detections as they come, and at the end what they cost.</summary>
abstract class DetectionOutput(Terminal terminal)
{
    public static DetectionOutput Create(DetectionFormat format, Terminal terminal, SuRnnModel model) => format switch
    {
        DetectionFormat.Table => new DetectionTable(terminal, model.Config.Labels.Max(label => label.Length), model.Config.Sensor is not null),
        DetectionFormat.Json => new DetectionJson(terminal, model.Config.Sensor is not null),
        DetectionFormat.Csv => new DetectionCsv(terminal),
        DetectionFormat.Audacity => new DetectionTrack(terminal),
        _ => throw new UsageException($"--format is table, json, csv or audacity, not {format}"),
    };

    /// <summary>Where the sound around a detection is written; null: nowhere.</summary>
    public SoundFiles? Sounds { get; set; }

    /// <summary>The event's own time where it is known, else when it was emitted.</summary>
    protected static double When(Detection detection) => (detection.Landmark ?? detection.Time).TotalSeconds;

    protected void Print(string line) => terminal.Print(line);

    /// <summary>Cells with tabs between them.</summary>
    protected void PrintCells(string[] cells) => terminal.PrintCells(cells);

    /// <summary>The next input starts.</summary>
    public virtual void Begin(string source) { }

    public abstract void Write(Detection detection);

    /// <summary>All inputs are done.</summary>
    public virtual void End(DetectSummary summary) { }
}

sealed class DetectionTable(Terminal terminal, int labelWidth, bool sensors) : DetectionOutput(terminal)
{
    readonly int _width = Math.Max(labelWidth, "label".Length);
    bool _empty;

    public override void Begin(string source)
    {
        Finish();
        Print(source);
        _empty = true;
    }

    public override void Write(Detection detection)
    {
        if (_empty) Print($"  {"time (s)",10}  {"label".PadRight(_width)}  score  {"start",10} - end (s)");
        _empty = false;
        var (start, end, time) = (detection.Start.TotalSeconds, detection.End.TotalSeconds, When(detection));
        Print(Text($"  {time,10:0.000}  {detection.Label.PadRight(_width)}  {detection.Score,5:0.00}  {start,10:0.000} - {end:0.000}"));
    }

    public override void End(DetectSummary summary)
    {
        Finish();
        Print("");
        var what = sensors ? "sensor data" : "audio";
        var (detections, sources) = (Count(summary.Detections, "detection"), Count(summary.Sources, "source"));
        Print(Text($"{detections} in {summary.Seconds:0.0} s of {what} from {sources}"));
        foreach (var line in Cost(summary.Stats)) Print(line);
        if (summary.Dropped > 0) Print(Text($"{summary.Dropped:N0} samples were dropped"));
        if (summary.Wild > 0) Print(Text($"{(summary.Wild == 1 ? "1 sample was wild, so far from the rest that no sensor gives it" : Text($"{summary.Wild:N0} samples were wild, so far from the rest that no sensor gives them"))}, and held over"));
        if (sensors && summary.Held + summary.Lost > 0) Print(Text($"{Count(summary.Held, "sample was", "samples were")} missing and held from before, {summary.Lost:N0} fell into gaps"));
        foreach (var line in summary.Live?.Lines() ?? []) Print(line);
    }

    void Finish()
    {
        if (_empty) Print("  nothing detected");
        _empty = false;
    }
}

/// <summary>JSON Lines: an object for each detection, then one for the summary. The names are a contract.</summary>
sealed class DetectionJson(Terminal terminal, bool sensors) : DetectionOutput(terminal)
{
    public override void Write(Detection detection) => Print(Json.Line(json =>
    {
        json.WriteDetection(detection);
        if (Sounds?.FileOf(detection) is { } file) json.WriteString("sound", file);
    }));

    public override void End(DetectSummary summary) => Print(Json.Line(json => json.Object("summary", () =>
    {
        json.WriteNumber("seconds", summary.Seconds);
        json.WriteNumber("frames", summary.Stats.Frames);
        json.WriteNumber("framesSkipped", summary.Stats.FramesSkipped);
        json.WriteNumber("openRatio", summary.Stats.OpenRatio);
        json.Cost(summary.Stats);
        json.WriteNumber("dropped", summary.Dropped);
        if (sensors) json.WriteNumber("held", summary.Held);
        if (sensors) json.WriteNumber("wild", summary.Wild);
        if (sensors && summary.Live is null) json.WriteNumber("lost", summary.Lost);
        summary.Live?.Write(json);
    })));
}

/// <summary>A label track for Audacity: start, end and label of each detection between tabs.</summary>
sealed class DetectionTrack(Terminal terminal) : DetectionOutput(terminal)
{
    public override void Write(Detection detection) => PrintCells(EventTable.TrackLine(new LabelledEvent(detection.Label, detection.Start, detection.End)).Split('\t'));
}

/// <summary>RFC 4180: a header, then a record for each detection.</summary>
sealed class DetectionCsv : DetectionOutput
{
    public DetectionCsv(Terminal terminal) : base(terminal) => Print("source,label,score,start,end,time");

    public override void Write(Detection detection) => Print(string.Join(',',
        Quote(detection.Source ?? ""), Quote(detection.Label), Number(detection.Score),
        Number(detection.Start.TotalSeconds), Number(detection.End.TotalSeconds), Number(When(detection))));

    static string Number(double number) => number.ToString("0.#######", CultureInfo.InvariantCulture);

    /// <summary>A field as RFC 4180 has it; one that a spreadsheet would take for a formula is text by its apostrophe.</summary>
    internal static string Quote(string field)
    {
        if (field is ['=' or '+' or '-' or '@', _, ..]) field = "'" + field; // - is standard input
        return field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"")}\"";
    }
}
