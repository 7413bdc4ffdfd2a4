namespace SuRnnStream.Cluster;

/// <summary>Where a host's detectors work that is part of a cluster: each is a stream there.</summary>
sealed class ClusterPlace(ClusterProducer producer, string node) : IDetectorPlace
{
    public IRunningDetector Make(DetectorOrder order) => new ClusterDetector(producer, $"{node}/{order.Detector}", order);
}

/// <summary>Reads a hosted source and sends it to the cluster; what is detected there comes out here.</summary>
sealed class ClusterDetector : IRunningDetector
{
    static readonly TimeSpan Piece = TimeSpan.FromMilliseconds(20);

    readonly DetectorOrder _order;
    readonly ISampleSource _source;
    readonly ClusterStream _stream;
    readonly IFrameTiming _timing;
    readonly DetectionHub _detections = new(Overflow.Wait, new Ledger(), null);
    readonly Lock _deciding = new();    // guards the rules, and keeps what they tell in order
    readonly StreamDecisions? _rules;   // here, as the cluster knows none
    long _read, _lost, _detected;

    public ClusterDetector(ClusterProducer producer, string name, DetectorOrder order)
    {
        var options = order.Options;
        if (order.Pipeline.Decisions is { Edges: true } or { Loudspeaker: not null }) throw new ArgumentException($"{order.Detector} has Edges or a Reference, for which the host has to see every frame, but a stream of a cluster is seen there: leave them out, or run the detector in the host.");
        if (order.Pipeline.Decisions is { NeedsClock: true } && order.Pipeline.Clock is null) throw new ArgumentException($"{order.Detector} has a rule with hours of the day, but its source is a file, which has no time of the day: leave From and To out.");
        (_order, _source, _timing) = (order, ModelSource.For(order.Model.Config, order.Samples), order.Model.Config.RequireTiming());
        var tuned = options.For(order.Model);
        tuned.Validate(order.Model.Config.Labels);
        if (order.Pipeline.Decisions is { } decisions) _rules = new StreamDecisions(decisions, order.Model, tuned, Publish, order.Pipeline.OnVerdict, order.Pipeline.SourceName);
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
        }, new ClusterStreamOptions { SamplesPerSecond = _timing.SamplesPerSecond, Live = order.Live, OnDetection = Hear });
    }

    public IObservable<Detection> Detections => _detections;

    public PipelineCounters Counters
    {
        get
        {
            var (read, lost) = (Volatile.Read(ref _read), Volatile.Read(ref _lost));
            var processed = Math.Clamp(_stream.Saved > 0 || _stream.Processed > 0 ? _stream.Processed - Math.Max(0, _stream.Written - read) : 0, 0, read);
            return new PipelineCounters
            {
                SamplesRead = read,
                SamplesProcessed = processed,
                SamplesInFlight = read - processed,
                SamplesLost = lost,
                Detections = Volatile.Read(ref _detected),
                Decisions = Decided,
                Compute = new ComputeStats { Frames = processed / _timing.HopLength },
            };
        }
    }

    public (long Read, long Dropped) Flow => (Volatile.Read(ref _read), 0);

    public IReadOnlyList<string> DescribeDecisions() => _rules is null ? [] : [.. _rules.Describe()];

    public void Swap(SuRnnModel model, DetectorOptions? options) => throw Kept();

    public void Retune(DetectorOptions options) => throw Kept();

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Factory.StartNew(Send, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            await _stream.Complete().ConfigureAwait(false);
            EndRules();
            _detections.Complete(null);
        }
        catch (Exception failure)
        {
            EndRules();
            _detections.Complete(failure);
            throw;
        }
    }

    void Send()
    {
        var piece = new float[Math.Max(1, (int)(Piece.TotalSeconds * _timing.SamplesPerSecond / _timing.Channels)) * _timing.Channels];
        while (_source.Read(piece) is > 0 and var got)
        {
            var lost = (_source as ILossySource)?.SamplesLost ?? 0;
            if (lost > _lost) _stream.Lose(lost - _lost);
            Volatile.Write(ref _lost, Math.Max(lost, _lost));
            if (_order.Live) _stream.Write(piece.AsSpan(0, got));
            else _stream.WriteAsync(piece.AsMemory(0, got)).AsTask().GetAwaiter().GetResult(); // this thread has nothing else to do
            Volatile.Write(ref _read, _read + got);
            _order.Pipeline.OnBlock?.Invoke(default);
            _order.Pipeline.OnAdvanced?.Invoke(_timing.StreamTime(Counters.SamplesProcessed + _lost));
        }
    }

    void Hear(Detection detection)
    {
        Interlocked.Increment(ref _detected);
        detection = detection with { Source = _order.Pipeline.SourceName ?? detection.Source, At = detection.At ?? _order.Pipeline.Clock?.GetUtcNow() };
        if (_rules is null) Publish(detection);
        else
        {
            lock (_deciding) _rules.Take(detection);
        }
    }

    void Publish(Detection detection) => _detections.PublishAsync(detection, CancellationToken.None).AsTask().GetAwaiter().GetResult(); // observers only: nobody waits

    DecisionCounts Decided
    {
        get
        {
            lock (_deciding) return _rules?.Counts ?? default;
        }
    }

    void EndRules()
    {
        lock (_deciding) _rules?.End(EventEnd.StreamEnded);
    }

    ArgumentException Kept() => new($"{_order.Detector} is a stream of a cluster, which keeps its model and its settings: give the detector another name.");
}
