using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using SuRnnStream.Tests.Pipeline;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

public sealed class HostMetricsTest : IDisposable
{
    readonly TestHost _host = new(("StopWhenDone", "true"), ("Detectors:door:Model", "tones.surnn"));
    readonly float[] _sound = ToneModel.Tones(6);

    [Fact]
    public async Task WhatTheDetectorsCount_CanBeAsked_ByDetectorAndSource()
    {
        _host.Builder.Services.AddSuRnnStream()
            .AddSource("hall", _ => new ScriptedSource().Play(_sound).Lose(500).Play(_sound), source => source.Live = false)
            .AddSink(_ => new MemorySink()).AddSink(_ => new Broken());
        var meters = _host.Host.Services.GetRequiredService<IMeterFactory>();
        using var detections = new MetricCollector<long>(meters, "SuRnnStream", "surnn.detections");
        using var openRatio = new MetricCollector<double>(meters, "SuRnnStream", "surnn.open_ratio");
        using var frameTime = new MetricCollector<double>(meters, "SuRnnStream", "surnn.frame.duration");
        _ = _host.Host.Services.GetRequiredService<HostMetrics>(); // the histograms are there, and listened to
        await _host.RunAsync();

        var counters = _host.Status.Counters;
        Assert.Equal(counters.Compute.Frames, Ask(meters, "surnn.frames"));
        Assert.Equal(counters.Compute.FramesSkipped, Ask(meters, "surnn.frames.skipped"));
        Assert.Equal(2 * _sound.Length, Ask(meters, "surnn.samples"));
        Assert.Equal(2 * _sound.Length, Ask(meters, "surnn.samples.processed"));
        Assert.Equal(0, Ask(meters, "surnn.samples.dropped"));
        Assert.Equal(500, Ask(meters, "surnn.samples.lost"));
        Assert.Equal(0, Ask(meters, "surnn.samples.held"));
        Assert.Equal(1, Ask(meters, "surnn.gaps"));
        using (var candidates = new MetricCollector<long>(meters, "SuRnnStream", "surnn.candidates"))
        {
            candidates.RecordObservableInstruments();
            var detected = candidates.GetMeasurementSnapshot().Where(one => (string?)one.Tags["outcome"] == "detected").ToArray();
            Assert.Equal(["high", "low"], detected.Select(one => (string?)one.Tags["label"]).Order());
            Assert.All(detected, one => Assert.Equal((6L, "door"), (one.Value, one.Tags["detector"])));
        }
        Assert.Equal(counters.Compute.MultiplyAdds, Ask(meters, "surnn.multiply_adds"));
        Assert.Equal(counters.Compute.MultiplyAddsDense, Ask(meters, "surnn.multiply_adds.possible"));
        Assert.Equal(0, Ask(meters, "surnn.source.reconnects", "source", "hall"));
        Assert.Equal(0, Ask(meters, "surnn.source.overruns", "source", "hall"));
        Assert.Equal(12, Ask(meters, "surnn.sink.written", "sink", "MemorySink"));
        Assert.Equal(12, Ask(meters, "surnn.sink.failures", "sink", "Broken"));
        Assert.Equal(0, Ask(meters, "surnn.sink.queue.dropped", "sink", "Broken"));
        Assert.Equal(0, Ask(meters, "surnn.sink.queue.length", "sink", "MemorySink"));

        Assert.Equal(12, detections.GetMeasurementSnapshot().Sum(one => one.Value));
        Assert.All(detections.GetMeasurementSnapshot(), one => Assert.Equal(("door", "hall"), (one.Tags["detector"], one.Tags["source"])));
        Assert.Equal(6, detections.GetMeasurementSnapshot().Count(one => (string?)one.Tags["label"] == "high"));
        var ratios = openRatio.GetMeasurementSnapshot();
        Assert.Equal((int)(counters.Compute.StreamTime.TotalSeconds / 1.01), ratios.Count); // one a second
        Assert.Equal(counters.Compute.OpenRatio, ratios.Average(one => one.Value), 0.1);
        Assert.InRange(frameTime.GetMeasurementSnapshot().Count, counters.Compute.Frames / 17, counters.Compute.Frames / 16 + 32); // not each
        Assert.All(frameTime.GetMeasurementSnapshot(), one => Assert.InRange(one.Value, 1e-9, 10));
    }

