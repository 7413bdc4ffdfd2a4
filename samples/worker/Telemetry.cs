using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace SuRnnStream.Worker;

/// <summary>
/// What the worker counts, for Prometheus at <c>/metrics</c>. Where the environment's OTEL_EXPORTER_OTLP_ENDPOINT names a collector the same goes
/// there by OTLP, and with it a span for every detection.
/// </summary>
static class Telemetry
{
    const string Ours = "SuRnnStream"; // meter and source of activities

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var push = !string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        var telemetry = builder.Services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            metrics.AddMeter(Ours, "System.Runtime").AddPrometheusExporter();
            if (push) metrics.AddOtlpExporter();
        });
        if (push) telemetry.WithTracing(traces => traces.AddSource(Ours).AddOtlpExporter());
    }
}
