using System.CommandLine;

namespace SuRnnStream.Cli;

/// <summary>How detections are written.</summary>
enum DetectionFormat
{
    Table,
    Json,
    Csv,
    Audacity,
}

sealed class DetectCommand(Terminal terminal)
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("detect", "Finds events in sound files, folders of them, or raw audio on standard input; with a model of sensors, in WFDB records, CSV and JSON Lines.");
        var model = command.ModelOption();
        var format = command.ChoiceOrFirst<DetectionFormat>("--format", "table for people; json: one JSON object a line, the last a summary; csv; audacity: a label track of one recording.", "-f");
        var threshold = command.ThresholdOption();
        var rule = command.RuleOption();
        var reference = command.Text("--reference", "A sound file of what the loudspeaker played meanwhile, from the same moment on: what it said itself does not count.");
        var noVerify = command.NoVerifyOption();
        var verifier = command.VerifierOption();
        var dense = command.Flag("--dense", "Evaluate every neuron in every frame: the same detections, at full cost.");
        var rate = command.Number<int>("--rate", "Samples per second of raw audio on standard input. By default the model's.");
        var channels = command.RawChannelsOption();
        var channel = command.ChannelOption();
        var sounds = command.SoundsOption();
        var soundBefore = command.SoundBeforeOption();
        var soundAfter = command.SoundAfterOption();
        var keepSounds = command.KeepSoundsOption();
        var map = command.MapOption();
        var paths = command.Arguments("paths", "WAV files, FLAC, MP3 and others where ffmpeg is installed, folders (all sound files below them), or - for raw 16-bit little-endian PCM, WAV, FLAC or Ogg on standard input. Of sensors: .hea, .edf, .bdf, .csv, .tsv or .jsonl, folders of them, or - for JSON Lines.");
        return command.Runs((given, cancellation) => new DetectCommand(terminal).Detect(
            given.GetValue(model), given.GetValue(format), given.GetValue(threshold), given.GetValue(rule), given.GetValue(reference),
            given.GetValue(noVerify), given.GetValue(verifier), given.GetValue(dense), given.GetValue(rate), given.GetValue(channels),
            given.GetValue(channel), given.GetValue(sounds), given.GetValue(soundBefore), given.GetValue(soundAfter),
            given.GetValue(keepSounds), given.GetValue(map), cancellation, given.GetRequiredValue(paths)));
    }

    async Task<int> Detect(
        string? model, DetectionFormat format, float? threshold, GateRule? rule, string? reference, bool noVerify, string? verifier,
        bool dense, int? rate, int? channels, int? channel, string? sounds, double soundBefore, double soundAfter, int keepSounds,
        string? map, CancellationToken cancellation, string[] paths)
    {
        if (paths.Length == 0) throw new UsageException("detect needs a path; see surnn detect --help");
        if (paths.Count(path => path == "-") > 1) throw new UsageException("standard input (-) can be read only once");
        LiveAddress.RequireNone("detect", paths);
        if ((rate ?? channels) is not null && !paths.Contains("-"))
            throw new UsageException("--rate and --channels are for raw audio on standard input, which needs the path -");
        if (rate is < 1 or > 10_000_000 || channels is < 1 or > ushort.MaxValue)
            throw new UsageException("--rate is 1 to 10000000, and --channels 1 to 65535");
        if (channel < 0) throw new UsageException("--channel is counted from 0");
        var network = Models.Load(model);
        if (channel is not null && network.Config.Sensor is not null) throw new UsageException("--channel is for sound, but the model takes sensors: it finds its channels by their names");
        var options = network.Settings(noVerify, verifier).WithRule(rule).With(network, terminal, verifier, threshold) with { Dense = dense || network.Defaults.Dense };
        _ = new StreamingDetector(network, options); // complains of the threshold before any input is opened

        if ((rate ?? channels) is not null && network.Config.Sensor is not null) throw new UsageException("--rate and --channels are for raw audio, but the model takes sensors");
        if (reference is not null && (paths.Length != 1 || Directory.Exists(paths[0]))) throw new UsageException("--reference goes with one sound file, or -");
        if (reference is not null && network.Config.Sensor is not null) throw new UsageException("--reference is for sound, but the model detects events of sensors");
        var mapped = SensorInput.Mapped(network, map);
        ISampleSource Input() => mapped is { } sensor
            ? new JsonLinesSource(new StreamReader(terminal.OpenInput()), "-", sensor)
            : PipedSound.Open(terminal.OpenInput(), new PcmFormat(SampleEncoding.S16, rate ?? network.Config.RequireFrontEnd().SampleRate, channels ?? 1), channel);
        var run = new DetectRun(terminal, network, options, DetectionOutput.Create(format, terminal, network), Input, channel) { Reference = reference, Sensor = mapped, Sounds = SoundFiles.Of(sounds, soundBefore, soundAfter, keepSounds, network, live: false) };
        return await run.RunAsync(paths, cancellation);
    }
}
