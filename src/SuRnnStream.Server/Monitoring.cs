using OpenTelemetry.Metrics;

namespace SuRnnStream.Server;

/// <summary>
/// Figures for those who run the server: <c>/metrics</c> for Prometheus, on a port of its own where nothing else is served, and pushed by OTLP
/// where the environment's OTEL_EXPORTER_OTLP_ENDPOINT says to where. Besides ours they are the runtime's and ASP.NET's.
/// </summary>
static class Monitoring
{
    static readonly string[] Meters =
        [ServerMetrics.MeterName, "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    public static void Add(WebApplicationBuilder builder, ServerOptions options)
    {
        var push = !string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        if (options.MetricsPort is not null) // after the server's own addresses
            builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, $"{builder.Configuration[WebHostDefaults.ServerUrlsKey]};{options.MetricsUrl}");
        else if (!push) return;
        builder.Services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            metrics.AddMeter(Meters);
            if (options.MetricsPort is not null) metrics.AddPrometheusExporter();
            if (push) metrics.AddOtlpExporter();
        });
    }

    /// <summary>Before everything else, so that the one port has nothing of the other.</summary>
    public static void Serve(WebApplication app, ServerOptions options)
    {
        if (options.MetricsPort is not { } port) return;
        app.MapWhen(context => context.Connection.LocalPort == port, metrics =>
        {
            metrics.UseOpenTelemetryPrometheusScrapingEndpoint();
            metrics.Run(context =>
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            });
        });
    }
}
