using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace SuRnnStream;

/// <summary>One detector of a host: a pipeline from when its source is there, and what can be changed about it while it runs.</summary>
sealed class HostedDetector : IObserver<Detection>
{
    const int OutletsPerSecond = 10;        // a tenth of a second can wait between the source and a detector of a cluster

    readonly HostMetrics _metrics;
    readonly HostDecisions _decisions;
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly GapPolicy _gap;
    readonly IDetectorPlace? _place;        // null: here
    readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly PlannedReference? _reference;  // what the loudspeaker plays
    readonly CancellationToken _stop;
    HostedReference? _played;               // the same at work
    readonly HostSounds _sounds;
    DetectedSound? _sound;                  // of the detection that is told next; its thread only
    readonly List<HostedDetector> _followers = []; // which this one arms, or which run beside it
    bool _follows;                          // it is armed by another one, or runs beside it, and is part of its pipeline
    readonly Lock _lock = new();            // guards what follows; held while models are exchanged, so that one after the other does it
    SuRnnModel _model;
    HostedDetectorOptions _options;
    DetectorSensitivity _sensitivity = DetectorSensitivity.Medium;
    string _configured;                     // the model's file, as the options last named it
    volatile IRunningDetector? _pipeline;   // null: the source has not been there yet
    volatile Exception? _failure;
    readonly MuteGate _mute;
    bool _enabled;                          // as the options last said
    volatile bool _paused, _removed;
    long _missed;                           // samples of the source

    public HostedDetector(PlannedDetector plan, HostMetrics metrics, HostDecisions decisions, HostSounds sounds, TimeProvider time, ILogger log, IDetectorPlace? place = null, CancellationToken stop = default)
    {
        (_reference, _stop) = (plan.Reference, stop);
        (Name, Source, _model, _options, _configured, _gap) = (plan.Name, plan.Source, plan.Model, plan.Options, plan.Path, plan.Options.Gap);
        _enabled = plan.Options.Enabled;
        _paused = !_enabled;
        (_metrics, _decisions, _sounds, _time, _log, _place) = (metrics, decisions, sounds, time, log, place);
        _mute = new MuteGate(time);
        Tags = [new("detector", Name), new("source", Source)];
        Probe = new DetectorProbe(metrics, Tags, () => _pipeline?.Flow ?? default, time);
    }

    public string Name { get; }

    public string Source { get; }

    public KeyValuePair<string, object?>[] Tags { get; }

    public DetectorProbe Probe { get; }

    public PipelineCounters Counters => _pipeline?.Counters ?? new PipelineCounters();

    /// <summary>What became of everything that it detected or nearly detected.</summary>
    public IReadOnlyList<LabelCandidates> Candidates => _pipeline?.Candidates ?? [];

    /// <summary>Why it has given up. Null: it has not.</summary>
    public Exception? Failure => _failure;

    /// <summary>Time from one of its frames to the next.</summary>
    public TimeSpan Hop
    {
        get
        {
            lock (_lock) return _model.Config.RequireTiming().Hop;
        }
    }

    /// <summary>Labels that it can detect.</summary>
    public IReadOnlyList<string> Labels
    {
        get
        {
            lock (_lock) return [.. _model.Config.Labels.Except(_model.Config.Background)];
        }
    }

    /// <summary>How readily it detects; null: a second look decides, which no threshold changes.</summary>
    public DetectorSensitivity? Sensitivity
    {
        get
        {
            lock (_lock) return _options.GetVerifier() is null ? _sensitivity : null;
        }
    }

    /// <summary>From the next block on.</summary>
    /// <exception cref="ArgumentException">A second look decides.</exception>
    public void SetSensitivity(DetectorSensitivity sensitivity)
    {
        if (!Enum.IsDefined(sensitivity)) throw new ArgumentException($"{Name}: {sensitivity} is no sensitivity, only {string.Join(", ", Enum.GetNames<DetectorSensitivity>())}.");
        lock (_lock)
        {
            if (_options.GetVerifier() is not null) throw new ArgumentException($"{Name} has a second look, which decides by its own rule: it has no sensitivity.");
            if (_sensitivity == sensitivity) return;
            _sensitivity = sensitivity;
            Retune(_options);
        }
    }

    DetectorOptions Tuned(HostedDetectorOptions options, SuRnnModel model) => options.ToOptions(model).With(_sensitivity);

