namespace SuRnnStream;

/// <summary>
/// A sensor that sends by itself, as a stream that does not end when its link breaks: the link is made again, with growing pauses between the
/// tries, and what was lost meanwhile is a gap. <see cref="Read"/> is for one thread, everything else for any.
/// </summary>
public sealed class LiveSensor : ICaptureSource, IDisposable
{
    readonly ISensorLink _link;
    readonly LiveSensorOptions _options;
    readonly PushSource _queue;
    readonly CancellationTokenSource _stop = new();
    readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ITimer _watch;
    readonly Task _run;
    readonly StatusTeller _teller;
    readonly Lock _lock = new();                // guards what follows
    readonly SensorIntake _intake;
    readonly RetryPause _retry;
    bool _silent;
    volatile CaptureStatus _status = new() { Malformed = 0 }; // replaced, never changed

    /// <summary>Opens the sensor at an address: <c>mqtt://HOST[:PORT]/TOPIC</c>, <c>mqtts://...</c>, or <c>serial:///dev/ttyUSB0?baud=115200</c>.</summary>
    /// <param name="address">See <see cref="MqttSensorOptions.Parse(string)"/> and <c>SerialSensorOptions.Parse</c>.</param>
    /// <param name="sensor">The model's front end: its channels are the ones that are read.</param>
    /// <param name="options">Of the stream; by default those for a sensor that sends many times a second.</param>
    /// <exception cref="ArgumentException">The address is none of these, or an option lies outside its range.</exception>
    /// <exception cref="CaptureException">The sensor cannot be reached now; the message says what to do.</exception>
    public static LiveSensor Open(string address, SensorFrontEndConfig sensor, LiveSensorOptions? options = null) => Open(address, sensor, Environment.CurrentDirectory, options);

    /// <summary>As above; relative paths in the address begin in <paramref name="folder"/>.</summary>
    internal static LiveSensor Open(string address, SensorFrontEndConfig sensor, string folder, LiveSensorOptions? options) => SchemeOf(address) switch
    {
        "mqtt" or "mqtts" => Open(MqttSensorOptions.Parse(address, folder), sensor, options),
#if SERIAL_PORTS
        "serial" => Open(SerialSensorOptions.Parse(address), sensor, options),
#else
        "serial" => throw new ArgumentException($"{new PeerAddress(address)}: this program has no serial ports; build it without -p:SerialPorts=false."),
#endif
        _ => throw new ArgumentException($"{new PeerAddress(address)} is no address of a sensor: mqtt://HOST/TOPIC, mqtts://HOST/TOPIC or serial:///dev/NAME."),
    };

    /// <summary>Subscribes to a topic of an MQTT broker.</summary>
    /// <inheritdoc cref="Open(string, SensorFrontEndConfig, LiveSensorOptions?)"/>
    public static LiveSensor Open(MqttSensorOptions mqtt, SensorFrontEndConfig sensor, LiveSensorOptions? options = null) =>
        new(new MqttLink(mqtt.Validate()), sensor, options ?? new LiveSensorOptions());

#if SERIAL_PORTS
    /// <summary>Opens a serial port.</summary>
    /// <inheritdoc cref="Open(string, SensorFrontEndConfig, LiveSensorOptions?)"/>
    public static LiveSensor Open(SerialSensorOptions serial, SensorFrontEndConfig sensor, LiveSensorOptions? options = null) =>
        new(new SerialLink(serial.Validate()), sensor, options ?? new LiveSensorOptions());
#endif

    /// <summary>True: <see cref="Open(string, SensorFrontEndConfig, LiveSensorOptions?)"/> takes such addresses.</summary>
    public static bool IsAddress(string text) => SchemeOf(text) is "mqtt" or "mqtts" or "serial";

