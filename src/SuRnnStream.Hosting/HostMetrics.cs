using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SuRnnStream;

/// <summary>What a host counts, in the meter <c>SuRnnStream</c>, and its activities, in the source <c>SuRnnStream</c>. What is counted elsewhere is looked at when somebody asks.</summary>
sealed class HostMetrics : IDisposable
{
    public const string Name = "SuRnnStream";

    readonly Meter _meter;
    readonly bool _own;     // no factory's
    readonly Counter<long> _detections, _heldBack, _swaps;

    public HostMetrics(IMeterFactory? meters = null)
    {
        (_meter, _own) = (meters?.Create(Name) ?? new Meter(Name), meters is null);
        _detections = _meter.CreateCounter<long>("surnn.detections", "{detection}", "Detections that were made.");
        _heldBack = _meter.CreateCounter<long>("surnn.detections.held_back", "{detection}", "Detections that a rule merged or held back, by reason.");
        _swaps = _meter.CreateCounter<long>("surnn.model.swaps", "{swap}", "Models that took over in a running detector.");
        OpenRatio = _meter.CreateHistogram<double>("surnn.open_ratio", "1", "Switches open in a second of stream, as a part of all.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1] });
        FrameTime = _meter.CreateHistogram<double>("surnn.frame.duration", "s", "Time that a frame took from samples to scores, of those that are timed.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1e-7, 2e-7, 5e-7, 1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 1e-3] });
    }

    public static ActivitySource Activities { get; } = new(Name);

    public Histogram<double> OpenRatio { get; }

    public Histogram<double> FrameTime { get; }

    public void Swapped(KeyValuePair<string, object?>[] tags) => _swaps.Add(1, tags);

    public void Detected(KeyValuePair<string, object?>[] tags, string label) => _detections.Add(1, [.. tags, new("label", label)]);

    public void HeldBack(KeyValuePair<string, object?>[] tags, string label, string reason) => _heldBack.Add(1, [.. tags, new("label", label), new("reason", reason)]);

    /// <summary>From now on these can be asked.</summary>
    public void Observe(HostedDetectors hosted, IReadOnlyList<SinkPump> sinks, HeardHub observers)
    {
        void OfDetector(string name, string unit, string description, Func<PipelineCounters, long> value) =>
            _meter.CreateObservableCounter(name, () => hosted.Detectors.Select(one => new Measurement<long>(value(one.Counters), one.Tags)), unit, description);
        OfDetector("surnn.frames", "{frame}", "Frames that the network has seen.", now => now.Compute.Frames);
        OfDetector("surnn.frames.skipped", "{frame}", "Frames in which every switch was shut.", now => now.Compute.FramesSkipped);
        OfDetector("surnn.samples", "{sample}", "Samples that came from the source.", now => now.SamplesRead);
        OfDetector("surnn.samples.processed", "{sample}", "Samples that the detector has taken.", now => now.SamplesProcessed);
        OfDetector("surnn.samples.dropped", "{sample}", "Samples that were thrown away because the detector was too slow.", now => now.SamplesDropped);
        OfDetector("surnn.samples.lost", "{sample}", "Samples that never came from the source.", now => now.SamplesLost);
        OfDetector("surnn.samples.held", "{sample}", "Samples of sensors that were missing and held from before.", now => now.SamplesHeld);
        OfDetector("surnn.samples.wild", "{sample}", "Of these, samples so far from the rest that no sensor gives them.", now => now.SamplesWild);
        _meter.CreateObservableCounter("surnn.samples.missed", () => hosted.Detectors.Select(one => new Measurement<long>(one.Missed, one.Tags)), "{sample}", "Samples of the source that came while the detector was paused, or before it was added.");
        OfDetector("surnn.gaps", "{gap}", "Places where the detector found samples missing.", now => now.Gaps);
        OfDetector("surnn.multiply_adds", "{operation}", "Multiply-adds that the network did.", now => now.Compute.MultiplyAdds);
        OfDetector("surnn.multiply_adds.possible", "{operation}", "Multiply-adds of the same network with every switch open.", now => now.Compute.MultiplyAddsDense);

        _meter.CreateObservableCounter("surnn.candidates", () => hosted.Detectors.SelectMany(Candidates), "{candidate}", "What became of everything that was detected or nearly was, by label and outcome.");

        void OfSource(string name, string unit, string description, Func<SourceRunner, long> value) =>
            _meter.CreateObservableCounter(name, () => hosted.Sources.Select(one => new Measurement<long>(value(one), [new("source", one.Name)])), unit, description);
        OfSource("surnn.source.reconnects", "{reconnect}", "Times that the source came back.", one => one.Source.Reconnects);
        OfSource("surnn.source.overruns", "{overrun}", "Times that the device's buffer ran over.", one => one.Source.Overruns);
        _meter.CreateObservableGauge("surnn.source.state", () => hosted.Sources.SelectMany(States), "1", "1 for the state that the source is in, 0 for the others.");

        void OfSink(string name, string unit, string description, Func<SinkPump, long> value) =>
            _meter.CreateObservableCounter(name, () => sinks.Select(one => new Measurement<long>(value(one), [new("sink", one.Name)])), unit, description);
        OfSink("surnn.sink.written", "{detection}", "Detections that the sink took.", one => one.Written);
        OfSink("surnn.sink.queue.dropped", "{detection}", "Detections that did not fit into the sink's queue.", one => one.Dropped);
        OfSink("surnn.sink.failures", "{detection}", "Detections that the sink failed to take.", one => one.Failures);
        _meter.CreateObservableCounter("surnn.observer.dropped", () => observers.Dropped, "{detection}", "Detections that an observer or reader was too slow for.");
        _meter.CreateObservableUpDownCounter("surnn.sink.queue.length", () => sinks.Select(one => new Measurement<long>(one.Length, [new("sink", one.Name)])), "{detection}", "Detections that wait for the sink.");
    }

    public void Dispose()
    {
        if (_own) _meter.Dispose();
    }

    static IEnumerable<Measurement<long>> Candidates(HostedDetector one) =>
        from label in one.Candidates
        from outcome in Enum.GetValues<CandidateOutcome>()
        let count = label.Counts.Of(outcome)
        where count > 0
        select new Measurement<long>(count, [.. one.Tags, new("label", label.Label), new("outcome", outcome.Text())]);

    static IEnumerable<Measurement<int>> States(SourceRunner one) => Enum.GetValues<SourceState>()
        .Select(state => new Measurement<int>(one.Source.State == state ? 1 : 0, [new("source", one.Name), new("state", state.ToString().ToLowerInvariant())]));
}
