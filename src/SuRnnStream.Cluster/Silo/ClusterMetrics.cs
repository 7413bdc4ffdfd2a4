using System.Diagnostics.Metrics;

namespace SuRnnStream.Cluster;

/// <summary>What a silo counts, in the meter <c>SuRnnStream.Cluster</c>. What is counted elsewhere is looked at when somebody asks.</summary>
sealed class ClusterMetrics : IDisposable
{
    public const string Name = "SuRnnStream.Cluster";

    readonly Meter _meter;
    readonly bool _own; // no factory's
    readonly Counter<long> _saves, _failed, _bytes, _taken, _left, _fenced;
    readonly Histogram<double> _saveTime;
    readonly TimeProvider _time;
    long _savesNow, _failedNow, _bytesNow, _migrationsNow, _fencedNow, _lastSave;

    public ClusterMetrics(SiloStreams streams, TimeProvider time, IMeterFactory? meters = null)
    {
        (_meter, _own, _time) = (meters?.Create(Name) ?? new Meter(Name), meters is null, time);
        _lastSave = time.GetTimestamp();
        _saves = _meter.CreateCounter<long>("surnn.cluster.saves", "{save}", "States that were saved.");
        _failed = _meter.CreateCounter<long>("surnn.cluster.saves.failed", "{save}", "States that the store did not take.");
        _bytes = _meter.CreateCounter<long>("surnn.cluster.saved", "By", "Bytes of state that were saved, before the store's own.");
        _taken = _meter.CreateCounter<long>("surnn.cluster.streams.taken", "{stream}", "Streams that this silo took up, by where they came from.");
        _left = _meter.CreateCounter<long>("surnn.cluster.streams.left", "{stream}", "Streams that left this silo, by reason.");
        _fenced = _meter.CreateCounter<long>("surnn.cluster.streams.fenced", "{stream}", "Streams that another silo had taken while this one still ran them.");
        _saveTime = _meter.CreateHistogram<double>("surnn.cluster.save.duration", "s", "Time from a snapshot to its place in the store.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10] });
        _meter.CreateObservableUpDownCounter("surnn.cluster.streams", () => streams.Count, "{stream}", "Streams that this silo owns.");
        IEnumerable<Measurement<T>> ByModel<T>(Func<PoolCounters, T> value) where T : struct =>
            streams.Models.Values.Select(model => new Measurement<T>(value(model.Pool.Counters), new KeyValuePair<string, object?>("model", model.Name)));
        _meter.CreateObservableCounter("surnn.cluster.frames", () => ByModel(pool => pool.Total.Compute.Frames), "{frame}", "Frames that networks have seen.");
        _meter.CreateObservableCounter("surnn.cluster.samples.processed", () => ByModel(pool => pool.Total.SamplesProcessed), "{sample}", "Samples that detectors have taken.");
        _meter.CreateObservableCounter("surnn.cluster.gaps", () => ByModel(pool => pool.Total.Gaps), "{gap}", "Places where samples were missing.");
        _meter.CreateObservableCounter("surnn.cluster.detections", () => ByModel(pool => pool.Total.Detections), "{detection}", "Detections that were made; those that were made again after a failure count again.");
        _meter.CreateObservableGauge("surnn.cluster.lateness.median", () => ByModel(pool => pool.MedianLateness.TotalSeconds), "s", "Half of the blocks were processed within this time of their arrival.");
        _meter.CreateObservableGauge("surnn.cluster.lateness.p99", () => ByModel(pool => pool.Percentile99Lateness.TotalSeconds), "s", "99 of 100 blocks were processed within this time of their arrival.");
    }

    /// <summary>Totals since the silo began.</summary>
    public (long Saves, long Failed, long Bytes, long Migrations, long Fenced) Totals =>
        (Interlocked.Read(ref _savesNow), Interlocked.Read(ref _failedNow), Interlocked.Read(ref _bytesNow), Interlocked.Read(ref _migrationsNow), Interlocked.Read(ref _fencedNow));

    /// <summary>Time since the store took a state, or since there was one to take.</summary>
    public TimeSpan SinceSave => _time.GetElapsedTime(Interlocked.Read(ref _lastSave));

    public void Saved(int bytes, TimeSpan took)
    {
        Interlocked.Increment(ref _savesNow);
        Interlocked.Add(ref _bytesNow, bytes);
        NothingToSave();
        _saves.Add(1);
        _bytes.Add(bytes);
        _saveTime.Record(took.TotalSeconds);
    }

    public void NothingToSave() => Interlocked.Exchange(ref _lastSave, _time.GetTimestamp());

    public void NotSaved()
    {
        Interlocked.Increment(ref _failedNow);
        _failed.Add(1);
    }

    public void Taken(string from) => _taken.Add(1, new KeyValuePair<string, object?>("from", from));

    public void Left(string reason)
    {
        if (reason == "migrating") Interlocked.Increment(ref _migrationsNow);
        _left.Add(1, new KeyValuePair<string, object?>("reason", reason));
    }

    public void Fenced()
    {
        Interlocked.Increment(ref _fencedNow);
        _fenced.Add(1);
    }

    public void Dispose()
    {
        if (_own) _meter.Dispose();
    }
}
