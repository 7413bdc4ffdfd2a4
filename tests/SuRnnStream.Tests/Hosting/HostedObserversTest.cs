using Microsoft.Extensions.DependencyInjection;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

/// <summary>What code of the same program gets of a host's detections, beside its sinks.</summary>
public sealed class HostedObserversTest : IDisposable
{
    readonly TestHost _host = new(("Detectors:door:Model", "tones.surnn"), ("Detectors:door:Source", "hall"), ("Detectors:gate:Model", "tones.surnn"), ("Detectors:gate:Source", "yard"), ("StopWhenDone", "true"));
    readonly SuRnnStreamBuilder _surnn;

    public HostedObserversTest() => _surnn = _host.Builder.Services.AddSuRnnStream()
        .AddSource("hall", _ => new ArraySource(ToneModel.Tones(2), ToneModel.Rate), source => source.Live = false)
        .AddSource("yard", _ => new ArraySource(ToneModel.Tones(4), ToneModel.Rate), source => source.Live = false);

    [Fact]
    public async Task ObserversAndReaders_GetWhatSinksGet_AndTheEnd()
    {
        var sink = new MemorySink();
        _surnn.AddSink(_ => sink);
        var observer = new Collector();
        using var subscription = _host.Detectors.Detections.Subscribe(observer);
        var (all, door) = (Read(_host.Detectors.ReadAllAsync(cancellation: TestHost.Cancellation)), Read(_host.Detectors.ReadAllAsync("DOOR", TestHost.Cancellation)));
        await _host.RunAsync();
        await _host.Host.StopAsync(TestHost.Cancellation);
        await observer.Ended.Task.WaitAsync(TimeSpan.FromMinutes(5), TestHost.Cancellation);
        Assert.Equal(6, sink.Heard.Count);
        Assert.Equal(sink.Heard, observer.Heard);
        Assert.Equal(sink.Heard, await all.WaitAsync(TimeSpan.FromMinutes(5), TestHost.Cancellation));
        Assert.Equal(["low", "high"], (await door.WaitAsync(TimeSpan.FromMinutes(5), TestHost.Cancellation)).Select(heard => heard.Label));
        Assert.All(sink.Heard, heard => Assert.Equal((heard.Detection.Label, heard.Detection.Score, heard.Detection.Source), (heard.Label, heard.Score, heard.Source)));
        Assert.Empty(await Read(_host.Detectors.ReadAllAsync(cancellation: TestHost.Cancellation))); // of a host that has stopped: the end
    }

    [Fact]
    public async Task AnObserverThatFailsOrIsTooSlow_HoldsUpNobody()
    {
        _host.Builder.Configuration["SuRnnStream:SinkQueue"] = "1";
        var (sink, good, block) = (new MemorySink(), new Collector(), new TaskCompletionSource());
        _surnn.AddSink(_ => sink);
        using var bad = _host.Detectors.Detections.Subscribe(new Collector { OnNextDo = _ => throw new InvalidOperationException("no") });
        using var slow = _host.Detectors.Detections.Subscribe(new Collector { OnNextDo = _ => block.Task.Wait(TestHost.Cancellation) });
        await _host.RunAsync();
        await _host.Host.StopAsync(TestHost.Cancellation); // although one observer still has its first detection
        block.SetResult();
        await Wait.Until(() => _host.Log.GetSnapshot().Any(entry => entry.Id.Id == 45), () => "no line of the observer that throws");
        Assert.Single(_host.Log.GetSnapshot(), entry => entry.Id.Id == 44);
    }

    [Fact]
    public async Task SinksByTypeAndByDelegate_GetEveryDetection()
    {
        var (heard, awaited) = (new List<string>(), new List<string>());
        _host.Builder.Services.AddSingleton(heard);
        _surnn.AddSink<TypedSink>().OnDetection(one => heard.Add("delegate " + one.Label)).OnDetection(async one =>
        {
            await Task.Yield();
            awaited.Add(one.Label);
        });
        await _host.RunAsync();
        await _host.Host.StopAsync(TestHost.Cancellation);
        Assert.Equal((6, 6, 6), (heard.Count(line => line.StartsWith("typed ", StringComparison.Ordinal)), heard.Count(line => line.StartsWith("delegate ", StringComparison.Ordinal)), awaited.Count));
    }

    [Fact]
    public async Task ADetectorThatIsNotThere_IsNamed()
    {
        await _host.Host.StartAsync(TestHost.Cancellation);
        Assert.Equal("There is no detector 'cellar' here, only door, gate.", Assert.Throws<KeyNotFoundException>(() => _host.Detectors.ReadAllAsync("cellar", TestHost.Cancellation)).Message);
        await _host.Host.StopAsync(TestHost.Cancellation);
    }

    public void Dispose() => _host.Dispose();

    static async Task<List<HeardDetection>> Read(IAsyncEnumerable<HeardDetection> detections)
    {
        var heard = new List<HeardDetection>();
        await foreach (var one in detections) heard.Add(one);
        return heard;
    }

    sealed class TypedSink(List<string> heard) : IDetectionSink
    {
        public ValueTask WriteAsync(HeardDetection one, CancellationToken cancellation)
        {
            lock (heard) heard.Add("typed " + one.Label);
            return ValueTask.CompletedTask;
        }
    }

    sealed class Collector : IObserver<HeardDetection>
    {
        public List<HeardDetection> Heard { get; } = [];
        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public Action<HeardDetection>? OnNextDo { get; init; }
        public void OnCompleted() => Ended.TrySetResult();
        public void OnError(Exception error) => Ended.TrySetException(error);

        public void OnNext(HeardDetection value)
        {
            OnNextDo?.Invoke(value);
            Heard.Add(value);
        }
    }
}
