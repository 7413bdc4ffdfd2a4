using ConsoleAppFramework;

namespace SuRnnStream.Cli;

sealed class RecordCommand(Terminal terminal)
{
    /// <summary>Records a sensor to a table that gestures are found in, by surnn label, and learned from, by surnn-train gesture. While it records, the keys 1 to 9 mark what has just ended; q or Ctrl+C ends it.</summary>
    /// <param name="from">The sensor: serial:///dev/NAME?baud=115200, mqtt://HOST/TOPIC, a file, or - for JSON Lines on standard input.</param>
    /// <param name="output">-o|--out, The folder to write LABEL-NUMBER.csv to; made if there is none.</param>
    /// <param name="label">What is done in this recording, again and again; none: ordinary movements, without any gesture.</param>
    /// <param name="labels">What the keys 1 to 9 mark, with commas between. By default 1 is --label.</param>
    /// <param name="channels">The sensor's channels in its order, with their units: "acc x [m/s2],acc y [m/s2]".</param>
    /// <param name="rate">Its moments a second.</param>
    /// <param name="model">-m, A model file that has these channels and rate, in place of --channels and --rate.</param>
    /// <param name="map">What the sensor calls the channels, and their units where it says none: "acc x=ax [g], acc y=ay [g]".</param>
    /// <param name="person">Who does it: files are then called PERSON_LABEL-NUMBER.csv, and surnn-train gesture can hold persons back.</param>
    /// <param name="duration">-d, Seconds after which to stop.</param>
    /// <param name="cancellation">Ctrl+C.</param>
    public async Task<int> Record(
        [HideDefaultValue] string? from = null, [HideDefaultValue] string? output = null, [HideDefaultValue] string? label = null, string labels = "", string channels = "", [HideDefaultValue] double? rate = null,
        [HideDefaultValue] string? model = null, [HideDefaultValue] string? map = null, [HideDefaultValue] string? person = null, [HideDefaultValue] double? duration = null, CancellationToken cancellation = default)
    {
        if (from is null) throw new UsageException("record needs --from, the sensor: serial:///dev/NAME, mqtt://HOST/TOPIC, a file, or -");
        if (output is null) throw new UsageException("record needs --out, the folder to write to");
        if (duration is <= 0 or > 1e9 or double.NaN) throw new UsageException("--duration is a number of seconds above 0");
        var sensor = Sensor(channels, rate, model);
        string[] marks = [.. labels.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(SensorTable.Require)];
        if (marks.Length > 9) throw new UsageException($"--labels: there are nine keys, but {marks.Length} labels");
        if (label is not null) SensorTable.Require(label);
        if (person is not null) SensorTable.Require(person);
        if (label == SensorTable.NoGesture && marks.Length > 0) throw new UsageException($"a recording of {SensorTable.NoGesture} has no marks: leave --labels out");
        if (marks.Length == 0 && label is not (null or SensorTable.NoGesture)) marks = [label];
        using var input = SensorInput.Open(from, map is null ? sensor : Mapped(sensor, map), terminal);
        var path = NextName(output, $"{(person is null ? "" : person + "_")}{label ?? "recording"}");
        var run = new RecordRun(terminal, input, sensor, path, marks) { Duration = duration, IsWithout = label == SensorTable.NoGesture };
        return await run.RunAsync(keysFromInput: from != "-", cancellation);
    }

    static SensorFrontEndConfig Sensor(string channels, double? rate, string? model)
    {
        if (model is not null)
        {
            if (channels.Length > 0 || rate is not null) throw new UsageException("--model says channels and rate already: leave --channels and --rate out");
            return Models.Load(model).Config.Sensor ?? throw new UsageException($"{model} detects events of sound: give --channels and --rate");
        }
        if (channels.Length == 0 || rate is null) throw new UsageException("record needs --channels, such as \"acc x [m/s2],acc y [m/s2]\", and --rate in moments a second, or -m MODEL that has them");
        try
        {
            return new SensorFrontEndConfig { Channels = [.. channels.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(SensorColumns.Parse).Select(one => new SensorChannel { Name = one.Name, Unit = one.Unit })], SampleRate = rate.Value }.Validate();
        }
        catch (ArgumentException wrong)
        {
            throw new UsageException($"--channels and --rate: {wrong.Message}");
        }
    }

    static SensorFrontEndConfig Mapped(SensorFrontEndConfig sensor, string map)
    {
        try
        {
            return SensorMap.Parse(map).Apply(sensor);
        }
        catch (FormatException wrong)
        {
            throw new UsageException($"--map: {wrong.Message}");
        }
    }

    static string NextName(string folder, string name)
    {
        Directory.CreateDirectory(folder);
        for (var n = 1; ; n++)
            if (Path.Combine(folder, Words.Text($"{name}-{n}.csv")) is var path && !File.Exists(path)) return path;
    }
}
