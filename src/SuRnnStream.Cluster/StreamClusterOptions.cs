using System.Net;

namespace SuRnnStream.Cluster;

/// <summary>Where a cluster keeps its members and its streams' states.</summary>
public enum ClusterStore
{
    /// <summary>In the memory of the one process that the cluster then is: nothing to install, and nothing survives it.</summary>
    Memory,

    /// <summary>A Redis server.</summary>
    Redis,

    /// <summary>A PostgreSQL database. Its three tables are made when they are missing.</summary>
    PostgreSql,
}

/// <summary>A silo or a client of a cluster. Bound from the section <see cref="Section"/> of the host's configuration.</summary>
public sealed class StreamClusterOptions
{
    /// <summary>Name of the section of the host's configuration.</summary>
    public const string Section = "Cluster";

    /// <summary>True: this host owns no streams, it only sends to the cluster's silos; its models and ports are not asked for.</summary>
    public bool Client { get; set; }

    /// <summary>Name of the cluster, not empty. Silos and clients of one cluster have the same; several may share a store.</summary>
    public string Id { get; set; } = "surnn";

    /// <summary>Where members and states are kept.</summary>
    public ClusterStore Store { get; set; }

    /// <summary>
    /// How the store is reached. Redis: <c>host:6379</c> and whatever else StackExchange.Redis takes; PostgreSQL: <c>Host=...;Database=...;Username=...</c>.
    /// </summary>
    public string? Connection { get; set; }

    /// <summary>IP address at which the other silos and the clients reach this one. It is no secret and no lock: keep the ports inside your network.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Port for silos, 1 to 65,535.</summary>
    public int SiloPort { get; set; } = 11_111;

    /// <summary>Port for clients, 1 to 65,535, and another than <see cref="SiloPort"/>.</summary>
    public int GatewayPort { get; set; } = 30_000;

    /// <summary>What names of streams begin with whose sources this host opens. It is not to be another host's.</summary>
    public string Node { get; set; } = Environment.MachineName;

    /// <summary>Models by the name that streams ask for: path of the file; a relative one begins at the host's content root.</summary>
    public IDictionary<string, string> Models { get; } = new Dictionary<string, string>();

    /// <summary>
    /// Time from one saved state of a stream to the next, 100 ms to an hour. By default 1 s, and 5 s with PostgreSQL. After a machine is lost its streams go back to
    /// the last one, so that their producers send as much again.
    /// </summary>
    public TimeSpan? SaveEvery { get; set; }

    /// <summary>Length of stream that may wait for a core, 20 ms to 10 s.</summary>
    public TimeSpan Backlog { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Threads that run detectors, of each model, 1 to 1,024. By default one a core.</summary>
    public int Workers { get; set; } = Environment.ProcessorCount;

    /// <summary>Detections of one stream that may wait to be taken, 1 to 1,000,000. When there are as many the stream takes no more samples.</summary>
    public int Outbox { get; set; } = 4_096;

    /// <summary>True: streams move by themselves to a silo that has fewer, as one that was added.</summary>
    public bool Rebalance { get; set; } = true;

    /// <summary>Time within which a silo answers another's probe, 100 ms to a minute; one that misses two is declared dead. Shorter takes a busy machine for a dead one.</summary>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Time without a saved state, though streams move on, after which the health check says degraded; above zero.</summary>
    public TimeSpan DegradedAfter { get; set; } = TimeSpan.FromSeconds(15);

    internal TimeSpan SavePeriod => SaveEvery ?? TimeSpan.FromSeconds(Store == ClusterStore.PostgreSql ? 5 : 1);

    /// <exception cref="ArgumentException">Something is wrong; the message says all of it.</exception>
    internal StreamClusterOptions Validate(bool silo)
    {
        var faults = new List<string>();
        void Require(bool holds, string name, object? value, string range)
        {
            if (!holds) faults.Add(FormattableString.Invariant($"{Section}:{name} is {value ?? "missing"}, but must be {range}."));
        }
        Require(Id.Length > 0, nameof(Id), "empty", "a name");
        Require(Enum.IsDefined(Store), nameof(Store), Store, string.Join(", ", Enum.GetNames<ClusterStore>()));
        Require(Store == ClusterStore.Memory || !string.IsNullOrWhiteSpace(Connection), nameof(Connection), Connection, $"how {Store} is reached");
        Require(Node.Length > 0, nameof(Node), "empty", "a name");
        Require(IPAddress.TryParse(Address, out _), nameof(Address), Address, "an IP address of this machine");
        Require(SiloPort is > 0 and < 65_536, nameof(SiloPort), SiloPort, "1 to 65535");
        Require(GatewayPort is > 0 and < 65_536 && GatewayPort != SiloPort, nameof(GatewayPort), GatewayPort, "1 to 65535 and another than SiloPort");
        Require(!silo || Models.Count > 0, nameof(Models), "empty", "names of models and their files");
        Require(SavePeriod >= TimeSpan.FromMilliseconds(100) && SavePeriod <= TimeSpan.FromHours(1), nameof(SaveEvery), SaveEvery, "100 ms to 1 h");
        Require(Backlog >= TimeSpan.FromMilliseconds(20) && Backlog <= TimeSpan.FromSeconds(10), nameof(Backlog), Backlog, "20 ms to 10 s");
        Require(Workers is >= 1 and <= 1_024, nameof(Workers), Workers, "1 to 1024");
        Require(Outbox is >= 1 and <= 1_000_000, nameof(Outbox), Outbox, "1 to 1000000");
        Require(ProbeTimeout >= TimeSpan.FromMilliseconds(100) && ProbeTimeout <= TimeSpan.FromMinutes(1), nameof(ProbeTimeout), ProbeTimeout, "100 ms to 1 min");
        Require(DegradedAfter > TimeSpan.Zero, nameof(DegradedAfter), DegradedAfter, "above zero");
        return faults.Count == 0 ? this : throw new ArgumentException(string.Join(Environment.NewLine, faults));
    }
}
