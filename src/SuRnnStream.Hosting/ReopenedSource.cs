using Microsoft.Extensions.Logging;

namespace SuRnnStream;

/// <summary>
/// A source by name, as one stream that outlives its devices: a live one that fails or ends is opened again with growing pauses between the
/// tries, and the time without it is a gap. <see cref="Open"/> and <see cref="Read"/> are for one thread, everything else for any.
/// </summary>
sealed class ReopenedSource : ILossySource, IDisposable
{
    readonly HostedSourceOptions _options;
    readonly Func<ISampleSource> _open;
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly CancellationToken _stop;
    readonly CancellationTokenRegistration _stopping;

    volatile SourceState _state;
    volatile ISampleSource? _device;    // null: lost, or not opened yet
    readonly Lock _counting = new();    // guards what follows, and that a device is lost
    long _reconnects, _overruns;        // of devices before this one

    ISampleSource? _source;             // the reader's, as is what follows: the device at the stream's rate
    CaptureClock? _clock;               // null: never opened
    readonly RetryPause _pause;         // before tries
    long _deviceLost;                   // of the device's SamplesLost, those that are in this one's
    long _gap;                          // samples without a device, before the next ones

    /// <param name="name">For the log.</param>
    /// <param name="options">Within their ranges.</param>
    /// <param name="open">Opens the device; called again after every loss.</param>
    /// <param name="time">Pauses and gaps go by it.</param>
    /// <param name="log">Told of losses and returns.</param>
    /// <param name="stop">Ends the stream.</param>
    public ReopenedSource(string name, HostedSourceOptions options, Func<ISampleSource> open, TimeProvider time, ILogger log, CancellationToken stop)
    {
        (Name, _options, _open, _time, _log, _stop) = (name, options, open, time, log, stop);
        _pause = new RetryPause(options.FirstRetry, options.LastRetry);
        _stopping = stop.Register(StopDevice);
    }

    public string Name { get; }

    /// <summary>A device that opens itself again is lost meanwhile, too.</summary>
    public SourceState State =>
        _state == SourceState.Running && _device is ICaptureSource { Status.State: CaptureState.Lost or CaptureState.Reopening } ? SourceState.Lost : _state;

    /// <summary>Why a recording was not read whole, although it could be read to its end; known then. Null: it was, or it is a device.</summary>
    public string? Damage { get; private set; }

    /// <summary>True: a device, which does not wait. Known when it is open.</summary>
    public bool Live { get; private set; }

    /// <summary>Times that the source came back, by itself or by being opened again.</summary>
    public long Reconnects => Count(() => _reconnects, status => status.Reopenings);

    /// <summary>Times that a device's buffer ran over.</summary>
    public long Overruns => Count(() => _overruns, status => status.Overruns);

    /// <inheritdoc/>
    public int SampleRate { get; private set; }

    /// <inheritdoc/>
    public double Rate { get; private set; }

    /// <inheritdoc/>
    public int Channels { get; private set; } = 1;

    /// <inheritdoc/>
    public long SamplesLost { get; private set; }

    /// <summary>Waits until the source is there. False: the stream was stopped before.</summary>
    public bool Open()
    {
        while (!TryOpen())
        {
            if (Pause()) continue;
            _state = SourceState.Ended;
            return false;
        }
        return true;
    }

    /// <inheritdoc/>
    /// <exception cref="Exception">Whatever a file throws that cannot be read to its end.</exception>
    public int Read(Span<float> samples)
    {
        while (!_stop.IsCancellationRequested)
        {
            if (_source is null)
            {
                if (Pause()) TryOpen();
                continue;
            }
            int got;
            try
            {
                got = _source.Read(samples);
            }
            catch (Exception failure) when (!_stop.IsCancellationRequested)
            {
                if (!Live)
                {
                    _state = SourceState.Failed;
                    throw;
                }
                Lose(failure.Message);
                continue;
            }
            if (got > 0) return Came(got);
            if (!_stop.IsCancellationRequested) TellNotes();
            if (!Live || _options.EndsWhenCompleted) break;
            if (!_stop.IsCancellationRequested) Lose("it has ended");
        }
        _state = SourceState.Ended;
        return 0;
    }

