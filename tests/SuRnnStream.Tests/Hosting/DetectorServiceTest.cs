using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SuRnnStream.Tests.Pipeline;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

public class DetectorServiceTest
{
    static readonly float[] Sound = ToneModel.Tones(6);

    [Fact]
    public async Task ConfigurationAlone_HearsAFileToItsEnd_AndStopsTheHost()
    {
        using var host = new TestHost(
            ("Sources:hall:Address", "tones.wav"), ("Detectors:door:Source", "hall"), ("Detectors:door:Model", "tones.surnn"), ("StopWhenDone", "true"));
        host.SaveSound("tones.wav", Sound);
        var sink = new MemorySink();
        host.Builder.Services.AddSuRnnStream().AddSink(_ => sink);
        await host.RunAsync();

        var expected = ToneModel.Detect(ToneModel.Build(), WavFile.Open(host.File("tones.wav")).ReadAll());
        Assert.Equal(6, expected.Count);
        Assert.Equal(expected.Select(detection => detection with { Source = "hall" }), sink.Heard.Select(heard => heard.Detection));
        Assert.All(sink.Heard, heard => Assert.Equal("door", heard.Detector));
        Assert.Equal((Sound.Length, Sound.Length, 0L), (host.Status.Counters.SamplesRead, host.Status.Counters.SamplesProcessed, host.Status.Counters.SamplesDropped));
        Assert.Equal(SourceState.Ended, host.Status.SourceState);
    }

    [Fact]
    public async Task CodeAlone_TakesNoConfiguration()
    {
        using var host = new TestHost(("Detectors:other:Model", "missing.surnn"));
        var sink = new MemorySink();
        host.Builder.Services.AddSuRnnStream(options => options.StopWhenDone = true)
            .AddSource("hall", _ => new ArraySource(Sound, ToneModel.Rate))
            .AddDetector("door", detector => detector.Model = host.ModelPath)
            .AddSink(_ => sink);
        await host.RunAsync();
        Assert.Equal(6, sink.Heard.Count);
    }

    [Fact]
    public async Task AnotherSection_AndCodeBehindIt_AreBothTaken()
    {
        using var host = new TestHost();
        host.Builder.Configuration.AddInMemoryCollection([new("Ears:Detectors:door:Model", host.ModelPath), new("Ears:Detectors:door:Threshold", "0.999"), new("Ears:StopWhenDone", "true")]);
        var sink = new MemorySink();
        host.Builder.Services.AddSuRnnStream(host.Builder.Configuration.GetSection("Ears"))
            .AddSource("hall", _ => new ArraySource(Sound, ToneModel.Rate))
            .AddDetector("door", detector => detector.Thresholds["high"] = 0.5f)
            .AddSink(_ => sink);
        await host.RunAsync();
        Assert.Equal(["high", "high", "high"], sink.Heard.Select(heard => heard.Detection.Label));
    }

    [Fact]
    public async Task OneSource_IsReadOnce_AndEveryDetectorHearsAllOfIt()
    {
        using var host = new TestHost(("StopWhenDone", "true"));
        var (opened, sink) = (0, new MemorySink());
        host.Builder.Services.AddSuRnnStream()
            .AddSource("hall", _ =>
            {
                opened++;
                return new ScriptedSource { LargestRead = 333 }.Play(Sound);
            }, source => source.Live = false)
            .AddSource("yard", _ => new ArraySource(ToneModel.Tones(2), ToneModel.Rate))
            .AddDetector("a", detector => (detector.Source, detector.Model) = ("hall", host.ModelPath))
            .AddDetector("b", detector => (detector.Source, detector.Model) = ("HALL", host.ModelPath))
            .AddDetector("c", detector => (detector.Source, detector.Model) = ("yard", host.ModelPath))
            .AddSink(_ => sink);
        await host.RunAsync();

        var expected = ToneModel.Detect(ToneModel.Build(), Sound);
        foreach (var name in new[] { "a", "b" })
            Assert.Equal(expected, sink.Heard.Where(heard => heard.Detector == name).Select(heard => heard.Detection with { Source = null }));
        Assert.Equal(2, sink.Heard.Count(heard => heard.Detector == "c"));
        Assert.Equal(1, opened);
        Assert.Equal([Sound.Length, Sound.Length, ToneModel.Tones(2).Length], host.Detectors.Status.Select(status => (int)status.Counters.SamplesProcessed));
    }

