using System.Globalization;

namespace SuRnnStream.ClusterSample;

/// <summary>What is to happen to the cluster while it works.</summary>
enum Fault
{
    None, Add, Stop, Kill, Freeze, Store,
}

/// <summary>A load and its cluster; each is <c>--name=value</c>.</summary>
sealed record LoadOptions
{
    public int Streams { get; init; } = 1_000;
    public int Seconds { get; init; } = 120;
    public int Silos { get; init; } = 3;
    public Fault Fault { get; init; }
    public string Store { get; init; } = "redis";

    /// <summary>Part of the time in which there is sound; the rest is digital silence.</summary>
    public double Speech { get; init; } = 0.2;

    /// <summary>Level of a hiss in place of digital silence, in dBFS, which takes bits and keeps detectors at work as a microphone does. Null: digital silence.</summary>
    public double? Hiss { get; init; }

    /// <summary>Streams in a call.</summary>
    public int PerCall { get; init; } = 200;

    /// <summary>Time from one save to the next, in seconds; 0: the store's default.</summary>
    public double Save { get; init; }

    /// <summary>Of <c>cost</c>: how often the pool and the silo are fed in turns, for <see cref="Seconds"/> each.</summary>
    public int Rounds { get; init; } = 7;

    /// <summary>Of <c>cost</c>: seconds in which both are fed before anything is measured.</summary>
    public int Warm { get; init; } = 60;

    /// <summary>False: silos without the dashboard, which times every call.</summary>
    public bool Dashboard { get; init; } = true;

    /// <summary>True: the silos' processors differ, the second has no AVX2 and the third no vector instructions that .NET can be told to leave out.</summary>
    public bool Unlike { get; init; }

    /// <summary>Folder for figures; none: they are only printed.</summary>
    public string? Out { get; init; }

    public static LoadOptions Parse(IReadOnlyList<string> arguments, int silos = 3)
    {
        var options = new LoadOptions { Silos = silos };
        foreach (var argument in arguments)
        {
            var (name, value) = argument.Split('=', 2) is [var left, var right] ? (left, right) : (argument, "");
            try
            {
                options = name switch
                {
                    "--streams" => options with { Streams = int.Parse(value, CultureInfo.InvariantCulture) },
                    "--seconds" => options with { Seconds = int.Parse(value, CultureInfo.InvariantCulture) },
                    "--silos" => options with { Silos = int.Parse(value, CultureInfo.InvariantCulture) },
                    "--fault" => options with { Fault = Enum.Parse<Fault>(value, ignoreCase: true) },
                    "--store" => options with { Store = value is "redis" or "postgresql" or "memory" ? value : throw new FormatException() },
                    "--speech" => options with { Speech = double.Parse(value, CultureInfo.InvariantCulture) },
                    "--hiss" => options with { Hiss = double.Parse(value, CultureInfo.InvariantCulture) },
                    "--per-call" => options with { PerCall = int.Parse(value, CultureInfo.InvariantCulture) },
                    "--save" => options with { Save = double.Parse(value, CultureInfo.InvariantCulture) },
                    "--rounds" => options with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) },
                    "--warm" => options with { Warm = int.Parse(value, CultureInfo.InvariantCulture) },
                    "--dashboard" => options with { Dashboard = bool.Parse(value) },
                    "--unlike" => options with { Unlike = bool.Parse(value) },
                    "--out" => options with { Out = value },
                    _ => throw new ArgumentException($"{name} means nothing here: there are --streams, --seconds, --silos, --fault (none, add, stop, kill, freeze, store), --store (redis, postgresql, memory), --speech, --hiss, --per-call, --save, --rounds, --warm, --dashboard (false), --unlike (true) and --out, each followed by =VALUE."),
                };
            }
            catch (Exception unreadable) when (unreadable is FormatException or OverflowException)
            {
                throw new ArgumentException($"{name} cannot be '{value}'.", unreadable);
            }
        }
        if (options is not { Streams: >= 1, Seconds: >= 4, Silos: >= 1, Speech: >= 0 and <= 1, Hiss: null or (>= -90 and <= 0), PerCall: >= 1, Save: >= 0, Rounds: >= 1, Warm: >= 0 }) throw new ArgumentException("There must be one stream, silo and round at least, 4 seconds, speech from 0 to 1, and a hiss from -90 to 0 dBFS.");
        if (options is { Store: "memory", Silos: > 1 }) throw new ArgumentException("The memory of one silo is no store for several: add --silos=1, or name another store.");
        return options;
    }
}
