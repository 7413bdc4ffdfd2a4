using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace SuRnnStream;

/// <summary>
/// Thousands of streams on the cores there are. A write copies samples into its stream's backlog and puts the stream into one queue, from
/// which workers take streams: each turn is bounded, then it is the next stream's, so that none starves another. A stream is with one
/// worker at a time, and its detections are those of a <see cref="StreamingDetector"/> of its own, bit for bit.
/// </summary>
public sealed class DetectorPool : IAsyncDisposable
{
    readonly SuRnnModel _model;
    readonly DetectorOptions? _detector;
    readonly PoolOptions _options;
    readonly TimeProvider _time;
    readonly int _backlog;                              // samples
    readonly int _worthATurn;                           // likewise: fewer of a stream wait for more
    readonly FrontEndMemory _memory;                    // what a detector holds between turns

    readonly ReadyQueue _ready;
    readonly LatenessHistogram _lateness = new();
    readonly Ledger _ledger = new();                    // what consumers lost or threw
    readonly DetectionHub _hub;
    readonly Lock _publishing = new();                  // consumers are told of one detection at a time
    readonly CancellationTokenSource _abandoned = new(); // nobody waits for readers any more

    readonly Lock _lock = new();                        // guards what follows
    readonly HashSet<PooledStream> _streams = [];
    readonly Dictionary<string, PooledStream> _named = []; // those of GetOrAdd
    readonly Ledger _left = new();                      // streams that have left
    bool _stopping;

    readonly bool _hasWorkers;
    PoolWorker? _own;                                   // of a pool without workers: its caller's
    readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _working;                                       // workers that have not ended

    /// <summary>The workers start at once.</summary>
    /// <param name="model">Shared by all streams.</param>
    /// <param name="detector">When a score counts as an event; by default what the model was tuned with.</param>
    /// <param name="options">Workers, backlog, turns; by default those for live sound.</param>
    /// <param name="time">The clock that <see cref="PoolCounters.MedianLateness"/> goes by; by default the system's.</param>
    /// <exception cref="ArgumentException">
    /// An option lies outside its range, or the model is none for a <see cref="StreamingDetector"/>.
    /// </exception>
    public DetectorPool(SuRnnModel model, DetectorOptions? detector = null, PoolOptions? options = null, TimeProvider? time = null)
        : this(model, detector, options, time, start: true) { }

    /// <summary>
    /// A pool without threads of its own, for a program that has but one, or that measures: its thread takes the turns, by <see cref="TryTurn()"/>. <see cref="PoolOptions.Workers"/> says nothing here.
    /// </summary>
    /// <inheritdoc cref="DetectorPool(SuRnnModel, DetectorOptions?, PoolOptions?, TimeProvider?)"/>
    public static DetectorPool WithoutWorkers(SuRnnModel model, DetectorOptions? detector = null, PoolOptions? options = null, TimeProvider? time = null) =>
        new(model, detector, options, time, start: false);

    /// <summary>Without <paramref name="start"/> there are no workers.</summary>
    internal DetectorPool(SuRnnModel model, DetectorOptions? detector, PoolOptions? options, TimeProvider? time, bool start)
    {
        (_model, _detector, _options, _time) = (model, detector, (options ?? new PoolOptions()).Validate(), time ?? TimeProvider.System);
        _memory = new FrontEndMemory(model.Config);
        _ = new StreamingDetector(model, detector, _memory); // complains here of what Add would complain of
        var timing = model.Config.RequireTiming();
        _backlog = Math.Max(timing.HopLength, (int)Math.Round(_options.Backlog.TotalSeconds * timing.SamplesPerSecond / timing.Channels) * timing.Channels);
        _worthATurn = _options.Patience == TimeSpan.Zero ? 0 : Math.Min(_options.FramesPerTurn * timing.HopLength, _backlog / 2);
        _ready = new ReadyQueue(_time);
        _hub = new DetectionHub(_options.Overflow, _ledger, _options.OnObserverError);
        var origin = _options.Clock is { } clock ? new StreamOrigin(clock) : null;
        NewStage("", origin); // complains here of what Add would complain of
        foreach (var companion in _options.Companions) new StreamFollower(companion.Validate(model.Config), new PipelineOptions()).Attach(origin); // likewise
        _hasWorkers = start;
        if (!start) return;
        _working = _options.Workers;
        for (var i = 0; i < _options.Workers; i++) new Thread(Work) { IsBackground = true, Name = $"surnn pool {i}" }.Start();
    }

