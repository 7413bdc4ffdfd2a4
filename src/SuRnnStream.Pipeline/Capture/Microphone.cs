using System.Runtime.Versioning;

namespace SuRnnStream;

/// <summary>
/// A capture device as a stream that does not end when the device falters: what it loses is counted, and a device that goes away is opened
/// again, with growing pauses between the tries. <see cref="Read"/> is for one thread, everything else for any.
/// </summary>
public sealed class Microphone : ICaptureSource, IDisposable
{
    const string Prefix = "microphone:"; // of addresses
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100); // of one wait: how soon a stop is noticed

    readonly MicrophoneOptions _options;
    readonly Func<IPcmDevice> _open;
    readonly CancellationTokenSource _stop = new();
    readonly CaptureClock _clock;
    readonly Lock _reading = new();             // held by Read; guards what follows
    IPcmDevice? _device;                        // null: lost
    byte[] _frames;
    readonly RetryPause _retry;
    readonly StatusTeller _teller;
    TimeSpan _silent;                           // waits without a sample, added up
    volatile CaptureStatus _status = new();     // replaced, never changed

    /// <summary>Opens a device of Linux's sound system, ALSA, and starts it. Sound servers (PulseAudio, PipeWire) appear as devices.</summary>
    /// <param name="options">The device and what is asked of it; by default the default device at 16 kHz.</param>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    /// <exception cref="CaptureException">The device or the system's sound library cannot be used; the message says what to do.</exception>
    [SupportedOSPlatform("linux")]
    public static Microphone Open(MicrophoneOptions? options = null)
    {
        var valid = (options ?? new MicrophoneOptions()).Validate();
        return new Microphone(valid, () => new AlsaDevice(valid));
    }

    /// <summary>The devices that can be opened by name here, as the system's configuration lists them; others may work too.</summary>
    /// <exception cref="CaptureException">The system's sound library cannot be used; the message says what to do.</exception>
    [SupportedOSPlatform("linux")]
    public static IReadOnlyList<MicrophoneDevice> Devices() => AlsaDevice.List();

    /// <summary>The device of an address as hosts have it in their configuration, <c>microphone:NAME</c>; <c>default</c> where it names none. Null: the address is none of a microphone.</summary>
    public static string? DeviceOf(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return null;
        return address.Length == Prefix.Length ? "default" : address[Prefix.Length..];
    }

    /// <param name="options">Within their ranges.</param>
    /// <param name="open">Opens and starts the device.</param>
    /// <exception cref="CaptureException">It cannot be opened now.</exception>
    internal Microphone(MicrophoneOptions options, Func<IPcmDevice> open)
    {
        (_options, _open, _retry) = (options, open, new RetryPause(options.FirstRetry, options.LastRetry));
        _teller = new StatusTeller(options.OnStatus);
        _device = open();
        SampleRate = _device.Format.SampleRate;
        _frames = BufferFor(_device.Format);
        _clock = new CaptureClock(options.Time, SampleRate);
    }

    /// <inheritdoc/>
    public int SampleRate { get; }

    /// <inheritdoc/>
    public long SamplesLost { get; private set; }

    /// <inheritdoc/>
    public CaptureStatus Status => _status with { StatusErrors = _teller.Errors };

    /// <inheritdoc/>
    public int Read(Span<float> samples)
    {
        if (samples.IsEmpty) return 0;
        lock (_reading)
        {
            while (!_stop.IsCancellationRequested)
            {
                if (_device is null) Reopen();
                else if (TryRead(_device, samples, out var count)) return count;
            }
            return 0;
        }
    }

    /// <summary>Ends the stream, and a Read that waits for samples within 200 ms. Any thread.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Ends the stream and closes the device, when a Read in progress has returned. Any thread.</summary>
    public void Dispose()
    {
        Stop();
        lock (_reading) Close();
    }

    /// <summary>True: these are the samples, or with none of them the end.</summary>
    bool TryRead(IPcmDevice device, Span<float> samples, out int count)
    {
        count = 0;
        var result = device.Wait(Patience);
        if (result > 0)
        {
            var format = device.Format;
            result = device.Read(_frames.AsSpan(0, Math.Min(samples.Length, _frames.Length / format.FrameBytes) * format.FrameBytes));
            if (result > 0)
            {
                count = format.Decode(_frames.AsSpan(0, result * format.FrameBytes), samples, _options.Channel);
                _clock.Came(count);
                _retry.Reset();
                _silent = TimeSpan.Zero;
                return true;
            }
            if (result == 0)
            {
                End("the device has ended");
                return true;
            }
        }
        switch (-result)
        {
            case 0 when (_silent += Patience) < _options.Silence: // not by the clock: this process may have been stopped
            case PcmError.Again or PcmError.Interrupted:
                break;
            case 0:
                Lose($"gave nothing for {_options.Silence.TotalSeconds:0.#} s");
                break;
            case PcmError.Overrun:
                Restart(device, slept: false, "overrun", status => status with { Overruns = status.Overruns + 1 });
                break;
            case PcmError.Suspended:
                Wake(device);
                break;
            default:
                Lose(device.Describe(-result));
                break;
        }
        return false;
    }

    void Wake(IPcmDevice device)
    {
        int result;
        while ((result = device.Resume()) == -PcmError.Again)
            if (!Pause(Patience)) return;
        // Where the hardware cannot resume, starting again does it; what sounded in between is lost either way.
        Restart(device, slept: true, "suspended", status => status with { Suspensions = status.Suspensions + 1 });
    }

    void Restart(IPcmDevice device, bool slept, string what, Func<CaptureStatus, CaptureStatus> count)
    {
        var useless = !slept && !_clock.HasSamples; // it was restarted just now
        var result = device.Restart();
        if (result >= 0) GoOn(slept, count(_status), what);
        else Tell(count(_status), CaptureState.Running, what);
        if (result < 0 || useless) Lose(result < 0 ? device.Describe(-result) : "overruns without giving a sample");
    }

    void Lose(string reason)
    {
        _device?.Dispose();
        _device = null;
        Tell(_status with { Losses = _status.Losses + 1 }, CaptureState.Lost, "lost: " + reason);
    }

    void Reopen()
    {
        if (!Pause(_retry.Next())) return;
        IPcmDevice device;
        try
        {
            device = _open();
        }
        catch (CaptureException problem)
        {
            Tell(_status, CaptureState.Reopening, "still lost: " + problem.Problem);
            return;
        }
        if (device.Format.SampleRate != SampleRate || _options.Channel >= device.Format.Channels)
        {
            device.Dispose();
            Tell(_status, CaptureState.Reopening, "still lost: it has another rate or fewer channels now");
            return;
        }
        (_device, _frames) = (device, BufferFor(device.Format));
        GoOn(slept: true, _status with { Reopenings = _status.Reopenings + 1 }, "reopened");
    }

    /// <summary>The device has just been started again.</summary>
    void GoOn(bool slept, CaptureStatus status, string what)
    {
        var lost = _clock.Missing(slept);
        SamplesLost += lost;
        _silent = TimeSpan.Zero;
        _clock.Start();
        Tell(status with { SamplesLost = SamplesLost }, CaptureState.Running, FormattableString.Invariant($"{what}: {(double)lost / SampleRate:0.000} s lost"));
    }

    void End(string what)
    {
        Close();
        Tell(_status, CaptureState.Stopped, what);
    }

    void Close()
    {
        _stop.Cancel();
        _device?.Dispose();
        _device = null;
        _status = _status with { State = CaptureState.Stopped };
    }

    void Tell(CaptureStatus status, CaptureState state, string what)
    {
        _status = status with { State = state, LastEvent = what, LastEventTime = _options.Time.GetUtcNow() };
        _teller.Add(Status);
        _teller.Tell();
    }

    /// <summary>False: stopped.</summary>
    bool Pause(TimeSpan time)
    {
        try
        {
            Task.Delay(time, _options.Time, _stop.Token).GetAwaiter().GetResult();
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Room for a period, so that a read comes back with it.</summary>
    byte[] BufferFor(PcmFormat format) =>
        new byte[Math.Max(1, (int)(_options.Period.TotalSeconds * format.SampleRate)) * format.FrameBytes];
}
