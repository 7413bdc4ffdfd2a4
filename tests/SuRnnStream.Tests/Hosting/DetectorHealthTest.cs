using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

public sealed class DetectorHealthTest : IDisposable
{
    readonly TestHost _host = new(("Detectors:door:Model", "tones.surnn"), ("Health:UnhealthyAfter", "00:00:30"));
    readonly FakeTimeProvider _time = new();
    readonly PushSource _microphone = new(ToneModel.Rate, TimeSpan.FromSeconds(10));

    [Fact]
    public async Task ADetectorThatHearsNothing_IsDegraded_ThenUnhealthy_AndWellAgainWhenItHears()
    {
        _host.Builder.Services.AddSingleton<TimeProvider>(_time);
        _host.Builder.Services.AddSuRnnStream().AddSource("hall", _ => _microphone);
        _host.Builder.Services.AddHealthChecks().AddSuRnnStream();
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync()).Status); // not started
        await _host.Host.StartAsync(TestHost.Cancellation);
        await HearAsync();
        var well = await CheckAsync();
        Assert.Equal((HealthStatus.Healthy, "All detectors hear."), (well.Status, well.Description));
        Assert.Equal((0.0, "Running", 0.0), (well.Data["door.age"], well.Data["door.source"], well.Data["door.drop-rate"]));

        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Status);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        var degraded = await CheckAsync();
        Assert.Equal((HealthStatus.Degraded, "door: nothing heard for 5.1 s, the source is running"), (degraded.Status, degraded.Description));
        _time.Advance(TimeSpan.FromSeconds(25));
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync()).Status);
        await HearAsync();
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Status);
        await _host.Host.StopAsync(TestHost.Cancellation);
    }

    [Fact]
    public async Task ASourceThatIsNotThere_IsDegraded_AndAFileThatHasEndedIsWell()
    {
        _host.Builder.Services.AddSingleton<TimeProvider>(_time);
        _host.Builder.Services.AddSuRnnStream()
            .AddSource("hall", _ => throw new IOException("no such device"))
            .AddSource("file", _ => new ArraySource(ToneModel.Tones(1), ToneModel.Rate))
            .AddDetector("door", detector => detector.Source = "hall")
            .AddDetector("done", detector => (detector.Source, detector.Model) = ("file", _host.ModelPath));
        _host.Builder.Services.AddHealthChecks().AddSuRnnStream("ears", HealthStatus.Degraded, ["live"]);
        await _host.Host.StartAsync(TestHost.Cancellation);
        await Wait.Until(() => _host.Detectors.Status[0].SourceState == SourceState.Ended);
        var result = await CheckAsync("ears");
        Assert.Equal((HealthStatus.Degraded, "door: nothing heard for 0.0 s, the source is opening"), (result.Status, result.Description));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync("ears")).Status); // as bad as was asked for
        await _host.Host.StopAsync(TestHost.Cancellation);
    }

    [Theory, InlineData("true", HealthStatus.Degraded), InlineData("false", HealthStatus.Healthy)]
    public async Task AMicrophoneThatIsClipped_IsDegraded_WhereSomebodyAsks(string level, HealthStatus expected)
    {
        using var host = new TestHost(("Detectors:door:Model", "tones.surnn"), ("Health:Level", level));
        var microphone = new PushSource(ToneModel.Rate, TimeSpan.FromSeconds(20));
        host.Builder.Services.AddSuRnnStream().AddSource("hall", _ => microphone);
        await host.Host.StartAsync(TestHost.Cancellation);
        microphone.Push([.. Enumerable.Repeat((float[])[.. ToneModel.Tone(500, 0.5).Select(sample => Math.Clamp(4 * sample, -1, 1)), .. ToneModel.Quiet(0.5)], 12).SelectMany(second => second)]);
        await Wait.Until(() => host.Status.Counters.SamplesProcessed + host.Status.Counters.SamplesDropped >= 11 * ToneModel.Rate);
        var advice = host.Status.Advice;
        Assert.Equal(expected == HealthStatus.Degraded ? [LevelFault.Clipped] : [], advice.Select(one => one.Fault));
        await host.Host.StopAsync(TestHost.Cancellation);

        _host.Builder.Services.AddSuRnnStream();
        _host.Builder.Services.AddSingleton<IHostedDetectors>(new Faring(new DetectorStatus { Name = "door", Source = "hall", SourceState = SourceState.Running, Counters = new(), Advice = advice }));
        _host.Builder.Services.AddHealthChecks().AddSuRnnStream();
        var judged = await CheckAsync();
        Assert.Equal(expected, judged.Status);
        if (expected == HealthStatus.Degraded) Assert.Contains("lower the capture level", judged.Description);
    }

    [Theory, InlineData(0, HealthStatus.Healthy), InlineData(0.01, HealthStatus.Degraded), InlineData(0.2, HealthStatus.Unhealthy)]
    public async Task WhatIsDropped_IsJudged(double rate, HealthStatus expected)
    {
        var status = new DetectorStatus { Name = "door", Source = "hall", SourceState = SourceState.Running, DropRate = rate, Counters = new() };
        _host.Builder.Services.AddSuRnnStream();
        _host.Builder.Services.AddSingleton<IHostedDetectors>(new Faring(status));
        _host.Builder.Services.AddHealthChecks().AddSuRnnStream();
        var result = await CheckAsync();
        Assert.Equal(expected, result.Status);
        if (rate > 0) Assert.Equal(FormattableString.Invariant($"door: {100 * rate:0.0} % of the last minute was dropped"), result.Description);
    }

    [Theory, InlineData(61, HealthStatus.Healthy), InlineData(10_799, HealthStatus.Healthy), InlineData(10_801, HealthStatus.Unhealthy)]
    public async Task AModelWithAFrameAnHour_MayTakeThree(int age, HealthStatus expected)
    {
        var status = new DetectorStatus { Name = "weather", Source = "roof", SourceState = SourceState.Running, Age = TimeSpan.FromSeconds(age), Hop = TimeSpan.FromHours(1), Counters = new() };
        _host.Builder.Services.AddSuRnnStream();
        _host.Builder.Services.AddSingleton<IHostedDetectors>(new Faring(status));
        _host.Builder.Services.AddHealthChecks().AddSuRnnStream();
        Assert.Equal(expected, (await CheckAsync()).Status);
    }

    [Fact]
    public void DropRate_IsOfTheLastMinute()
    {
        var window = new DropWindow(_time);
        Assert.True(window.IsDue);
        window.Look((0, 0));
        Assert.False(window.IsDue);
        Assert.Equal(0, window.Rate((0, 0)));
        for (var second = 1; second <= 30; second++) Second(100 * second, 0);
        Assert.Equal(0.25, window.Rate((4_000, 1_000)));
        for (var second = 31; second <= 91; second++) Second(100 * second, 1_000);
        Assert.Equal(0, window.Rate((9_100, 1_000))); // it was more than a minute ago
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0.5, window.Rate((9_300, 1_100))); // nobody looked meanwhile

        void Second(long read, long dropped)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.True(window.IsDue);
            window.Look((read, dropped));
        }
    }

    public void Dispose() => _host.Dispose();

    async Task<HealthReportEntry> CheckAsync(string name = "surnn") =>
        (await _host.Host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestHost.Cancellation)).Entries[name];

    async Task HearAsync()
    {
        var before = _host.Status.Counters.SamplesProcessed;
        _microphone.Push(new float[3_200]);
        await Wait.Until(() => _host.Status.Counters.SamplesProcessed >= before + 3_200 && _host.Status.Age <= TimeSpan.Zero);
    }
}
