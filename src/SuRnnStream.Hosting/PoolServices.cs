using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using SuRnnStream;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>A <see cref="DetectorPool"/> as a part of a host's services.</summary>
public static class PoolServices
{
    /// <summary>
    /// A pool that starts and stops with the host, as the service <see cref="DetectorPool"/>: streams are added (<see cref="DetectorPool.Add(string, PooledStreamOptions)"/>,
    /// <see cref="DetectorPool.GetOrAdd"/>) and removed while it runs. Its counters are in the meter <c>SuRnnStream</c> (<c>surnn.pool.*</c>), the first loss of each stream is logged, and a stopping host
    /// processes what waits for as long as its ShutdownTimeout allows.
    /// </summary>
    /// <param name="services">The host's.</param>
    /// <param name="model">By name (<c>commands</c>), or by path from the content root; a missing one stops the host at start.</param>
    /// <param name="options">Changes the pool's options: <c>options => options with { Backlog = TimeSpan.FromSeconds(1) }</c>.</param>
    /// <param name="detector">Changes when a score counts as an event, from what the model was tuned with.</param>
    /// <exception cref="InvalidOperationException">There is a pool already.</exception>
    public static IServiceCollection AddDetectorPool(
        this IServiceCollection services, string model, Func<PoolOptions, PoolOptions>? options = null, Func<DetectorOptions, DetectorOptions>? detector = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        if (services.Any(service => service.ServiceType == typeof(PoolHost)))
            throw new InvalidOperationException("AddDetectorPool was called before: a host has one pool; make others with new DetectorPool.");
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<HostLogger>();
        services.AddSingleton(provider => new PoolHost(
            model, options, detector, provider.GetService<IHostEnvironment>(), provider.GetRequiredService<HostLogger>(), provider.GetRequiredService<TimeProvider>(), provider.GetService<IMeterFactory>()));
        services.AddSingleton(provider => provider.GetRequiredService<PoolHost>().Pool);
        return services.AddHostedService(provider => provider.GetRequiredService<PoolHost>());
    }

    /// <summary>A check of the pool: what part of the samples of the last minute was dropped. Its data are the streams, their samples and the lateness.</summary>
    /// <param name="checks">Of the host.</param>
    /// <param name="degradedDropRate">Dropped samples, as a part of those written, from which the pool is degraded; in (0, 1].</param>
    /// <param name="unhealthyDropRate">The same for unhealthy; from <paramref name="degradedDropRate"/> to 1.</param>
    /// <param name="name">Of the check.</param>
    /// <param name="failureStatus">What is reported where the pool is unhealthy; by default that.</param>
    /// <param name="tags">For those who ask for some checks only.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate lies outside its range.</exception>
    public static IHealthChecksBuilder AddDetectorPool(
        this IHealthChecksBuilder checks, double degradedDropRate = 0.001, double unhealthyDropRate = 0.1, string name = "surnn-pool", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        if (degradedDropRate is not (> 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(degradedDropRate), degradedDropRate, "It is in (0, 1].");
        if (!(unhealthyDropRate >= degradedDropRate && unhealthyDropRate <= 1)) throw new ArgumentOutOfRangeException(nameof(unhealthyDropRate), unhealthyDropRate, "It is from degradedDropRate to 1.");
        return checks.Add(new HealthCheckRegistration(name, provider => new PoolHealthCheck(provider.GetRequiredService<PoolHost>(), degradedDropRate, unhealthyDropRate), failureStatus, tags ?? []));
    }
}
