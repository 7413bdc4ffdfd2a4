using System.Runtime.InteropServices;
using ConsoleAppFramework;

namespace SuRnnStream.Cli;

sealed class ListenCommand(Terminal terminal)
{
    /// <summary>Listens to a microphone, a stream of the network, raw audio on standard input, or a file of sound, until it ends or Ctrl+C; with a model of sensors, to an MQTT topic, a serial port, JSON Lines or a recording.</summary>
    /// <param name="model">-m, Model file. By default models/commands.surnn beside the program, here, or above the program.</param>
    /// <param name="format">-f, table for people, on a terminal a picture that moves; json: one JSON object a line, the last a summary; csv.</param>
    /// <param name="threshold">-t, Score at which a label is detected, in (0, 1), instead of the model's own.</param>
    /// <param name="rule">scores, bursts or talk: what makes an event of the scores, with the settings that go with it, instead of the model's own.</param>
    /// <param name="noVerify">Of a model with a second look of its own: the first stage alone.</param>
    /// <param name="verifier">A .look file, or an .onnx head of openWakeWord: only what this second look confirms is detected; --threshold is then its own. Needs surnn-onnx.</param>
    /// <param name="rate">Samples per second of a device or of raw audio on standard input. By default the model's.</param>
    /// <param name="channels">Channels of raw audio on standard input. By default 1.</param>
    /// <param name="channel">The channel to listen to, counted from 0. By default the mean of all.</param>
    /// <param name="encoding">s16, s32 or f32: of raw audio on standard input (by default s16), or asked of a device.</param>
    /// <param name="duration">-d, Seconds after which to stop.</param>
    /// <param name="reference">What the loudspeaker plays meanwhile, so that what it says itself does not count: a device (a sound server's monitor), or a WAV file that begins with the source.</param>
    /// <param name="realtime">Play a file no faster than it sounds.</param>
    /// <param name="record">A new WAV file that keeps what is heard.</param>
    /// <param name="keepNearMisses">Score from which what is not detected is kept as a near miss, with the sound around it: voices of whoever speaks here. By default nothing is kept.</param>
    /// <param name="nearMisses">The folder of near misses, for `surnn review`. By default near-misses.</param>
    /// <param name="nearMissLimit">Near misses that wait for review at most, and a fifth of it in megabytes; then the oldest goes first. By default 500.</param>
    /// <param name="sounds">A folder for WAV files of the sound around each detection, which is somebody's voice; made if there is none. JSON names the file in "sound".</param>
    /// <param name="soundBefore">Seconds of it before the detection, 0 to 10.</param>
    /// <param name="soundAfter">Seconds of it after the detection, 0 to 60.</param>
    /// <param name="keepSounds">Files that the folder keeps: the oldest is deleted when there are more.</param>
    /// <param name="listDevices">Print the devices of this machine, and stop.</param>
    /// <param name="map">What a source of sensors calls the model's channels, and their units where it says none: "acc x=ax [g], acc y=ay [g]".</param>
    /// <param name="cancellation">Ctrl+C.</param>
    /// <param name="source">A device by its name ("default" if none is named), a stream (rtsp://HOST/PATH, http://HOST/PATH, by ffmpeg), a file of sound, replay:FILE in real time, or - for raw audio on standard input. Of sensors: mqtt://HOST/TOPIC, serial:///dev/NAME?baud=115200, a file, or - for JSON Lines. May be written after --source.</param>
    public async Task<int> Listen(
        [HideDefaultValue] string? model = null,
        DetectionFormat format = DetectionFormat.Table,
        [HideDefaultValue] float? threshold = null,
        [HideDefaultValue] GateRule? rule = null,
        bool noVerify = false,
        [HideDefaultValue] string? verifier = null,
        [HideDefaultValue] int? rate = null,
        [HideDefaultValue] int? channels = null,
        [HideDefaultValue] int? channel = null,
        [HideDefaultValue] string? encoding = null,
        [HideDefaultValue] double? duration = null,
        [HideDefaultValue] string? reference = null,
        bool realtime = false,
        [HideDefaultValue] string? record = null,
        [HideDefaultValue] float? keepNearMisses = null,
        [HideDefaultValue] string? nearMisses = null,
        [HideDefaultValue] int? nearMissLimit = null,
        [HideDefaultValue] string? sounds = null,
        double soundBefore = 0.5,
        double soundAfter = 3,
        int keepSounds = 1000,
        bool listDevices = false,
        [HideDefaultValue] string? map = null,
        CancellationToken cancellation = default,
        [Argument] params string[] source)
    {
        if (listDevices)
        {
            foreach (var (name, description) in Devices.List()) terminal.Print($"{name}  {description}".TrimEnd());
            return 0;
        }
        if (source.Length > 1) throw new UsageException("listen takes one source; use detect for several files");
        if (duration is <= 0 or > 1e9 or double.NaN) throw new UsageException("--duration is a number of seconds above 0");
        if (record is not null && File.Exists(record)) throw new UsageException($"--record: {record} is there already; name a new file");
        var network = Models.Load(model);
        var options = network.Settings(noVerify, verifier).WithRule(rule).With(terminal, verifier, threshold);
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