    [Fact]
    public async Task OneModelFile_IsLoadedOnce()
    {
        using var host = new TestHost(("Detectors:a:Model", "tones.surnn"), ("Detectors:b:Model", "./tones.surnn"));
        host.Builder.Services.AddSuRnnStream().AddSource("hall", _ => new ArraySource(Sound, ToneModel.Rate));
        await host.Host.StartAsync(TestHost.Cancellation);
        var models = host.Host.Services.GetRequiredService<ModelCache>();
        Assert.Same(models.Get(host.ModelPath), models.Get(Path.GetFullPath(host.File("./tones.surnn"))));
        Assert.NotSame(models.Get(host.ModelPath), models.Reload(host.ModelPath));
        await host.Host.StopAsync(TestHost.Cancellation);
    }

    [Fact]
    public async Task ADetectorThatCannotHearItsSource_LeavesTheOthersAlone()
    {
        using var host = new TestHost(("StopWhenDone", "true"));
        var sink = new MemorySink();
        host.Builder.Services.AddSuRnnStream()
            .AddSource("hall", _ => new ArraySource(Sound, ToneModel.Rate))
            .AddSource("two", _ => new ArraySource(new float[200], 100.0, 2))
            .AddDetector("door", detector => (detector.Source, detector.Model) = ("hall", host.ModelPath))
            .AddDetector("unfit", detector => (detector.Source, detector.Model) = ("two", host.ModelPath))
            .AddSink(_ => sink);
        await host.RunAsync();
        Assert.Equal(6, sink.Heard.Count);
        Assert.Contains("one channel", host.Detectors.Status[1].Failure);
        Assert.Contains(host.Log.GetSnapshot(), entry => entry.Id.Id == 21 && entry.Message.Contains("unfit"));
    }

    [Fact]
    public async Task AFileThatBreaks_IsToldAndNotReadAgain()
    {
        using var host = new TestHost(("StopWhenDone", "true"), ("Detectors:door:Model", "tones.surnn"));
        var (opened, sink) = (0, new MemorySink());
        host.Builder.Services.AddSuRnnStream()
            .AddSource("hall", _ =>
            {
                opened++;
                return new ScriptedSource().Play(Sound).Do(() => throw new IOException("a bad sector"));
            }, source => source.Live = false)
            .AddSink(_ => sink);
        await host.RunAsync();
        Assert.Equal((1, 6), (opened, sink.Heard.Count));
        Assert.Equal((SourceState.Failed, "a bad sector"), (host.Status.SourceState, host.Status.Failure));
    }

    [Fact]
    public async Task StopWhileBusy_HearsWhatWasRead_AndCountsAllOfIt()
    {
        using var host = new TestHost(("Detectors:door:Model", "tones.surnn"));
        var (sink, endless) = (new MemorySink(), new Endless());
        host.Builder.Services.AddSuRnnStream().AddSource("hall", _ => endless, source => source.Live = false).AddSink(_ => sink);
        await host.Host.StartAsync(TestHost.Cancellation);
        await sink.WaitAsync(20);
        await host.Host.StopAsync(TestHost.Cancellation);

        var counters = host.Status.Counters;
        Assert.Equal((counters.SamplesRead, 0L, 0L), (counters.SamplesProcessed, counters.SamplesDropped, counters.SamplesInFlight));
        Assert.InRange(endless.Given - counters.SamplesRead, 0, ToneModel.Rate / 50); // at most the piece that was being handed over
        Assert.True(endless.Closed);
        Assert.Equal(counters.Detections, sink.Heard.Count);
    }

    [Fact]
    public async Task ASourceThatNeverComesBack_DoesNotKeepTheHost()
    {
        using var host = new TestHost(("Detectors:door:Model", "tones.surnn"));
        using var never = new ManualResetEventSlim();
        using var reads = new ManualResetEventSlim();
        host.Builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(50));
        host.Builder.Services.AddSuRnnStream().AddSource("hall", _ => new ScriptedSource().Do(() =>
        {
            reads.Set();
            never.Wait();
        }));
        await host.Host.StartAsync(TestHost.Cancellation);
        Assert.True(reads.Wait(TimeSpan.FromMinutes(5), TestHost.Cancellation));
        try
        {
            await host.Host.StopAsync(TestHost.Cancellation);
        }
        catch (OperationCanceledException)
        {
            // the host's own way to say that the time was up
        }
        Assert.Contains(host.Log.GetSnapshot(), entry => entry.Id.Id == 8);
        never.Set();
    }

    /// <summary>Tones without an end, as fast as they are read.</summary>
    sealed class Endless : ISampleSource, IDisposable
    {
        static readonly float[] Loop = ToneModel.Tones(2);

        public int SampleRate => ToneModel.Rate;
        public long Given { get; private set; }
        public bool Closed { get; private set; }

        public int Read(Span<float> samples)
        {
            for (var i = 0; i < samples.Length; i++) samples[i] = Loop[(Given + i) % Loop.Length];
            Given += samples.Length;
            return samples.Length;
        }

        public void Dispose() => Closed = true;
    }
}
