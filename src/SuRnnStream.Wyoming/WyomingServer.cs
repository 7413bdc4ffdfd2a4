using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace SuRnnStream.Wyoming;

/// <summary>
/// A wake word service of the Wyoming protocol, as Home Assistant uses it: <c>describe</c>, <c>detect</c>, <c>audio-start</c>, <c>audio-chunk</c>, <c>audio-stop</c> and
/// <c>ping</c> in; <c>info</c>, <c>detection</c>, <c>not-detected</c>, <c>voice-started</c>, <c>voice-stopped</c>, <c>pong</c> and <c>error</c> out. All clients share one
/// <see cref="DetectorPool"/> for each model; every client has its own streams, words and refractory time.
/// </summary>
public sealed class WyomingServer : IAsyncDisposable
{
    static readonly TimeSpan Parting = TimeSpan.FromSeconds(1); // for a client to read why it is closed

    readonly WyomingServerOptions _options;
    readonly ILogger _log;
    readonly TimeProvider _time;
    readonly WakeWords _words;
    readonly List<ServedModel> _served = [];
    readonly TcpListener _listener;
    readonly CancellationTokenSource _stop = new();
    readonly HashSet<Task> _sessions = [];   // guarded by itself
    Task _accepting = Task.CompletedTask;
    ServiceAnnouncement? _announcement;
    int _clients, _disposed;
    long _accepted, _refused, _malformed, _idle, _stalled, _detections;

    /// <summary>Loads the models. <see cref="Start"/> listens.</summary>
    /// <param name="options">Where it listens, with what, and what a client may do. Read once.</param>
    /// <param name="log">For clients that come, go and are closed; null: nobody asks.</param>
    /// <param name="time">The clock of time-outs; null: the system's.</param>
    /// <exception cref="ArgumentException">An option lies outside its range, or a model detects no sound.</exception>
    /// <exception cref="IOException">A model file is missing or damaged, or the host's name is unknown.</exception>
    public WyomingServer(WyomingServerOptions options, ILogger<WyomingServer>? log = null, TimeProvider? time = null) : this(options, log, time, null) { }

