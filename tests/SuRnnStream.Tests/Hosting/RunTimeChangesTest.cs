using Microsoft.Extensions.DependencyInjection;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

public sealed class RunTimeChangesTest : IDisposable
{
    static readonly float[] Sound = ToneModel.Tones(2);

    readonly TestHost _host = new(("Detectors:door:Model", "tones.surnn"));
    readonly PushSource _microphone = new(ToneModel.Rate, TimeSpan.FromSeconds(10));
    readonly MemorySink _sink = new();

    public RunTimeChangesTest() =>
        _host.Builder.Services.AddSuRnnStream().AddSource("hall", _ => _microphone, source => source.Live = false).AddSink(_ => _sink);

    [Fact]
    public async Task AThreshold_ThatChangesInTheConfiguration_CountsFromThenOn()
    {
        await StartAsync();
        await HearAsync(Sound);
        _host.Set("Detectors:door:Thresholds:high", "0.9999");
        await HearAsync(Sound);
        _host.Set("Detectors:door:Thresholds:high", "0.5");
        _host.Set("Detectors:door:Threshold", "0.9999");
        await HearAsync(Sound);
        _host.Set("Detectors:door:Threshold", null);
        _host.Set("Detectors:door:Refractory", "00:01:00");
        await HearAsync(Sound);
        await StopAsync();
        Assert.Equal(["low", "high", "low", "high"], _sink.Heard.Select(heard => heard.Detection.Label));
        Assert.Equal([0.3, 0.8, 1.6, 3.4], _sink.Heard.Select(heard => heard.Detection.Start.TotalSeconds), (expected, start) => Math.Abs(start - expected) < 0.05);
        Assert.Equal(5, Told(32).Count);
        Assert.Equal((4 * Sound.Length, 0L), (_host.Status.Counters.SamplesProcessed, _host.Status.Counters.SamplesDropped));
    }

    [Theory]
    [InlineData("Detectors:door:Threshold", "1.5", "SuRnnStream:Detectors:door: Threshold is 1.5")]
    [InlineData("Detectors:door:Threshold", "much", "'much' at 'SuRnnStream:Detectors:door:Threshold'")]
    [InlineData("Detectors:door:Thresholds:stpo", "0.5", "There is a threshold for 'stpo'")]
    [InlineData("Detectors:door:Model", "gone.surnn", "SuRnnStream:Detectors:door:Model is 'gone.surnn', but there is no file")]
    [InlineData("Detectors:door:Model", "damaged.surnn", "SuRnnStream:Detectors:door:Model is 'damaged.surnn': ")]
    public async Task AnInvalidChange_IsLogged_AndEverythingOldStays(string key, string value, string message)
    {
        File.WriteAllBytes(_host.File("damaged.surnn"), File.ReadAllBytes(_host.ModelPath)[..500]);
        await StartAsync();
        await HearAsync(Sound);
        _host.Set(key, value);
        Assert.Contains(message, Assert.Single(Told(33)));
        await HearAsync(Sound);
        await StopAsync();
        Assert.Equal(["low", "high", "low", "high"], _sink.Heard.Select(heard => heard.Detection.Label));
    }

    [Fact]
    public async Task AnotherModelInTheConfiguration_TakesOver_AndNoSampleIsLost()
    {
        _host.Save("other.surnn", ToneModel.Build(labels: ["silence", "unknown", "bass", "treble"]));
        _host.Save("sensor.surnn", PulseModel.Build());
        await StartAsync();
        await HearAsync(Sound);
        _host.Set("Detectors:door:Model", "other.surnn");
        await HearAsync(Sound);
        _host.Set("Detectors:door:Model", "sensor.surnn");
        await HearAsync(Sound);
        await StopAsync();
        Assert.Equal(["low", "high", "bass", "treble", "bass", "treble"], _sink.Heard.Select(heard => heard.Detection.Label));
        Assert.Equal([0.3, 0.8, 1.6, 2.1, 2.9, 3.4], _sink.Heard.Select(heard => heard.Detection.Start.TotalSeconds), (expected, start) => Math.Abs(start - expected) < 0.05);
        Assert.Equal((3 * Sound.Length, 0L, 0L), (_host.Status.Counters.SamplesProcessed, _host.Status.Counters.SamplesDropped, _host.Status.Counters.Gaps));
        Assert.Contains("other.surnn", Assert.Single(Told(30)));
        Assert.Contains("no sound", Assert.Single(Told(31)));
    }

    [Fact]
    public async Task TheSameFileWithAnotherModelInIt_TakesOverWhenAsked()
    {
        await StartAsync();
        await HearAsync(Sound);
        _host.Save("tones.surnn", ToneModel.Build(labels: ["silence", "unknown", "bass", "treble"]));
        await HearAsync(Sound);
        await _host.Detectors.SwapModelAsync("door", "tones.surnn", TestHost.Cancellation);
        await HearAsync(Sound);
        await _host.Detectors.SwapModelAsync("DOOR", ToneModel.Build(), TestHost.Cancellation);
        await HearAsync(Sound);
        await StopAsync();
        Assert.Equal(["low", "high", "low", "high", "bass", "treble", "low", "high"], _sink.Heard.Select(heard => heard.Detection.Label));
    }

