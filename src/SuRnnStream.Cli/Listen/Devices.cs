namespace SuRnnStream.Cli;

/// <summary>The capture devices of this machine: ALSA's on Linux, WASAPI's where the program was built with NAudio.</summary>
static class Devices
{
    const string Remedy = "pipe raw audio into standard input instead: surnn listen -";

    public static IReadOnlyList<MicrophoneDevice> List()
    {
        if (OperatingSystem.IsLinux()) return Microphone.Devices();
#if NAUDIO
        if (OperatingSystem.IsWindows()) return WasapiMicrophone.Devices();
#endif
        throw Unsupported("devices");
    }

    /// <exception cref="CaptureException">There is no such device, or it cannot be used.</exception>
    public static ListenInput Open(string name, ListenWish wish)
    {
        ListenInput? input = null;
        if (OperatingSystem.IsLinux())
        {
            var rate = Math.Clamp(wish.Rate ?? wish.ModelRate, 4_000, 192_000);
            var options = new MicrophoneOptions
            {
                Device = name,
                SampleRate = rate,
                Channel = wish.Channel,
                Encoding = wish.Encoding,
                OnStatus = status => input?.OnStatus?.Invoke(status),
            };
            var microphone = Microphone.Open(options);
            return input = new ListenInput(name, microphone, Live: true, microphone, microphone.Stop, () => microphone.Status);
        }
#if NAUDIO
        if (OperatingSystem.IsWindows())
        {
            var microphone = WasapiMicrophone.Open(new WasapiOptions { Device = name, Channel = wish.Channel, SampleRate = wish.Rate is { } rate ? Math.Clamp(rate, 4_000, 192_000) : null, Encoding = wish.Encoding });
            return new ListenInput(name, microphone, Live: true, microphone, microphone.Stop);
        }
#endif
        throw Unsupported(name);
    }

    static CaptureException Unsupported(string device) => new(device, "this build has no microphone support for this system", Remedy);
}
