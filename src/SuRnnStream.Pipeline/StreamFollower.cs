namespace SuRnnStream;

/// <summary>
/// A further model on the stream of a detector, the leader: commands, disarmed until the leader detects something, or a companion, which always runs. The
/// stream's owner drives it, block by block, on the detector's thread. Unlike <see cref="ArmedCommands"/> and <see cref="CompanionModel"/>, whose detections come with the leader's, it tells its
/// detections apart, decides by rules of its own, and can be given another model while the stream runs: a detector of a host that needs no frames of its own.
/// Of one pipeline, in its <see cref="PipelineOptions.Followers"/>. Sound only.
/// </summary>
public sealed class StreamFollower : IRunningDetector
{
    readonly PipelineOptions _options;
    readonly TimeSpan? _armedFor;                   // null: it runs all the time
    readonly DetectionHub? _hub;                    // null: whoever drives it delivers what is told
    readonly Action<Detection> _hear;
    int _attached;                                  // 1: it is some pipeline's
    readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    readonly Lock _changing = new();                // guards the next four
    SuRnnModel _model;                              // the one that was asked for last
    DetectorOptions? _detectorOptions;
    bool _swaps, _retunes;                          // from the next block on

    DecisionStage? _stage;                          // the detector's thread only, as is what follows; but for Check
    DormantDetector _detector;
    StreamingDetector? _leader;
    FrontEndConfig? _leaderShape;
    bool _shares;                                   // the leader's frames are this one's
    ComputeStats _stats;                            // the rest of this block's cost
    int _made;                                      // detections of this block, before rules

    /// <param name="commands">Valid for the leader's model.</param>
    /// <param name="options">Name of the stream, rules, who looks on.</param>
    /// <param name="hub">Null: whoever drives it delivers what is told.</param>
    internal StreamFollower(ArmedCommands commands, PipelineOptions options, DetectionHub? hub = null) : this(commands.Model, commands.Detector, commands.For, options, hub) { }

    /// <param name="companion">Valid for the leader's model. Its rules take the place of those of <paramref name="options"/>.</param>
    /// <param name="options">Name of the stream, who looks on.</param>
    /// <param name="hub">Null: whoever drives it delivers what is told.</param>
    internal StreamFollower(CompanionModel companion, PipelineOptions options, DetectionHub? hub = null) : this(companion.Model, companion.Detector, null, options with { Decisions = companion.Decisions }, hub) { }

    /// <param name="model">Of sound, at the leader's rate.</param>
    /// <param name="detector">Null: as the model was tuned.</param>
    /// <param name="armedFor">How long a detection of the leader arms it. Null: it runs all the time.</param>
    /// <param name="options">Name of the stream, rules, who looks on.</param>
    /// <param name="hub">Null: whoever drives it delivers what is told.</param>
    /// <param name="ledger">Counts what this costs, loses and tells; the one that the hub counts in. Null: one of its own.</param>
    StreamFollower(SuRnnModel model, DetectorOptions? detector, TimeSpan? armedFor, PipelineOptions options, DetectionHub? hub, Ledger? ledger = null)
    {
        (_options, _armedFor, _hub, Ledger) = (options, armedFor, hub, ledger ?? new Ledger());
        (_model, _detectorOptions) = (model, detector);
        Candidates = CandidateStage.For(options, hub, model);
        _hear = detection =>
        {
            _made++;
            if (_stage is null) Told.Add(detection with { Source = _options.SourceName ?? detection.Source });
            else _stage.Hear(detection);
        };
        _detector = NewDetector();
    }

    /// <summary>One whose detections are subscribed to here.</summary>
    /// <param name="model">Of sound, at the leader's rate.</param>
    /// <param name="detector">When a score counts as an event. Null: as the model was tuned.</param>
    /// <param name="armedFor">Stream time after a detection of the leader in which its network runs, above zero: see <see cref="DormantDetector.Arm"/>. Null: it runs all the time.</param>
    /// <param name="options">Name of the stream, rules, sound that is kept, who is told. Blocks, queue, gaps and clock are those of the leader's pipeline. Null: no rules, nobody.</param>
    /// <exception cref="ArgumentException">An option lies outside its range, or the model is none for a detector of sound.</exception>
    public StreamFollower(SuRnnModel model, DetectorOptions? detector = null, TimeSpan? armedFor = null, PipelineOptions? options = null) : this(model, detector, armedFor, (options ?? new PipelineOptions()).Validate(), new Ledger()) => Require(model.Config);

