using System.Globalization;
using System.IO.Enumeration;

namespace SuRnnStream.Evaluation.Moments;

/// <summary>Recordings with their events, those that are trained on and those that are held back.</summary>
sealed record EventCorpus(IReadOnlyList<EventStream> Training, IReadOnlyList<EventStream> HeldBack)
{
    const string FlutterBegins = "[", FlutterEnds = "]"; // ventricular flutter: waves, not beats

    /// <summary>Every record (NAME.hea with NAME.atr) and table (NAME.csv with NAME.labels.csv: time,label) of a folder. In the names of those held back * matches anything.</summary>
    /// <exception cref="IOException">There are none, one cannot be read, or one that is to be held back is missing.</exception>
    public static EventCorpus Load(string folder, SensorFrontEndConfig sensor, EventLabels labels, IReadOnlyCollection<string> heldBack)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, "*.hea").Concat(Directory.EnumerateFiles(folder, "*.csv").Where(file => File.Exists(LabelsOf(file)))).Order(StringComparer.Ordinal)];
        if (files.Length == 0) throw new IOException($"{folder} has no .hea file, and no .csv file with a .labels.csv beside it.");
        EventStream[] streams = [.. files.Select(file => Read(file, sensor, labels))];
        bool Fits(string name, string stream) => FileSystemName.MatchesSimpleExpression(name, stream, ignoreCase: false);
        var missing = heldBack.FirstOrDefault(name => !streams.Any(stream => Fits(name, stream.Name)));
        if (missing is not null) throw new IOException($"{folder} has no recording '{missing}' that could be held back, only {string.Join(", ", streams.Select(stream => stream.Name))}.");
        var isHeldBack = streams.ToLookup(stream => heldBack.Any(name => Fits(name, stream.Name)));
        return new EventCorpus([.. isHeldBack[false]], [.. isHeldBack[true]]);
    }

    /// <summary>One recording: NAME.hea, or NAME.csv with NAME.labels.csv beside it.</summary>
    /// <exception cref="IOException">It or its events cannot be read.</exception>
    public static EventStream Read(string file, SensorFrontEndConfig sensor, EventLabels labels) => file.EndsWith(".hea", StringComparison.Ordinal) ? ReadRecord(file, sensor, labels) : ReadTable(file, sensor, labels);

    static EventStream ReadRecord(string file, SensorFrontEndConfig sensor, EventLabels labels)
    {
        var record = WfdbRecord.Open(file);
        var (events, excluded, from) = (new List<StreamEvent>(), new List<(long, long)>(), -1L);
        foreach (var note in WfdbAnnotations.Read(Path.ChangeExtension(file, ".atr")))
        {
            if (labels.TryGet(note.Code, note.Moment, out var happened)) events.Add(happened);
            if (note.Code == FlutterBegins) from = note.Moment;
            if (note.Code == FlutterEnds && from >= 0) excluded.Add((from, note.Moment));
            if (note.Code == FlutterEnds) from = -1;
        }
        if (from >= 0) excluded.Add((from, record.Moments));
        var others = Enumerable.Range(0, record.Signals.Count).Where(i => !sensor.Channels.Any(channel => SensorColumns.IsNamed(record.Signals[i], channel)));
        return new EventStream(Path.GetFileNameWithoutExtension(file), Channels(record.ToSource(sensor)), [.. others.Select(record.Read)], events, excluded);
    }

    static EventStream ReadTable(string file, SensorFrontEndConfig sensor, EventLabels labels)
    {
        using var source = CsvSource.Open(file, sensor);
        var channels = Channels(source);
        var (events, table) = (new List<StreamEvent>(), LabelsOf(file));
        foreach (var (line, number) in File.ReadLines(table).Select((line, i) => (line, i + 1)).Skip(1).Where(line => line.line.Length > 0))
        {
            if (line.Split(',') is not [var time, var label] || !double.TryParse(time, CultureInfo.InvariantCulture, out var seconds))
                throw new InvalidSensorDataException(table, $"line {number}", $"'{line}' is no time and label", "write lines as 12.34,LABEL below a header");
            if (labels.TryGet(label.Trim(), (long)Math.Round(seconds * sensor.SampleRate), out var happened)) events.Add(happened);
        }
        return new EventStream(Path.GetFileNameWithoutExtension(file), channels, [], [.. events.OrderBy(happened => happened.Moment)], []);
    }

    static string LabelsOf(string file) => Path.ChangeExtension(file, ".labels.csv");

    /// <summary>[channels][moments], NaN where moments were lost.</summary>
    static float[][] Channels(ISampleSource source)
    {
        List<float>[] channels = [.. Enumerable.Range(0, source.Channels).Select(_ => new List<float>())];
        var (samples, lost) = (new float[1_024 * source.Channels], 0L);
        for (int got; (got = source.Read(samples)) > 0;)
        {
            for (; source is ILossySource lossy && lost < lossy.SamplesLost; lost += channels.Length) foreach (var channel in channels) channel.Add(float.NaN);
            for (var i = 0; i < got; i++) channels[i % channels.Length].Add(samples[i]);
        }
        return [.. channels.Select(channel => channel.ToArray())];
    }
}
