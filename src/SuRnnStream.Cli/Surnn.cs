using System.Text.RegularExpressions;
using ConsoleAppFramework;

namespace SuRnnStream.Cli;

/// <summary>Finds the command and runs it. One run at a time: ConsoleAppFramework keeps its output and exit code in statics.</summary>
static partial class Surnn
{
    static readonly string[] Commands = ["detect", "listen", "classify", "inspect", "quantize", "bench", "make-stream", "devices",
#if !MINIMAL
        "evaluate", "review", "enroll", "record", "label", "wyoming",
#endif
    ];
    static readonly string[] Valued =
    [
        "--model", "-m", "--format", "-f", "--threshold", "-t", "--rule", "--rate", "--channels", "--silence-below", "--seconds", "-s", "--speech",
        "--streams", "--speech-share", "--silence-share", "--beside", "--out", "-o", "--clips",
        "--channel", "--encoding", "--duration", "-d", "--record",
        "--max-fa-per-hour", "--verifier", "--write", "--report", "--save-false-alarms", "--against", "--speakers", "--transcripts", "--conditions", "--resume", "--lock", "--ledger", "--training-folder", "--mix-noise", "--snr", "--room", "--jobs", "--seed",
        "--reference", "--map", "--labels", "--background", "--minutes", "--targets", "--others", "--level", "--uri", "--refractory", "--announce", "--clients", "--idle",
        "--sounds", "--sound-before", "--sound-after", "--keep-sounds",
        "--add", "--remove", "--say-count", "--reviewed", "--space", "--count", "--talk", "--quiet",
        "--keep-near-misses", "--near-misses", "--near-miss-limit", "--player", "--from", "--label", "--person",
    ];
    static readonly string[] ManyValued = ["--positives", "--negatives"];

    /// <summary>Stands between the values of an option that takes many, as no path has it.</summary>
    public const char Between = '\0';

    /// <summary>What the command has returned, kept at once: a host in the same process may set the process's exit code at any time. Null: no command has run to its end.</summary>
    internal static int? Ended { get; set; }

    /// <returns>The exit code: 0, 1 for an error, 130 if interrupted.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken cancellation = default)
    {
#if !MINIMAL
        SoundCodecs.Register();
#endif
        ConsoleApp.Log = terminal.PrintLines;
        ConsoleApp.LogError = message => terminal.Complain(WithSuggestion(message));
        var app = ConsoleApp.Create();
        app.UseFilter<ErrorsInOneLine>();
        app.Add("detect", new DetectCommand(terminal).Detect);
        app.Add("listen", new ListenCommand(terminal).Listen);
        app.Add("classify", new ClassifyCommand(terminal).Classify);
        app.Add("inspect", new InspectCommand(terminal).Inspect);
        app.Add("quantize", new QuantizeCommand(terminal).Quantize);
        app.Add("bench", new BenchCommand(terminal).Bench);
        app.Add("make-stream", new MakeStreamCommand(terminal).MakeStream);
        app.Add("devices", new DevicesCommand(terminal).Devices);
#if !MINIMAL
        app.Add("evaluate", new EvaluateCommand(terminal).Evaluate);
        app.Add("review", new ReviewCommand(terminal).Review);
        app.Add("enroll", new EnrollCommand(terminal).Enroll);
        app.Add("record", new RecordCommand(terminal).Record);
        app.Add("label", new LabelCommand(terminal).Label);
        app.Add("wyoming", new WyomingCommand(terminal).Wyoming);
#endif

        (Environment.ExitCode, Ended) = (0, null);
        try
        {
            await app.RunAsync(Arrange(args), cancellation);
            return Ended ?? Environment.ExitCode;
        }
        catch (UsageException misuse)
        {
            terminal.Complain(misuse.Message);
            return 1;
        }
        finally
        {
            Environment.ExitCode = 0; // it is returned
        }
    }

