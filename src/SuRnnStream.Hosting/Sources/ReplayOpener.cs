namespace SuRnnStream;

/// <summary>
/// Opens a recording in real time, or at N times that, to try a host without a device: <c>replay:FILE?speed=N&amp;loop=true</c>. Where the source's
/// <c>Live</c> is true it is like a device: what comes too fast for a detector is dropped, and at its end it is opened again.
/// </summary>
sealed class ReplayOpener : ISourceOpener
{
    public string Addresses => "replay:FILE (in real time; ?loop=true, ?speed=N)";

    public bool Opens(string address) => Replay.IsAddress(address);

    public ISampleSource Open(SourceRequest request) => Replay.Open(request.Address, request.Sensor, request.Channel, request.Folder, request.Time);
}
