using SuRnnStream.Evaluation;
#if !MINIMAL
using SuRnnStream.Evaluation.Pictures;
#endif

namespace SuRnnStream.Cli;

/// <summary>A folder with an evaluation's numbers, its events, label tracks, pictures and page.</summary>
static class ReportFolder
{
    /// <exception cref="IOException">The folder cannot be made or written to.</exception>
    public static void Write(string folder, EvaluationReport report)
    {
        Directory.CreateDirectory(folder);
        SafeFile.Replace(Path.Combine(folder, "report.json"), Json.Line(json => EvaluationJson.Write(json, report, whole: true)));
        SafeFile.Replace(Path.Combine(folder, "summary.json"), Json.Line(json => EvaluationJson.Write(json, report, whole: false)) + "\n");
        SafeFile.Replace(Path.Combine(folder, "events.csv"), to => EventRows.WriteCsv(to, report.Events));
        SafeFile.Replace(Path.Combine(folder, "events.jsonl"), to => EventRows.WriteJsonLines(to, report.Events));
#if !MINIMAL
        EvaluationPictures.Save(report, folder);
        HtmlReport.Write(report, Path.Combine(folder, "report.html"));
#endif
    }

    /// <summary>
    /// A label track for Audacity of each recording in which something was missed or fired: labels/NAME.txt, with "missed yes" and "false yes". Clips have none.
    /// </summary>
    public static void WriteTracks(string folder, IEnumerable<(EvaluationInput Input, JudgedStream? Heard)> streams)
    {
        foreach (var (input, heard) in streams)
        {
            JudgedEvent[] rows = [.. (heard?.Judged ?? []).Where(row => row.Kind != EventKind.Hit)];
            if (input.Label is not null || rows.Length == 0) continue;
            var name = Path.ChangeExtension(input.Name, null).Replace(Path.DirectorySeparatorChar, '_') + (input.Conditions.Name.Length > 0 ? "-" + input.Conditions.Name : "");
            Directory.CreateDirectory(Path.Combine(folder, "labels"));
            EventTable.WriteTrack(Path.Combine(folder, "labels", name + ".txt"), rows.Select(row => new LabelledEvent($"{(row.Kind == EventKind.Miss ? "missed" : "false")} {row.Label}", row.Start, row.End)));
        }
    }
}