    /// <param name="options">As above; a cluster has no <see cref="WyomingServerOptions.Voice"/>.</param>
    /// <param name="log">As above.</param>
    /// <param name="time">As above.</param>
    /// <param name="place">A cluster that detects for the clients; null: pools of this process do.</param>
    internal WyomingServer(WyomingServerOptions options, ILogger<WyomingServer>? log, TimeProvider? time, IClientPlace? place)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _log, _time) = (options.Validate(), log ?? (ILogger)NullLogger.Instance, time ?? TimeProvider.System);
        if (place is not null && options.Voice) throw new ArgumentException("Voice is true, but goes by the network's switches, which are not seen from outside a cluster: leave it out, or run the server without a cluster.");
        if (place is not null && !options.Verify) throw new ArgumentException("Verify is false, but the cluster's silos have the models: name models without a second look there.");
        var models = options.Models.Select(path => (Path: path, Model: ModelFile.Load(ModelFile.Find(path)))).Select(one => options.Verify ? one : one with { Model = one.Model.WithoutSecondLook() }).ToList();
        _words = new WakeWords(models, options.Languages);
        var (host, port) = WyomingServerOptions.EndPointOf(options.Uri);
        _listener = new TcpListener(AddressOf(host), port);
        foreach (var (path, model) in models)
        {
            var detector = options.Threshold is { } threshold ? model.Defaults with { Threshold = threshold, Thresholds = new Dictionary<string, float>() } : model.Defaults;
            var pool = place is null ? new DetectorPool(model, detector, new PoolOptions { Overflow = OverflowPolicy.Wait, Workers = options.Workers }, _time) : null;
            _served.Add(new ServedModel(Path.GetFileNameWithoutExtension(path), model, detector, options.Threshold, pool, place));
        }
    }

    /// <summary>Where it listens, once it has started: the port, too, that was free.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>What it has done.</summary>
    public WyomingCounters Counters => new()
    {
        Clients = Volatile.Read(ref _clients),
        Accepted = Volatile.Read(ref _accepted),
        Refused = Volatile.Read(ref _refused),
        Malformed = Volatile.Read(ref _malformed),
        Idle = Volatile.Read(ref _idle),
        Stalled = Volatile.Read(ref _stalled),
        Detections = Volatile.Read(ref _detections),
    };

    /// <summary>Listens and serves clients from now on.</summary>
    /// <exception cref="IOException">The address cannot be listened at.</exception>
    public void Start()
    {
        try
        {
            _listener.Start();
        }
        catch (SocketException error)
        {
            throw new IOException($"{_options.Uri}: this address cannot be listened at ({error.Message}): free it, or name another.", error);
        }
        _log.Serving(string.Join(", ", _words.All.Select(word => word.Name)), $"tcp://{EndPoint}");
        if (!IPAddress.IsLoopback(EndPoint.Address)) _log.Open($"tcp://{EndPoint}");
        _accepting = AcceptAsync();
        if (_options.Announce is not { } name) return;
        if (IPAddress.IsLoopback(EndPoint.Address)) _log.OnlyHere(PlainText.Clean(name), $"tcp://{EndPoint}");
        _announcement = new ServiceAnnouncement(name, EndPoint.Port, _log, _time);
    }

    /// <summary>Closes every connection and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        if (_announcement is not null) await _announcement.DisposeAsync(); // before it closes, so that nobody comes in vain
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Task[] sessions;
        lock (_sessions) sessions = [.. _sessions];
        await Task.WhenAll(sessions).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // of a client that had gone before it was served
        foreach (var one in _served)
            if (one.Pool is { } pool) await pool.DisposeAsync();
        _stop.Dispose();
    }

    static IPAddress AddressOf(string host)
    {
        if (IPAddress.TryParse(host, out var address)) return address;
        try
        {
            return Dns.GetHostAddresses(host) is [var first, ..] ? first : throw new IOException($"{host}: this host has no address.");
        }
        catch (SocketException error)
        {
            throw new IOException($"{host}: there is no such host ({error.Message}): name an address of this machine, such as 127.0.0.1.", error);
        }
    }

    async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                var session = Task.Run(() => ServeAsync(socket));
                lock (_sessions) _sessions.Add(session);
                _ = session.ContinueWith(Ended, TaskScheduler.Default);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), _time, CancellationToken.None); // a client that left at once; or no more file handles
            }
        }
    }

    void Ended(Task session)
    {
        lock (_sessions) _sessions.Remove(session);
    }

    async Task ServeAsync(Socket socket)
    {
        using var _ = socket;
        var client = $"client {Interlocked.Increment(ref _accepted)} ({socket.RemoteEndPoint})";
        socket.NoDelay = true;
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        var outbox = new Outbox(stream, _options.SendTimeout, _time, () =>
        {
            Interlocked.Increment(ref _stalled);
            socket.Close(0);
        });
        var session = new ClientSession(client, new WyomingReader(stream, FrameLimits.Default), outbox, _words, _served, _options);
        var sending = outbox.RunAsync();
        try
        {
            if (Interlocked.Increment(ref _clients) > _options.MostClients) Refuse(session, client);
            else await TalkAsync(session, client);
            outbox.End();
            await sending.WaitAsync(_options.SendTimeout, _time, _stop.Token);
            await PartAsync(socket, stream);
        }
        catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException or OperationCanceledException or TimeoutException)
        {
            // the client has gone, was cut off, or the server stops
        }
        catch (Exception error)
        {
            _log.Failed(error, client);
        }
        finally
        {
            outbox.End();
            socket.Close(0);
            await sending.ContinueWith(static sent => sent.Exception, TaskScheduler.Default); // seen, and of no use: the client has gone
            Interlocked.Decrement(ref _clients);
            Interlocked.Add(ref _detections, session.Detections);
            _log.Left(client, session.Detections);
        }
    }

    void Refuse(ClientSession session, string client)
    {
        Interlocked.Increment(ref _refused);
        _log.Refused(client, _options.MostClients);
        session.Complain("busy", $"No more clients are taken than {_options.MostClients}; try again later.");
    }

    async Task TalkAsync(ClientSession session, string client)
    {
        _log.Connected(client);
        using var silence = new CancellationTokenSource(_options.IdleTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, _stop.Token);
        try
        {
            await session.RunAsync(() => silence.CancelAfter(_options.IdleTimeout), either.Token);
        }
        catch (WyomingException wrong)
        {
            Interlocked.Increment(ref _malformed);
            _log.Closed(client, wrong.Message);
            session.Complain(wrong.Code, wrong.Message);
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !_stop.IsCancellationRequested)
        {
            Interlocked.Increment(ref _idle);
            var problem = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"No whole frame came within {_options.IdleTimeout.TotalSeconds:0.#} s.");
            _log.Closed(client, problem);
            session.Complain("idle", problem);
        }
    }

    /// <summary>What a client still sends is thrown away for a moment: a socket closed with bytes unread takes back what it has sent.</summary>
    async Task PartAsync(Socket socket, NetworkStream stream)
    {
        socket.Shutdown(SocketShutdown.Send);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        using var timer = _time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), late, Parting, Timeout.InfiniteTimeSpan);
        var rest = new byte[4_096];
        while (await stream.ReadAsync(rest, late.Token) > 0) { }
    }
}
