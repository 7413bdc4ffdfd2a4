using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SuRnnStream;

/// <summary>Whether a host's pool keeps up with what is written to it.</summary>
sealed class PoolHealthCheck(PoolHost host, double degraded, double unhealthy) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!host.Started) return Task.FromResult(new HealthCheckResult(HealthStatus.Degraded, "The pool has not started."));
        var (counters, rate) = host.Look();
        var data = new Dictionary<string, object>
        {
            ["streams"] = counters.Streams,
            ["samples"] = counters.Total.SamplesRead,
            ["dropped"] = counters.Total.SamplesDropped,
            ["drop-rate"] = rate,
            ["lateness.p99"] = counters.Percentile99Lateness.TotalSeconds,
        };
        var status = rate >= unhealthy ? context.Registration.FailureStatus : rate >= degraded ? HealthStatus.Degraded : HealthStatus.Healthy;
        var description = rate >= degraded ? string.Create(CultureInfo.InvariantCulture, $"{100 * rate:0.0} % of the last minute was dropped") : "The pool keeps up.";
        return Task.FromResult(new HealthCheckResult(status, description, data: data));
    }
}
