using System.CommandLine;

namespace SuRnnStream.Cli;

sealed class RecordCommand(Terminal terminal)
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("record", "Records takes of a word, one by one: says when to speak, refuses what is of no use and says why; then ordinary talk and the room, as negatives of one's own, for surnn enroll. It goes on where it was broken off. Without a word it records a sensor to a table that gestures are found in, by surnn label, and learned from, by surnn-train gesture. While it records, the keys 1 to 9 mark what has just ended; q or Ctrl+C ends it.");
        var from = command.Text("--from", "For a word a microphone, a file, a stream of the network or - for raw audio, by default the default microphone. The sensor: serial:///dev/NAME?baud=115200, mqtt://HOST/TOPIC, a file, or - for JSON Lines on standard input.");
        var output = command.Text("--output", "The folder to write WORD-NUMBER.wav with notes, or LABEL-NUMBER.csv, to; made if there is none.", "-o", "--out");
        var count = command.Number<int>("--count", 10, "Takes of the word that there are to be in the end, 1 to 1000.");
        var talk = command.Number<double>("--talk", 120, "Seconds of ordinary talk without the word, 0 to 3600.");
        var quiet = command.Number<double>("--quiet", 60, "Seconds of the room without speech, 0 to 3600.");
        var channel = command.Number<int>("--channel", "The microphone's channel, counted from 0. By default the mean of all.");
        var label = command.Text("--label", "What is done in this recording, again and again; none: ordinary movements, without any gesture.");
        var labels = command.TextOr("--labels", "", "What the keys 1 to 9 mark, with commas between. By default 1 is --label.");
        var channels = command.TextOr("--channels", "", "The sensor's channels in its order, with their units: \"acc x [m/s2],acc y [m/s2]\".");
        var rate = command.Number<double>("--rate", "Its moments a second; of a microphone samples a second, by default 16000.");
        var model = command.Text("--model", "A model file that has these channels and rate, in place of --channels and --rate.", "-m");
        var map = command.Text("--map", "What the sensor calls the channels, and their units where it says none: \"acc x=ax [g], acc y=ay [g]\".");
        var person = command.Text("--person", "Who does it: files are then called PERSON_LABEL-NUMBER.csv, and surnn-train gesture can hold persons back.");
        var duration = command.DurationOption();
        var word = command.Arguments("word", "The word that is said.");
        return command.Runs((given, cancellation) => new RecordCommand(terminal).Record(
            given.GetValue(from), given.GetValue(output), given.GetValue(count), given.GetValue(talk), given.GetValue(quiet),
            given.GetValue(channel), given.GetValue(label), given.GetRequiredValue(labels), given.GetRequiredValue(channels), given.GetValue(rate),
            given.GetValue(model), given.GetValue(map), given.GetValue(person), given.GetValue(duration), cancellation, given.GetRequiredValue(word)));
    }

    async Task<int> Record(
        string? from, string? output, int count, double talk, double quiet, int? channel, string? label, string labels, string channels,
        double? rate, string? model, string? map, string? person, double? duration, CancellationToken cancellation, string[] word)
    {
        if (word.Length > 0)
        {
            if ((label ?? model ?? map ?? person ?? (object?)duration) is not null || labels.Length + channels.Length > 0) throw new UsageException("--label, --labels, --channels, --model, --map, --person and --duration are for a sensor: leave the word out");
            return await TakesAsync(word, from ?? "default", output, count, talk, quiet, rate, channel, cancellation);
        }
        if (from is null) throw new UsageException("record needs a word, or --from a sensor: serial:///dev/NAME, mqtt://HOST/TOPIC, a file, or -; see surnn record --help");
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

    async Task<int> TakesAsync(
        string[] words, string from, string? output, int count, double talk, double quiet, double? rate, int? channel,
        CancellationToken cancellation)
    {
        if (words is not [var word] || word.Trim().Length == 0) throw new UsageException("record takes one word: surnn record computer --out mine");
        if (word.Length > 100 || word != Path.GetFileName(word) || word.IndexOfAny(['/', '\\', ':', '\0']) >= 0 || word is "." or "..") throw new UsageException($"'{word}' cannot be the name of a file: record it under another name, and enrol it under its own");
        if (output is null) throw new UsageException("record needs --out, the folder to write to");
        if (count is < 1 or > 1_000) throw new UsageException("--count is 1 to 1000");
        if (!(talk is >= 0 and <= 3_600) || !(quiet is >= 0 and <= 3_600)) throw new UsageException("--talk and --quiet are 0 to 3600 seconds");
        if (rate is not null && !(rate is >= 1 and <= 10_000_000)) throw new UsageException("--rate is 1 to 10000000");
        if (LiveAddress.Is(from)) throw new UsageException($"{from} is a sensor, but a word is recorded from a microphone: leave the word out");
        using var input = ListenInput.Open(from, new ListenWish((int?)rate, null, channel, null, TakeRun.SampleRate), terminal);
        using var stop = cancellation.Register(() => input.Stop?.Invoke());
        return await Task.Run(() => new TakeRun(terminal, input, word, output).Run(count, talk, quiet, cancellation), CancellationToken.None);
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
            return new SensorFrontEndConfig { Channels = [.. channels.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(SensorChannel.Parse)], SampleRate = rate.Value }.Validate();
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
