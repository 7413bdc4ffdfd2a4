using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Options;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

public sealed class PoolServicesTest
{
    [Fact]
    public async Task APoolInAHost_IsAService_WithHealthAndMetrics_AndIsDrainedAtTheEnd()
    {
        using var host = new TestHost();
        host.Builder.Services.AddDetectorPool("tones.surnn", options => options with { Backlog = TimeSpan.FromSeconds(20), Workers = 1 }).AddHealthChecks().AddDetectorPool();
        await host.Host.StartAsync(TestHost.Cancellation);
        var pool = host.Host.Services.GetRequiredService<DetectorPool>();
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);
        using var streams = new MetricCollector<int>(host.Host.Services.GetRequiredService<IMeterFactory>(), "SuRnnStream", "surnn.pool.streams");
        using var dropped = new MetricCollector<long>(host.Host.Services.GetRequiredService<IMeterFactory>(), "SuRnnStream", "surnn.pool.samples.dropped");
        var heard = new List<Detection>();
        using var subscription = pool.Detections.Subscribe(new Recorder(heard));
        var sound = ToneModel.Tones(4);
        foreach (var name in new[] { "a", "b" }) pool.GetOrAdd(name).Write(sound);
        pool.GetOrAdd("flood").Write(new float[64 * 16_000]);
        streams.RecordObservableInstruments();
        dropped.RecordObservableInstruments();
        Assert.Equal((3, 44L * 16_000), (streams.LastMeasurement!.Value, dropped.LastMeasurement!.Value));
        var sick = await CheckAsync(host);
        Assert.Equal((HealthStatus.Unhealthy, 3), (sick.Status, sick.Data["streams"]));
        Assert.EndsWith("% of the last minute was dropped", sick.Description);
        Assert.Single(host.Log.GetSnapshot(), entry => entry.Id.Id == 50);
        await host.Host.StopAsync(TestHost.Cancellation); // drains: nothing of a and b is lost
        Assert.Equal(["high", "high", "high", "high", "low", "low", "low", "low"], heard.Select(one => one.Label).Order());
        Assert.Equal(44L * 16_000, pool.Counters.Total.SamplesDropped);
    }

    [Fact]
    public async Task AMissingModelOrAWrongOption_StopsTheHostAtStart()
    {
        using var missing = new TestHost();
        missing.Builder.Services.AddDetectorPool("tonse");
        Assert.Contains("AddDetectorPool(\"tonse\"): there is no file ", (await Assert.ThrowsAsync<OptionsValidationException>(() => missing.Host.StartAsync(TestHost.Cancellation))).Message);
        using var wrong = new TestHost();
        wrong.Builder.Services.AddDetectorPool("tones.surnn", options => options with { Workers = 0 });
        Assert.Throws<InvalidOperationException>(() => wrong.Builder.Services.AddDetectorPool("tones.surnn"));
        Assert.Throws<ArgumentOutOfRangeException>(() => wrong.Builder.Services.AddHealthChecks().AddDetectorPool(degradedDropRate: 0));
        Assert.Contains("Workers is 0", (await Assert.ThrowsAsync<OptionsValidationException>(() => wrong.Host.StartAsync(TestHost.Cancellation))).Message);
    }

    static async Task<HealthReportEntry> CheckAsync(TestHost host) => (await host.Host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestHost.Cancellation)).Entries["surnn-pool"];

    sealed class Recorder(List<Detection> heard) : IObserver<Detection>
    {
        public void OnCompleted() { }
        public void OnError(Exception error) { }
        public void OnNext(Detection value) => heard.Add(value);
    }
}
