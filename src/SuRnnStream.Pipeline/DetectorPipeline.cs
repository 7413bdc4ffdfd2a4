using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace SuRnnStream;

/// <summary>
/// One stream from a blocking source to its consumers: a capture thread reads blocks into a bounded queue, a detector takes them out and
/// tells every consumer of its detections. Live sound and files take the same way; only <see cref="PipelineOptions.Overflow"/> differs.
/// </summary>
public sealed partial class DetectorPipeline : IRunningDetector
{
    /// <summary>Detections that wait for a slow reader, unless it asks for another number.</summary>
    public const int DefaultCapacity = 1_024;

    readonly PipelineOptions _options;
    readonly Ledger _ledger = new();                // written by both threads, read by anyone
    readonly DetectionHub _hub;
    readonly Channel<AudioBlock> _blocks;           // capture thread -> detector
    readonly IFrameTiming _timing;                  // a model that takes over has the same rate
    readonly StreamOrigin? _origin;                 // written by the capture thread, read by the detector
    readonly CandidateStage? _candidates;           // null: nobody asks for candidates
    readonly DecisionStage? _stage;                 // detector only, but for Check
    bool _started;

    readonly BlockReader _reader;                   // capture thread only, as are the next two; of an inlet whoever pumps it
    long _position;                                 // index of the next sample to be read
    bool _captured;                                 // nothing more will be read

    readonly Lock _changing = new();                // guards the next three
    SuRnnModel _model;                              // the one that was asked for last
    StreamingDetector? _next;                       // takes over with the next block
    DetectorOptions? _tuning;                       // for the detector from the next block on
    DetectorOptions? _nextOptions;                  // of the one that takes over
    readonly List<(TimeSpan From, TimeSpan To)> _ignored = []; // since the last block
    volatile bool _changed;                         // there is one of these

    StreamingDetector _detector;                    // detector only, as is what follows
    readonly ISampleSource _source;
    readonly StreamFollower? _commands;             // of the options; one of the followers
    readonly StreamFollower[] _companions;          // likewise
    readonly StreamFollower[] _followers;           // what else runs on the stream
    long _held, _wild;                              // samples that detectors before this one have held
    DetectorOptions? _detectorOptions;              // null: the model's
    readonly List<Detection> _heard = [];           // what the present block brought, for the consumers
    int _made;                                      // detections that it brought, before rules
    readonly SoundKeeper? _sounds;                  // null: no sound is asked for

