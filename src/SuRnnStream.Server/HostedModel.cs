using System.Collections.Concurrent;

namespace SuRnnStream.Server;

/// <summary>A model and the pool in which the sessions that chose it share the cores.</summary>
sealed class HostedModel : IAsyncDisposable, IObserver<Detection>
{
    readonly ConcurrentDictionary<string, Action<Detection>> _listeners = new(); // by stream
    long _told; // timestamp

    public HostedModel(string name, SuRnnModel model, ServerOptions options, TimeProvider time, ILogger logger)
    {
        (Config, Info) = (model.Config, ModelInfo.Of(name, model));
        Pool = new DetectorPool(model, options: new PoolOptions
        {
            Backlog = options.Backlog,
            Overflow = Overflow.Wait, // a session that has no room reads its socket no further
            OnObserverError = error => Tell(error, time, logger),
        }, time: time);
        Pool.Detections.Subscribe(this);
    }

    public SuRnnConfig Config { get; }
    public ModelInfo Info { get; }
    public DetectorPool Pool { get; }

    /// <summary>A new stream; both are called on a worker's thread until it has left the pool.</summary>
    public PooledStream Open(string name, FrameObserver onFrame, Action<Detection> onDetection)
    {
        _listeners[name] = onDetection;
        return Pool.Add(name, onFrame);
    }

    /// <summary>One line a minute at most: no client is to fill the log.</summary>
    void Tell(Exception error, TimeProvider time, ILogger logger)
    {
        var (now, before) = (time.GetTimestamp(), Volatile.Read(ref _told));
        if (before != 0 && time.GetElapsedTime(before, now) < TimeSpan.FromMinutes(1) || Interlocked.CompareExchange(ref _told, now, before) != before) return;
        logger.LogError(error, "a frame or a detection of {Model} could not be delivered", Info.Name);
    }

    public void Forget(PooledStream stream) => _listeners.TryRemove(stream.Name, out _);

    void IObserver<Detection>.OnNext(Detection detection)
    {
        if (_listeners.TryGetValue(detection.Source!, out var listener)) listener(detection);
    }

    void IObserver<Detection>.OnCompleted() { }
    void IObserver<Detection>.OnError(Exception error) { }

    public ValueTask DisposeAsync() => Pool.DisposeAsync();
}
