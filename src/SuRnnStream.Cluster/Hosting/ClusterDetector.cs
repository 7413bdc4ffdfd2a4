namespace SuRnnStream.Cluster;

/// <summary>Reads a hosted source and sends it to the cluster; what is detected there comes out here, in the time of this host's source, after this host's rules.</summary>
sealed class ClusterDetector : IRunningDetector
{
    static readonly TimeSpan Piece = TimeSpan.FromMilliseconds(20);

    readonly DetectorOrder _order;
    readonly ISampleSource _source;
    readonly ClusterStream _stream;
    readonly IFrameTiming _timing;
    readonly StreamOrigin? _origin;
    readonly DetectionHub _detections = new();
    readonly ClusterRules _rules;
    long _read, _lost, _detected;

    /// <exception cref="ArgumentException">A setting does not fit the model, or cannot be applied in a cluster; the message says which.</exception>
    public ClusterDetector(ClusterProducer producer, string name, DetectorOrder order)
    {
        var (options, pipeline) = (order.Options, order.Pipeline);
        if (options.Verifier is not null) throw new ArgumentException($"{order.Detector} has a Verifier, but a stream of a cluster has no second look: leave it out, or run the detector in the host.");
        if (pipeline.Decisions is { NeedsClock: true } && pipeline.Clock is null) throw new ArgumentException($"{order.Detector} has a rule with hours of the day, but its source is a file, which has no time of the day: leave From and To out.");
        (_order, _source, _timing) = (order, ModelSource.For(order.Model.Config, order.Samples), order.Model.Config.RequireTiming());
        _origin = pipeline.Clock is { } clock ? new StreamOrigin(clock) : null;
        var tuned = options.ToOptions(order.Model);
        tuned.Validate(order.Model.Config.Labels);
        _rules = new ClusterRules(pipeline, order.Model, tuned, _detections.Publish);
        _stream = producer.Add(name, new StreamSettings
        {
            Model = Path.GetFileNameWithoutExtension(options.Model!),
            Format = order.Model.Config.Sensor is null ? SampleFormat.Int16 : SampleFormat.Float32,
            Threshold = options.Threshold,
            Thresholds = options.Thresholds.Count > 0 ? new Dictionary<string, float>(options.Thresholds) : null,
            Release = options.Release,
            Smoothing = options.Smoothing,
            Refractory = options.Refractory,
            DecisionWindow = options.DecisionWindow,
            Gap = options.Gap,
            Rule = options.Rule,
            Level = options.Level,
            Marks = pipeline.Decisions is { Edges: true },
            AgreesFrom = pipeline.Decisions?.Loudspeaker?.Threshold,
        }, new ClusterStreamOptions { SamplesPerSecond = _timing.SamplesPerSecond, Live = order.Live, OnAnswer = Take });
    }

    public IObservable<Detection> Detections => _detections;

    /// <summary>The silo that detects does not send them.</summary>
    public IReadOnlyList<LabelCandidates> Candidates => [];

    public PipelineCounters Counters
    {
        get
        {
            var (read, lost) = (Volatile.Read(ref _read), Volatile.Read(ref _lost));
            var processed = Math.Clamp(_stream.Saved > 0 || _stream.Processed > 0 ? _stream.Processed - Math.Max(0, _stream.Written - read) : 0, 0, read);
            return ClusterCounters.Of(read, processed, lost, Volatile.Read(ref _detected), _timing) with { Decisions = _rules.Counts };
        }
    }

    public (long Read, long Dropped) Flow => (Volatile.Read(ref _read), 0);

    public IReadOnlyList<string> DescribeDecisions() => _rules.Describe();

    public void Swap(SuRnnModel model, DetectorOptions? options) => throw Kept();

    public void Retune(DetectorOptions options) => throw Kept();

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Factory.StartNew(Send, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            var end = await _stream.Complete().ConfigureAwait(false);
            _rules.End(Here(_timing.StreamTime(end.Position)));
            _detections.Complete();
        }
        catch (Exception failure)
        {
            _rules.End(TimeSpan.Zero);
            _detections.Complete(failure);
            throw;
        }
    }

    void Send()
    {
        var piece = new float[Math.Max(1, (int)(Piece.TotalSeconds * _timing.SamplesPerSecond / _timing.Channels)) * _timing.Channels];
        while (_source.Read(piece) is > 0 and var got)
        {
            var missing = Math.Max(0, ((_source as ILossySource)?.SamplesLost ?? 0) - _lost);
            if (missing > 0) _stream.Lose(missing);
            Volatile.Write(ref _lost, _lost + missing);
            _rules.Hear(_read + _lost, missing > 0, piece.AsSpan(0, got));
            _origin?.Arrived(_timing.StreamTime(_read + _lost + got));
            if (_order.Live) _stream.Write(piece.AsSpan(0, got));
            else _stream.WriteAsync(piece.AsMemory(0, got)).AsTask().GetAwaiter().GetResult(); // this thread has nothing else to do
            Volatile.Write(ref _read, _read + got);
            _order.Pipeline.OnBlock?.Invoke(default);
        }
    }

    /// <summary>One answer of the cluster.</summary>
    void Take(IReadOnlyList<ClusterDetection> answered, long told)
    {
        foreach (var one in answered)
        {
            var detection = one.ToDetection(_order.Pipeline.SourceName ?? _stream.Name);
            detection = detection with { Start = Here(detection.Start), End = Here(detection.End), Time = Here(detection.Time), Landmark = detection.Landmark is { } landmark ? Here(landmark) : null };
            if (detection.Phase != EventPhase.End)
            {
                Interlocked.Increment(ref _detected);
                detection = detection with { At = _origin?.At(detection.Time) };
            }
            _rules.Take(detection, one.Agreeing);
        }
        if (told <= _stream.Origin) return;
        var now = Here(_timing.StreamTime(told));
        _rules.Advance(now);
        _order.Pipeline.OnAdvanced?.Invoke(now);
    }

    /// <summary>A time of the cluster's stream in that of this host's source, which may have begun later.</summary>
    TimeSpan Here(TimeSpan time) => _stream.Origin == 0 ? time : time - _timing.StreamTime(_stream.Origin);

    ArgumentException Kept() => new($"{_order.Detector} is a stream of a cluster, which keeps its model and its settings: give the detector another name.");
}