    internal LiveSensor(ISensorLink link, SensorFrontEndConfig sensor, LiveSensorOptions options)
    {
        (_link, _options, _retry) = (link, options.Validate(), new RetryPause(options.FirstRetry, options.LastRetry));
        sensor.Validate();
        _teller = new StatusTeller(options.OnStatus);
        _queue = new PushSource(sensor.SampleRate, sensor.Channels.Count, (int)Math.Clamp(sensor.MomentsIn(options.Capacity), 64, 1 << 24));
        _intake = new SensorIntake(link.Name, sensor, options, _queue, what => Tell(CaptureState.Running, what));
        _run = Task.Run(RunAsync);
        _watch = options.Time.CreateTimer(_ => Watch(), null, options.Silence / 2, options.Silence / 2);
        try
        {
            _opened.Task.GetAwaiter().GetResult();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    static string SchemeOf(string text) => text.IndexOf("://", StringComparison.Ordinal) is > 0 and var end ? text[..end].ToLowerInvariant() : "";

    /// <summary>The sensor's address, without a password.</summary>
    public string Name => _link.Name;

    /// <inheritdoc/>
    public int SampleRate => _queue.SampleRate;

    /// <inheritdoc/>
    public double Rate => _queue.Rate;

    /// <inheritdoc/>
    public int Channels => _queue.Channels;

    /// <inheritdoc/>
    public long SamplesLost => _queue.SamplesLost;

    /// <inheritdoc/>
    public CaptureStatus Status => _status with { Malformed = _intake.Malformed, SamplesLost = _intake.SamplesLost, StatusErrors = _teller.Errors };

    /// <inheritdoc/>
    /// <exception cref="InvalidSensorDataException">What the sensor sends is none of what the model takes.</exception>
    public int Read(Span<float> samples) => _queue.Read(samples);

    /// <summary>There will be no more; what waits can still be read. Any thread.</summary>
    public void Stop()
    {
        _stop.Cancel();
        Complete(null);
    }

    /// <summary>Ends the stream and closes the link. Any thread; in a callback of <see cref="LiveSensorOptions.OnStatus"/> it does not wait for the link.</summary>
    public void Dispose()
    {
        Stop();
        _watch.Dispose();
        if (!_teller.IsTelling) _run.GetAwaiter().GetResult(); // else the link waits for this
    }

    async Task RunAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                await LinkAsync();
                await Task.Delay(NextPause(), _options.Time, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (UnusableSensorException unusable)
        {
            Complete(unusable.Reason);
            return;
        }
        catch (Exception failure) when (!_opened.Task.IsCompleted)
        {
            _opened.SetException(failure);
        }
        catch (Exception failure)
        {
            Complete(failure);
            return;
        }
        Complete(null);
    }

    /// <summary>Once; comes back when the link is broken.</summary>
    async Task LinkAsync()
    {
        try
        {
            await _link.RunAsync(Connected, Take, _options.ConnectTimeout, _stop.Token);
            Lose("it has ended");
        }
        catch (IOException broken) when (_opened.Task.IsCompleted)
        {
            Lose((broken as CaptureException)?.Problem ?? broken.Message);
        }
    }

    void Connected()
    {
        lock (_lock)
        {
            if (!_opened.TrySetResult()) Tell(CaptureState.Running, "connected again", status => status with { Reopenings = status.Reopenings + 1 });
        }
        _teller.Tell();
    }

    void Take(string text, bool whole)
    {
        try
        {
            lock (_lock)
            {
                _retry.Reset();
                if (_silent) Tell(CaptureState.Running, "gives again");
                _silent = false;
                _intake.Take(text, whole);
            }
        }
        finally
        {
            _teller.Tell();
        }
    }

    void Lose(string reason)
    {
        lock (_lock)
        {
            _intake.Break();
            if (_status.State == CaptureState.Running || _silent) Tell(CaptureState.Lost, "lost: " + reason, status => status with { Losses = status.Losses + 1 });
            else Tell(CaptureState.Reopening, "still lost: " + reason);
            _silent = false;
        }
        _teller.Tell();
    }

    void Watch()
    {
        lock (_lock)
        {
            if (_silent || _status.State != CaptureState.Running || !_intake.IsSilent) return;
            _silent = true;
            Tell(CaptureState.Lost, "gives nothing");
        }
        _teller.Tell();
    }

    TimeSpan NextPause()
    {
        lock (_lock) return _retry.Next();
    }

    void Complete(Exception? failure)
    {
        lock (_lock)
        {
            _intake.End();
            _queue.Complete(failure);
            _opened.TrySetResult();
            _status = _status with { State = CaptureState.Stopped };
        }
        _teller.Tell(); // of what the intake has just found
    }

    void Tell(CaptureState state, string what, Func<CaptureStatus, CaptureStatus>? count = null)
    {
        var status = count is null ? _status : count(_status);
        _status = status with { State = state, LastEvent = what, LastEventTime = _options.Time.GetUtcNow() };
        _teller.Add(Status); // told when the lock is free
    }
}
