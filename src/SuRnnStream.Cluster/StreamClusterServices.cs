using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Messaging;
using Orleans.Persistence;
using Orleans.Serialization;
using Orleans.Storage;
using StackExchange.Redis;
using SuRnnStream;
using SuRnnStream.Cluster;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Makes a host a silo or a client of a cluster of streams.</summary>
public static class StreamClusterServices
{
    static readonly TimeSpan Refresh = TimeSpan.FromSeconds(1); // of a client's list of silos
    static readonly TimeSpan TableTimes = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The host owns streams, as the section <see cref="StreamClusterOptions.Section"/> of its configuration says, and has a <see cref="ClusterProducer"/> for those
    /// that come in here. Sources of <c>AddSuRnnStream()</c> in the same host are detected in the cluster, each detector as a stream of its own, named
    /// <see cref="StreamClusterOptions.Node"/>/detector; the name of its model's file, without the extension, is the model's name there. So are the clients of a Wyoming
    /// server (<c>AddWyoming()</c>) and of the WebSocket server. With <see cref="StreamClusterOptions.Client"/> it owns none, as with <see cref="AddStreamClusterClient"/>.
    /// </summary>
    /// <param name="builder">The host's.</param>
    /// <param name="configure">Settings by code, after the configuration's.</param>
    /// <param name="silo">More of Orleans, as its dashboard.</param>
    /// <exception cref="ArgumentException">An option lies outside its range, or a model cannot be used; the message says all of it.</exception>
    public static IHostApplicationBuilder AddStreamCluster(this IHostApplicationBuilder builder, Action<StreamClusterOptions>? configure = null, Action<ISiloBuilder>? silo = null)
    {
        var options = Options(builder, configure, silo: true);
        if (options.Client) return Client(builder, options);
        builder.UseOrleans(orleans =>
        {
            UseStreams(orleans, options, builder.Environment.ContentRootPath);
            UseStore(orleans, options);
            silo?.Invoke(orleans);
        });
        return Feed(builder, options);
    }

    /// <summary>The host owns no streams; its <see cref="ClusterProducer"/> sends them to the cluster that the section <see cref="StreamClusterOptions.Section"/> names.</summary>
    /// <param name="builder">The host's.</param>
    /// <param name="configure">Settings by code, after the configuration's.</param>
    /// <exception cref="ArgumentException">An option lies outside its range; the message says all of it.</exception>
    public static IHostApplicationBuilder AddStreamClusterClient(this IHostApplicationBuilder builder, Action<StreamClusterOptions>? configure = null)
    {
        return Client(builder, Options(builder, configure, silo: false));
    }

    static IHostApplicationBuilder Client(IHostApplicationBuilder builder, StreamClusterOptions options)
    {
        builder.UseOrleansClient(orleans => Use(orleans, options));
        return Feed(builder, options);
    }

    /// <summary>A producer, which also the detectors of <see cref="SuRnnStreamServices.AddSuRnnStream(IServiceCollection)"/> use from now on.</summary>
    static IHostApplicationBuilder Feed(IHostApplicationBuilder builder, StreamClusterOptions options)
    {
        builder.Services.AddSingleton(services => new ClusterProducer(
            services.GetRequiredService<IGrainFactory>(), services.GetService<ProducerOptions>(), services.GetService<TimeProvider>(), services.GetService<ILoggerFactory>()));
        builder.Services.AddSingleton(services => new ClusterPlace(services.GetRequiredService<ClusterProducer>(), options.Node));
        builder.Services.AddSingleton<IDetectorPlace>(services => services.GetRequiredService<ClusterPlace>());
        builder.Services.AddSingleton<IClientPlace>(services => services.GetRequiredService<ClusterPlace>());
        return builder;
    }

    /// <summary>Degraded while the store takes no states though streams move on, and while blocks wait longer than the backlog.</summary>
    public static IHealthChecksBuilder AddStreamCluster(this IHealthChecksBuilder builder) =>
        builder.Add(new HealthCheckRegistration("surnn-cluster", services => ActivatorUtilities.CreateInstance<ClusterHealthCheck>(services), null, null));

    static StreamClusterOptions Options(IHostApplicationBuilder builder, Action<StreamClusterOptions>? configure, bool silo)
    {
        var options = new StreamClusterOptions();
        try
        {
            builder.Configuration.GetSection(StreamClusterOptions.Section).Bind(options);
        }
        catch (InvalidOperationException unreadable) // names the value, its path and its type
        {
            throw new ArgumentException(unreadable.Message, unreadable);
        }
        configure?.Invoke(options);
        return options.Validate(silo && !options.Client);
    }

