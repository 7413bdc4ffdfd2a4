using System.Globalization;

namespace SuRnnStream;

/// <summary><c>replay:FILE?speed=N&amp;loop=true</c>, taken apart.</summary>
sealed class ReplayAddress
{
    public const string Prefix = "replay:";

    /// <param name="address">One without a <see cref="Fault"/>; what it has of faults is left out.</param>
    public ReplayAddress(string address)
    {
        var (path, options) = Split(address);
        Path = path;
        foreach (var (name, value) in options)
        {
            if (name == "speed") Speed = double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture);
            else if (name == "loop") Loops = bool.Parse(value);
        }
    }

    /// <summary>The file, as it was written.</summary>
    public string Path { get; }

    /// <summary>Seconds of the recording in a second.</summary>
    public double Speed { get; } = 1;

    /// <summary>True: after its end it begins again, as one stream.</summary>
    public bool Loops { get; }

    /// <summary>What is wrong with an option, as it follows "but". Null: nothing.</summary>
    public static string? Fault(string address)
    {
        foreach (var (name, value) in Split(address).Options)
        {
            var known = name switch
            {
                "speed" => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var speed) && speed is >= 0.001 and <= 1e6,
                "loop" => bool.TryParse(value, out _),
                _ => false,
            };
            if (!known) return $"{PlainText.Cut(name, 100)}={PlainText.Cut(value, 100)} means nothing here: there are speed=N, from 0.001 to 1000000, and loop=true.";
        }
        return null;
    }

    /// <summary>A name of a file may have a question mark: only what has an equals sign after it is an option.</summary>
    static (string Path, (string Name, string Value)[] Options) Split(string address)
    {
        var rest = address[Prefix.Length..];
        var mark = rest.LastIndexOf('?');
        if (mark < 0 || !rest.AsSpan(mark).Contains('=')) return (rest, []);
        return (rest[..mark], [.. rest[(mark + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries).Select(option => option.Split('=', 2)).Select(pair => (pair[0], pair.Length > 1 ? pair[1] : ""))]);
    }
}
