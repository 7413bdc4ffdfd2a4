using System.Diagnostics.Metrics;

namespace SuRnnStream;

/// <summary>A pool's counters in the meter <c>SuRnnStream</c>.</summary>
sealed class PoolMetrics : IDisposable
{
    static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(100); // one look at thousands of streams serves all instruments of a scrape

    readonly DetectorPool _pool;
    readonly TimeProvider _time;
    readonly Meter _meter;
    readonly bool _own;                 // no factory's
    readonly Lock _lock = new();        // guards what follows
    PoolCounters? _last;
    long _at;

    public PoolMetrics(DetectorPool pool, TimeProvider time, IMeterFactory? meters)
    {
        (_pool, _time, _meter, _own) = (pool, time, meters?.Create(HostMetrics.Name) ?? new Meter(HostMetrics.Name), meters is null);
        _meter.CreateObservableUpDownCounter("surnn.pool.streams", () => Now.Streams, "{stream}", "Streams in the pool.");
        Count("surnn.pool.samples", "{sample}", "Samples that were written.", now => now.SamplesRead);
        Count("surnn.pool.samples.processed", "{sample}", "Samples that detectors have taken.", now => now.SamplesProcessed);
        Count("surnn.pool.samples.dropped", "{sample}", "Samples that did not fit into a backlog, or came while a stream was paused.", now => now.SamplesDropped);
        Count("surnn.pool.gaps", "{gap}", "Places where detectors found samples missing.", now => now.Gaps);
        Count("surnn.pool.frames", "{frame}", "Frames that networks have seen.", now => now.Compute.Frames);
        Count("surnn.pool.frames.skipped", "{frame}", "Frames in which every switch was shut.", now => now.Compute.FramesSkipped);
        Count("surnn.pool.multiply_adds", "{operation}", "Multiply-adds that networks did.", now => now.Compute.MultiplyAdds);
        Count("surnn.pool.detections", "{detection}", "Detections that were made.", now => now.Detections);
        Count("surnn.pool.observer.errors", "{exception}", "Exceptions that observers threw.", now => now.ObserverErrors);
        _meter.CreateObservableGauge("surnn.pool.lateness", () => Lateness(Now), "s", "Time from a write to the end of its processing, by quantile of all writes.");
    }

    public void Dispose()
    {
        if (_own) _meter.Dispose();
    }

    PoolCounters Now
    {
        get
        {
            lock (_lock)
            {
                if (_last is null || _time.GetElapsedTime(_at) >= Fresh) (_last, _at) = (_pool.Counters, _time.GetTimestamp());
                return _last;
            }
        }
    }

    void Count(string name, string unit, string description, Func<PipelineCounters, long> value) => _meter.CreateObservableCounter(name, () => value(Now.Total), unit, description);

    static IEnumerable<Measurement<double>> Lateness(PoolCounters now) =>
    [
        new(now.MedianLateness.TotalSeconds, [new("quantile", "0.5")]),
        new(now.Percentile99Lateness.TotalSeconds, [new("quantile", "0.99")]),
        new(now.LargestLateness.TotalSeconds, [new("quantile", "1")]),
    ];
}
