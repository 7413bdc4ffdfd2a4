using System.CommandLine;
using System.Runtime.InteropServices;

namespace SuRnnStream.Cli;

sealed class ListenCommand(Terminal terminal)
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("listen", "Listens to a microphone, a stream of the network, raw audio on standard input, or a file of sound, until it ends or Ctrl+C; with a model of sensors, to an MQTT topic, a serial port, JSON Lines or a recording.");
        var model = command.ModelOption();
        var format = command.ChoiceOrFirst<DetectionFormat>("--format", "table for people, on a terminal a picture that moves; json: one JSON object a line, the last a summary; csv.", "-f");
        var threshold = command.ThresholdOption();
        var rule = command.RuleOption();
        var noVerify = command.NoVerifyOption();
        var verifier = command.VerifierOption();
        var rate = command.Number<int>("--rate", "Samples per second of a device or of raw audio on standard input. By default the model's.");
        var channels = command.RawChannelsOption();
        var channel = command.Number<int>("--channel", "The channel to listen to, counted from 0. By default the mean of all.");
        var encoding = command.Text("--encoding", "s16, s32 or f32: of raw audio on standard input (by default s16), or asked of a device.");
        var duration = command.DurationOption();
        var reference = command.Text("--reference", "What the loudspeaker plays meanwhile, so that what it says itself does not count: a device (a sound server's monitor), or a WAV file that begins with the source.");
        var realtime = command.Flag("--realtime", "Play a file no faster than it sounds.");
        var record = command.Text("--record", "A new WAV file that keeps the sound.");
        var keepNearMisses = command.Number<float>("--keep-near-misses", "Score from which what is not detected is kept as a near miss, with the sound around it: voices of whoever speaks here. By default nothing is kept.");
        var nearMisses = command.Text("--near-misses", "The folder of near misses, for `surnn review`. By default near-misses.");
        var nearMissLimit = command.Number<int>("--near-miss-limit", "Near misses that wait for review at most, and a fifth of it in megabytes; then the oldest goes first. By default 500.");
        var sounds = command.SoundsOption();
        var soundBefore = command.SoundBeforeOption();
        var soundAfter = command.SoundAfterOption();
        var keepSounds = command.KeepSoundsOption();
        var listDevices = command.Flag("--list-devices", "Print the devices of this machine, and stop.");
        var map = command.MapOption();
        var named = command.Text("--source", "The source, as the argument names it.");
        var source = command.Arguments("source", "A device by its name (\"default\" if none is named), a stream (rtsp://HOST/PATH, http://HOST/PATH, by ffmpeg), a file of sound, replay:FILE in real time, or - for raw audio on standard input. Of sensors: mqtt://HOST/TOPIC, serial:///dev/NAME?baud=115200, a file, or - for JSON Lines.");
        return command.Runs((given, cancellation) => new ListenCommand(terminal).Listen(
            given.GetValue(model), given.GetValue(format), given.GetValue(threshold), given.GetValue(rule), given.GetValue(noVerify),
            given.GetValue(verifier), given.GetValue(rate), given.GetValue(channels), given.GetValue(channel), given.GetValue(encoding),
            given.GetValue(duration), given.GetValue(reference), given.GetValue(realtime), given.GetValue(record),
            given.GetValue(keepNearMisses), given.GetValue(nearMisses), given.GetValue(nearMissLimit), given.GetValue(sounds),
            given.GetValue(soundBefore), given.GetValue(soundAfter), given.GetValue(keepSounds), given.GetValue(listDevices),
            given.GetValue(map), cancellation, given.GetValue(named) is { } one ? [one, .. given.GetRequiredValue(source)] : given.GetRequiredValue(source)));
    }

    async Task<int> Listen(
        string? model, DetectionFormat format, float? threshold, GateRule? rule, bool noVerify, string? verifier, int? rate, int? channels,
        int? channel, string? encoding, double? duration, string? reference, bool realtime, string? record, float? keepNearMisses,
        string? nearMisses, int? nearMissLimit, string? sounds, double soundBefore, double soundAfter, int keepSounds, bool listDevices,
        string? map, CancellationToken cancellation, string[] source)
    {
        if (listDevices)
        {
            foreach (var (name, description) in Devices.List()) terminal.Print($"{name}  {description}".TrimEnd());
            return 0;
        }
        if (source.Length > 1) throw new UsageException("listen takes one source; use detect for several files");
        if (duration is <= 0 or > 1e9 or double.NaN) throw new UsageException("--duration is a number of seconds above 0");
        if (record is not null && File.Exists(record)) throw new InputException($"--record: {record} is there already; name a new file");
        var network = Models.Load(model);
        var options = network.Settings(noVerify, verifier).WithRule(rule).With(network, terminal, verifier, threshold);
        _ = new StreamingDetector(network, options); // complains of the threshold before anything is opened

        var near = NearMisses(network, options, keepNearMisses, nearMisses, nearMissLimit);
        var heard = source is [var named] ? named : "default";
        if (network.Config.Sensor is not null && ((object?)rate ?? channels ?? channel ?? encoding ?? (object?)record ?? reference) is not null)
            throw new UsageException("--rate, --channels, --channel, --encoding, --record and --reference are for sound, but the model takes sensors");
        using var input = SensorInput.Mapped(network, map) is { } sensor
            ? SensorInput.Open(heard, sensor, terminal)
            : ListenInput.Open(heard, new ListenWish(rate, channels, channel, Encoding(encoding), network.Config.RequireFrontEnd().SampleRate), terminal);
        if (reference is "-") throw new UsageException("--reference is a device or a file, not standard input");
        using var played = reference is null ? null : ListenInput.Open(reference, new ListenWish(null, null, null, null, network.Config.RequireFrontEnd().SampleRate), terminal);
        var run = new ListenRun(terminal, network, options, input) { Reference = played, Duration = duration, RealTime = realtime, Record = record, Sounds = SoundFiles.Of(sounds, soundBefore, soundAfter, keepSounds, network, live: true), NearMisses = near };
        // A terminal that is closed hangs up: the stream ends as with Ctrl+C, so that a recording gets its length.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            stop.Cancel();
        });
        return await run.RunAsync(format, stop.Token);
    }

    static (NearMissOptions, NearMissFolderOptions, string)? NearMisses(SuRnnModel model, DetectorOptions options, float? from, string? folder, int? limit)
    {
        if (from is null) return folder is null && limit is null ? null : throw new UsageException("--near-misses and --near-miss-limit need --keep-near-misses, the score from which they are kept");
        if (model.Config.FrontEnd is null) throw new UsageException("--keep-near-misses is for sound, but the model takes sensors");
        if (limit is < 1 or > 1_000_000) throw new UsageException("--near-miss-limit is a number from 1 to 1000000");
        var highest = options.Verifier?.Rule.Threshold ?? model.Config.Labels.Except(model.Config.Background).Max(label => options.Thresholds.GetValueOrDefault(label, options.Threshold));
        if (!(from > 0 && from < highest)) throw new UsageException(Words.Text($"--keep-near-misses is a score above 0 and below the threshold in force, which is {highest}, not {from}"));
        var keep = limit ?? new NearMissFolderOptions().Keep;
        return (new NearMissOptions { From = from.Value }, new NearMissFolderOptions { Keep = keep, Megabytes = Math.Max(1, keep / 5) }, folder ?? "near-misses");
    }

    static SampleEncoding? Encoding(string? name) => name?.ToLowerInvariant() switch
    {
        null => null,
        "s16" => SampleEncoding.S16,
        "s32" => SampleEncoding.S32,
        "f32" => SampleEncoding.F32,
        _ => throw new UsageException($"--encoding is s16, s32 or f32, not {name}"),
    };
}