    /// <summary>
    /// Detections of all streams as they are made, those of one stream in order, for any number of observers. They are called on a worker's
    /// thread, one detection at a time: one that takes its time holds up the pool and belongs after an ObserveOn. What an observer throws
    /// is counted and goes no further. Completes when the pool has stopped.
    /// </summary>
    public IObservable<Detection> Detections => _hub;

    /// <summary>What the pool has done. Looks at every stream: for once a second, not for every write.</summary>
    public PoolCounters Counters
    {
        get
        {
            var total = new Ledger();
            int streams;
            lock (_lock)
            {
                streams = _streams.Count;
                _left.AddTo(total);
                foreach (var stream in _streams) stream.Ledger.AddTo(total);
            }
            _ledger.AddTo(total);
            return new PoolCounters
            {
                Streams = streams,
                Total = total.Snapshot(),
                MedianLateness = _lateness.Percentile(0.5),
                Percentile99Lateness = _lateness.Percentile(0.99),
                LargestLateness = _lateness.Largest,
            };
        }
    }

    internal bool DropsOldest => _options.Overflow == OverflowPolicy.DropOldest;
    internal TimeProvider Clock => _time;
    internal long Now => _time.GetTimestamp();

    /// <summary>A new stream, at its first sample.</summary>
    /// <param name="name">The <see cref="Detection.Source"/> of its detections. Nothing keeps two streams from having the same.</param>
    /// <param name="onFrame">
    /// Looks at every frame of this stream, on a worker's thread, which waits for it. What it throws is counted and told like an observer's.
    /// </param>
    /// <exception cref="ObjectDisposedException">The pool has been stopped.</exception>
    public PooledStream Add(string name, FrameObserver? onFrame = null) => Add(name, new PooledStreamOptions { OnFrame = onFrame });

