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
        string[] files = [.. Directory.EnumerateFiles(path, "*", Below).Where(file => KindOf(file) is not null).Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new IOException("there is no .hea, .csv, .tsv or .jsonl file in this folder");
    }

    /// <summary>Opens a recording; what the result holds open, it closes.</summary>
    /// <exception cref="IOException">The file cannot be read, or is none of those that are known here.</exception>
    public static ISampleSource Open(string path, SensorFrontEndConfig sensor) => KindOf(path) switch
    {
        ".hea" => WfdbRecord.Open(path).ToSource(sensor),
        ".csv" => CsvSource.Open(path, sensor),
        ".jsonl" => new JsonLinesSource(new StreamReader(path), path, sensor),
        _ when !File.Exists(path) => throw new FileNotFoundException(null, path),
        _ => throw new IOException($"the model hears sensors ({string.Join(", ", sensor.Channels)}): give it a .hea, .csv, .tsv or .jsonl file"),
    };

    static string? KindOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".hea" => ".hea",
        ".csv" or ".tsv" => ".csv",
        ".jsonl" or ".ndjson" => ".jsonl",
        _ => null,
    };
}