    /// <summary>True: it is a part of another one's pipeline.</summary>
    public bool Follows => _follows;

    /// <summary>True: its network does not run, and what comes meanwhile is a gap.</summary>
    public bool Paused => _paused;

    /// <summary>Samples of its source that came while it was paused, or before it was added.</summary>
    public long Missed => Interlocked.Read(ref _missed);

    /// <summary>Time until its detections count again; zero: they do.</summary>
    public TimeSpan MutedFor => _mute.MutedFor;

    /// <summary>Detections that were made while it was muted.</summary>
    public long Muted => _mute.DetectionsMuted;

    /// <summary>Detections that overlap a time of its stream that is ignored.</summary>
    public long Ignored => _mute.DetectionsIgnored;

    /// <summary>Samples that it does not get.</summary>
    public void Miss(long samples) => Interlocked.Add(ref _missed, samples);

    public void Pause()
    {
        if (_paused) return;
        _paused = true;
        foreach (var follower in _followers) follower.Pause();
        _log.Paused(Name);
    }

    public void Resume()
    {
        if (!_paused) return;
        Probe.Touch();
        _paused = false;
        foreach (var follower in _followers) follower.Resume();
        _log.Resumed(Name);
    }

    public void Mute(TimeSpan time)
    {
        _mute.Mute(time);
        foreach (var follower in _followers) follower.Mute(time);
    }

    public void Ignore(TimeSpan from, TimeSpan to)
    {
        _mute.Ignore(from, to);
        foreach (var follower in _followers) follower.Ignore(from, to);
    }

    /// <summary>It is no longer one of the host's: where it is a part of another one's pipeline its detections are no longer reported.</summary>
    public void Remove() => _removed = true;

    /// <summary>Ends with the stream, or when the detector has given up; does not fail.</summary>
    public Task Done => _done.Task;

    /// <summary>From the start this one is a part of the pipeline of another one of the same source.</summary>
    public void Follow(HostedDetector leader)
    {
        leader._followers.Add(this);
        _follows = true;
    }

    /// <summary>The source is there. Returns where its samples are to be put, or null: this detector cannot take it, or takes it with another one.</summary>
    public ISampleOutlet? Start(ISampleSource source, bool live)
    {
        if (_follows) return null;
        ISampleOutlet outlet;
        try
        {
            lock (_lock)
            {
                var options = PipelineFor(live) with
                {
                    OnAdvanced = streamTime =>
                    {
                        _decisions.Advanced(Name, streamTime);
                        foreach (var follower in _followers) _decisions.Advanced(follower.Name, streamTime);
                    },
                    Followers = [.. _followers.Select(follower => follower.Make(live))],
                };
                if (_place is not null && (_options.Sound is not null ? "Sound" : _options.NearMisses is not null ? "NearMisses" : null) is { } kept) throw new ArgumentException($"{Name} keeps {kept}, which takes a detector in the host itself: leave it out, or run it without a cluster.");
                if (_place is null)
                {
                    var inlet = new SampleInlet(source.Rate, source.Channels);
                    _pipeline = new DetectorPipeline(inlet, _model, Tuned(_options, _model), options);
                    outlet = inlet;
                }
                else
                {
                    // It waits: what is too fast for a detector is dropped in one place only, where it runs.
                    var queue = new PushSource(source.Rate, source.Channels, Math.Max(1, (int)(source.Rate / OutletsPerSecond))) { Overflow = OverflowPolicy.Wait };
                    _pipeline = _place.Make(new DetectorOrder(Name, queue, _model, _options, options, live));
                    outlet = queue;
                }
            }
        }
        catch (Exception unfit) when (unfit is ArgumentException or IOException)
        {
            Fail(unfit);
            GiveUp();
            return null;
        }
        foreach (var follower in _followers) follower.Run(null);
        Run(outlet);
        return outlet;
    }

