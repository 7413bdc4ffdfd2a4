namespace SuRnnStream;

/// <summary>
/// Opens a recording in real time, or at N times that, to try a host without a device: <c>replay:FILE?speed=N&amp;loop=true</c>. Where the source's
/// <c>Live</c> is true it is like a device: what comes too fast for a detector is dropped, and at its end it is opened again.
/// </summary>
sealed class ReplayOpener : ISourceOpener
{
    public string Addresses => "replay:FILE (in real time; ?loop=true, ?speed=N)";

    public bool Opens(string address) => ReplayAddress.Is(address);

    public ISampleSource Open(SourceRequest request) => Recording(request.Address, request.Folder, request.Sensor, request.Channel, request.Time);

    /// <param name="address">With the prefix.</param>
    /// <param name="folder">Where a relative path begins.</param>
    /// <param name="sensor">The sensors that are wanted; null: sound is.</param>
    /// <param name="channel">The channel of sound that is wanted; null: the mean of all.</param>
    /// <param name="time">The clock that paces it; null: the system's.</param>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static ISampleSource Recording(string address, string folder, SensorFrontEndConfig? sensor, int? channel, TimeProvider? time = null)
    {
        if (ReplayAddress.Fault(address) is { } fault) throw new ArgumentException($"{address}: {fault}");
        var replay = new ReplayAddress(address);
        var path = Path.GetFullPath(replay.Path, folder);
        ISampleSource Once() => sensor is null ? FileOpener.Sound(path, channel) : SensorFile.Open(path, sensor);
        return new PacedSource(replay.Loops ? new LoopedSource(Once) : Once(), replay.Speed, time);
    }
}