    static bool TakesValue(string option) => option == "--source" || Valued.Contains(option, StringComparer.OrdinalIgnoreCase) || ManyValued.Contains(option, StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds the option that a mistyped one was meant for, if one is within two letters.</summary>
    static string WithSuggestion(string message)
    {
        if (Unrecognized().Match(message) is not { Success: true } match) return message;
        var typed = match.Groups[1].Value;
        var nearest = Valued.Concat(ManyValued).Where(option => option.StartsWith("--", StringComparison.Ordinal)).MinBy(option => Distance(option, typed))!;
        return Distance(nearest, typed) <= 2 ? $"{message} Did you mean {nearest}?" : message;
    }

    /// <summary>Letters to insert, delete or replace (Levenshtein).</summary>
    static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var (diagonal, left) = (row[0], row[0] = i);
            for (var j = 1; j <= b.Length; j++)
            {
                left = Math.Min(Math.Min(left, row[j]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], left);
            }
        }
        return row[^1];
    }

    [GeneratedRegex("^Argument '(--[^'=]+)[^']*' is not recognized")]
    private static partial Regex Unrecognized();

    /// <summary>
    /// The same arguments in the order that the generated parser needs, options before paths, so that users need not know it. What it would
    /// answer with a help text and success (no such command, no path) is an error here.
    /// </summary>
    static string[] Arrange(string[] args)
    {
        if (args is ["-V", ..]) return ["--version"];
        if (args.Length == 0 || args[0] is "-h" or "--help" or "--version") return args;
#if MINIMAL
        if (args[0] is "evaluate" or "review" or "enroll" or "record" or "label" or "wyoming") throw new UsageException($"this small surnn has no {args[0]}; take the whole one, published without -p:Minimal=true");
#endif
        if (!Commands.Contains(args[0]))
            throw new UsageException($"there is no command '{args[0]}', only {string.Join(", ", Commands)}; see surnn --help");
        List<string> options = [], paths = [];
        var many = new Dictionary<string, List<string>>(StringComparer.OrdinalIgnoreCase);
        for (var i = 1; i < args.Length; i++)
        {
            if (args[i] is "-h" or "--help" or "--version") return [args[0], args[i]];
            if (args[i] == "--")
            {
                paths.AddRange(args[(i + 1)..]);
                break;
            }
            if (args[i] == "-" || !args[i].StartsWith('-'))
            {
                paths.Add(args[i]);
                continue;
            }
            if (args[i].IndexOf('=') is > 2 and var equals && args[i].StartsWith("--", StringComparison.Ordinal) && TakesValue(args[i][..equals]))
                args = [.. args[..i], args[i][..equals], args[i][(equals + 1)..], .. args[(i + 1)..]]; // --option=value
            var option = args[i];
            UsageException NoValue() => new($"{option} needs a value; see surnn {args[0]} --help");
            if (args[0] == "listen" && option == "--source")
            {
                paths.Add(++i < args.Length ? args[i] : throw NoValue());
                continue;
            }
            var models = args[0] == "wyoming" && (option is "-m" || option.Equals("--model", StringComparison.OrdinalIgnoreCase));
            if (models || ManyValued.Contains(option, StringComparer.OrdinalIgnoreCase))
            {
                string[] values = [.. args[(i + 1)..].TakeWhile(value => !value.StartsWith('-'))];
                if (values.Length == 0) throw NoValue();
                var key = models ? "--model" : option;
                if (!many.TryAdd(key, [.. values])) many[key].AddRange(values);
                i += values.Length;
                continue;
            }
            options.Add(option);
            if (!Valued.Contains(option, StringComparer.OrdinalIgnoreCase)) continue;
            if (++i == args.Length) throw NoValue();
            options.Add(args[i]);
        }
        foreach (var (option, values) in many) options.AddRange([option, string.Join(Between, values)]);
        if (paths.Count > 0 && args[0] == "wyoming") throw new UsageException($"wyoming takes its models after -m: surnn wyoming -m {paths[0]}");
        if (paths.Count == 0 && args[0] == "listen") paths.Add("default");
        if (paths.Count == 0 && options.Count > 0 && args[0] == "record") paths.Add(""); // no word: a sensor
        if (paths.Count == 0 && options.Count == 0 && args[0] == "devices") options.Add("--list");
        if (paths.Count == 0 && options.Count == 0 && args[0] is not ("bench" or "wyoming"))
            throw new UsageException($"{args[0]} needs {args[0] switch { "make-stream" => "--clips, --labels and --out", "enroll" => "a word", "record" => "a word, or --from a sensor", _ => "a path" }}; see surnn {args[0]} --help");
        return [args[0], .. options, .. paths.Select(path => path.Length > 1 && path[0] == '-' ? "./" + path : path)];
    }
}

/// <summary>Whatever goes wrong in a command is one line on standard error and exit code 1.</summary>
sealed class ErrorsInOneLine(ConsoleAppFilter next) : ConsoleAppFilter(next)
{
    public override async Task InvokeAsync(ConsoleAppContext context, CancellationToken cancellationToken)
    {
        try
        {
            await Next.InvokeAsync(context, cancellationToken);
            Surnn.Ended = Environment.ExitCode;
        }
        catch (Exception error) when (error is not (OperationCanceledException or ArgumentParseFailedException))
        {
            var expected = error is UsageException or OutputException or IOException or UnauthorizedAccessException or ArgumentException;
            if (error.InnerException is not NobodyReadsException) ConsoleApp.LogError(expected ? error.Message : $"{error.GetType().Name}: {error.Message}");
            Surnn.Ended = 1;
        }
    }
}
