using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SuRnnStream.Cluster;

/// <summary>How a silo is: streams, lateness, and how long the store has taken nothing.</summary>
sealed class ClusterHealthCheck(SiloStreams streams, ClusterMetrics metrics, StreamClusterOptions options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var (since, moved) = (metrics.SinceSave, streams.All.Any(stream => stream.HasMoved));
        var late = streams.Models.Values.Select(model => model.Pool.Counters.MedianLateness).DefaultIfEmpty().Max();
        var data = new Dictionary<string, object>
        {
            ["streams"] = (double)streams.Count,
            ["lateness"] = late.TotalSeconds,
            ["seconds without a saved state"] = moved ? since.TotalSeconds : 0.0,
        };
        if (moved && since > options.DegradedAfter)
            return Task.FromResult(HealthCheckResult.Degraded($"The store has taken no state for {since.TotalSeconds:F0} s: look at {options.Store}; after a failure now as much is sent again.", data: data));
        return Task.FromResult(late > options.Backlog
            ? HealthCheckResult.Degraded($"Half of the blocks wait longer than {late.TotalMilliseconds:F0} ms: add a silo, or move streams to others.", data: data)
            : HealthCheckResult.Healthy($"{streams.Count} streams", data));
    }
}
