namespace SuRnnStream;

/// <summary>Opens sources by their address, of one kind or several.</summary>
public interface ISourceOpener
{
    /// <summary>The addresses it opens, for messages: <c>microphone:NAME</c>.</summary>
    string Addresses { get; }

    /// <summary>True: the address is of a kind that it opens. Nothing need be there.</summary>
    bool Opens(string address);

    /// <summary>Opens the source. It is closed when it is lost, if it can be, and then opened again.</summary>
    /// <exception cref="ArgumentException">There is no such address, or it gives nothing that the models take.</exception>
    /// <exception cref="IOException">It cannot be opened now.</exception>
    ISampleSource Open(SourceRequest request);
}

/// <summary>A source that is wanted, and what of it.</summary>
public sealed record SourceRequest
{
    /// <summary>What is to be opened.</summary>
    public required string Address { get; init; }

    /// <summary>Where relative paths in the address begin: the host's content root.</summary>
    public string Folder { get; init; } = Environment.CurrentDirectory;

    /// <summary>Sound is wanted at this rate, if the source has it; 0: sensors are wanted.</summary>
    public int SampleRate { get; init; }

    /// <summary>The channel of sound that is wanted, counted from 0; null: the mean of all.</summary>
    public int? Channel { get; init; }

    /// <summary>The sensors that are wanted; null: sound is.</summary>
    public SensorFrontEndConfig? Sensor { get; init; }

    /// <summary>Least pause before a source that opens itself again tries to; it grows with each attempt.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Largest such pause.</summary>
    public TimeSpan LastRetry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>To be told of every change of a source that reports them, on any thread: the host logs it.</summary>
    public Action<CaptureStatus>? OnStatus { get; init; }

    /// <summary>The host's clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The address, without what may be secret in it.</summary>
    public override string ToString() => new PeerAddress(Address).ToString();
}
