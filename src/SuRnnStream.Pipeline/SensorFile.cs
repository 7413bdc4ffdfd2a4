namespace SuRnnStream;

/// <summary>Recordings of sensors, told apart by how their names end.</summary>
public static class SensorFile
{
    /// <summary>How the files end that can be opened, in lower case.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".hea", ".edf", ".bdf", ".csv", ".tsv", ".jsonl", ".ndjson"];

    /// <summary>Opens a recording; what the result holds open, it closes.</summary>
    /// <param name="path">A WFDB header, EDF or BDF, a table or JSON Lines.</param>
    /// <param name="sensor">The model's front end: its channels are the ones that are read.</param>
    /// <exception cref="IOException">The file is missing, cannot be read, or is none of those that are known here.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read.</exception>
    public static ISampleSource Open(string path, SensorFrontEndConfig sensor) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".hea" => WfdbRecord.Open(path).ToSource(sensor),
        ".edf" or ".bdf" => EdfRecord.Open(path).ToSource(sensor),
        ".csv" or ".tsv" => CsvSource.Open(path, sensor),
        ".jsonl" or ".ndjson" => new JsonLinesSource(new StreamReader(path), path, sensor),
        _ when !File.Exists(path) => throw new FileNotFoundException($"{path}: there is no such file", path),
        _ => throw new IOException($"{path}: the model takes sensors ({string.Join(", ", sensor.Channels)}): give it a .hea, .edf, .bdf, .csv, .tsv or .jsonl file"),
    };
}
