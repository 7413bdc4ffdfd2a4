namespace SuRnnStream.Cli;

/// <summary>What the command line asks of a source.</summary>
readonly record struct ListenWish(int? Rate, int? Channels, int? Channel, SampleEncoding? Encoding, int ModelRate);

/// <summary>What is listened to.</summary>
/// <param name="Name">As the user named it.</param>
/// <param name="Source">Its samples.</param>
/// <param name="Live">A device, which does not wait.</param>
/// <param name="Owned">Closed with this.</param>
/// <param name="Stop">Ends a Read that waits; null: it does not wait, or cannot be helped.</param>
/// <param name="Status">What has happened to the device.</param>
sealed record ListenInput(string Name, ISampleSource Source, bool Live, IDisposable? Owned = null, Action? Stop = null, Func<CaptureStatus>? Status = null)
    : IDisposable
{
    /// <summary>Told of what happens to the device, on the capture thread.</summary>
    public Action<CaptureStatus>? OnStatus { get; set; }

    /// <exception cref="UsageException">An option does not go with this source.</exception>
    /// <exception cref="IOException">It cannot be opened; the message names it.</exception>
    public static ListenInput Open(string name, ListenWish wish, Terminal terminal)
    {
        if (wish.Rate is < 1 or > 10_000_000 || wish.Channels is < 1 or > ushort.MaxValue || wish.Channel < 0)
            throw new UsageException("--rate is 1 to 10000000, --channels 1 to 65535, and --channel 0 or above");
        if (wish.Channels is not null && name != "-") throw new UsageException("--channels is for raw audio on standard input, which is the source -");
        if (LiveAddress.Is(name)) throw new UsageException($"{name} is a sensor, but the model takes sound; name a model of sensors with --model");
        if (name == "-") return Pipe(wish, terminal);
        if (NetworkSound.IsAddress(name)) return Stream(name, wish);
        if (Microphone.DeviceOf(name) is { } device) return Devices.Open(device, wish);
        if (!Replay.IsAddress(name) && !File.Exists(name) && !AudioFile.Extensions.Contains(Path.GetExtension(name).ToLowerInvariant())) return Devices.Open(name, wish);
        if ((wish.Rate ?? (int?)wish.Encoding) is not null) throw new UsageException("--rate and --encoding are for devices and raw audio; a file says its own");
        return Recording(name, () => Replay.IsAddress(name) ? Replay.Open(name, channel: wish.Channel) : Sound(name, wish.Channel));
    }

    public void Dispose() => Owned?.Dispose();

    static ListenInput Pipe(ListenWish wish, Terminal terminal)
    {
        var format = new PcmFormat(wish.Encoding ?? SampleEncoding.S16, wish.Rate ?? wish.ModelRate, wish.Channels ?? 1);
        RequireChannel(wish.Channel, format.Channels);
        return new ListenInput("-", PipedSound.Open(terminal.OpenInput(), format, wish.Channel), Live: false);
    }

    static AudioFile Sound(string path, int? channel)
    {
        try
        {
            return AudioFile.Open(path, channel);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new InputException($"{path}: there is no channel {channel} in it");
        }
    }

    static ListenInput Stream(string address, ListenWish wish)
    {
        if (wish.Encoding is not null) throw new UsageException("--encoding is for devices and raw audio; ffmpeg finds out what a stream is");
        ListenInput? input = null;
        var stream = NetworkSound.Open(address, new MicrophoneOptions
        {
            SampleRate = Math.Clamp(wish.Rate ?? wish.ModelRate, 4_000, 192_000),
            Channel = wish.Channel,
            Silence = TimeSpan.FromSeconds(10),
            OnStatus = status => input?.OnStatus?.Invoke(status),
        });
        return input = new ListenInput(new PeerAddress(address).ToString(), stream, Live: true, stream, stream.Stop, () => stream.Status);
    }

    /// <summary>A file of sound or of sensors.</summary>
    /// <exception cref="IOException">It cannot be read; the message names it.</exception>
    public static ListenInput Recording(string name, Func<ISampleSource> open)
    {
        try
        {
            var source = open();
            return new ListenInput(name, source, Live: false, source as IDisposable);
        }
        catch (Exception error) when (AudioPaths.IsUnreadable(error))
        {
            throw new IOException(AudioPaths.Complaint(name, error), error);
        }
        catch (ArgumentException wrong) when (Replay.IsAddress(name))
        {
            throw new InputException(wrong.Message);
        }
    }

    static void RequireChannel(int? channel, int channels)
    {
        if (channel >= channels) throw new InputException($"--channel is {channel}, but there are only 0 to {channels - 1}");
    }
}
