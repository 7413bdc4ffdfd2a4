using System.Globalization;
using SuRnnStream.Cli;
using SuRnnStream.Peers;

const string Usage = """
    Times this project's detector beside others on the same sounds, one thread each, taking turns. Every contestant has to show first that it
    does its job; if one does not there are no figures. Run it in the repository's root:

      dotnet run --project tools/Peers -c Release [-- OPTIONS]

      --model FILE     our model, whose recurrent layer is compared [models/commands.surnn]
      --dense FILE     its dense twin, whose weights the other GRUs get [models/commands-dense.surnn]
      --seconds N      length of each of the three sounds, 2 to 600 [10]
      --cache DIR      where the peers' npm packages are kept [~/.cache/surnn-peers]
      --output DIR     folder for CPU.peers.md, .json and .png [tests/SuRnnStream.Benchmarks/results]

    Or judges a wake-word model of ours and openWakeWord's alexa on the same streams:

      dotnet run --project tools/Peers -c Release -- alexa --positives DIR --negatives DIR [OPTIONS]

      --model FILE     our model [models/wake-words.surnn]
      --positives DIR  alexa/*.wav, clips that no training heard; other folders there are other words
      --negatives DIR  recordings without the word
      --noise DIR      recordings of noise, mixed in everywhere [none]
      --snr N          of words and recordings over the noise, dB [10]
      --budget N       false alarms an hour [0.5]
      --cache DIR      as above
      --output FILE    Markdown [tests/SuRnnStream.Benchmarks/results/alexa.md]

    Or judges begin and end of speech, as the Wyoming server tells them, beside Silero VAD on the same streams:

      dotnet run --project tools/Peers -c Release -- voice --data DIR [--more DIR] [OPTIONS]

      --model FILE     our model [models/wake-words.surnn]
      --data DIR       the unpacked data; --more DIR what more-speech.py wrote
      --set NAME       choosing or reporting [choosing]
      --utterances N   at most, spread over the speakers [200]
      --cache DIR      as above
    """;

var alexa = args is ["alexa", ..];
if (args is ["voice", .. var voice])
{
    try
    {
        var own = new Dictionary<string, string> { ["--model"] = "models/wake-words.surnn", ["--data"] = "", ["--more"] = "", ["--set"] = "choosing", ["--utterances"] = "200", ["--cache"] = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "surnn-peers") };
        for (var i = 0; i < voice.Length; i += 2) own[own.ContainsKey(voice[i]) && i + 1 < voice.Length ? voice[i] : throw new UsageException($"'{voice[i]}' is no option with a value; see --help")] = voice[i + 1];
        if (own["--data"] == "" || own["--set"] is not ("choosing" or "reporting") || !int.TryParse(own["--utterances"], CultureInfo.InvariantCulture, out var most) || most < 1) throw new UsageException("voice needs --data, --set choosing or reporting, and --utterances above 0; see --help");
        VoiceActivity.Run(own["--model"], own["--data"], own["--more"], own["--set"] == "reporting", most, own["--cache"]);
        return 0;
    }
    catch (Exception error) when (error is UsageException or IOException or UnauthorizedAccessException or ArgumentException or InvalidDataException)
    {
        Console.Error.WriteLine($"surnn-peers: {error.Message.ReplaceLineEndings(" ")}");
        return 1;
    }
}
var options = new Dictionary<string, string>
{
    ["--model"] = alexa ? "models/wake-words.surnn" : "models/commands.surnn",
    ["--cache"] = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "surnn-peers"),
    ["--output"] = "tests/SuRnnStream.Benchmarks/results" + (alexa ? "/alexa.md" : ""),
};
(string, string)[] defaults = alexa
    ? [("--positives", ""), ("--negatives", ""), ("--noise", ""), ("--snr", "10"), ("--budget", "0.5")]
    : [("--dense", "models/commands-dense.surnn"), ("--seconds", "10")];
foreach (var (name, value) in defaults) options[name] = value;
if (args is ["--help" or "-h"])
{
    Console.WriteLine(Usage);
    return 0;
}
try
{
    for (var i = alexa ? 1 : 0; i < args.Length; i += 2)
    {
        if (!options.ContainsKey(args[i])) throw new UsageException($"there is no option '{args[i]}'; see --help");
        options[args[i]] = i + 1 < args.Length ? args[i + 1] : throw new UsageException($"{args[i]} needs a value; see --help");
    }
    double Number(string option) => double.TryParse(options[option], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw new UsageException($"{option} is a number, not {options[option]}");
    if (alexa)
    {
        if (options["--positives"] == "" || options["--negatives"] == "") throw new UsageException("alexa needs --positives and --negatives; see --help");
        WakeWords.Run(options["--model"], options["--positives"], options["--negatives"], options["--noise"] is { Length: > 0 } noise ? noise : null, Number("--snr"), Number("--budget"), options["--cache"], options["--output"]);
        return 0;
    }
    var seconds = (int)Number("--seconds");
    if (seconds is < 2 or > 600) throw new UsageException($"--seconds is 2 to 600, not {options["--seconds"]}");
    Compare.Run(options["--model"], options["--dense"], seconds, options["--cache"], options["--output"]);
    return 0;
}
catch (Exception error) when (error is InsaneException or UsageException or IOException or UnauthorizedAccessException or ArgumentException)
{
    Console.Error.WriteLine($"surnn-peers: {error.Message.ReplaceLineEndings(" ")}");
    return 1;
}
