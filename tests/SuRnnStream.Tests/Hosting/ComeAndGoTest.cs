using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

/// <summary>Detectors that pause, are muted, come and go while a host runs, by code and by its configuration.</summary>
public sealed class ComeAndGoTest : IDisposable
{
    static readonly float[] Sound = ToneModel.Tones(2);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    readonly TestHost _host = new(("Detectors:door:Model", "tones.surnn"), ("Detectors:door:Source", "hall"));
    readonly PushSource _hall = new(ToneModel.Rate, TimeSpan.FromSeconds(20));
    readonly MemorySink _sink = new();
    readonly SuRnnStreamBuilder _surnn;

    public ComeAndGoTest() => _surnn = _host.Builder.Services.AddSuRnnStream().AddSource("hall", _ => _hall, source => source.Live = false).AddSink(_ => _sink);

    [Fact]
    public async Task APausedDetector_CountsWhatItMisses_AndGoesOnAtItsPlace()
    {
        _host.Builder.Services.AddHealthChecks().AddSuRnnStream();
        await StartAsync();
        await HearAsync("door", Sound);
        _host.Detectors.Pause("DOOR");
        Assert.True(_host.Status.Paused);
        await MissAsync("door", Sound);
        var health = await _host.Host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestHost.Cancellation);
        Assert.Equal(HealthStatus.Healthy, health.Status);
        _host.Detectors.Resume("door");
        await HearAsync("door", Sound);
        _host.Set("Detectors:door:Enabled", "false");
        Assert.True(_host.Status.Paused);
        await MissAsync("door", Sound);
        _host.Set("Detectors:door:Enabled", "true");
        await HearAsync("door", Sound);
        await StopAsync();
        Assert.Equal([0.3, 0.8, 2.9, 3.4, 5.5, 6.0], _sink.Heard.Select(heard => heard.Detection.Start.TotalSeconds), (expected, start) => Math.Abs(start - expected) < 0.05);
        var status = _host.Status;
        Assert.Equal((3L * Sound.Length, 2L * Sound.Length, 2L * Sound.Length, 2L), (status.Counters.SamplesRead, status.SamplesMissed, status.Counters.SamplesLost, status.Counters.Gaps));
        Assert.Equal(["Detector door is paused", "Detector door goes on", "Detector door is paused", "Detector door goes on"], Told(25, 26));
    }

    [Fact]
    public async Task AMutedDetector_TellsNobody_ForATimeOfTheHostsClock()
    {
        var time = new FakeTimeProvider();
        _host.Builder.Services.AddSingleton<TimeProvider>(time);
        await StartAsync();
        _host.Detectors.Mute("door", TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.FromSeconds(10), _host.Status.MutedFor);
        await HearAsync("door", Sound);
        time.Advance(TimeSpan.FromSeconds(10));
        await HearAsync("door", Sound);
        _host.Detectors.Mute("door", TimeSpan.FromSeconds(10));
        _host.Detectors.Mute("door", TimeSpan.Zero);
        await HearAsync("door", Sound);
        await StopAsync();
        Assert.Equal(["low", "high", "low", "high"], _sink.Heard.Select(heard => heard.Label));
        Assert.Equal((2L, 0L, 3L * Sound.Length), (_host.Status.DetectionsMuted, _host.Status.SamplesMissed, _host.Status.Counters.SamplesProcessed));
        Assert.Throws<ArgumentOutOfRangeException>(() => _host.Detectors.Mute("door", TimeSpan.FromSeconds(-1)));
        Assert.Throws<KeyNotFoundException>(() => _host.Detectors.Pause("gate"));
    }

    [Fact]
    public async Task ATimeOfTheStream_ThatIsIgnored_KeepsBackWhatOverlapsIt()
    {
        await StartAsync();
        _host.Detectors.Ignore("DOOR", TimeSpan.FromSeconds(0.75), TimeSpan.FromSeconds(1.65));
        await HearAsync("door", Sound);
        await HearAsync("door", Sound);
        await StopAsync();
        Assert.Equal([0.3, 2.1], _sink.Heard.Select(heard => heard.Detection.Start.TotalSeconds), (expected, start) => Math.Abs(start - expected) < 0.1);
        Assert.Equal((2L, 0L, 2L * Sound.Length), (_host.Status.DetectionsIgnored, _host.Status.DetectionsMuted, _host.Status.Counters.SamplesProcessed));
        Assert.Throws<ArgumentException>(() => _host.Detectors.Ignore("door", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)));
        Assert.Throws<KeyNotFoundException>(() => _host.Detectors.Ignore("gate", TimeSpan.Zero, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task DetectorsAndSources_ComeAndGo_ByCode_AndAReloadKeepsThem()
    {
        var yard = new PushSource(ToneModel.Rate, TimeSpan.FromSeconds(20));
        await StartAsync();
        await HearAsync("door", Sound);
        await _host.Detectors.AddDetectorAsync("gate", detector => (detector.Source, detector.Model) = ("hall", "tones.surnn"), TestHost.Cancellation); // of a source that is read already
        await HearAsync("door", Sound);
        await Wait.Until(() => Of("gate").Counters.SamplesProcessed == Sound.Length);
        await _host.Detectors.AddSourceAsync("yard", () => yard, source => source.Live = false, TestHost.Cancellation);
        await _host.Detectors.AddDetectorAsync("shed", detector => (detector.Source, detector.Model) = ("yard", "tones.surnn"), TestHost.Cancellation);
        yard.Push(Sound);
        await Wait.Until(() => Of("shed").Counters.SamplesProcessed == Sound.Length);
        _host.Set("Detectors:door:Threshold", "0.6");
        Assert.Equal(["door", "gate", "shed"], _host.Detectors.Status.Select(one => one.Name));
        await _host.Detectors.RemoveDetectorAsync("door", TestHost.Cancellation);
        _host.Set("Detectors:door:Threshold", "0.7"); // it stays away
        await HearAsync("gate", Sound);
        await _host.Detectors.RemoveDetectorAsync("shed", TestHost.Cancellation);
        await _host.Detectors.RemoveSourceAsync("yard", TestHost.Cancellation);
        Assert.Equal("gate", _host.Status.Name);
        await StopAsync();
        Assert.Equal((4, 4, 2), (Heard("door"), Heard("gate"), Heard("shed")));
        Assert.Equal([2 * 1.3 - 1.3 + 0.3, 2.1, 2.9, 3.4], _sink.Heard.Where(one => one.Detector == "gate").Select(one => one.Detection.Start.TotalSeconds), (expected, start) => Math.Abs(start - expected) < 0.05); // at the source's places
        Assert.Equal((long)Sound.Length, Of("gate").SamplesMissed);
        Assert.Empty(Told(33, 34));
        Assert.Equal(["Detector door is removed", "Detector shed is removed"], Told(27));
    }

    [Fact]
    public async Task DetectorsInTheConfiguration_ComeAndGoWithAReload()
    {
        void Write(string gate)
        {
            File.WriteAllText(_host.File("more.json"), $$"""{ "SuRnnStream": { "Detectors": { {{gate}} } } }""");
            if (_host.Detectors.Status.Count > 0) ((IConfigurationRoot)_host.Host.Services.GetRequiredService<IConfiguration>()).Reload();
        }
        File.WriteAllText(_host.File("more.json"), "{}");
        _host.Builder.Configuration.AddJsonFile(_host.File("more.json"));
        await StartAsync();
        await HearAsync("door", Sound);
        Write("""
            "gate": { "Source": "hall" }
            """);
        Assert.NotEmpty(Told(33)); // refused, and all stays
        Assert.All(Told(33), line => Assert.Contains("Detectors:gate:Model is missing", line));
        Write("""
            "gate": { "Source": "hall", "Model": "tones.surnn" }
            """);
        await HearAsync("gate", Sound);
        Write("");
        await Wait.Until(() => Told(27).Count == 1);
        await HearAsync("door", Sound);
        await StopAsync();
        Assert.Equal((6, 2), (Heard("door"), Heard("gate")));
    }

    [Fact]
    public async Task WhatCannotBe_IsSaid_AndChangesNothing()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _host.Detectors.RemoveDetectorAsync("door", TestHost.Cancellation));
        await StartAsync();
        Task Add(string name, Action<HostedDetectorOptions> options) => _host.Detectors.AddDetectorAsync(name, options, TestHost.Cancellation);
        Assert.Contains("'door' already", (await Assert.ThrowsAsync<ArgumentException>(() => Add("door", _ => { }))).Message);
        Assert.Contains("SuRnnStream:Detectors:gate:Model is 'gone', but there is no file", (await Assert.ThrowsAsync<ArgumentException>(() => Add("gate", gate => gate.Model = "gone"))).Message);
        await Add("follower", follower => (follower.Model, follower.Source, follower.ArmedBy) = ("tones.surnn", "hall", "door"));
        Assert.Contains("follower is armed by 'door'", (await Assert.ThrowsAsync<ArgumentException>(() => _host.Detectors.RemoveDetectorAsync("door", TestHost.Cancellation))).Message);
        Assert.Contains("listens to the source 'hall'", (await Assert.ThrowsAsync<ArgumentException>(() => _host.Detectors.RemoveSourceAsync("hall", TestHost.Cancellation))).Message);
        Assert.Contains("ArmedBy is 'door'", (await Assert.ThrowsAsync<ArgumentException>(() => Add("both", both => (both.Model, both.Source, both.ArmedBy, both.Beside) = ("tones.surnn", "hall", "door", "door")))).Message);
        await Add("second", second => (second.Model, second.Source, second.Beside) = ("tones.surnn", "hall", "door"));
        Assert.Contains("in the pipeline of 'door' itself", (await Assert.ThrowsAsync<ArgumentException>(() => Add("third", third => (third.Model, third.Source, third.Beside) = ("tones.surnn", "hall", "second")))).Message);
        await Assert.ThrowsAsync<KeyNotFoundException>(() => _host.Detectors.RemoveDetectorAsync("cellar", TestHost.Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => _host.Detectors.AddSourceAsync("hall", source => source.Address = "x.wav", TestHost.Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => _host.Detectors.AddSourceAsync("yard", source => source.Address = "x.wav", TestHost.Cancellation));
        await HearAsync("door", Sound);
        await StopAsync();
        Assert.Equal(2, Heard("door"));
    }

    [Fact]
    public async Task AHostThatStartsEmpty_GetsItsDetectorsLater()
    {
        using var host = new TestHost(("StartEmpty", "true"));
        host.Builder.Services.AddSuRnnStream().AddSink(_ => _sink);
        host.SaveSound("hall.wav", Sound);
        await host.Host.StartAsync(TestHost.Cancellation);
        await host.Detectors.AddSourceAsync("hall", source => source.Address = "hall.wav", TestHost.Cancellation);
        await host.Detectors.AddDetectorAsync("door", door => door.Model = "tones.surnn", TestHost.Cancellation);
        await _sink.WaitAsync(2);
        await host.Host.StopAsync(TestHost.Cancellation);
    }

    /// <summary>A thousand detectors listen to one source, while others pause, mute, remove and add some of them: each one's samples are those that it read and those that it missed.</summary>
    [Fact]
    public async Task WhileAThousandDetectorsRun_NoSampleIsUncounted()
    {
        using var host = new TestHost(("StartEmpty", "true"));
        var source = new PushSource(ToneModel.Rate, TimeSpan.FromSeconds(20)) { Overflow = OverflowPolicy.Wait };
        var surnn = host.Builder.Services.AddSuRnnStream().AddSource("hall", _ => source, options => options.Live = false);
        for (var i = 0; i < 1_000; i++) surnn.AddDetector($"{i}", detector => detector.Model = "tones.surnn");
        await host.Host.StartAsync(TestHost.Cancellation);
        var sound = ToneModel.Quiet(0.4);
        var pushing = Task.Run(() =>
        {
            for (var at = 0; at < sound.Length; at += 160) source.Push(sound.AsSpan(at, 160));
        }, TestHost.Cancellation);
        var random = new Random(1);
        for (var i = 0; i < 400; i++)
        {
            var name = $"{random.Next(500)}"; // the other half stays
            if (i % 4 == 0) host.Detectors.Pause(name);
            else if (i % 4 == 1) host.Detectors.Resume(name);
            else host.Detectors.Mute(name, TimeSpan.FromMilliseconds(random.Next(20)));
        }
        for (var i = 500; i < 504; i++)
        {
            await host.Detectors.RemoveDetectorAsync($"{i}", TestHost.Cancellation).WaitAsync(Patience, TestHost.Cancellation);
            await host.Detectors.AddDetectorAsync($"{i}", detector => detector.Model = "tones.surnn", TestHost.Cancellation);
        }
        for (var i = 0; i < 500; i++) host.Detectors.Resume($"{i}");
        await pushing.WaitAsync(Patience, TestHost.Cancellation);
        source.Push(new float[160]); // those that were added last join with it
        source.Complete();
        await Wait.Until(() => host.Detectors.Status.All(one => one.SourceState == SourceState.Ended && one.Counters.SamplesInFlight == 0 && one.Counters.SamplesRead + one.SamplesMissed == sound.Length + 160),
            () => string.Join("; ", host.Detectors.Status.Where(one => one.Counters.SamplesRead + one.SamplesMissed != sound.Length + 160).Select(one => $"{one.Name}: {one.Counters.SamplesRead} + {one.SamplesMissed}").Take(5)));
        Assert.Equal(1_000, host.Detectors.Status.Count);
        Assert.All(host.Detectors.Status, one => Assert.Equal(one.Counters.SamplesRead, one.Counters.SamplesProcessed));
        await host.Host.StopAsync(TestHost.Cancellation);
    }

    public void Dispose() => _host.Dispose();

    Task StartAsync() => _host.Host.StartAsync(TestHost.Cancellation);

    DetectorStatus Of(string name) => _host.Detectors.Status.Single(one => one.Name == name);

    int Heard(string detector) => _sink.Heard.Count(one => one.Detector == detector);

    /// <summary>All of it has been heard when this returns.</summary>
    async Task HearAsync(string detector, float[] sound)
    {
        var before = Of(detector).Counters.SamplesProcessed;
        _hall.Push(sound);
        await Wait.Until(() => Of(detector).Counters.SamplesProcessed >= before + sound.Length);
    }

    async Task MissAsync(string detector, float[] sound)
    {
        var before = Of(detector).SamplesMissed;
        _hall.Push(sound);
        await Wait.Until(() => Of(detector).SamplesMissed >= before + sound.Length);
    }

    async Task StopAsync()
    {
        _hall.Complete();
        await Wait.Until(() => _host.Detectors.Status.Where(one => one.Source == "hall").All(one => one.SourceState == SourceState.Ended));
        await _host.Host.StopAsync(TestHost.Cancellation);
    }

    List<string> Told(params int[] ids) => [.. _host.Log.GetSnapshot().Where(entry => ids.Contains(entry.Id.Id)).Select(entry => entry.Message)];
}
