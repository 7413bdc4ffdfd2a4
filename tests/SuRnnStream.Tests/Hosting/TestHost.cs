using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

/// <summary>A host in a test: its configuration is a dictionary that can be changed, its log is kept, its model file knows two tones.</summary>
sealed class TestHost : IDisposable
{
    static readonly SuRnnModel Tones = ToneModel.Build();

    readonly TemporaryFolder _folder = new();
    readonly Dictionary<string, string?> _settings = [];
    IHost? _host;

    public TestHost(params (string Key, string? Value)[] settings)
    {
        ModelPath = Save("tones.surnn", Tones);
        foreach (var (key, value) in settings) _settings["SuRnnStream:" + key] = value?.Replace("MODEL", ModelPath);
        Builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = _folder.Path });
        Builder.Configuration.AddInMemoryCollection(_settings);
        Builder.Services.AddMetrics();
        Builder.Logging.AddFakeLogging();
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public HostApplicationBuilder Builder { get; }

    public string ModelPath { get; }

    public IHost Host => _host ??= Builder.Build();

    public FakeLogCollector Log => Host.Services.GetFakeLogCollector();

    public IHostedDetectors Detectors => Host.Services.GetRequiredService<IHostedDetectors>();

    public DetectorStatus Status => Detectors.Status.Single();

    public string File(string name) => _folder.File(name);

    public string Save(string name, SuRnnModel model)
    {
        ModelFile.Save(File(name), model);
        return File(name);
    }

    /// <summary>A WAV file at the tones' rate.</summary>
    public string SaveSound(string name, float[] samples)
    {
        WavWriter.Write(File(name), samples, ToneModel.Rate);
        return File(name);
    }

    /// <summary>Runs to its end: sources that are files, and the option to stop then.</summary>
    public async Task RunAsync()
    {
        await Host.StartAsync(Cancellation);
        await Host.WaitForShutdownAsync(Cancellation);
    }

    /// <summary>Changes the configuration while the host runs.</summary>
    public void Set(string key, string? value)
    {
        var root = (IConfigurationRoot)Host.Services.GetRequiredService<IConfiguration>();
        root["SuRnnStream:" + key] = value;
        root.Reload();
    }

    public void Dispose()
    {
        _host?.Dispose();
        _folder.Dispose();
    }
}

/// <summary>Remembers what it was told; a test can wait for it.</summary>
sealed class MemorySink : IDetectionSink
{
    readonly List<HeardDetection> _heard = [];
    readonly SemaphoreSlim _came = new(0);

    public IReadOnlyList<HeardDetection> Heard
    {
        get
        {
            lock (_heard) return [.. _heard];
        }
    }

    public ValueTask WriteAsync(HeardDetection heard, CancellationToken cancellation)
    {
        lock (_heard) _heard.Add(heard);
        _came.Release();
        return ValueTask.CompletedTask;
    }

    public async Task WaitAsync(int detections)
    {
        for (var i = 0; i < detections; i++)
            Assert.True(await _came.WaitAsync(TimeSpan.FromMinutes(5), TestHost.Cancellation), $"Heard {i} of {detections} detections in five minutes.");
    }
}
