using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using OpenTelemetry.Metrics;
using Orleans.Dashboard;
using SuRnnStream.Cluster;

namespace SuRnnStream.ClusterSample;

/// <summary>
/// A machine of a cluster: a silo or, with Cluster:Client, none of its own; what the section SuRnnStream of the configuration says is to be fed from here, and on the loopback <c>/healthz</c>, <c>/metrics</c> and
/// <c>/dashboard</c>, which has no login and is refused to other machines. Once a second it says on standard output what it has done, a JSON object a line.
/// </summary>
static class SiloProgram
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = arguments, ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace); // standard output is for figures
        var dashboard = builder.Configuration.GetValue("Dashboard", true);
        builder.AddStreamCluster(silo: dashboard ? silo => silo.AddDashboard() : null);
        builder.Services.AddWyoming();
        if (builder.Configuration.GetSection(SuRnnStreamOptions.Section).Exists()) builder.Services.AddSuRnnStream().AddSensorSources().AddMqtt();
        var silo = builder.Services.Any(service => service.ServiceType == typeof(ISiloFigures)); // not with Cluster:Client
        var health = builder.Services.AddHealthChecks();
        if (silo) health.AddStreamCluster();
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter("SuRnnStream.Cluster", "SuRnnStream", "Microsoft.Orleans", "System.Runtime").AddPrometheusExporter());
        var app = builder.Build();
        app.MapHealthChecks("/healthz", new HealthCheckOptions { ResponseWriter = static (context, report) => context.Response.WriteAsJsonAsync(report.Entries.ToDictionary(entry => entry.Key, entry => new { Status = $"{entry.Value.Status}", entry.Value.Description, entry.Value.Data })) });
        app.MapPrometheusScrapingEndpoint();
        if (silo)
        {
            if (dashboard) app.UseWhen(IsFarFromDashboard, refused => refused.Run(static context =>
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return context.Response.WriteAsync("The dashboard has no login: open it on this machine, or put a proxy with a login before it.");
            }));
            if (dashboard) app.MapOrleansDashboard(routePrefix: "/dashboard");
            app.Lifetime.ApplicationStarted.Register(() => _ = TellAsync(app));
        }
        await app.RunAsync();
        return 0;
    }

    static bool IsFarFromDashboard(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/dashboard") && !(context.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from));

    static async Task TellAsync(WebApplication app)
    {
        var (figures, me) = (app.Services.GetRequiredService<ISiloFigures>(), Process.GetCurrentProcess());
        while (!app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            me.Refresh();
            Console.WriteLine(JsonSerializer.Serialize(new SiloLine(figures.Now, me.TotalProcessorTime.TotalSeconds, me.WorkingSet64)));
            await Task.Delay(1_000, CancellationToken.None);
        }
    }
}

/// <summary>What a silo says once a second.</summary>
sealed record SiloLine(SiloFigures Figures, double CpuSeconds, long Memory);
