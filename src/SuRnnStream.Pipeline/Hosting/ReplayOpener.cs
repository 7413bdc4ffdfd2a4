namespace SuRnnStream;

/// <summary>
/// Opens a recording in real time, or at N times that, to try a host without a device: <c>replay:FILE?speed=N&amp;loop=true</c>. Where the source's
/// <c>Live</c> is true it is like a device: what comes too fast for a detector is dropped, and at its end it is opened again.
/// </summary>
sealed class ReplayOpener : ISourceOpener
{
    public string Addresses => "replay:FILE (in real time; ?loop=true, ?speed=N)";

    public bool Opens(string address) => ReplayAddress.Is(address);

    public ISampleSource Open(SourceRequest request)
    {
        if (ReplayAddress.Fault(request.Address) is { } fault) throw new ArgumentException($"{request.Address}: {fault}");
        var address = new ReplayAddress(request.Address);
        var path = Path.GetFullPath(address.Path, request.Folder);
        ISampleSource Recording() => request.Sensor is { } sensor ? SensorFile.Open(path, sensor) : FileOpener.Sound(path, request.Channel);
        return new PacedSource(address.Loops ? new LoopedSource(Recording) : Recording(), address.Speed, request.Time);
    }
}