    /// <param name="source">
    /// Stays the caller's to close, after <see cref="RunAsync"/> has ended. Sound of another rate is resampled on the capture thread: in
    /// front of the queue the filter sees unbroken sound, and blocks, counters and times need only one rate. Sensors come at the model's
    /// rate and with its channels. What an <see cref="ILossySource"/> loses is a gap like one that a full queue leaves.
    /// </param>
    /// <param name="model">Shared by any number of pipelines.</param>
    /// <param name="detector">When a score counts as an event; by default what the model was tuned with.</param>
    /// <param name="options">Blocks, queue and what to do when it is full; by default those for a file.</param>
    /// <exception cref="ArgumentException">
    /// An option lies outside its range, the model is none for a <see cref="StreamingDetector"/>, or the source has other channels than the
    /// model or, for sensors, another rate.
    /// </exception>
    public DetectorPipeline(ISampleSource source, SuRnnModel model, DetectorOptions? detector = null, PipelineOptions? options = null)
    {
        (_options, _source) = ((options ?? new PipelineOptions()).Validate(), source);
        var timing = _timing = model.Config.RequireTiming();
        var moments = Math.Max(1, (int)Math.Round(_options.BlockDuration.TotalSeconds * timing.SamplesPerSecond / timing.Channels));
        _reader = new BlockReader(ModelSource.For(model.Config, source), moments * timing.Channels, _ledger);
        _hub = new DetectionHub(_options.Overflow, _ledger, _options.OnObserverError);
        if (_options.Clock is { } clock) _origin = new StreamOrigin(clock);
        var following = new PipelineOptions
        {
            SourceName = _options.SourceName,
            Sound = _options.Sound,
            OnSound = _options.OnSound,
            OnCandidate = _options.OnCandidate,
            CountCandidates = _options.CountCandidates,
            NearMisses = _options.NearMisses,
            OnNearMiss = _options.OnNearMiss,
            OnVerdict = _options.OnVerdict,
        };
        if (_options.Commands?.Validate(model.Config) is { } commands) _commands = new StreamFollower(commands, following, _hub);
        _companions = [.. _options.Companions.Select(companion => new StreamFollower(companion.Validate(model.Config), following, _hub))];
        _followers = [.. _options.Followers, .. _commands is null ? [] : new[] { _commands }, .. _companions];
        foreach (var follower in _options.Followers) follower.Join(model.Config);
        foreach (var follower in _followers) follower.Attach(_origin);
        if (LongestBefore() is { } before) _sounds = new SoundKeeper(model.Config.RequireSoundDetector().SampleRate, before);
        if (_options.Decisions is not null || _origin is not null || _options.Played is not null)
            _stage = new DecisionStage(_options.Decisions ?? new DecisionOptions(), model, detector, _options.SourceName, _origin, _options.Played, _hub.Guarded(_options.OnVerdict)) { To = _heard };
        _candidates = CandidateStage.For(_options, _hub, model);
        _candidates?.Sounds = _sounds;
        foreach (var follower in _followers) follower.Candidates?.Sounds = _sounds;
        (_model, _detector, _detectorOptions) = (model, NewDetector(model, detector), detector);
        foreach (var follower in _followers) follower.Follow(_detector, model);
        // No synchronous continuations: the detector must never run on the capture thread.
        _blocks = Channel.CreateBounded<AudioBlock>(
            new BoundedChannelOptions(_options.QueueBlocks)
            {
                FullMode = _options.Overflow.ToFullMode(),
                SingleReader = true,
            },
            itemDropped: Drop);
        if (source is SampleInlet inlet) inlet.FeedTo(() => TakeFrom(inlet));
    }

    /// <summary>
    /// Detections as they are made, for any number of observers. They are called on the detector's thread: one that takes its time
    /// belongs after an ObserveOn. What an observer throws is counted and goes no further. Completes with the stream; OnError when the
    /// source fails.
    /// </summary>
    public IObservable<Detection> Detections => _hub;

    /// <summary>Where the samples went and what they cost, at this moment.</summary>
    public PipelineCounters Counters => _ledger.Snapshot();

    /// <summary>The same of the <see cref="PipelineOptions.Commands"/>: frames while disarmed count as skipped. Nothing where there are none.</summary>
    public PipelineCounters CommandCounters => _commands?.Counters ?? new PipelineCounters();

    /// <summary>The same of the <see cref="PipelineOptions.Companions"/>, in their order.</summary>
    public IReadOnlyList<PipelineCounters> CompanionCounters => [.. _companions.Select(companion => companion.Counters)];

    /// <summary>
    /// What became of everything that was detected or nearly was, label by label, at this moment; empty unless <see cref="PipelineOptions.CountCandidates"/> or another option asks
    /// for candidates.
    /// </summary>
    public IReadOnlyList<LabelCandidates> Candidates => _candidates?.Snapshot() ?? [];

    /// <summary>The same of the <see cref="PipelineOptions.Commands"/>.</summary>
    public IReadOnlyList<LabelCandidates> CommandCandidates => _commands?.Candidates?.Snapshot() ?? [];

    /// <summary>Of these, the samples read and dropped; allocates nothing.</summary>
    internal (long Read, long Dropped) Flow => _ledger.Flow;

    (long Read, long Dropped) IRunningDetector.Flow => Flow;

    /// <summary>
    /// A channel of this caller's own that gets every detection from now on: call before <see cref="RunAsync"/> to get all. Ends with the
    /// stream, with the source's exception if that failed. When it holds <paramref name="capacity"/> unread detections the stream waits
    /// (<see cref="OverflowPolicy.Wait"/>; so read on) or the oldest is dropped and counted (<see cref="OverflowPolicy.DropOldest"/>).
    /// </summary>
    public ChannelReader<Detection> Subscribe(int capacity = DefaultCapacity) => _hub.Subscribe(capacity);

