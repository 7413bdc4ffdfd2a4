namespace SuRnnStream;

/// <summary>What a capture device is doing.</summary>
public enum CaptureState
{
    /// <summary>It gives samples, or is about to.</summary>
    Running,

    /// <summary>It is gone or silent, and will be opened again.</summary>
    Lost,

    /// <summary>An attempt to open it again has failed; the next one follows.</summary>
    Reopening,

    /// <summary>It was closed, or has ended.</summary>
    Stopped,
}

/// <summary>What has happened to a capture device, at one moment.</summary>
public sealed record CaptureStatus
{
    /// <summary>What it is doing now.</summary>
    public CaptureState State { get; init; }

    /// <summary>What happened last, one line; empty if nothing has.</summary>
    public string LastEvent { get; init; } = "";

    /// <summary>When that was, by the clock; null if nothing has happened.</summary>
    public DateTimeOffset? LastEventTime { get; init; }

    /// <summary>Times that the device's buffer ran over because it was not read in time.</summary>
    public int Overruns { get; init; }

    /// <summary>Times that the system suspended the device.</summary>
    public int Suspensions { get; init; }

    /// <summary>Times that the device went away or silent.</summary>
    public int Losses { get; init; }

    /// <summary>Times that it came back after that.</summary>
    public int Reopenings { get; init; }

    /// <summary>Lines or messages of a sensor that could not be used: malformed, repeated or late. Null: the device sends none.</summary>
    public long? Malformed { get; init; }

    /// <summary>Exceptions that the callback for changes has thrown. They go no further.</summary>
    public int StatusErrors { get; init; }

    /// <summary>Samples lost so far, at the device's rate; those of a loss are known when the device is back.</summary>
    public long SamplesLost { get; init; }
}