    StreamFollower(SuRnnModel model, DetectorOptions? detector, TimeSpan? armedFor, PipelineOptions options, Ledger ledger)
        : this(model, detector, armedFor, options, new DetectionHub(options.Overflow, ledger, options.OnObserverError), ledger) { }

    /// <summary>Complains of what does not fit the leader's model.</summary>
    void Require(SuRnnConfig leader)
    {
        if (_armedFor is { } time) new ArmedCommands { Model = _model, Detector = _detectorOptions, For = time }.Validate(leader);
        else new CompanionModel { Model = _model, Detector = _detectorOptions }.Validate(leader);
    }

    /// <summary>This pipeline drives it.</summary>
    /// <exception cref="ArgumentException">It does not fit the leader's model, or another pipeline drives it.</exception>
    internal void Join(SuRnnConfig leader)
    {
        lock (_changing) Require(leader);
        if (Interlocked.Exchange(ref _attached, 1) == 1) throw new ArgumentException("A follower is another pipeline's already: make one for each.");
    }

    /// <summary>What is to be delivered.</summary>
    internal List<Detection> Told { get; } = [];

    internal Ledger Ledger { get; }

    /// <summary>The sound around its detections that is asked for.</summary>
    internal SoundOptions? Sound => _options.Sound;

    /// <inheritdoc cref="Sound"/>
    internal NearMissOptions? NearMisses => _options.NearMisses;

    /// <summary>What is told of its candidates. Null: not asked for.</summary>
    internal CandidateStage? Candidates { get; }

    IReadOnlyList<LabelCandidates> IRunningDetector.Candidates => Candidates?.Snapshot() ?? [];

    /// <inheritdoc/>
    public IObservable<Detection> Detections => _hub!;

    /// <inheritdoc/>
    public PipelineCounters Counters => Ledger.Snapshot();

    (long Read, long Dropped) IRunningDetector.Flow => Ledger.Flow;

    /// <inheritdoc/>
    public IReadOnlyList<string> DescribeDecisions() => [_armedFor is { } time ? FormattableString.Invariant($"the network runs for {time.TotalSeconds} s after a wake word") : $"the network runs on {(_shares ? "the frames" : "the samples")} of another detector", .. _stage?.Describe() ?? []];

    /// <summary>Ends with the stream that it follows, after its last detection was given to the observers; fails with what ended the stream early. The leader's pipeline is what detects.</summary>
    /// <param name="cancellation">Does nothing: the leader's pipeline is ended by its own.</param>
    public Task RunAsync(CancellationToken cancellation) => _done.Task;

    /// <inheritdoc/>
    public void Swap(SuRnnModel model, DetectorOptions? options)
    {
        lock (_changing)
        {
            _model.Config.RequireSameInput(model.Config);
            model.Config.RequireSoundDetector();
            (options ?? model.Defaults).Validate(model.Config);
            _stage?.Check(model, options);
            (_model, _detectorOptions, _swaps) = (model, options, true);
        }
    }

    /// <inheritdoc/>
    public void Retune(DetectorOptions options)
    {
        lock (_changing)
        {
            options.Validate(_model.Config);
            _stage?.Check(_model, options);
            (_detectorOptions, _retunes) = (options, true);
        }
    }

    /// <summary>The stream has this clock. Called once, before anything else.</summary>
    /// <exception cref="ArgumentException">A rule is invalid, or asks for a clock or a loudspeaker that is not there.</exception>
    internal void Attach(StreamOrigin? origin)
    {
        if (_options.Decisions is null && origin is null && _options.Played is null) return;
        _stage = new DecisionStage(_options.Decisions ?? new DecisionOptions(), _model, _detectorOptions, _options.SourceName, origin, _options.Played, _hub is null ? _options.OnVerdict : _hub.Guarded(_options.OnVerdict)) { To = Told };
        _detector = NewDetector();
    }

    /// <summary>From now on this detector leads, from the place of its next sample on. What the one before has armed is over.</summary>
    internal void Follow(StreamingDetector leader, SuRnnModel model)
    {
        (_leader, _leaderShape) = (leader, model.Config.FrontEnd);
        FinishBefore(leader.Position);
        Align();
    }

    /// <summary>A block of the stream is next. The leader has crossed the gap before it, if there is one.</summary>
    internal void Before(long start, bool gap, GapPolicy policy, ReadOnlySpan<float> samples)
    {
        Change();
        if (gap)
        {
            Ledger.Gap();
            if (policy == GapPolicy.Reset) FinishBefore(start);
            else if (!_shares) _detector.Skip(start - _detector.Position);
            Align();
        }
        Ledger.Read(samples.Length);
        _stage?.Before(start, gap, samples);
    }

