using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using SuRnnStream.Cluster.Tests.Support;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Cluster.Tests;

/// <summary>A host that is a cluster of its own, in memory, as its configuration says.</summary>
public sealed class HostTest
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FilesOfAHost_AreDetectedInTheCluster_ByConfigurationAlone()
    {
        var heard = new List<HeardDetection>();
        var builder = ClusterHost.Builder(new()
        {
            ["SuRnnStream:Sources:talk:Address"] = Repository.File("samples", "audio", "commands.wav"),
            ["SuRnnStream:Detectors:door:Model"] = Repository.File("models", "commands.surnn"),
            ["SuRnnStream:StopWhenDone"] = "true",
        });
        builder.AddStreamCluster();
        builder.Services.AddSuRnnStream().AddSink(_ => new Listener(heard));
        builder.Services.AddHealthChecks().AddStreamCluster();
        using var host = builder.Build();
        await host.StartAsync(Cancellation);
        var health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancellation);
        Assert.Equal(HealthStatus.Healthy, health.Status);
        await host.WaitForShutdownAsync(Cancellation).WaitAsync(TestSilos.Patience, Cancellation);
        Assert.Equal(Speech.Expected("talk", Speech.Minute), heard.Select(one => one.Detection));
        Assert.All(heard, one => Assert.Equal("door", one.Detector));
        Assert.Equal(10, heard.Count);
    }

    /// <summary>Rules of a host's detector that works in a cluster say what they say by hand, and account for every detection.</summary>
    [Fact]
    public async Task RulesOfAHost_InTheCluster_SayWhatTheySayByHand()
    {
        var heard = new List<HeardDetection>();
        var builder = ClusterHost.Builder(new()
        {
            ["SuRnnStream:Sources:talk:Address"] = Repository.File("samples", "audio", "commands.wav"),
            ["SuRnnStream:Detectors:door:Model"] = Repository.File("models", "commands.surnn"),
            ["SuRnnStream:Detectors:door:Sequence:0"] = "yes",
            ["SuRnnStream:Detectors:door:Sequence:1"] = "no",
            ["SuRnnStream:Detectors:door:SequenceWithin"] = "00:00:20",
            ["SuRnnStream:Detectors:door:Rules:no:Threshold"] = "0.4",
            ["SuRnnStream:StopWhenDone"] = "true",
        });
        builder.AddStreamCluster();
        builder.Services.AddSuRnnStream().AddSink(_ => new Listener(heard));
        using var host = builder.Build();
        await host.StartAsync(Cancellation);
        await host.WaitForShutdownAsync(Cancellation).WaitAsync(TestSilos.Patience, Cancellation);

        var (model, byHand) = (ModelFile.Load(Repository.File("models", "commands.surnn")), new List<Detection>());
        var rules = new StreamDecisions(new DecisionOptions
        {
            Sequence = ["yes", "no"],
            SequenceWithin = TimeSpan.FromSeconds(20),
            Rules = new Dictionary<string, LabelRule> { ["no"] = new() { Threshold = 0.4f } },
        }, model, model.Defaults, byHand.Add);
        foreach (var detection in Speech.Expected("talk", Speech.Minute)) rules.Take(detection);
        rules.End(EventEnd.StreamEnded);
        Assert.NotEmpty(byHand);
        Assert.Equal(byHand, heard.Select(one => one.Detection));
        var counts = host.Services.GetRequiredService<IHostedDetectors>().Status.Single().Counters.Decisions;
        Assert.Equal(rules.Counts, counts);
        Assert.Equal(Speech.Expected("talk", Speech.Minute).Count, counts.Passed + counts.Merged + counts.HeldBack);
    }

    [Fact]
    public async Task Figures_OfASilo_CountWhatItDoes()
    {
        var builder = ClusterHost.Builder([]);
        builder.AddStreamCluster(options => options.SaveEvery = TimeSpan.FromMilliseconds(100));
        using var host = builder.Build();
        await host.StartAsync(Cancellation);
        var stream = host.Services.GetRequiredService<ClusterProducer>().Add("hall", Speech.Settings);
        stream.Write(Speech.From(0, 4));
        await Wait.Until(() => stream.Saved >= 64_000);
        var now = host.Services.GetRequiredService<ISiloFigures>().Now;
        Assert.Equal((1, 64_000, 0, 0), (now.Streams, now.SamplesProcessed, now.SavesFailed, now.Fenced));
        Assert.True(now is { Saves: > 0, BytesSaved: > 100 } && now.Percentile99Lateness >= now.MedianLateness);
        Assert.Equal(now.Silo, stream.Silo);
        await host.StopAsync(Cancellation);
    }

    [Theory]
    [InlineData("Cluster:Store", "Redis", "Cluster:Connection is missing, but must be how Redis is reached")]
    [InlineData("Cluster:Models:commands", "no/such.surnn", "Cluster:Models:commands is 'no/such.surnn', which cannot be used")]
    [InlineData("Cluster:Backlog", "00:01:00", "Cluster:Backlog is 00:01:00, but must be 20 ms to 10 s")]
    [InlineData("Cluster:SiloPort", "many", "'many'")]
    public void WhatIsWrongWithTheConfiguration_KeepsTheHostFromStarting_AndIsTold(string key, string value, string said)
    {
        var builder = ClusterHost.Builder(new() { [key] = value });
        var wrong = Assert.Throws<ArgumentException>(() => builder.AddStreamCluster());
        Assert.Contains(said, wrong.Message);
    }

    [Fact]
    public void ProducerOptions_OutOfRange_AreTold() =>
        Assert.Contains("Keep is 00:00:00", Assert.Throws<ArgumentException>(() => new ProducerOptions { Keep = TimeSpan.Zero }.Validate()).Message);

    sealed class Listener(List<HeardDetection> heard) : IDetectionSink
    {
        public ValueTask WriteAsync(HeardDetection one, CancellationToken cancellation)
        {
            heard.Add(one);
            return ValueTask.CompletedTask;
        }
    }
}
