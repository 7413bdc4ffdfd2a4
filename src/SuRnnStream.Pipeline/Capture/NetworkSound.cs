namespace SuRnnStream;

/// <summary>
/// Live sound of a network: an RTSP camera or intercom, an HTTP stream, by an ffmpeg process. It is opened again like a microphone that goes away, and what is lost meanwhile is counted by the clock. A login
/// in the address is hidden in messages, but ffmpeg's arguments are seen by all users of the machine.
/// </summary>
public static class NetworkSound
{
    /// <summary>Addresses for messages.</summary>
    const string Addresses = "rtsp://HOST/PATH, http://HOST/PATH";

    static readonly string[] Schemes = ["rtsp://", "rtsps://", "http://", "https://"];

    /// <summary>True: the text is an address of a stream: rtsp, rtsps, http or https.</summary>
    public static bool IsAddress(string text) => text is not null && Schemes.Any(scheme => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));

    /// <summary>Opens a stream and waits for its first sound.</summary>
    /// <param name="address">The stream's address.</param>
    /// <param name="options">Rate, channel, pauses between tries, and <see cref="MicrophoneOptions.Silence"/> after which a stream that stalls is lost; the device's name and the encoding mean nothing here.</param>
    /// <exception cref="ArgumentException">An option lies outside its range, or the address is of another kind.</exception>
    /// <exception cref="CaptureException">The stream cannot be opened, or ffmpeg is missing; the message says what to do.</exception>
    public static Microphone Open(string address, MicrophoneOptions? options = null) => Open(address, options, Environment.GetEnvironmentVariable("PATH"));

    /// <param name="address">The stream's address.</param>
    /// <param name="options">As above.</param>
    /// <param name="programs">Folders where ffmpeg may be, written as in PATH.</param>
    internal static Microphone Open(string address, MicrophoneOptions? options, string? programs)
    {
        ArgumentNullException.ThrowIfNull(address);
        var shown = new PeerAddress(address).ToString();
        if (!IsAddress(address)) throw new ArgumentException($"{shown} is no address of a stream: {Addresses}.");
        var valid = ((options ?? new MicrophoneOptions { Silence = TimeSpan.FromSeconds(10) }) with { Device = shown }).Validate();
        var program = Ffmpeg.Find(programs) ?? throw new CaptureException(shown, "streams need ffmpeg, which is not installed", "apt-get install ffmpeg");
        return new Microphone(valid, () => new StreamDevice(program, address, shown, valid));
    }
}