    [Fact]
    public async Task TheStateOfASource_IsOneOfFive()
    {
        _host.Builder.Services.AddSuRnnStream().AddSource("hall", _ => new ArraySource(_sound, ToneModel.Rate));
        await _host.RunAsync();
        using var states = new MetricCollector<int>(_host.Host.Services.GetRequiredService<IMeterFactory>(), "SuRnnStream", "surnn.source.state");
        states.RecordObservableInstruments();
        var all = states.GetMeasurementSnapshot();
        Assert.Equal(["ended", "failed", "lost", "opening", "running"], all.Select(one => (string)one.Tags["state"]!).Order());
        Assert.Equal("ended", Assert.Single(all, one => one.Value == 1).Tags["state"]);
    }

    [Fact]
    public async Task ADetection_IsAnActivity_ForAsLongAsTheSoundWas()
    {
        var seen = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "SuRnnStream",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (seen) seen.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        var sink = new MemorySink();
        _host.Builder.Services.AddSuRnnStream().AddSource("traced", _ => new ArraySource(_sound, ToneModel.Rate)).AddSink(_ => sink);
        await _host.RunAsync();
        List<Activity> ours;
        lock (seen) ours = [.. seen.Where(activity => (string?)activity.GetTagItem("source") == "traced")]; // other tests run at the same time
        Assert.Equal(6, ours.Count);
        Assert.Equal(sink.Heard.Select(heard => heard.Detection.Label), ours.Select(activity => (string)activity.GetTagItem("label")!));
        foreach (var (heard, activity) in sink.Heard.Zip(ours))
        {
            Assert.Equal((heard.Detection.End - heard.Detection.Start).TotalSeconds, activity.Duration.TotalSeconds, 0.001);
            Assert.Equal((heard.At - (heard.Detection.Time - heard.Detection.Start)).UtcDateTime, activity.StartTimeUtc, TimeSpan.FromMilliseconds(1));
            Assert.Equal(("detection", "door", heard.Detection.Score), (activity.DisplayName, activity.GetTagItem("detector"), activity.GetTagItem("score")));
        }
    }

    [Fact]
    public void WhenNobodyListens_AFrameStillAllocatesNothing()
    {
        using var metrics = new HostMetrics();
        var time = new ManualTime();
        var probe = new DetectorProbe(metrics, [new("detector", "door")], () => (5, 3), time);
        var detector = new StreamingDetector(ToneModel.Build()) { OnTimed = probe.OnTimed };
        Action<Detection> ignore = _ => { };
        for (var block = 0; block < 200; block++) Hear(block);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var block = 0; block < 100; block++) Hear(block);
        }));

        void Hear(int block)
        {
            time.Advance(TimeSpan.FromSeconds(0.3)); // so that drops are looked at too
            probe.OnBlock(detector.Process(_sound.AsSpan(320 * (block % 150), 320), ignore));
        }
    }

    public void Dispose() => _host.Dispose();

    static long Ask(IMeterFactory meters, string instrument, string tag = "detector", string of = "door")
    {
        using var collector = new MetricCollector<long>(meters, "SuRnnStream", instrument);
        collector.RecordObservableInstruments();
        return Assert.Single(collector.GetMeasurementSnapshot(), one => (string?)one.Tags[tag] == of).Value;
    }

    sealed class Broken : IDetectionSink
    {
        public ValueTask WriteAsync(HeardDetection heard, CancellationToken cancellation) => throw new IOException("the disk is full");
    }
}
