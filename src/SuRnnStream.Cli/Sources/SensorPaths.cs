namespace SuRnnStream.Cli;

/// <summary>Recordings of sensors by name or folder.</summary>
static class SensorPaths
{
    /// <summary>The file itself; of a folder all recordings below it, in the order of their names. <paramref name="unreadable"/> is told of folders that cannot be read.</summary>
    /// <exception cref="IOException">The folder has none.</exception>
    public static IReadOnlyList<string> Expand(string path, Action<string, Exception> unreadable)
    {
        if (!Directory.Exists(path)) return [path];
        var files = FolderWalk.Files(path, below: true, file => SensorFile.Extensions.Contains(Path.GetExtension(file).ToLowerInvariant()), unreadable);
        return files.Count > 0 ? files : throw new IOException("there is no .hea, .edf, .bdf, .csv, .tsv or .jsonl file in this folder");
    }
}
