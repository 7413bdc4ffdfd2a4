using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SuRnnStream.Cluster;

namespace SuRnnStream.Server;

/// <summary>Puts the server together.</summary>
static class ServerApp
{
    /// <param name="args">Configuration as on the command line.</param>
    /// <param name="configure">For tests: replaces services before the server is built.</param>
    /// <exception cref="ServerStartException">An option or a model cannot be used.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var options = Options(builder.Configuration);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ModelShelf>();
        builder.Services.AddSingleton<ServerMetrics>();
        builder.Services.AddSingleton<SessionCount>();
        builder.Services.AddSingleton(new AddressLimit(options.MaxSessionsPerAddress));
        builder.Services.AddSingleton<StreamEndpoint>();
        builder.Services.AddSingleton<TeachRoom>();
        builder.Services.Configure<KestrelServerOptions>(kestrel => Limit(kestrel, options));
        if (builder.Configuration.GetSection(StreamClusterOptions.Section).Exists()) JoinCluster(builder, options);
        Monitoring.Add(builder, options);
        configure?.Invoke(builder);

        var app = builder.Build();
        app.Services.GetRequiredService<ModelShelf>(); // now: a model that cannot be used is no surprise for the first client
        if (options.Teach) app.Services.GetRequiredService<TeachRoom>(); // what it needs may be missing
        Monitoring.Serve(app, options);
        app.Use(PageHeaders.Add);
        app.UseDefaultFiles();
        app.UseStaticFiles();
        // Who sends nothing is idle; who sends and does not read answers no ping.
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = options.IdleTimeout, KeepAliveTimeout = options.IdleTimeout + options.SendTimeout });
        app.MapGet("/stream", (StreamEndpoint stream, HttpContext context) => stream.HandleAsync(context));
        if (options.Teach) app.MapGet("/teach", (StreamEndpoint stream, HttpContext context) => stream.HandleAsync(context, teach: true));
        app.MapGet("/models", (ModelShelf models) => Results.Bytes(JsonSerializer.SerializeToUtf8Bytes(models.List, ProtocolJson.Default.ModelList), "application/json; charset=utf-8"));
        app.MapGet("/healthz", Health);
        return app;
    }

    /// <summary>The sessions' streams are detected in a cluster, of which this server is a silo or a client.</summary>
    static void JoinCluster(WebApplicationBuilder builder, ServerOptions options)
    {
        if (options.NearMisses is not null)
            throw new ServerStartException($"{ServerOptions.Section}:{nameof(ServerOptions.NearMisses)} takes sessions that are detected in the server itself: remove it, or the section {StreamClusterOptions.Section}.");
        try
        {
            builder.AddStreamCluster();
        }
        catch (ArgumentException wrong) // says all of it, with its paths
        {
            throw new ServerStartException(wrong.Message, wrong);
        }
    }

    static IResult Health(ModelShelf models, SessionCount sessions, ServerMetrics metrics)
    {
        var report = HealthReport.Of(models, sessions, metrics.LastFrameAge);
        return Results.Json(report, HealthJson.Default.HealthReport, statusCode: report.Status == "ok" ? 200 : 503);
    }

    static ServerOptions Options(ConfigurationManager configuration)
    {
        try
        {
            var section = configuration.GetSection(ServerOptions.Section);
            var near = section.GetSection(nameof(ServerOptions.NearMisses));
            var fault = SettingsCheck.UnknownKeys(section, ServerOptions.Keys).Concat(SettingsCheck.WrongDurations(section, ServerOptions.Durations))
                .Concat(SettingsCheck.UnknownKeys(near, HostedNearMissOptions.Keys)).Concat(SettingsCheck.WrongDurations(near, nameof(HostedNearMissOptions.Before), nameof(HostedNearMissOptions.After))).FirstOrDefault();
            if (fault is null && near.Value is { Length: > 0 } text) fault = $"{near.Path} is '{PlainText.Cut(text, 100)}', but must be a section with {string.Join(", ", HostedNearMissOptions.Keys)}.";
            if (fault is not null) throw new ServerStartException(fault);
            return (section.Get<ServerOptions>() ?? new ServerOptions()).Validate();
        }
        catch (InvalidOperationException bad) // "Failed to convert configuration value 'x' at 'Surnn:MaxSessions' to type ..."
        {
            throw new ServerStartException(bad.Message, bad);
        }
    }

    static void Limit(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 0; // nothing is uploaded
        kestrel.Limits.MaxRequestHeadersTotalSize = 16_384;
        kestrel.Limits.RequestHeadersTimeout = options.HelloTimeout;
        kestrel.Limits.KeepAliveTimeout = options.IdleTimeout; // of a connection on which nothing is asked, from its first moment
        kestrel.Limits.MaxConcurrentConnections = 100 + 2L * options.MaxSessions;
        kestrel.Limits.MaxConcurrentUpgradedConnections = 50 + options.MaxSessions; // those that are turned away are let in for a moment
        var (connections, metrics) = (new AddressLimit(ConnectionsBesides + options.MaxSessionsPerAddress), kestrel.ApplicationServices.GetRequiredService<ServerMetrics>());
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection => LimitAsync(next, connection, connections, metrics)));
    }

    static async Task LimitAsync(ConnectionDelegate next, ConnectionContext connection, AddressLimit connections, ServerMetrics metrics)
    {
        using var lease = connections.Enter((connection.RemoteEndPoint as IPEndPoint)?.Address);
        if (lease.IsAcquired) await next(connection);
        else metrics.Refused("connections");
    }

    const int ConnectionsBesides = 32; // sessions: a browser opens six for a page
}
