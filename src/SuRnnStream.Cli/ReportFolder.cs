using SuRnnStream.Evaluation;
#if PICTURES
using SuRnnStream.Evaluation.Pictures;
#endif

namespace SuRnnStream.Cli;

/// <summary>A folder with an evaluation's numbers, pictures and page.</summary>
static class ReportFolder
{
    /// <exception cref="IOException">The folder cannot be made or written to.</exception>
    public static void Write(Terminal terminal, string folder, EvaluationReport report)
    {
        Directory.CreateDirectory(folder);
        SafeFile.Replace(Path.Combine(folder, "report.json"), Json.Line(json => EvaluationJson.Write(json, report, whole: true)));
#if PICTURES
        EvaluationPictures.Save(report, folder);
        HtmlReport.Write(report, Path.Combine(folder, "report.html"));
#else
        terminal.Complain($"{folder}: there is only report.json: this native program cannot draw, the one that dotnet run starts can");
#endif
    }
}
