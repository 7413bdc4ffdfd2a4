namespace SuRnnStream;

/// <summary>What a host listens to, and with what. Bound from the section <see cref="Section"/>, or set by code, or both in the order of the calls.</summary>
public sealed class SuRnnStreamOptions
{
    /// <summary>Name of the section of the host's configuration.</summary>
    public const string Section = "SuRnnStream";

    /// <summary>Where samples come from, by name. A source is opened once, however many detectors name it.</summary>
    public IDictionary<string, HostedSourceOptions> Sources { get; } = new Dictionary<string, HostedSourceOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>What listens, by name.</summary>
    public IDictionary<string, HostedDetectorOptions> Detectors { get; } = new Dictionary<string, HostedDetectorOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// True: the host stops when all sources are files and have been processed to their end. Where a source or a detector has failed, or a sink has lost a
    /// detection, <see cref="Environment.ExitCode"/> is 1 then: return it from Main.
    /// </summary>
    public bool StopWhenDone { get; set; }

    /// <summary>True: the host may start without a detector, because code adds them while it runs (<see cref="IHostedDetectors.AddDetectorAsync"/>).</summary>
    public bool StartEmpty { get; set; }

    /// <summary>Detections that can wait for each sink, 1 to 1,000,000; when there are more the oldest is dropped and counted.</summary>
    public int SinkQueue { get; set; } = 1_024;

    /// <summary>Which detector answers when several on different sources detect the same word.</summary>
    public HostedArbitrationOptions Arbitration { get; } = new();

    /// <summary>How many sources have to agree on a label.</summary>
    public HostedAgreementOptions Agreement { get; } = new();

    /// <summary>When the health check worries.</summary>
    public DetectorHealthOptions Health { get; } = new();

    /// <summary>What was wrong with the configuration's text. It is told with everything else, so that a reload with a slip in it throws nowhere.</summary>
    internal List<string> Faults { get; } = [];
}
