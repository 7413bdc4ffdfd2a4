namespace SuRnnStream.Evaluation.Pictures;

/// <summary>What an evaluation found, as pictures.</summary>
public static class EvaluationPictures
{
    /// <summary>
    /// Draws det.svg (misses against false alarms an hour over all thresholds), confusion.svg (what was there and what was detected) and
    /// scores.svg (how far events' scores are from those of the rest).
    /// </summary>
    /// <param name="report">What is drawn.</param>
    /// <param name="folder">Made if need be; files of these names in it are replaced.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Save(EvaluationReport report, string folder)
    {
        Directory.CreateDirectory(folder);
        SafeFile.Replace(Path.Combine(folder, "det.svg"), DetPicture.Draw(report));
        SafeFile.Replace(Path.Combine(folder, "confusion.svg"), ConfusionPicture.Draw(report));
        SafeFile.Replace(Path.Combine(folder, "scores.svg"), ScorePicture.Draw(report));
    }
}