    /// <summary>A leader and its followers process samples in turn, a hop at a time, so that nothing depends on how the samples are cut.</summary>
    internal static ComputeStats Lead(StreamingDetector leader, ReadOnlySpan<StreamFollower> followers, ReadOnlySpan<float> samples, Action<Detection> hear)
    {
        if (followers.IsEmpty) return leader.Process(samples, hear);
        var (stats, hop) = (new ComputeStats(), followers[0]._leaderShape!.HopLength);
        while (!samples.IsEmpty)
        {
            var piece = samples[..Math.Min(hop, samples.Length)];
            samples = samples[piece.Length..];
            stats += leader.Process(piece, hear);
            foreach (var follower in followers) follower.Process(piece);
        }
        return stats;
    }

    /// <summary>Samples that the leader has processed.</summary>
    void Process(ReadOnlySpan<float> samples)
    {
        if (!_shares) _stats += _detector.Process(samples, _hear);
    }

    /// <summary>The leader's rules have passed a detection.</summary>
    internal void Arm(in Detection wake)
    {
        if (_armedFor is { } time && wake.Phase != EventPhase.End) _stats += _detector.Arm(wake, time, _hear);
    }

    /// <summary>The block is processed.</summary>
    /// <param name="samples">Its length.</param>
    /// <param name="position">Place of the leader's next sample.</param>
    internal void After(int samples, long position)
    {
        if (_stage is not null)
        {
            _stage.After(position);
            Ledger.Decided(_stage.Counts);
        }
        Count(samples);
    }

    /// <summary>The stream has ended, and the leader has finished.</summary>
    internal void Finish()
    {
        _stats += _detector.Finish(_hear);
        _stage?.End();
        if (_stage is not null) Ledger.Decided(_stage.Counts);
        Count(0);
    }

    /// <summary>Samples of the stream were dropped.</summary>
    internal void Dropped(int samples)
    {
        Ledger.Read(samples);
        Ledger.Dropped(samples);
    }

    /// <summary>Delivers what has been told.</summary>
    internal async ValueTask PublishAsync(SoundKeeper? sounds, CancellationToken cancellation)
    {
        foreach (var detection in Told)
        {
            _hub!.GiveSound(sounds, detection, _options);
            await _hub.PublishAsync(detection, cancellation).ConfigureAwait(false);
        }
        Told.Clear();
    }

    /// <summary>Nothing more comes.</summary>
    internal void Complete(Exception? failure)
    {
        _hub?.Complete(failure);
        if (failure is null) _done.TrySetResult();
        else _done.TrySetException(failure);
    }

    void Count(int samples)
    {
        var stats = _stats + _detector.TakeStats();
        Ledger.Processed(samples, stats, _made);
        (_stats, _made) = (default, 0);
        _options.OnBlock?.Invoke(stats);
    }

    void Change()
    {
        if (!_swaps && !_retunes) return;
        lock (_changing)
        {
            if (_swaps)
            {
                FinishBefore(_leader!.Position);
                _stats += _detector.TakeStats();
                _detector.Follow(null, _hear);
                _stage?.Swap(_model, _detectorOptions);
                Candidates?.Follow(_model);
                _detector = NewDetector();
                _detector.Reset(_leader.Position);
                Align();
            }
            else _detector.Retune(_detectorOptions!);
            (_swaps, _retunes) = (false, false);
        }
    }

    /// <summary>The leader's frames are this one's from the next one on, if both have the same front end.</summary>
    void Align() => _shares = _detector.Follow(_leader, _hear);

    /// <summary>What is pending is decided in the time until this sample, with which the stream begins anew.</summary>
    void FinishBefore(long start)
    {
        _stats += _detector.Finish(_model.Config.RequireTiming().Before(start, _hear));
        _detector.Reset(start);
    }

    DormantDetector NewDetector() => new(_model, _detectorOptions, awake: _armedFor is null)
    {
        OnFrame = Watched(_stage is null ? Watcher : _stage.Watching(Watcher)),
        OnCandidate = Candidates is null ? null : Candidates.Take,
        OnReleased = _stage?.OnReleased,
    };

    FrameObserver? Watched(FrameObserver? next) => Candidates is null ? next : Candidates.Watching(next);

    FrameObserver? Watcher => _hub is null ? _options.OnFrame : _hub.Guarded(_options.OnFrame);
}
