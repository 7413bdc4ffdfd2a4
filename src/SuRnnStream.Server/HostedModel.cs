using System.Collections.Concurrent;

namespace SuRnnStream.Server;

/// <summary>A model, and the pool in which the sessions that chose it share the cores; or a cluster.</summary>
sealed class HostedModel : IAsyncDisposable
{
    readonly ConcurrentDictionary<IClientStream, byte> _away = new(); // streams in the cluster
    readonly IClientPlace? _place;      // null: the pool's
    readonly DetectorPool? _pool;       // null: the cluster's
    readonly KeptNearMisses? _near;     // null: nothing is kept
    long _told; // timestamp

    public HostedModel(string name, SuRnnModel model, ServerOptions options, TimeProvider time, ILogger logger, IClientPlace? place = null, KeptNearMisses? near = null)
    {
        _near = model.Config.FrontEnd is null ? null : near; // of sensors there is no sound
        (Config, Info, _place) = (model.Config, ModelInfo.Of(name, model, _near is not null), place);
        if (place is not null)
        {
            Info = Info with { SecondLook = false }; // whose answers a cluster does not tell
            return;
        }
        _pool = new DetectorPool(model, options: new PoolOptions
        {
            Backlog = options.Backlog,
            Overflow = OverflowPolicy.Wait, // a session that has no room reads its socket no further
            OnObserverError = error => Tell(error, time, logger),
        }, time: time);
    }

    public SuRnnConfig Config { get; }
    public ModelInfo Info { get; }

    /// <summary>The sessions' pool, where there is no cluster.</summary>
    public DetectorPool Pool => _pool ?? throw new InvalidOperationException("The sessions' streams are in a cluster.");

    /// <summary>Streams of sessions.</summary>
    public int Streams => _pool?.Counters.Streams ?? _away.Count;

    /// <summary>Samples of all sessions that wait for a core.</summary>
    public long SamplesWaiting => _pool?.Counters.Total.SamplesInFlight ?? _away.Keys.Sum(stream => stream.Counters.SamplesInFlight);

    /// <summary>A new stream; all are called on a worker's thread until it has left the pool.</summary>
    /// <param name="name">The session's.</param>
    /// <param name="onFrame">Looks at every frame; a cluster shows none.</param>
    /// <param name="onFrames">Told how many frames a cluster has processed, which it does not show.</param>
    /// <param name="onDetection">Told of each.</param>
    /// <param name="onCandidate">Told what became of each; a cluster tells of none.</param>
    public IClientStream Open(string name, FrameObserver onFrame, Action<long> onFrames, Action<Detection> onDetection, Action<Candidate> onCandidate)
    {
        if (_place is null)
        {
            return _pool!.Add(name, new PooledStreamOptions
            {
                OnFrame = onFrame,
                OnDetection = onDetection,
                OnCandidate = onCandidate,
                NearMisses = _near?.Wanted,
                OnNearMiss = _near is null ? null : miss => _near.Take(Info.Name, miss),
            });
        }
        var stream = _place.Open(new ClientOrder(name, Info.Name, Config, onDetection) { OnFrames = onFrames });
        _away[stream] = 0;
        return stream;
    }

    /// <summary>One line a minute at most: no client is to fill the log.</summary>
    void Tell(Exception error, TimeProvider time, ILogger logger)
    {
        var (now, before) = (time.GetTimestamp(), Volatile.Read(ref _told));
        if (before != 0 && time.GetElapsedTime(before, now) < TimeSpan.FromMinutes(1) || Interlocked.CompareExchange(ref _told, now, before) != before) return;
        logger.LogError(error, "a frame or a detection of {Model} could not be delivered", Info.Name);
    }

    /// <summary>The stream's session is over.</summary>
    public void Forget(IClientStream stream) => _away.TryRemove(stream, out _);

    public ValueTask DisposeAsync() => _pool?.DisposeAsync() ?? ValueTask.CompletedTask;
}
