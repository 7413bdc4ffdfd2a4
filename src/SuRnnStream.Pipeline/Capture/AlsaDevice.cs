using System.Runtime.Versioning;

namespace SuRnnStream;

/// <summary>A capture device of Linux's sound system, running.</summary>
[SupportedOSPlatform("linux")]
sealed class AlsaDevice : IPcmDevice
{
    static readonly (int Alsa, SampleEncoding Encoding)[] Encodings = // what a converter in between would lose least
        [(Alsa.Float, SampleEncoding.F32), (Alsa.S32, SampleEncoding.S32), (Alsa.S16, SampleEncoding.S16)];

    nint _pcm;

    /// <exception cref="CaptureException">It cannot be opened, or cannot give what is asked for.</exception>
    public AlsaDevice(MicrophoneOptions options)
    {
        Alsa.Require(options.Device);
        var result = Alsa.Open(out _pcm, options.Device, Alsa.Capture, Alsa.NonBlocking);
        if (result < 0)
        {
            _pcm = 0;
            throw new CaptureException(options.Device, $"cannot be opened for recording: {Alsa.Describe(result)}", Remedy(-result));
        }
        try
        {
            Format = Configure(options);
            Check(options.Device, "does not start", Alsa.Start(_pcm));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public PcmFormat Format { get; }

    /// <exception cref="CaptureException">The library is not installed.</exception>
    public static unsafe IReadOnlyList<MicrophoneDevice> List()
    {
        Alsa.Require("devices");
        if (Alsa.Hints(-1, "pcm", out var hints) < 0) return [];
        List<MicrophoneDevice> devices = [];
        for (var hint = hints; *hint != 0; hint++)
        {
            if (Alsa.Hint(*hint, "NAME") is not { } name || Alsa.Hint(*hint, "IOID") is "Output") continue; // none: both directions
            devices.Add(new MicrophoneDevice(name, (Alsa.Hint(*hint, "DESC") ?? "").ReplaceLineEndings(", ")));
        }
        Alsa.FreeHints(hints);
        return devices;
    }

    public int Wait(TimeSpan timeout) => Alsa.Wait(_pcm, (int)timeout.TotalMilliseconds);

    public unsafe int Read(Span<byte> frames)
    {
        fixed (byte* buffer = frames) return (int)Alsa.ReadFrames(_pcm, buffer, (nuint)(frames.Length / Format.FrameBytes));
    }

    public int Resume() => Alsa.Resume(_pcm);

    public int Restart()
    {
        Alsa.Drop(_pcm); // a device that resumed is running
        var prepared = Alsa.Prepare(_pcm);
        return prepared < 0 ? prepared : Alsa.Start(_pcm);
    }

    public string Describe(int error) => Alsa.Describe(-error);

    public void Dispose()
    {
        if (_pcm != 0) Alsa.Close(_pcm);
        _pcm = 0;
    }

    PcmFormat Configure(MicrophoneOptions options)
    {
        var device = options.Device;
        Check(device, "has no settings", Alsa.NewParams(out var parameters));
        try
        {
            Check(device, "has no settings", Alsa.AnyParams(_pcm, parameters));
            Alsa.SetRateResample(_pcm, parameters, 0); // ours is better than the one in ALSA; where there is none this fails, and is done
            Check(device, "cannot interleave channels", Alsa.SetAccess(_pcm, parameters, Alsa.Interleaved));
            var encoding = ChooseEncoding(options, parameters);

            var (channels, rate, direction) = ((uint)(options.Channel ?? 0) + 1, (uint)options.SampleRate, 0);
            Check(device, "has no channels", Alsa.SetChannelsNear(_pcm, parameters, ref channels));
            if (options.Channel >= channels)
                throw new CaptureException(device, $"there is no channel {options.Channel} but only 0 to {channels - 1}", "choose one of them");
            Check(device, "has no rate", Alsa.SetRateNear(_pcm, parameters, ref rate, ref direction));

            var (period, buffer) = ((uint)options.Period.TotalMicroseconds, (uint)options.Buffer.TotalMicroseconds);
            direction = 0;
            Check(device, "has no period", Alsa.SetPeriodNear(_pcm, parameters, ref period, ref direction));
            direction = 0;
            Check(device, "has no buffer", Alsa.SetBufferNear(_pcm, parameters, ref buffer, ref direction));
            Check(device, "refuses its own settings", Alsa.SetParams(_pcm, parameters));
            return new PcmFormat(encoding, (int)rate, (int)channels);
        }
        finally
        {
            Alsa.FreeParams(parameters);
        }
    }

    SampleEncoding ChooseEncoding(MicrophoneOptions options, nint parameters)
    {
        foreach (var (alsa, encoding) in Encodings)
            if ((options.Encoding ?? encoding) == encoding && Alsa.SetFormat(_pcm, parameters, alsa) >= 0) return encoding;
        var wanted = options.Encoding is { } one ? $"no {one}" : "neither 16- or 32-bit PCM nor float";
        throw new CaptureException(options.Device, $"gives {wanted}", "put 'plug:' before its name, which converts");
    }

    static void Check(string device, string problem, int result)
    {
        if (result < 0) throw new CaptureException(device, $"{problem}: {Alsa.Describe(result)}", Remedy(-result));
    }

    static string Remedy(int error) => error switch
    {
        13 => "let this user use it (on most systems: join the group 'audio')",           // EACCES
        16 => "end the program that uses it, or choose a device that can be shared",        // EBUSY
        _ => "plug a microphone in or name another device: surnn listen --list-devices shows them",
    };
}
