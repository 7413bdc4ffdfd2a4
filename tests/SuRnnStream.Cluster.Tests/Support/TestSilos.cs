using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;
using Orleans.TestingHost;
using SuRnnStream.Tests.Support;

namespace SuRnnStream.Cluster.Tests.Support;

/// <summary>Some silos in this process with one store, and a producer outside them.</summary>
sealed class TestSilos : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5); // for what must come

    readonly InProcessTestCluster _silos;

    TestSilos(InProcessTestCluster silos, SharedStorage.Disk disk) => (_silos, Disk, Producer) = (silos, disk, null!);

    public SharedStorage.Disk Disk { get; }

    public InProcessTestCluster Silos => _silos;

    public ClusterProducer Producer { get; private set; }

    public IGrainFactory Grains => _silos.Client;

    public static async Task<TestSilos> StartAsync(int silos, Action<StreamClusterOptions>? configure = null, ProducerOptions? producer = null)
    {
        var disk = new SharedStorage.Disk();
        var builder = new InProcessTestClusterBuilder((short)silos);
        builder.ConfigureSilo((_, silo) =>
        {
            var options = new StreamClusterOptions { SaveEvery = TimeSpan.FromMilliseconds(200), Workers = 1, Rebalance = false };
            foreach (var name in (string[])["commands", "heartbeat"]) options.Models[name] = Repository.File("models", $"{name}.surnn");
            configure?.Invoke(options);
            StreamClusterServices.UseStreams(silo, options.Validate(silo: true), AppContext.BaseDirectory);
            silo.Services.AddKeyedSingleton<IGrainStorage>(StreamGrain.StoreName, (services, _) => new SharedStorage(services.GetRequiredService<Serializer>()) { To = disk });
        });
        builder.ConfigureClient(client => client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(5)));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new TestSilos(cluster, disk) { Producer = new ClusterProducer(cluster.Client, producer ?? new ProducerOptions { Interval = TimeSpan.FromMilliseconds(5) }) };
    }

    public IStreamGrain Stream(string name) => Grains.GetGrain<IStreamGrain>(name);

    public async ValueTask DisposeAsync()
    {
        await Producer.DisposeAsync();
        await _silos.DisposeAsync();
    }
}
