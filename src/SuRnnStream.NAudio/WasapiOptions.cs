namespace SuRnnStream;

/// <summary>What is asked of a sound device of Windows.</summary>
public sealed record WasapiOptions
{
    /// <summary>"default", or a name or id of <see cref="WasapiMicrophone.Devices"/>; with <see cref="Loopback"/>, of a device that plays.</summary>
    public string Device { get; init; } = "default";

    /// <summary>True: what the device plays is recorded. Such a device gives no packets while nothing plays.</summary>
    public bool Loopback { get; init; }

    /// <summary>True: when the user chooses another default microphone, Windows goes on with that one (Windows 10 1607 or later). For the device "default" only.</summary>
    public bool FollowDefault { get; init; }

    /// <summary>True: without Windows' own noise suppression, gain and effects. A device that cannot do so is refused.</summary>
    public bool RawMode { get; init; }

    /// <summary>Samples per second that Windows is to convert to, 4,000 to 192,000; null: the device's own rate.</summary>
    public int? SampleRate { get; init; }

    /// <summary>S16, S24, S32 or F32, that Windows is to convert to; null: the device's own.</summary>
    public SampleEncoding? Encoding { get; init; }

    /// <summary>The channel to take, counted from 0; null: the mean of all of them.</summary>
    public int? Channel { get; init; }

    /// <exception cref="ArgumentException">A value lies outside its range, or two exclude each other; the message names them.</exception>
    internal WasapiOptions Validate()
    {
        if (Device.Length == 0) throw new ArgumentException("Device is empty: name one, or take \"default\".");
        if (SampleRate is < 4_000 or > 192_000) throw new ArgumentException($"SampleRate is {SampleRate}; it is 4000 to 192000.");
        if (Encoding is not (null or SampleEncoding.S16 or SampleEncoding.S24 or SampleEncoding.S32 or SampleEncoding.F32)) throw new ArgumentException($"Encoding is {Encoding}; it is S16, S24, S32 or F32.");
        if (Channel is < 0) throw new ArgumentException($"Channel is {Channel}; channels are counted from 0.");
        if (FollowDefault && Device != "default") throw new ArgumentException($"FollowDefault is for the device \"default\", not for {Device}.");
        if (FollowDefault && Loopback) throw new ArgumentException("FollowDefault and Loopback exclude each other: Windows follows microphones only.");
        return this;
    }
}
