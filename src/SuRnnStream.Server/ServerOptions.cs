namespace SuRnnStream.Server;

/// <summary>What the server allows; section <c>Surnn</c> of the configuration, e.g. <c>--Surnn:MaxSessions 8</c>.</summary>
sealed record ServerOptions
{
    public const string Section = "Surnn";

    /// <summary>All keys of the section.</summary>
    public static readonly string[] Keys =
    [
        nameof(Models), nameof(DefaultModel), nameof(Verify), nameof(MaxSessions), nameof(MaxSessionsPerAddress), nameof(MaxMessageBytes), nameof(HelloTimeout), nameof(IdleTimeout),
        nameof(SendTimeout), nameof(Backlog), nameof(QueuedFrameMessages), nameof(AllowedOrigins), nameof(MetricsUrl), nameof(NearMisses), nameof(Teach), nameof(TeachSessions),
    ];

    /// <summary>Of these, the durations.</summary>
    public static readonly string[] Durations = [nameof(HelloTimeout), nameof(IdleTimeout), nameof(SendTimeout), nameof(Backlog)];

    /// <summary>Folder with the models (.surnn). By default <c>models</c> beside the program.</summary>
    public string Models { get; init; } = Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>The model of a client that names none: a file of the folder, without its extension.</summary>
    public string DefaultModel { get; init; } = "commands";

    /// <summary>Models that have a second look decide by it; false: by their first stage alone. In a cluster its silos decide, so that it cannot be false.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>Sockets that may be open at a time, 1 to 10,000.</summary>
    public int MaxSessions { get; init; } = 64;

    /// <summary>
    /// Of these, the most that one network address may have, 1 to 10,000. Behind a proxy all clients have the proxy's: then let it be as
    /// <see cref="MaxSessions"/>, and have the proxy limit its clients.
    /// </summary>
    public int MaxSessionsPerAddress { get; init; } = 16;

    /// <summary>The longest message that a client may send, 1,024 to 1,048,576 bytes. Held for every session.</summary>
    public int MaxMessageBytes { get; init; } = 65_536;

    /// <summary>Time within which a client says what it is going to send, 100 ms to an hour.</summary>
    public TimeSpan HelloTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time within which the next whole message arrives, 100 ms to an hour.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time within which a client reads what it was sent, and answers the end of a session; 100 ms to an hour.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Sound of one session that may wait for a core, 100 ms to 60 s; then its socket is read no further.</summary>
    public TimeSpan Backlog { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Messages with frames that may wait for a slow client, 1 to 10,000; then the oldest is dropped.</summary>
    public int QueuedFrameMessages { get; init; } = 100;

    /// <summary>Origins of other pages that may connect, such as <c>https://demo.example</c>. The server's own always may.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>
    /// Address at which <c>/metrics</c> is, and nothing else: a port of its own, as figures are for those who run the server. By default only this
    /// machine reaches it. Empty: there is none.
    /// </summary>
    public string MetricsUrl { get; init; } = "http://127.0.0.1:5081";

    /// <summary>
    /// The sound around what a session nearly detected is kept, which is somebody's voice: for <c>surnn review FOLDER</c>. One folder and one quota for all sessions and models of sound. Null,
    /// the default: nothing is. A relative folder begins where the server was started.
    /// </summary>
    public HostedNearMissOptions? NearMisses { get; init; }

    /// <summary>The page may enrol words from recordings made in it. Off by default: an enrolment takes a core for seconds. Nothing of it is kept after a session.</summary>
    public bool Teach { get; init; }

    /// <summary>Sessions that may teach at a time, 1 to 100, among all. Each holds at most 35 MB of sound; they enrol one after the other.</summary>
    public int TeachSessions { get; init; } = 4;

    /// <summary>The port of <see cref="MetricsUrl"/>; null where there is none.</summary>
    public int? MetricsPort => MetricsUrl.Length == 0 ? null : new Uri(MetricsUrl).Port;

    /// <exception cref="ServerStartException">A value lies outside its range; the message names it.</exception>
    public ServerOptions Validate()
    {
        Require(MaxSessions is >= 1 and <= 10_000, nameof(MaxSessions), MaxSessions, "1 to 10000");
        Require(MaxSessionsPerAddress is >= 1 and <= 10_000, nameof(MaxSessionsPerAddress), MaxSessionsPerAddress, "1 to 10000");
        Require(MaxMessageBytes is >= 1_024 and <= 1_048_576, nameof(MaxMessageBytes), MaxMessageBytes, "1024 to 1048576");
        Require(TeachSessions is >= 1 and <= 100, nameof(TeachSessions), TeachSessions, "1 to 100");
        RequireTimeout(nameof(HelloTimeout), HelloTimeout);
        RequireTimeout(nameof(IdleTimeout), IdleTimeout);
        RequireTimeout(nameof(SendTimeout), SendTimeout);
        Require(Backlog.TotalSeconds is >= 0.1 and <= 60, nameof(Backlog), Backlog, "00:00:00.1 to 00:01:00");
        Require(QueuedFrameMessages is >= 1 and <= 10_000, nameof(QueuedFrameMessages), QueuedFrameMessages, "1 to 10000");
        Require(MetricsUrl.Length == 0 || IsListeningAddress(MetricsUrl), nameof(MetricsUrl), MetricsUrl, "in the form http://127.0.0.1:5081, with a port, or empty");
        foreach (var origin in AllowedOrigins)
            Require(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.GetLeftPart(UriPartial.Authority) == origin, nameof(AllowedOrigins), origin, "in the form https://host:port, without a path");
        return NearMisses?.Faults($"{Section}:{nameof(NearMisses)}") is [var fault, ..] ? throw new ServerStartException(fault) : this;
    }

    static bool IsListeningAddress(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp && uri.Port > 0 && uri.GetLeftPart(UriPartial.Authority) == url;

    static void RequireTimeout(string name, TimeSpan value) =>
        Require(value >= TimeSpan.FromMilliseconds(100) && value <= TimeSpan.FromHours(1), name, value, "00:00:00.1 to 01:00:00");

    static void Require<T>(bool holds, string name, T value, string range)
    {
        if (!holds) throw new ServerStartException(OptionCheck.Complaint($"{Section}:{name}", value, range));
    }
}

/// <summary>The server cannot start. The message is one line: the option or file, its value and what to do.</summary>
sealed class ServerStartException(string message, Exception? inner = null) : Exception(message, inner);