    PipelineOptions PipelineFor(bool live)
    {
        if (_reference is not null) _played = new HostedReference(_reference, _model.Config.RequireFrontEnd().SampleRate, _time, _log, _stop);
        var options = new PipelineOptions();
        if (_options.Sound is { } sound && _place is null)
        {
            _sounds.Add(Name, sound);
            _log.SoundInForce(Name, sound.Before, sound.After, sound.Folder is { } folder ? PlainText.Clean(folder) : "in memory, for sinks");
        }
        if (_options.NearMisses is { } near && _place is null) _log.NearMissesInForce(Name, near.From, PlainText.Clean(near.Folder!), near.Keep, near.Megabytes);
        return options with
        {
            CountCandidates = _place is null,
            NearMisses = _place is null ? _options.NearMisses?.ToOptions() : null,
            OnNearMiss = _place is null && _options.NearMisses is { } wanted ? Unmuted(_sounds.NearMissesOf(wanted)) : null,
            Sound = _options.Sound?.ToOptions(),
            OnSound = _options.Sound is null ? null : kept => _sound = kept,
            QueueBlocks = _options.QueueBlocks(_model, options.BlockDuration),
            SourceName = Source,
            Overflow = live ? OverflowPolicy.DropOldest : OverflowPolicy.Wait,
            Gap = _gap,
            Decisions = _options.Decisions(),
            Played = _played?.Played,
            Clock = live && (_decisions.NeedsClock || NeedsClock || _followers.Exists(follower => follower.NeedsClock)) ? _time : null,
            OnVerdict = Tell,
            OnBlock = Probe.OnBlock,
            OnTimed = Probe.OnTimed,
        };
    }

    /// <summary>While it is muted or removed nothing of it counts, and nothing is kept.</summary>
    Action<NearMiss> Unmuted(Action<NearMiss> keep) => miss =>
    {
        if (_removed || (_follows && _paused) || _mute.MutedFor > TimeSpan.Zero) miss.Sound.Release();
        else keep(miss);
    };

    bool NeedsClock => _options.Rules.Values.Any(rule => rule.From is not null);

    /// <summary>This detector as a part of the pipeline of the one that arms it, or that it runs beside.</summary>
    StreamFollower Make(bool live)
    {
        lock (_lock)
        {
            var follower = new StreamFollower(_model, Tuned(_options, _model), _options.ArmedBy is null ? null : _options.ArmedFor, PipelineFor(live));
            _pipeline = follower;
            return follower;
        }
    }

    void Run(ISampleOutlet? outlet)
    {
        var pipeline = _pipeline!;
        pipeline.Detections.Subscribe(this);
        _ = RunAsync(pipeline, outlet);
        _log.DetectorStarted(Name, Source);
        lock (_lock) _log.DecisionInForce(Name, Tuned(_options, _model).Describe(_model.Config));
        foreach (var rule in pipeline.DescribeDecisions()) _log.DecisionInForce(Name, rule);
    }

    /// <summary>The source has ended before it was there.</summary>
    public void GiveUp()
    {
        foreach (var follower in _followers) follower.GiveUp();
        _played?.Dispose();
        _decisions.Advanced(Name, TimeSpan.MaxValue);
        _done.TrySetResult();
    }

    /// <summary>Another model from the next block on.</summary>
    /// <param name="model">Takes what the present one takes.</param>
    /// <param name="name">For the log.</param>
    /// <exception cref="ArgumentException">It does not fit, or not the settings. The present one stays.</exception>
    public void Swap(SuRnnModel model, string name)
    {
        lock (_lock) Swap(model, name, _options);
    }

    /// <summary>Takes over changed options as far as that can be done while the stream runs. What cannot be taken over is logged, and stays as it is.</summary>
    public void Change(PlannedDetector plan)
    {
        if (plan.Options.Enabled != _enabled)
        {
            _enabled = plan.Options.Enabled;
            if (_enabled) Resume();
            else Pause();
        }
        lock (_lock)
        {
            if (!plan.Source.Equals(Source, StringComparison.OrdinalIgnoreCase)) _log.NeedsRestart($"The source of {Name}");
            if (!plan.Options.DecidesLike(_options) || (plan.Options.ArmedBy, plan.Options.ArmedFor, plan.Options.Beside, plan.Options.Level) != (_options.ArmedBy, _options.ArmedFor, _options.Beside, _options.Level)) _log.NeedsRestart($"A rule about the detections of {Name}");
            if (plan.Options.Sound is null ? _options.Sound is not null : !plan.Options.Sound.Equal(_options.Sound)) _log.NeedsRestart($"The sound of {Name}");
            if (plan.Options.NearMisses is null ? _options.NearMisses is not null : !plan.Options.NearMisses.Equal(_options.NearMisses)) _log.NeedsRestart($"The near misses of {Name}");
            if ((plan.Options.Gap, plan.Options.Queue) != (_gap, _options.Queue)) _log.NeedsRestart($"What {Name} does when it is too slow");
            try
            {
                if (plan.Path != _configured) Swap(plan.Model, plan.Path, plan.Options);
                else if (!plan.Options.TunesLike(_options)) Retune(plan.Options);
                _configured = plan.Path;
            }
            catch (ArgumentException unfit)
            {
                if (plan.Path != _configured) _log.ModelRefused(Name, plan.Path, unfit.Message);
                else _log.OptionsRefused($"{Name}: {unfit.Message}");
            }
        }
    }

