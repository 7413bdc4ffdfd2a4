using System.Globalization;
using System.Text.Json;

namespace SuRnnStream.Research.Anomalies;

/// <summary>A metric over time, in which some windows are labelled as anomalies.</summary>
/// <param name="Name">FOLDER/FILE.csv, as the labels call it.</param>
/// <param name="Times">When each value was.</param>
/// <param name="Values">As many.</param>
/// <param name="Windows">Numbers of the first and last value of each labelled window, in order.</param>
sealed record MetricStream(string Name, DateTime[] Times, double[] Values, IReadOnlyList<(int From, int To)> Windows)
{
    const double ProbationPart = 0.15; // that of the Numenta Anomaly Benchmark: of the stream, but of 5,000 values at most
    const int ProbationMost = 750;

    /// <summary>Values at the beginning that may be learnt from, and in which nothing is judged.</summary>
    public int Probation => Math.Min((int)(ProbationPart * Values.Length), ProbationMost);

    /// <summary>The windows that are judged: those that do not end in the probation.</summary>
    public IReadOnlyList<(int From, int To)> Judged => [.. Windows.Where(window => window.To >= Probation)];

    /// <summary>Every data/FOLDER/FILE.csv (timestamp,value) of the benchmark's folder, with the windows of labels/combined_windows.json.</summary>
    /// <exception cref="IOException">There is none, or one cannot be read.</exception>
    /// <exception cref="InvalidDataException">A line or the labels cannot be understood.</exception>
    public static IReadOnlyList<MetricStream> Load(string folder)
    {
        var labels = Path.Combine(folder, "labels", "combined_windows.json");
        Dictionary<string, string[][]> windows;
        try
        {
            windows = JsonSerializer.Deserialize<Dictionary<string, string[][]>>(File.ReadAllText(labels))!;
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{labels} is no object of lists of windows ({error.Message}): give the benchmark's own.", error);
        }
        var data = Path.Combine(folder, "data");
        MetricStream[] streams = [.. FolderWalk.Files(data, below: true, file => file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
            .Select(file => Read(file, Path.GetRelativePath(data, file).Replace('\\', '/'), windows))];
        return streams.Length > 0 ? streams : throw new IOException($"{data} has no .csv file.");
    }

    static MetricStream Read(string file, string name, Dictionary<string, string[][]> windows)
    {
        var (times, values) = (new List<DateTime>(), new List<double>());
        foreach (var (number, line) in File.ReadLines(file).Index().Skip(1))
        {
            if (line.Split(',') is not [var when, var text] || !TryTime(when, out var time) || !double.TryParse(text, CultureInfo.InvariantCulture, out var value))
                throw new InvalidDataException($"{file}: line {number + 1}: '{line}' is no timestamp and value; write lines as 2014-02-14 14:30:00,0.132.");
            times.Add(time);
            values.Add(value);
        }
        if (!windows.TryGetValue(name, out var labelled)) throw new InvalidDataException($"The labels have no windows of {name}: give it an entry, which may be empty.");
        (int, int) Place(string[] window) => window is [var from, var to] && TryTime(from, out var first) && TryTime(to, out var last)
            ? (times.FindIndex(time => time >= first), times.FindLastIndex(time => time <= last))
            : throw new InvalidDataException($"The labels of {name} have a window '{string.Join(", ", window)}', which is no two times.");
        return new MetricStream(name, [.. times], [.. values], [.. labelled.Select(Place).Order()]);
    }

    static bool TryTime(string text, out DateTime time) => DateTime.TryParse(text, CultureInfo.InvariantCulture, out time);
}