    /// <summary>Everything but members and states, which tests keep elsewhere.</summary>
    internal static void UseStreams(ISiloBuilder silo, StreamClusterOptions options, string root)
    {
        var streams = new SiloStreams(options, root); // now: a model that cannot be used keeps the host from starting
        silo.Services.AddSingleton(options);
        silo.Services.AddSingleton(_ => streams);
        silo.Services.AddSingleton<ClusterMetrics>();
        silo.Services.AddSingleton<ISiloFigures, LocalFigures>();
        silo.Services.AddSingleton(TimeProvider.System);
        silo.AddPlacementDirector<InletPlacement, InletPlacementDirector>();
        silo.AddPlacementDirector<StreamPlacement, StreamPlacementDirector>();
        if (options.Rebalance) AddRebalancer(silo);
    }

    static void UseStore(ISiloBuilder silo, StreamClusterOptions options)
    {
        silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.Id, options.Id));
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            // Longest after all: while messages from a silo are younger than limit times the longest probe no vote against it counts.
            (membership.ProbeTimeout, membership.MaxProbeTimeout) = (options.ProbeTimeout, options.ProbeTimeout);
            (membership.NumMissedProbesLimit, membership.NumVotesForDeathDeclaration) = (2, 2);
            (membership.TableRefreshTimeout, membership.IAmAliveTablePublishTimeout) = (TableTimes, TableTimes);
        });
        var address = IPAddress.Parse(options.Address);
        if (options.Store == ClusterStore.Memory)
        {
            silo.UseLocalhostClustering(options.SiloPort, options.GatewayPort, serviceId: options.Id, clusterId: options.Id);
            silo.AddMemoryGrainStorage(StreamGrain.StoreName);
            return;
        }
        silo.ConfigureEndpoints(address, options.SiloPort, options.GatewayPort, listenOnAnyHostAddress: false);
        if (options.Store == ClusterStore.Redis)
        {
            silo.UseRedisClustering(redis => redis.ConfigurationOptions = Redis(options));
            silo.AddRedisGrainStorage(StreamGrain.StoreName, builder => builder.Configure((RedisStorageOptions redis, Serializer serializer) =>
            {
                redis.ConfigurationOptions = Redis(options);
                redis.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer); // JSON is its default: a third more bytes, three times the time
                redis.DeleteStateOnClear = true;
            }));
        }
        else
        {
            silo.Services.AddSingleton(_ => new Postgres(options.Connection!));
            silo.Services.AddSingleton<IMembershipTable>(services => new PostgresMembership(services.GetRequiredService<Postgres>(), options.Id));
            silo.Services.AddKeyedSingleton<IGrainStorage>(StreamGrain.StoreName, (services, _) =>
                new PostgresStorage(services.GetRequiredService<Postgres>(), services.GetRequiredService<Serializer>(), options.Id));
        }
    }

    static void Use(IClientBuilder client, StreamClusterOptions options)
    {
        client.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.Id, options.Id));
        client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(2)); // what is on its way to a silo that dies waits for it
        client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = Refresh);
        client.UseConnectionRetryFilter(async (_, cancellation) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellation).ConfigureAwait(false);
            return true; // silos may start after their clients
        });
        switch (options.Store)
        {
            case ClusterStore.Memory:
                client.UseLocalhostClustering(options.GatewayPort, options.Id, options.Id);
                break;
            case ClusterStore.Redis:
                client.UseRedisClustering(redis => redis.ConfigurationOptions = Redis(options));
                break;
            default:
                client.Services.AddSingleton(_ => new Postgres(options.Connection!));
                client.Services.AddSingleton<IGatewayListProvider>(services => new PostgresGateways(services.GetRequiredService<Postgres>(), options.Id, Refresh));
                break;
        }
    }

    static ConfigurationOptions Redis(StreamClusterOptions options)
    {
        var redis = ConfigurationOptions.Parse(options.Connection!);
        redis.AbortOnConnectFail = false; // it may come later, and come back
        return redis;
    }

#pragma warning disable ORLEANSEXP002 // the rebalancer may still change its settings
    static void AddRebalancer(ISiloBuilder silo)
    {
        silo.AddActivationRebalancer();
        silo.Configure<ActivationRebalancerOptions>(rebalancer => (rebalancer.RebalancerDueTime, rebalancer.SessionCyclePeriod) = (TableTimes, TableTimes));
    }
#pragma warning restore ORLEANSEXP002
}