    /// <summary>Closes the device. The reader's.</summary>
    public void Dispose()
    {
        _stopping.Dispose();
        Close();
    }

    /// <summary>At the end of a recording, also of one that is played as a device and begins again.</summary>
    void TellNotes()
    {
        var (damage, remark) = _device is { } device ? SourceNotes.Of(device) : default;
        if (damage is not null) _log.SourceDamaged(Name, Damage = PlainText.Clean(damage));
        if (remark is not null) _log.SourceWarns(Name, PlainText.Clean(remark));
    }

    int Came(int samples)
    {
        var lost = (_source as ILossySource)?.SamplesLost ?? 0;
        var between = lost - _deviceLost;
        _deviceLost = lost;
        _clock!.Came((int)((samples + between) / Channels));
        SamplesLost += between + _gap;
        _gap = 0;
        _pause.Reset();
        return samples;
    }

    bool TryOpen()
    {
        ISampleSource device;
        try
        {
            device = _open();
        }
        catch (Exception problem)
        {
            _log.SourceNotOpened(Name, problem.Message, _pause.Coming);
            return false;
        }
        _device = device;
        if (_stop.IsCancellationRequested) StopDevice(); // that came too early for the device
        if (_clock is null) Begin(device);
        else if (!GoOn(device)) return false;
        _state = SourceState.Running;
        return true;
    }

    void Begin(ISampleSource device)
    {
        (_source, SampleRate, Rate, Channels) = (device, device.SampleRate, device.Rate, device.Channels);
        Live = _options.Live ?? device is ICaptureSource or PushSource;
        _clock = new CaptureClock(_time, Rate);
        _deviceLost = (_source as ILossySource)?.SamplesLost ?? 0;
        _log.SourceOpened(Name, Rate, Channels, Live ? "live" : "a file");
    }

    /// <summary>False: it gives something else than before.</summary>
    bool GoOn(ISampleSource device)
    {
        if (device.Channels != Channels || (Channels > 1 && device.Rate != Rate))
        {
            _log.SourceNotOpened(Name, $"it has {device.Channels} channels at {device.Rate} Hz now, and had {Channels} at {Rate} Hz", _pause.Coming);
            Close();
            return false;
        }
        _source = device.Rate == Rate ? device : Resampler.To(device, SampleRate);
        _deviceLost = (_source as ILossySource)?.SamplesLost ?? 0;
        _gap += _clock!.Missing(slept: true) * Channels;
        _clock.Start();
        lock (_counting) _reconnects++;
        _log.SourceReturned(Name, _gap / Rate / Channels);
        return true;
    }

    void Lose(string reason)
    {
        _log.SourceLost(Name, reason, _pause.Coming);
        _state = SourceState.Lost;
        Close();
    }

    void Close()
    {
        var device = _device;
        lock (_counting)
        {
            if (device is ICaptureSource { Status: var status }) (_overruns, _reconnects) = (_overruns + status.Overruns, _reconnects + status.Reopenings);
            (_device, _source) = (null, null);
        }
        try
        {
            (device as IDisposable)?.Dispose();
        }
        catch (Exception problem)
        {
            _log.SourceNotClosed(Name, problem.Message); // it is gone all the same
        }
    }

    long Count(Func<long> before, Func<CaptureStatus, long> now)
    {
        lock (_counting) return before() + (_device is ICaptureSource { Status: var status } ? now(status) : 0);
    }

    /// <summary>So that a Read which waits comes back. What cannot be stopped ends with its next samples.</summary>
    void StopDevice()
    {
        if (_device is ICaptureSource capture) capture.Stop();
        else if (_device is PushSource pushed) pushed.Complete();
    }

    /// <summary>False: stopped.</summary>
    bool Pause()
    {
        try
        {
            Task.Delay(_pause.Next(), _time, _stop).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        return true;
    }
}
