using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SuRnnStream;

/// <summary>Whether a host's detectors work: by the age of their last samples, by their sources, and by what they drop.</summary>
sealed class DetectorHealthCheck(IHostedDetectors detectors, AcceptedOptions options) : IHealthCheck
{
    const int SlowFrames = 3; // hops without a frame that are no trouble

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var limits = options.Current.Health;
        var (worst, reasons, data) = (HealthStatus.Healthy, new List<string>(), new Dictionary<string, object>());
        foreach (var status in detectors.Status)
        {
            data[$"{status.Name}.age"] = status.Age.TotalSeconds;
            data[$"{status.Name}.source"] = status.SourceState.ToString();
            data[$"{status.Name}.drop-rate"] = status.DropRate;
            var (health, reason) = Judge(status, limits);
            if (health < worst) worst = health;
            if (reason is not null) reasons.Add($"{status.Name}: {reason}");
        }
        if (data.Count == 0) return Task.FromResult(new HealthCheckResult(HealthStatus.Degraded, "The detectors have not started."));
        // How bad the worst can be is said where the check is registered.
        if (worst == HealthStatus.Unhealthy) worst = context.Registration.FailureStatus;
        var description = reasons.Count == 0 ? "All detectors hear." : string.Join("; ", reasons);
        return Task.FromResult(new HealthCheckResult(worst, description, data: data));
    }

    static (HealthStatus, string?) Judge(DetectorStatus status, DetectorHealthOptions limits)
    {
        if (status.Failure is { } failure) return (HealthStatus.Unhealthy, failure);
        if (status.Paused) return (HealthStatus.Healthy, null);
        if (status.SourceState == SourceState.Ended) return (HealthStatus.Healthy, null);
        var slow = SlowFrames * status.Hop;
        var age = string.Create(CultureInfo.InvariantCulture, $"nothing heard for {status.Age.TotalSeconds:0.0} s, the source is {Word(status.SourceState)}");
        if (status.Age >= Later(limits.UnhealthyAfter, slow)) return (HealthStatus.Unhealthy, age);
        var drops = string.Create(CultureInfo.InvariantCulture, $"{100 * status.DropRate:0.0} % of the last minute was dropped");
        if (status.DropRate >= limits.UnhealthyDropRate) return (HealthStatus.Unhealthy, drops);
        if (status.Age >= Later(limits.DegradedAfter, slow) || status.SourceState != SourceState.Running) return (HealthStatus.Degraded, age);
        if (status.DropRate >= limits.DegradedDropRate) return (HealthStatus.Degraded, drops);
        return status.Advice.Count > 0 ? (HealthStatus.Degraded, string.Join(" ", status.Advice.Select(advice => advice.Sentence))) : (HealthStatus.Healthy, null);
    }

    static string Word(SourceState state) => state.ToString().ToLowerInvariant();

    static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
