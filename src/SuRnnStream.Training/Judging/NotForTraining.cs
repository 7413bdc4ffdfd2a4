namespace SuRnnStream.Training.Judging;

/// <summary>
/// Clips that training leaves out: those of <c>not-for-training.txt</c>, a line each with the path in the set (<c>training/stop/105a0eea_nohash_0.wav</c>).
/// The file may lie in a data folder, above it, or in a folder <c>commands-dev</c> beside it, which brings it for <c>speech-commands</c>.
/// </summary>
sealed class NotForTraining
{
    const string Name = "not-for-training.txt";

    readonly HashSet<string> _clips = new(StringComparer.Ordinal);

    /// <param name="folders">The data folders of a training.</param>
    public NotForTraining(IEnumerable<string> folders)
    {
        var lists = folders.Select(Path.GetFullPath).SelectMany(folder => new[] { folder, Path.Combine(folder, ".."), Path.Combine(folder, "..", "commands-dev") })
            .Select(place => Path.GetFullPath(Path.Combine(place, Name))).Distinct().Where(File.Exists);
        foreach (var line in lists.SelectMany(File.ReadLines).Select(line => line.Trim()).Where(line => line.Length > 0)) _clips.Add(WordAndName(line));
    }

    /// <summary>True: a list names this clip, by its word's folder and its name, in whatever set it is.</summary>
    public bool Has(string file) => _clips.Contains(WordAndName(file));

    static string WordAndName(string path) => Path.GetFileName(Path.GetDirectoryName(path)) + "/" + Path.GetFileName(path);
}
