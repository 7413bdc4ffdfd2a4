using System.Globalization;

namespace SuRnnStream.Cli;

/// <summary>A recorded table and the labels beside it: NAME.csv, and NAME.labels.csv with lines time,label, as trainings read them.</summary>
/// <param name="Path">The table.</param>
/// <param name="Sensor">Its channels and its rate.</param>
/// <param name="Channels">[channels][moments]; NaN: missing.</param>
sealed record SensorTable(string Path, SensorFrontEndConfig Sensor, float[][] Channels)
{
    const string LabelsEnding = ".labels.csv";

    /// <summary>What recordings of anything but gestures are called.</summary>
    public const string NoGesture = "none";

    public int Moments => Channels[0].Length;

    public static string LabelsOf(string path) => System.IO.Path.ChangeExtension(path, LabelsEnding);

    /// <summary>The tables of a folder, in the order of their names.</summary>
    /// <exception cref="IOException">There are none.</exception>
    public static IReadOnlyList<string> In(string folder)
    {
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"{folder}: there is no such folder");
        string[] tables = [.. Directory.EnumerateFiles(folder, "*.csv").Where(file => !file.EndsWith(LabelsEnding, StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        return tables.Length > 0 ? tables : throw new IOException($"{folder}: there is no .csv file: record one with surnn record --from ... --out {folder}");
    }

    /// <exception cref="IOException">It cannot be read.</exception>
    public static SensorTable Read(string path)
    {
        var sensor = SensorFrontEndConfig.OfTable(path);
        using var source = CsvSource.Open(path, sensor);
        List<float>[] channels = [.. sensor.Channels.Select(_ => new List<float>())];
        var (samples, lost) = (new float[1_024 * channels.Length], 0L);
        for (int got; (got = source.Read(samples)) > 0;)
        {
            for (; lost < source.SamplesLost; lost += channels.Length) foreach (var channel in channels) channel.Add(float.NaN);
            for (var i = 0; i < got; i++) channels[i % channels.Length].Add(samples[i]);
        }
        return channels[0].Count > 0 ? new SensorTable(path, sensor, [.. channels.Select(channel => channel.ToArray())]) : throw new IOException($"{path}: there is no line after the header");
    }

    /// <summary>The label that a name says: of wave-12.csv, anna_wave-3.csv and wave.csv it is wave.</summary>
    public static string LabelIn(string path)
    {
        var name = System.IO.Path.GetFileNameWithoutExtension(path);
        name = name[(name.IndexOf('_') + 1)..];
        var dash = name.LastIndexOf('-');
        return dash > 0 && int.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _) ? name[..dash] : name;
    }

    /// <summary>Writes the labels of a table, whole or not at all.</summary>
    /// <param name="path">The table.</param>
    /// <param name="labels">Seconds at which each ends, and what it is.</param>
    public static void WriteLabels(string path, IEnumerable<(double Seconds, string Label)> labels) => SafeFile.Replace(LabelsOf(path), string.Concat(labels
        .OrderBy(one => one.Seconds).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Seconds:0.###},{one.Label}\n")).Prepend("time,label\n")));

    /// <exception cref="InputException">A label would break the tables that it is written to.</exception>
    public static string Require(string label) => label.Length > 0 && label.All(c => char.IsLetterOrDigit(c) || c is '-' or '.' or ' ') && label.Trim().Length == label.Length ? label
        : throw new InputException($"'{label}' is no label: letters, digits, blanks, dots and dashes");
}