    void Swap(SuRnnModel model, string name, HostedDetectorOptions options)
    {
        var tuned = Tuned(options, model);
        if (_pipeline is { } pipeline) pipeline.Swap(model, tuned);
        else
        {
            _model.Config.RequireSameInput(model.Config); // the source may be on its way
            _ = new StreamingDetector(model, tuned); // complains of what does not fit
        }
        (_model, _options) = (model, options);
        _metrics.Swapped(Tags);
        _log.ModelSwapped(Name, name);
    }

    void Retune(HostedDetectorOptions options)
    {
        var tuned = Tuned(options, _model);
        _ = new StreamingDetector(_model, tuned); // complains of what does not fit
        _pipeline?.Retune(tuned);
        _options = options;
        _log.Retuned(Name);
    }

    void Tell(DetectionVerdict verdict)
    {
        if (verdict.Outcome == DecisionOutcome.Passed) return;
        var reason = verdict.Outcome == DecisionOutcome.Merged ? "merged" : verdict.Reason.ToString();
        _log.HeldBack(Name, PlainText.Clean(verdict.Detection.Label), reason, verdict.Winner is { } winner ? PlainText.Clean(winner.Label) : null);
        _metrics.HeldBack(Tags, verdict.Detection.Label, reason);
    }

    async Task RunAsync(IRunningDetector pipeline, ISampleOutlet? outlet)
    {
        try
        {
            await pipeline.RunAsync(CancellationToken.None).ConfigureAwait(false); // ends with its outlet
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
        finally
        {
            _played?.Dispose();
            outlet?.Complete(); // who pushes need not wait any more
            _decisions.Advanced(Name, TimeSpan.MaxValue); // nothing more will come
            _done.TrySetResult();
        }
    }

    void Fail(Exception failure)
    {
        _failure = failure;
        _log.DetectorFailed(failure, Name);
    }

    void IObserver<Detection>.OnNext(Detection detection)
    {
        if (_removed) return;
        var now = _time.GetUtcNow();
        if ((_follows && _paused ? nameof(Muted) : _mute.WhyHeld(detection)) is { } reason)
        {
            _sound = null;
            if (detection.Phase == EventPhase.End) return;
            _log.HeldBack(Name, PlainText.Clean(detection.Label), reason, null);
            _metrics.HeldBack(Tags, detection.Label, reason);
            return;
        }
        var heard = new HeardDetection(Name, detection, now);
        if (_sound is { } sound && detection.Phase != EventPhase.End) heard = _sounds.Take(heard, sound);
        _sound = null;
        _decisions.Post(heard);
        if (detection.Phase == EventPhase.End) return; // told, and no detection of its own
        _metrics.Detected(Tags, detection.Label);
        _log.Heard(Name, PlainText.Clean(detection.Label), detection.Score, detection.End, detection.Source);
        Trace(detection, now);
    }

    /// <summary>A span of the sound itself, by the host's clock: it was made known now.</summary>
    void Trace(Detection detection, DateTimeOffset now)
    {
        var start = now - (detection.Time - detection.Start);
        using var activity = HostMetrics.Activities.StartActivity("detection", ActivityKind.Internal, default(ActivityContext), startTime: start);
        if (activity is null) return;
        activity.SetTag("detector", Name).SetTag("source", Source).SetTag("label", detection.Label).SetTag("score", detection.Score);
        activity.SetTag("stream.start", detection.Start.TotalSeconds).SetTag("stream.end", detection.End.TotalSeconds);
        activity.SetEndTime((now - (detection.Time - detection.End)).UtcDateTime);
    }

    void IObserver<Detection>.OnCompleted() { }

    void IObserver<Detection>.OnError(Exception error) { } // RunAsync throws it too
}