    /// <summary>
    /// As <see cref="Subscribe"/>, to be enumerated once: subscribed when this is called, unsubscribed when the enumeration ends or is
    /// given up. It waits for a stream that <see cref="RunAsync"/> runs; <see cref="DetectAsync"/> does both.
    /// </summary>
    /// <param name="cancellation">Ends the enumeration with an <see cref="OperationCanceledException"/>; the stream goes on.</param>
    public IAsyncEnumerable<Detection> ReadAllAsync(CancellationToken cancellation = default) =>
        _hub.ReadAllAsync(DefaultCapacity, cancellation);

    /// <summary>
    /// From the next block on another model listens, from the start of its memory; places, times and counters go on, and no sample is lost.
    /// Any thread, also while the stream runs.
    /// </summary>
    /// <param name="model">Takes what the present one takes: sound of the same rate, or the same channels of sensors at the same rate.</param>
    /// <param name="options">When a score counts as an event; by default what the model was tuned with.</param>
    /// <exception cref="ArgumentException">An option lies outside its range, or the model takes something else. The present one stays.</exception>
    public void Swap(SuRnnModel model, DetectorOptions? options = null)
    {
        _model.Config.RequireSameInput(model.Config);
        _stage?.Check(model, options);
        var next = NewDetector(model, options);
        lock (_changing) (_model, _next, _nextOptions, _tuning, _changed) = (model, next, options, null, true);
    }

    /// <summary>Other options from the next block on; the network forgets nothing. Any thread, also while the stream runs.</summary>
    /// <exception cref="ArgumentException">An option lies outside its range. The present ones stay.</exception>
    public void Retune(DetectorOptions options)
    {
        lock (_changing)
        {
            options.Validate(_model.Config);
            _stage?.Check(_model, options);
            (_tuning, _changed) = (options, true);
        }
    }

    /// <summary>
    /// Events any part of which lies in a stream time do not count, from the next block on: a chime, the tail of a reply. The network goes on. Any thread.
    /// </summary>
    /// <param name="from">First stream time that is ignored.</param>
    /// <param name="to">First stream time that counts again.</param>
    /// <exception cref="ArgumentException">It ends before it begins.</exception>
    /// <exception cref="InvalidOperationException">The pipeline's options have no <see cref="PipelineOptions.Decisions"/>.</exception>
    public void Ignore(TimeSpan from, TimeSpan to)
    {
        if (_stage is null) throw new InvalidOperationException("There are no decisions that could ignore a time: set Decisions in the pipeline's options.");
        new IgnoredTimes().Ignore(from, to); // complains here
        lock (_changing)
        {
            _ignored.Add((from, to));
            _changed = true;
        }
    }

    /// <summary>The rules in force, a line each; empty where there are none.</summary>
    public IReadOnlyList<string> DescribeDecisions() => _stage is null ? [] : [.. _stage.Describe()];

    /// <summary>
    /// Runs the stream, once. Ends when the source has ended, all its samples are processed and what is pending at their end is
    /// decided (<see cref="StreamingDetector.Finish"/>), and throws what the source throws, after
    /// the samples before it are processed.
    /// </summary>
    /// <param name="cancellation">
    /// Stops the stream, which is no error: queued blocks are still processed and the consumers' streams complete; then, as soon as the
    /// source's Read in progress has returned (the source is no longer in use), this does.
    /// </param>
    /// <exception cref="InvalidOperationException">The pipeline has run before.</exception>
    public async Task RunAsync(CancellationToken cancellation = default)
    {
        if (Interlocked.Exchange(ref _started, true))
            throw new InvalidOperationException("A pipeline runs once: make another one for another stream.");
        // A waiting read is never cancelled, it ends with its channel: cancelled ones lose items (dotnet/runtime#132094).
        using var stop = cancellation.Register(() => _blocks.Writer.TryComplete());
        var captured = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_source is SampleInlet) captured.SetResult(); // whoever pushes does the work of the capture thread
        else new Thread(() => Capture(captured, cancellation)) { IsBackground = true, Name = "surnn capture" }.Start();