    /// <summary>A new stream with settings of its own, or one that goes on from a saved state.</summary>
    /// <param name="name">The <see cref="Detection.Source"/> of its detections. Nothing keeps two streams from having the same.</param>
    /// <param name="options">Settings, state and callbacks of this stream.</param>
    /// <exception cref="ArgumentException">An option lies outside its range, or near misses are asked for of a model of sensors.</exception>
    /// <exception cref="InvalidDataException">The state was saved by a model of another shape, or is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The pool has been stopped.</exception>
    public PooledStream Add(string name, PooledStreamOptions options)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Format is not null) NewConverter(options.Format, options.Channel); // complains here
        var origin = _options.Clock is { } clock ? new StreamOrigin(clock) : null;
        var stage = NewStage(name, origin);
        var near = PooledNearMisses.For(options, name, _model, _hub);
        var following = near?.ForCommands ?? new PipelineOptions { SourceName = name };
        var commands = options.Commands is { } armed ? new StreamFollower(armed.Validate(_model.Config), following) : null;
        StreamFollower[] companions = [.. (options.Companions ?? _options.Companions).Select(companion => new StreamFollower(companion.Validate(_model.Config), following))];
        StreamFollower[] followers = commands is null ? companions : [commands, .. companions];
        foreach (var follower in followers)
        {
            follower.Attach(origin);
            follower.Candidates?.Sounds = near?.Sounds;
        }
        var marks = options.Marks ? new StreamMarks() : null;
        var frames = _hub.Guarded(options.OnFrame);
        var detector = new StreamingDetector(_model, options.Detector ?? _detector, _memory) { OnFrame = near is null ? frames : near.Candidates.Watching(frames), OnCandidate = near is null ? _hub.Guarded(options.OnCandidate) : near.Candidates.Take, OnReleased = stage?.OnReleased ?? (marks is null ? null : marks.Release) };
        if (!options.State.IsEmpty) detector.Restore(new MemoryStream(options.State.ToArray(), writable: false));
        foreach (var follower in followers) follower.Follow(detector, _model);
        var stream = new PooledStream(this, name, detector, _backlog, stage, origin, options, commands, companions, marks, near);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            _streams.Add(stream);
        }
        return stream;
    }

    /// <summary>
    /// The stream of this name that an earlier call of this method has added and that has not ended, or a new one: for callers that have only a stream's name, such as requests of a web server.
    /// Any thread. It leaves by <see cref="PooledStream.Complete"/> or <see cref="PooledStream.Dispose"/>; the next call adds a new one.
    /// </summary>
    /// <inheritdoc cref="Add(string, PooledStreamOptions)"/>
    public PooledStream GetOrAdd(string name, PooledStreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        while (true)
        {
            if (TryGet(name, out var known)) return known;
            var added = Add(name, options ?? new PooledStreamOptions());
            lock (_lock)
            {
                if (!_named.TryGetValue(name, out var other) || other.HasEnded)
                {
                    _named[name] = added;
                    return added;
                }
            }
            added.Dispose(); // another thread was faster
        }
    }

    /// <summary>The stream of this name that <see cref="GetOrAdd"/> has added and that has not ended.</summary>
    /// <returns>False: there is none.</returns>
    public bool TryGet(string name, [NotNullWhen(true)] out PooledStream? stream)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (_lock) return _named.TryGetValue(name, out stream) && !stream.HasEnded;
    }

    /// <summary>The streams that are in the pool now, in no order.</summary>
    public IReadOnlyList<PooledStream> Streams
    {
        get
        {
            lock (_lock) return [.. _streams];
        }
    }

    /// <summary>
    /// A channel of this caller's own that gets every detection from now on and ends when the pool has stopped. When it holds
    /// <paramref name="capacity"/> unread ones the oldest is dropped and counted (<see cref="OverflowPolicy.DropOldest"/>) or the pool waits
    /// (<see cref="OverflowPolicy.Wait"/>; so read on).
    /// </summary>
    public ChannelReader<Detection> Subscribe(int capacity = DetectorPipeline.DefaultCapacity) => _hub.Subscribe(capacity);

    /// <summary>
    /// As <see cref="Subscribe"/>, to be enumerated once: subscribed when this is called, unsubscribed when the enumeration ends or is
    /// given up.
    /// </summary>
    /// <param name="cancellation">Ends the enumeration with an <see cref="OperationCanceledException"/>; the pool goes on.</param>
    public IAsyncEnumerable<Detection> ReadAllAsync(CancellationToken cancellation = default) =>
        _hub.ReadAllAsync(DetectorPipeline.DefaultCapacity, cancellation);

    /// <summary>
    /// Takes no more streams and samples, and completes when the workers have ended and consumers have been told. Not to be waited for in an
    /// observer, for which the workers wait. Without workers the turns that are left are taken here.
    /// </summary>
    /// <param name="drain">
    /// True: samples that wait are processed before. False: they are dropped and counted, also where a drain is under way.
    /// </param>
    public Task StopAsync(bool drain = true)
    {
        PooledStream[] streams;
        lock (_lock)
        {
            _stopping = true;
            streams = [.. _streams];
        }
        if (streams.Length == 0) Close();
        foreach (var stream in streams)
        {
            if (drain) stream.Complete();
            else stream.Dispose();
        }
        if (!drain) _abandoned.Cancel(); // after them: a worker that waits for a reader is not to go on with what they are to drop
        while (!_hasWorkers && TryTurn()) { }
        return _stopped.Task;
    }

    /// <summary>No stream is left, and none will come.</summary>
    void Close()
    {
        _ready.Close();
        if (!_hasWorkers) End();
    }

    void End()
    {
        _hub.Complete(null);
        _stopped.TrySetResult();
    }

    /// <summary>Stops without processing the samples that wait.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(drain: false).ConfigureAwait(false);

    internal TimeSpan StreamTime(long sample) => _model.Config.RequireTiming().StreamTime(sample);

    DecisionStage? NewStage(string name, StreamOrigin? origin) => _options.Decisions is null && origin is null
        ? null
        : new DecisionStage(_options.Decisions ?? new DecisionOptions(), _model, _detector, name, origin, null, _hub.Guarded(_options.OnVerdict));

    internal PoolWorker NewWorker() =>
        new(new FrontEndMemory(_model.Config), _options.FramesPerTurn * _model.Config.RequireTiming().HopLength);

    internal SampleConverter NewConverter(PcmFormat? format, int? channel) =>
        SampleConverter.For(_model, format ?? new PcmFormat(SampleEncoding.S16, _model.Config.RequireFrontEnd().SampleRate), channel);

    internal void TellLoss(string stream, int written, int dropped) => _options.OnFirstDrop?.Invoke(new PoolDrop(stream, dropped, written));

    /// <summary>True: this number of samples need not wait for more of their stream.</summary>
    internal bool IsWorthATurn(int samples) => samples >= _worthATurn;

    /// <summary>The stream's samples wait for more; the oldest came at this time of the clock.</summary>
    internal void Park(PooledStream stream, long since) => _ready.Park(stream, since + (long)(_options.Patience.TotalSeconds * _time.TimestampFrequency));

    /// <inheritdoc cref="ReadyQueue.Unpark"/>
    internal bool Unpark(PooledStream stream) => _ready.Unpark(stream);

    internal void Ready(PooledStream stream) => _ready.Add(stream);

    internal void Ready(ReadOnlySpan<PooledStream> streams) => _ready.Add(streams);

    /// <summary>True, once for every stream: it was here.</summary>
    internal bool Remove(PooledStream stream)
    {
        bool last;
        lock (_lock)
        {
            if (!_streams.Remove(stream)) return false;
            if (_named.TryGetValue(stream.Name, out var named) && named == stream) _named.Remove(stream.Name);
            stream.Ledger.AddTo(_left);
            last = _stopping && _streams.Count == 0;
        }
        if (last) Close();
        return true;
    }

    void Work()
    {
        var worker = NewWorker();
        while (_ready.Take() is { } stream) Turn(stream, worker);
        if (Interlocked.Decrement(ref _working) == 0) End();
    }

    /// <summary>
    /// The next turn of a pool without workers, on this thread: what a worker does between two looks at the queue. One thread at a time; others may write meanwhile. With <see cref="PoolOptions.Patience"/> a
    /// stream may have its turn later, without another write.
    /// </summary>
    /// <returns>False: no stream has work now.</returns>
    /// <exception cref="InvalidOperationException">The pool has workers, which take the turns.</exception>
    public bool TryTurn()
    {
        if (_hasWorkers) throw new InvalidOperationException("This pool has workers, which take the turns: make one by WithoutWorkers to take them yourself.");
        return TryTurn(_own ??= NewWorker());
    }

    /// <summary>The next turn, with this worker's memory.</summary>
    internal bool TryTurn(PoolWorker worker)
    {
        if (_ready.TryTake() is not { } stream) return false;
        Turn(stream, worker);
        return true;
    }

    void Turn(PooledStream stream, PoolWorker worker)
    {
        stream.Take(worker);
        stream.Process(worker, stream.Options.Gap ?? _options.Gap);
        var now = worker.Arrived == 0 ? 0 : _time.GetTimestamp();
        for (var i = 0; i < worker.Arrived; i++)
        {
            var lateness = _time.GetElapsedTime(worker.Arrivals[i], now);
            _lateness.Add(lateness);
            stream.Late(lateness);
        }
        if (worker.Heard.Count > 0 && !stream.Options.Marks) stream.Muting.Sift(worker.Heard); // a mark is no end of an event that has begun here
        if (worker.Heard.Count > 0) Publish(stream, worker.Heard);
        if (worker.Length > 0 && stream.Options.OnProcessed is { } processed) _hub.Guard(processed, stream.Position);
        if (stream.EndTurn()) _ready.Add(stream);
    }

    void Publish(PooledStream stream, List<Detection> heard)
    {
        var name = stream.Name;
        foreach (var detection in heard)
            if (stream.Options.OnDetection is { } own) _hub.Guard(own, detection with { Source = name });
        stream.Delivered(heard.Count);
        lock (_publishing)
        {
            foreach (var detection in heard)
                _hub.PublishAsync(detection with { Source = name }, _abandoned.Token).AsTask().GetAwaiter().GetResult();
        }
        heard.Clear();
    }
}
