using System.Text;

namespace SuRnnStream.Wyoming;

/// <summary>Where a <see cref="WyomingServer"/> listens, with which models, and what a client may do.</summary>
public sealed class WyomingServerOptions
{
    /// <summary>The section of a configuration that a host reads.</summary>
    public const string Section = "Wyoming";

    /// <summary>
    /// <c>tcp://HOST:PORT</c>. By default the loopback and openWakeWord's port; port 0 takes a free one. <c>tcp://0.0.0.0:10400</c> lets other machines in: the protocol has
    /// no password and no encryption.
    /// </summary>
    public string Uri { get; set; } = "tcp://127.0.0.1:10400";

    /// <summary>Paths of model files. Each label that is no background is a wake word; of words that two models share the first model's is taken.</summary>
    public IList<string> Models { get; } = [];

    /// <summary>What the models' words are in, as <c>info</c> tells clients, such as <c>de</c>; empty: English.</summary>
    public IList<string> Languages { get; } = [];

    /// <summary>One threshold in (0, 1) for all words in place of the models' own; null: the models' own.</summary>
    public float? Threshold { get; set; }

    /// <summary>Models that have a second look decide by it; false: by their first stage alone. In a cluster its silos decide, so that it cannot be false.</summary>
    public bool Verify { get; set; } = true;

    /// <summary>Least time between two detections of the same word for one client, zero to a day. A client's <c>detect</c> may bring its own (<c>refractory</c>, in seconds: our extension).</summary>
    public TimeSpan Refractory { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>True: clients are also told <c>voice-started</c> and <c>voice-stopped</c>, from the activity of the first model's network.</summary>
    public bool Voice { get; set; }

    /// <summary>
    /// The name by which it is announced on the local network (<c>NAME._wyoming._tcp.local</c>), so that Home Assistant finds it by itself: 1 to 63 bytes, as "Kitchen". This machine's Avahi does it; without it the log says
    /// so, once. Null, the default: not announced.
    /// </summary>
    public string? Announce { get; set; }

    /// <summary>Connections at a time, 1 to 10,000; one more is refused.</summary>
    public int MostClients { get; set; } = 64;

    /// <summary>A connection that sends no whole frame for so long is closed, 100 ms to a day.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>A client that does not take what it is sent for so long is cut off, 100 ms to an hour.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Threads that run detectors, 1 to 1,024, for each model; by default one a core.</summary>
    public int Workers { get; set; } = Environment.ProcessorCount;

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal WyomingServerOptions Validate()
    {
        _ = EndPointOf(Uri);
        if (Models.Count == 0) throw new ArgumentException($"{nameof(Models)} is empty: name at least one model file.");
        OptionCheck.Require(Threshold is null or (> 0 and < 1), nameof(Threshold), Threshold, "(0, 1)");
        OptionCheck.Require(Refractory >= TimeSpan.Zero && Refractory < TimeSpan.FromDays(1), nameof(Refractory), Refractory, "0 to 23:59:59 (hours:minutes:seconds)");
        OptionCheck.Require(Announce is null || (Encoding.UTF8.GetByteCount(Announce) is >= 1 and <= 63 && !Announce.Any(char.IsControl)), nameof(Announce), PlainText.Cut(Announce ?? "", 100), "1 to 63 bytes without control characters");
        OptionCheck.Require(MostClients is >= 1 and <= 10_000, nameof(MostClients), MostClients, "1 to 10000");
        OptionCheck.Require(IdleTimeout.TotalSeconds is >= 0.1 and < 86_400, nameof(IdleTimeout), IdleTimeout, "0.1 s to a day (hours:minutes:seconds)");
        OptionCheck.Require(SendTimeout.TotalSeconds is >= 0.1 and <= 3_600, nameof(SendTimeout), SendTimeout, "0.1 s to an hour (hours:minutes:seconds)");
        OptionCheck.Require(Workers is >= 1 and <= 1_024, nameof(Workers), Workers, "1 to 1024");
        return this;
    }

    /// <exception cref="ArgumentException">The address is none.</exception>
    internal static (string Host, int Port) EndPointOf(string uri)
    {
        if (System.Uri.TryCreate(uri, UriKind.Absolute, out var address) && address is { Scheme: "tcp", Port: >= 0, AbsolutePath: "" or "/", Query: "", UserInfo: "" } && address.Host.Length > 0)
            return (address.IdnHost.Trim('[', ']'), address.Port);
        throw new ArgumentException($"{nameof(Uri)} is '{PlainText.Cut(uri, 100)}', but must be tcp://HOST:PORT, such as tcp://127.0.0.1:10400.");
    }
}