        Exception? failure = null;
        try
        {
            await Task.Run(() => RunDetectorAsync(cancellation), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception;
            _blocks.Writer.TryComplete();
            while (_blocks.Reader.TryRead(out var block)) Drop(block);
            EndDecisions();
            foreach (var follower in _followers) follower.Finish();
            await PublishAsync(cancellation).ConfigureAwait(false);
        }
        _sounds?.End();
        _hub.Complete(failure);
        foreach (var follower in _options.Followers) follower.Complete(failure); // the others have this one's hub
        await captured.Task.ConfigureAwait(false);
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }

    void Capture(TaskCompletionSource captured, CancellationToken cancellation)
    {
        Exception? failure = null;
        var open = true;
        while (open && !cancellation.IsCancellationRequested)
        {
            (var block, open, failure) = _reader.Read(_position, cancellation);
            open = Hand(block) && open;
        }
        EndCapture(failure);
        captured.SetResult();
    }

    /// <summary>Whoever pushes: takes what is there, and keeps a block that is not full until more comes.</summary>
    void TakeFrom(SampleInlet inlet)
    {
        while (!_captured)
        {
            var ended = inlet.Ended; // asked first: else the end could come between a Read that found nothing and the question
            var (block, open, failure) = _reader.Read(_position, CancellationToken.None);
            if (!open && failure is null && !ended)
            {
                _reader.Keep(block);
                return;
            }
            if (!Hand(block) || !open) EndCapture(failure);
        }
        inlet.Complete(); // nobody takes what is pushed from now on
    }

    /// <summary>False: there was nothing, or nobody takes it any more.</summary>
    bool Hand(AudioBlock block)
    {
        _position = block.StartSample + block.Length;
        _ledger.Read(block.Length);
        _origin?.Arrived(_timing.StreamTime(_position));
        if (block.Length > 0 && Enqueue(block)) return true;
        Drop(block);
        return false;
    }

    void EndCapture(Exception? failure)
    {
        _captured = true;
        if (_reader.TakeNext() is { } rest)
        {
            _ledger.Read(rest.Length);
            Drop(rest);
        }
        _blocks.Writer.TryComplete(failure); // the detector meets it after the last block
    }

    /// <summary>False: the queue is closed.</summary>
    bool Enqueue(AudioBlock block)
    {
        while (!_blocks.Writer.TryWrite(block))
        {
            var space = _blocks.Writer.WaitToWriteAsync().AsTask(); // waited for here: this thread has nothing else to do
            if (!space.GetAwaiter().GetResult()) return false;
        }
        return true;
    }

    void Drop(AudioBlock block)
    {
        _ledger.Dropped(block.Length);
        foreach (var follower in _followers) follower.Dropped(block.Length);
        block.Recycle();
    }

    async Task RunDetectorAsync(CancellationToken cancellation)
    {
        Action<Detection> hear = detection =>
        {
            _made++;
            var heard = _heard.Count;
            if (_stage is null) _heard.Add(detection with { Source = _options.SourceName ?? detection.Source });
            else _stage.Hear(detection);
            ArmFrom(heard);
        };
        while (await MoreAsync().ConfigureAwait(false))
        {
            while (_blocks.Reader.TryRead(out var block))
            {
                Process(block, hear);
                await PublishAsync(cancellation).ConfigureAwait(false);
                _options.OnAdvanced?.Invoke(_timing.StreamTime(_detector.Position));
            }
        }
        Finish(hear);
        await PublishAsync(cancellation).ConfigureAwait(false);
        await _blocks.Reader.Completion.ConfigureAwait(false); // throws what the source threw
    }

