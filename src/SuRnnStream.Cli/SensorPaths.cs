namespace SuRnnStream.Cli;

/// <summary>Recordings of sensors by name or folder.</summary>
static class SensorPaths
{
    static readonly EnumerationOptions Below = new() { RecurseSubdirectories = true };

    /// <summary>The file itself; of a folder all recordings below it, in the order of their names.</summary>
    /// <exception cref="IOException">The folder has none.</exception>
    public static IReadOnlyList<string> Expand(string path)
    {
        if (!Directory.Exists(path)) return [path];
        string[] files = [.. Directory.EnumerateFiles(path, "*", Below).Where(file => SensorFile.Extensions.Contains(Path.GetExtension(file).ToLowerInvariant())).Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new IOException("there is no .hea, .csv, .tsv or .jsonl file in this folder");
    }
}
