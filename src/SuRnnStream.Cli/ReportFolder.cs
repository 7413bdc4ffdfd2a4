using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Pictures;

namespace SuRnnStream.Cli;

/// <summary>A folder with an evaluation's numbers, pictures and page.</summary>
static class ReportFolder
{
    /// <exception cref="IOException">The folder cannot be made or written to.</exception>
    public static void Write(string folder, EvaluationReport report)
    {
        Directory.CreateDirectory(folder);
        SafeFile.Replace(Path.Combine(folder, "report.json"), Json.Line(json => EvaluationJson.Write(json, report, whole: true)));
        EvaluationPictures.Save(report, folder);
        HtmlReport.Write(report, Path.Combine(folder, "report.html"));
    }
}