    /// <summary>False: all blocks are taken, however the source ended.</summary>
    async ValueTask<bool> MoreAsync()
    {
        try
        {
            return await _blocks.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch when (_blocks.Reader.Completion.IsFaulted)
        {
            return false;
        }
    }

    async ValueTask PublishAsync(CancellationToken cancellation)
    {
        foreach (var detection in _heard)
        {
            _hub.GiveSound(_sounds, detection, _options);
            await _hub.PublishAsync(Recorded(detection), cancellation).ConfigureAwait(false);
        }
        _heard.Clear();
        foreach (var follower in _followers) await follower.PublishAsync(_sounds, cancellation).ConfigureAwait(false);
    }

    /// <summary>The longest segment before a detection that is asked for; null: no sound is.</summary>
    TimeSpan? LongestBefore()
    {
        TimeSpan?[] asked = [_options.Sound?.Before, _options.NearMisses?.Before, .. _followers.Select(follower => follower.Sound?.Before), .. _followers.Select(follower => follower.NearMisses?.Before)];
        return asked.Max();
    }

    void Finish(Action<Detection> hear)
    {
        var stats = _detector.Finish(hear);
        EndDecisions();
        _ledger.Processed(0, stats, TakeMade());
        _options.OnBlock?.Invoke(stats);
        foreach (var follower in _followers) follower.Finish();
    }

    /// <summary>What has passed the rules since arms the followers.</summary>
    void ArmFrom(int heard)
    {
        for (; heard < _heard.Count; heard++)
            foreach (var follower in _followers) follower.Arm(_heard[heard]);
    }

    /// <summary>What waits is settled, and events that are open end.</summary>
    void EndDecisions()
    {
        if (_stage is null) return;
        _stage.End();
        _ledger.Decided(_stage.Counts);
    }

    int TakeMade()
    {
        var made = _made;
        _made = 0;
        return made;
    }

    /// <summary>A recording's own times, where its sensor's clock was fast or slow.</summary>
    Detection Recorded(Detection detection) => _source is not IRecordedSource recording ? detection : detection with
    {
        Start = recording.Recorded(detection.Start),
        End = recording.Recorded(detection.End),
        Time = recording.Recorded(detection.Time),
        Landmark = detection.Landmark is { } landmark ? recording.Recorded(landmark) : null,
    };

    StreamingDetector NewDetector(SuRnnModel model, DetectorOptions? options) =>
        new(model, options)
        {
            OnFrame = Watched(_hub.Guarded(_options.OnFrame)),
            OnCandidate = _candidates is null ? null : _candidates.Take,
            OnReleased = _stage?.OnReleased,
            OnTimed = _options.OnTimed,
        };

    FrameObserver? Watched(FrameObserver? next)
    {
        if (_stage is not null) next = _stage.Watching(next);
        return _candidates is null ? next : _candidates.Watching(next);
    }

    void Change(Action<Detection> hear)
    {
        lock (_changing)
        {
            if (_next is not null)
            {
                var position = _detector.Position;
                _ledger.Processed(0, _detector.Finish(_timing.Before(position, hear)), 0); // what they bring counts with the block
                _held += _detector.SamplesHeld;
                _wild += _detector.SamplesWild;
                _next.Reset(position);
                (_detector, _detectorOptions, _next) = (_next, _nextOptions, null);
                _stage?.Swap(_model, _detectorOptions);
                _candidates?.Follow(_model);
                foreach (var follower in _followers) follower.Follow(_detector, _model);
            }
            if (_tuning is not null) _detector.Retune(_tuning);
            foreach (var (from, to) in _ignored) _stage!.Ignore(from, to);
            _ignored.Clear();
            (_tuning, _changed) = (null, false);
        }
    }

    void Process(AudioBlock block, Action<Detection> hear)
    {
        if (_changed) Change(hear);
        var gap = _detector.Cross(block.StartSample, _options.Gap, hear, out var before);
        if (gap) _ledger.Gap();
        try
        {
            _sounds?.Hear(block.StartSample, block.Samples);
            _stage?.Before(block.StartSample, gap, block.Samples);
            foreach (var follower in _followers) follower.Before(block.StartSample, gap, _options.Gap, block.Samples);
            var stats = before + StreamFollower.Lead(_detector, _followers, block.Samples, hear);
            if (_stage is not null)
            {
                var heard = _heard.Count;
                _stage.After(_detector.Position);
                ArmFrom(heard);
                _ledger.Decided(_stage.Counts);
            }
            foreach (var follower in _followers) follower.After(block.Length, _detector.Position);
            _ledger.Processed(block.Length, stats, TakeMade());
            _ledger.Held(_held + _detector.SamplesHeld, _wild + _detector.SamplesWild);
            block.Recycle();
            _options.OnBlock?.Invoke(stats);
        }
        catch
        {
            Drop(block);
            throw;
        }
    }
}
