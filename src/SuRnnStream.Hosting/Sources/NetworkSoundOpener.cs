namespace SuRnnStream;

/// <summary>Opens sound of a network: RTSP and HTTP streams.</summary>
sealed class NetworkSoundOpener : ISourceOpener
{
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(1), Stalled = TimeSpan.FromSeconds(10);

    public string Addresses => "rtsp://HOST/PATH, http://HOST/PATH";

    public bool Opens(string address) => NetworkSound.IsAddress(address);

    public ISampleSource Open(SourceRequest request)
    {
        if (request.Sensor is { } sensor) throw new ArgumentException($"{new PeerAddress(request.Address)}: the model takes sensors ({string.Join(", ", sensor.Channels)}): name a source of sensors.");
        return NetworkSound.Open(request.Address, new MicrophoneOptions
        {
            SampleRate = request.SampleRate,
            Channel = request.Channel,
            Silence = Stalled,
            FirstRetry = Least(request.FirstRetry, Longest),
            LastRetry = Least(request.LastRetry, Longest),
            OnStatus = request.OnStatus,
            Time = request.Time,
        });
    }

    static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