    [Fact]
    public async Task ASwapThatCannotBe_Throws_IsLogged_AndTheOldModelStays()
    {
        File.WriteAllText(_host.File("damaged.surnn"), "SURNN\n");
        _host.Save("sensor.surnn", PulseModel.Build());
        await StartAsync();
        await HearAsync(Sound);
        await Assert.ThrowsAsync<InvalidModelException>(() => _host.Detectors.SwapModelAsync("door", "damaged.surnn", TestHost.Cancellation));
        await Assert.ThrowsAsync<FileNotFoundException>(() => _host.Detectors.SwapModelAsync("door", "gone.surnn", TestHost.Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => _host.Detectors.SwapModelAsync("door", "sensor.surnn", TestHost.Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => _host.Detectors.SwapModelAsync("door", PulseModel.Build(), TestHost.Cancellation));
        var nobody = await Assert.ThrowsAsync<KeyNotFoundException>(() => _host.Detectors.SwapModelAsync("gate", "tones.surnn", TestHost.Cancellation));
        Assert.Equal("There is no detector 'gate' here, only door.", nobody.Message);
        Assert.Equal(4, Told(31).Count);
        await HearAsync(Sound);
        await StopAsync();
        Assert.Equal(["low", "high", "low", "high"], _sink.Heard.Select(heard => heard.Detection.Label));
    }

    [Fact]
    public async Task SwapsUnderLoad_LoseNoSample()
    {
        await StartAsync();
        SuRnnModel[] models = [ToneModel.Build(), ToneModel.Build(labels: ["silence", "unknown", "bass", "treble"])];
        for (var i = 0; i < 40; i++)
        {
            _microphone.Push(ToneModel.Tone(i % 2 == 0 ? ToneModel.Low : ToneModel.High, 0.2));
            await _host.Detectors.SwapModelAsync("door", models[i % 2], TestHost.Cancellation);
            _microphone.Push(ToneModel.Quiet(0.05));
            var now = _host.Status.Counters;
            Assert.Equal(now.SamplesRead, now.SamplesProcessed + now.SamplesDropped + now.SamplesInFlight);
        }
        await StopAsync();
        Assert.Equal((40 * ToneModel.Rate / 4, 0L, 0L), (_host.Status.Counters.SamplesProcessed, _host.Status.Counters.SamplesDropped, _host.Status.Counters.Gaps));
    }

    [Fact]
    public async Task WhatTakesARestart_IsSaid()
    {
        await StartAsync();
        _host.Set("Detectors:door:Edges", "true");
        Assert.Contains("A rule about the detections of door", Assert.Single(Told(34)));
        await StopAsync();
    }

    /// <summary>Each is told once by its name, without its value, and not again while it stays.</summary>
    [Fact]
    public async Task ASettingThatIsReadOnce_IsSaid_WhenItChanges()
    {
        _host.Builder.Configuration["SuRnnStream:Sinks:JsonLines:Path"] = _host.File("heard.jsonl");
        _host.Builder.Configuration["SuRnnStream:Sinks:Webhook:Url"] = "http://127.0.0.1:9/a";
        await StartAsync();
        string[] settings = ["SinkQueue=5", "Sources:hall:FirstRetry=00:00:02", "Sinks:JsonLines:Path=other.jsonl", "Sinks:Webhook:Url=http://127.0.0.1:9/secret", "Sinks:Webhook:Headers:X-Key=secret", "Sinks:Webhook:Timeout=00:00:05"];
        for (var i = 0; i < settings.Length; i++)
        {
            var (key, value) = (settings[i][..settings[i].IndexOf('=')], settings[i][(settings[i].IndexOf('=') + 1)..]);
            _host.Set(key, value);
            Assert.Equal($"SuRnnStream:{key} has changed, which takes a restart of the host", Told(34)[^1]);
            _host.Set("Detectors:door:Threshold", FormattableString.Invariant($"{0.5 + i / 100.0}")); // another change tells nothing more of it
            Assert.Equal(i + 1, Told(34).Count);
        }
        _host.Set("SinkQueue", null); // back to what is in force
        Assert.Equal(settings.Length, Told(34).Count);
        _host.Set("SinkQueue", "0");
        Assert.Contains("SinkQueue is 0", Assert.Single(Told(33)));
        Assert.DoesNotContain(_host.Log.GetSnapshot(), entry => entry.Message.Contains("secret"));
        await StopAsync();
    }

    public void Dispose() => _host.Dispose();

    Task StartAsync() => _host.Host.StartAsync(TestHost.Cancellation);

    /// <summary>All of it has been heard when this returns.</summary>
    async Task HearAsync(float[] sound)
    {
        var before = _host.Status.Counters.SamplesProcessed;
        _microphone.Push(sound);
        await Wait.Until(() => _host.Status.Counters.SamplesProcessed >= before + sound.Length);
    }

    async Task StopAsync()
    {
        _microphone.Complete();
        await Wait.Until(() => _host.Status.SourceState == SourceState.Ended);
        await _host.Host.StopAsync(TestHost.Cancellation);
    }

    List<string> Told(int id) => [.. _host.Log.GetSnapshot().Where(entry => entry.Id.Id == id).Select(entry => entry.Message)];
}
