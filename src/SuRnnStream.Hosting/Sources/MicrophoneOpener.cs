namespace SuRnnStream;

/// <summary>Opens <c>microphone:NAME</c>: devices of Linux's sound system.</summary>
sealed class MicrophoneOpener : ISourceOpener
{
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(1); // that a microphone pauses

    public string Addresses => "microphone:NAME";

    public bool Opens(string address) => Microphone.DeviceOf(address) is not null;

    public ISampleSource Open(SourceRequest request)
    {
        if (request.Sensor is { } sensor) throw new ArgumentException($"{new PeerAddress(request.Address)}: the model takes sensors ({string.Join(", ", sensor.Channels)}): name a source of sensors.");
        if (!OperatingSystem.IsLinux()) throw new CaptureException(request.Address, "microphones are opened by name on Linux only", "on Windows add the package SuRnnStream.NAudio and .AddWindowsMicrophones(), elsewhere a source of your own with AddSource");
        return Microphone.Open(new MicrophoneOptions
        {
            Device = Microphone.DeviceOf(request.Address)!,
            SampleRate = request.SampleRate,
            Channel = request.Channel,
            FirstRetry = Least(request.FirstRetry, Longest),
            LastRetry = Least(request.LastRetry, Longest),
            OnStatus = request.OnStatus,
            Time = request.Time,
        });
    }

    static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
