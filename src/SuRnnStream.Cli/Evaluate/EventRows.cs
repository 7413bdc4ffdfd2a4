using System.Globalization;
using System.Text.Json;
using SuRnnStream.Evaluation;

namespace SuRnnStream.Cli;

/// <summary>Events and false alarms for programs: a CSV table, or JSON Lines, one object a row. The names are a contract; times are seconds, levels dB.</summary>
static class EventRows
{
    const string Heading = "file,kind,label,start,end,found,score,peak,threshold,reason,other,level,snr,speaker,condition,negative,said,clip";

    /// <summary>RFC 4180.</summary>
    public static void WriteCsv(Stream to, IReadOnlyList<JudgedEvent> rows)
    {
        using var text = new StreamWriter(to, leaveOpen: true) { NewLine = "\n" };
        text.WriteLine(Heading);
        foreach (var row in rows)
            text.WriteLine(string.Join(',', Quote(row.File), Kind(row), Quote(row.Label), Seconds(row.Start), Seconds(row.End), row.Found is { } found ? Seconds(found) : "", Number(row.Score, "0.0000"),
                Number(row.Peak, "0.0000"), Number(row.Threshold, "0.###"), Reason(row), Quote(row.Other ?? ""), Number(row.Level, "0.0"), Number(row.Snr, "0.0"), Quote(row.Speaker), row.Condition, row.IsNegative ? "1" : "0", Quote(row.Said), Quote(row.Clip)));
    }

    /// <summary>An object a line.</summary>
    public static void WriteJsonLines(Stream to, IReadOnlyList<JudgedEvent> rows)
    {
        foreach (var row in rows)
        {
            to.Write(JsonLine.Of(json => Write(json, row)));
            to.WriteByte((byte)'\n');
        }
    }

    /// <summary>Hit, miss or false alarm.</summary>
    public static string Kind(JudgedEvent row) => row.Kind switch
    {
        EventKind.Hit => "hit",
        EventKind.Miss => "miss",
        _ => "false alarm",
    };

    /// <summary>Of a miss, why; else nothing.</summary>
    public static string Reason(JudgedEvent row) => row.Kind != EventKind.Miss ? "" : row.Outcome == CandidateOutcome.Detected ? "detected outside its time" : row.Outcome.Text();

    static void Write(Utf8JsonWriter json, JudgedEvent row)
    {
        json.WriteString("file", row.File);
        json.WriteString("kind", Kind(row));
        json.WriteString("label", row.Label);
        json.WriteNumber("start", Math.Round(row.Start.TotalSeconds, 3));
        json.WriteNumber("end", Math.Round(row.End.TotalSeconds, 3));
        Optional("found", row.Found?.TotalSeconds, 3);
        Optional("score", row.Score, 4);
        json.WriteNumber("peak", Math.Round((double)row.Peak, 4));
        json.WriteNumber("threshold", Math.Round((double)row.Threshold, 4));
        json.WriteString("reason", Reason(row));
        json.WriteString("other", row.Other ?? "");
        Optional("level", row.Level, 1);
        Optional("snr", row.Snr, 1);
        json.WriteString("speaker", row.Speaker);
        json.WriteString("condition", row.Condition);
        json.WriteBoolean("negative", row.IsNegative);
        json.WriteString("said", row.Said);
        json.WriteString("clip", row.Clip);

        void Optional(string name, double? value, int digits)
        {
            if (value is { } number) json.WriteNumber(name, Math.Round(number, digits));
            else json.WriteNull(name);
        }
    }

    static string Seconds(TimeSpan time) => Number(time.TotalSeconds, "0.000");

    static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";

    static string Quote(string field) => DetectionCsv.Quote(field.ReplaceLineEndings(" "));
}
