namespace SuRnnStream;

/// <summary>
/// A recording in real time, or at N times that, by its address <c>replay:FILE?speed=N&amp;loop=true</c>: to try what listens to a device without one. With <c>loop=true</c> it begins again at its end, as
/// one stream.
/// </summary>
public static class Replay
{
    /// <summary>True: the text is such an address. Nothing need be there.</summary>
    public static bool IsAddress(string text) => text is not null && text.StartsWith(ReplayAddress.Prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>What is wrong with an address's options, as it follows "but". Null: nothing. The file is not looked for.</summary>
    /// <param name="address">With the prefix.</param>
    /// <exception cref="ArgumentException">It is no such address.</exception>
    public static string? Fault(string address) => ReplayAddress.Fault(Addressed(address));

    /// <summary>The file that an address names, as it was written.</summary>
    /// <param name="address">With the prefix.</param>
    /// <exception cref="ArgumentException">It is no such address, or an option is wrong.</exception>
    public static string FileOf(string address) => Parts(address).Path;

    /// <summary>Opens a recording, which plays from the first read on.</summary>
    /// <param name="address">With the prefix.</param>
    /// <param name="sensor">The sensors that are wanted; null: sound is.</param>
    /// <param name="channel">The channel of sound that is wanted, counted from 0; null: the mean of all.</param>
    /// <param name="folder">Where a relative path begins; null: the current directory.</param>
    /// <param name="time">The clock that paces it; null: the system's.</param>
    /// <exception cref="ArgumentException">It is no such address, an option is wrong, or the file has no such channel.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read.</exception>
    public static PacedSource Open(string address, SensorFrontEndConfig? sensor = null, int? channel = null, string? folder = null, TimeProvider? time = null)
    {
        var replay = Parts(address);
        var path = Path.GetFullPath(replay.Path, folder ?? Environment.CurrentDirectory);
        ISampleSource Once() => sensor is null ? AudioFile.Open(path, channel) : SensorFile.Open(path, sensor);
        return new PacedSource(replay.Loops ? new LoopedSource(Once) : Once(), replay.Speed, time);
    }

    static ReplayAddress Parts(string address) => Fault(address) is { } fault ? throw new ArgumentException($"{address}: {fault}") : new ReplayAddress(address);

    static string Addressed(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return IsAddress(address) ? address : throw new ArgumentException($"{new PeerAddress(address)} is no address of a recording: {ReplayAddress.Prefix}FILE.");
    }
}
