using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace SuRnnStream;

/// <summary>
/// Gives every detection to every consumer: the <see cref="IRunningDetector.Detections"/> of a detector that runs elsewhere. Observers are called one after the other, and what one
/// of them throws stays here; the readers of a pipeline have a bounded channel each. Consumers come and go on any thread; one thread at a time publishes.
/// </summary>
public sealed class DetectionHub : IObservable<Detection>
{
    readonly OverflowPolicy _overflow;
    readonly Ledger _ledger;
    readonly Action<Exception>? _onObserverError;
    readonly Lock _lock = new();
    IObserver<Detection>[] _observers = [];             // replaced, never changed: published without the lock
    ChannelWriter<Detection>[] _writers = [];           // the same
    bool _ended;
    Exception? _failure;

    /// <param name="onObserverError">Told of every exception that an observer throws, on the thread that publishes; null: nobody is.</param>
    public DetectionHub(Action<Exception>? onObserverError = null) : this(OverflowPolicy.Wait, new Ledger(), onObserverError) { }

    internal DetectionHub(OverflowPolicy overflow, Ledger ledger, Action<Exception>? onObserverError) => (_overflow, _ledger, _onObserverError) = (overflow, ledger, onObserverError);

    /// <inheritdoc/>
    public IDisposable Subscribe(IObserver<Detection> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        lock (_lock)
        {
            if (!_ended)
            {
                _observers = [.. _observers, observer];
                return new Subscription(this, observer);
            }
        }
        End(observer);
        return new Subscription(this, observer);
    }

    internal ChannelReader<Detection> Subscribe(int capacity) => NewChannel(capacity).Reader;

    /// <summary>Subscribes now, not when it is first moved.</summary>
    internal IAsyncEnumerable<Detection> ReadAllAsync(int capacity, CancellationToken cancellation) =>
        Read(NewChannel(capacity), cancellation);

    Channel<Detection> NewChannel(int capacity)
    {
        var options = new BoundedChannelOptions(capacity) { FullMode = _overflow.ToFullMode(), SingleWriter = true };
        var channel = Channel.CreateBounded<Detection>(options, itemDropped: _ => _ledger.DetectionDropped());
        lock (_lock)
        {
            if (_ended) channel.Writer.TryComplete(_failure);
            else _writers = [.. _writers, channel.Writer];
        }
        return channel;
    }

    async IAsyncEnumerable<Detection> Read(Channel<Detection> channel, [EnumeratorCancellation] CancellationToken cancellation)
    {
        try
        {
            while (await channel.Reader.WaitToReadAsync(cancellation))
                while (channel.Reader.TryRead(out var detection)) yield return detection;
        }
        finally
        {
            lock (_lock) _writers = [.. _writers.Where(writer => writer != channel.Writer)];
            channel.Writer.TryComplete(); // a publisher that waits for space need not wait any more
        }
    }

    /// <summary>Gives a detection to the observers that there are, and returns when all have had it. After the end there are none.</summary>
    public void Publish(Detection detection)
    {
        foreach (var observer in _observers) Guard(() => observer.OnNext(detection));
    }

    /// <summary>To readers too: waits for those whose queue is full, if that is the policy, until <paramref name="stop"/>.</summary>
    internal async ValueTask PublishAsync(Detection detection, CancellationToken stop)
    {
        Publish(detection);
        foreach (var writer in _writers)
        {
            while (!writer.TryWrite(detection))
            {
                try
                {
                    if (!await writer.WaitToWriteAsync(stop)) break; // nobody reads any more
                }
                catch (OperationCanceledException)
                {
                    _ledger.DetectionDropped();
                    break;
                }
            }
        }
    }

    /// <summary>The end of the stream, for present and future consumers. Once: what is told after it reaches nobody.</summary>
    /// <param name="failure">What ended it early; null: it came to its end.</param>
    public void Complete(Exception? failure = null)
    {
        IObserver<Detection>[] observers;
        ChannelWriter<Detection>[] writers;
        lock (_lock)
        {
            (_ended, _failure) = (true, failure);
            (observers, writers, _observers, _writers) = (_observers, _writers, [], []);
        }
        foreach (var observer in observers) End(observer);
        foreach (var writer in writers) writer.TryComplete(failure);
    }

    void End(IObserver<Detection> observer) => Guard(() =>
    {
        if (_failure is null) observer.OnCompleted();
        else observer.OnError(_failure);
    });

    /// <summary>The same observer, whose exceptions are counted and go no further.</summary>
    internal FrameObserver? Guarded(FrameObserver? observer) => observer is null ? null : (in FrameView frame) =>
    {
        try
        {
            observer(frame);
        }
        catch (Exception theirs)
        {
            Tell(theirs);
        }
    };

    /// <summary>Hands out the sound around a detection that is about to be published, where the options ask for it.</summary>
    internal void GiveSound(SoundKeeper? sounds, in Detection detection, PipelineOptions options)
    {
        if (sounds is null || options is not { Sound: { } wanted, OnSound: { } take } || detection.Phase == EventPhase.End) return;
        Guard(take, sounds.Open(detection, wanted));
    }

    /// <summary>Tells a consumer, whose exceptions are counted and go no further.</summary>
    internal void Guard<T>(Action<T> consumer, T told)
    {
        try
        {
            consumer(told);
        }
        catch (Exception theirs)
        {
            Tell(theirs);
        }
    }

    /// <summary>The same, of verdicts.</summary>
    internal Action<DetectionVerdict>? Guarded(Action<DetectionVerdict>? observer) => observer is null ? null : verdict => Guard(() => observer(verdict));

    internal Action<Candidate>? Guarded(Action<Candidate>? observer) => observer is null ? null : candidate => Guard(() => observer(candidate));

    void Guard(Action call)
    {
        try
        {
            call();
        }
        catch (Exception theirs)
        {
            Tell(theirs);
        }
    }

    void Tell(Exception theirs)
    {
        _ledger.ObserverError();
        try
        {
            _onObserverError?.Invoke(theirs);
        }
        catch (Exception)
        {
            // it was told; what it makes of that is not the stream's trouble
        }
    }

    sealed class Subscription(DetectionHub hub, IObserver<Detection> observer) : IDisposable
    {
        bool _disposed;

        public void Dispose()
        {
            lock (hub._lock)
            {
                if (_disposed) return;
                _disposed = true;
                var at = Array.IndexOf(hub._observers, observer); // one of them, if it subscribed twice
                if (at >= 0) hub._observers = [.. hub._observers[..at], .. hub._observers[(at + 1)..]];
            }
        }
    }
}
