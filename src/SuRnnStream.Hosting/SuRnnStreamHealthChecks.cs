using Microsoft.Extensions.Diagnostics.HealthChecks;
using SuRnnStream;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Detection as a part of a host's health.</summary>
public static class SuRnnStreamHealthChecks
{
    /// <summary>A check of all detectors; its limits are <see cref="SuRnnStreamOptions.Health"/>. Its data are each detector's age, source and drop rate.</summary>
    /// <param name="checks">Of the host.</param>
    /// <param name="name">Of the check.</param>
    /// <param name="failureStatus">What is reported where a detector is unhealthy; by default that.</param>
    /// <param name="tags">For those who ask for some checks only.</param>
    public static IHealthChecksBuilder AddSuRnnStream(this IHealthChecksBuilder checks, string name = "surnn", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null) =>
        checks.AddCheck<DetectorHealthCheck>(name, failureStatus, tags ?? []);
}
