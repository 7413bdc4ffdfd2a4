using System.Net.WebSockets;

namespace SuRnnStream.Server;

/// <summary>The door at <c>/stream</c>: who may come in, and what happens to a session that fails.</summary>
sealed class StreamEndpoint(
    ModelShelf models, ServerOptions options, ServerMetrics metrics, SessionCount count, AddressLimit addresses, TimeProvider time,
    IHostApplicationLifetime lifetime, ILogger<StreamEndpoint> logger)
{
    long _sessions;

    public async Task HandleAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await RefuseAsync(context, StatusCodes.Status426UpgradeRequired, "upgrade", "This is a WebSocket: see PROTOCOL.md.");
            return;
        }
        if (!IsAllowed(context.Request))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "origin", $"Pages of {context.Request.Headers.Origin} may not connect; {ServerOptions.Section}:AllowedOrigins names those that may.");
            return;
        }
        using var lease = addresses.Enter(context.Connection.RemoteIpAddress);
        if (!lease.IsAcquired)
        {
            await TurnAwayAsync(context, "address", $"All {addresses.Most} places of one address are taken. Try again later.");
            return;
        }
        if (!count.TryEnter())
        {
            await TurnAwayAsync(context, "full", $"All {options.MaxSessions} places are taken. Try again later.");
            return;
        }
        try
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await ServeAsync(socket);
        }
        finally
        {
            count.Leave();
        }
    }

    /// <summary>Programs send no Origin; browsers always do.</summary>
    bool IsAllowed(HttpRequest request)
    {
        var origins = request.Headers.Origin;
        if (origins.Count == 0) return true;
        string[] allowed = [$"{request.Scheme}://{request.Host}", .. options.AllowedOrigins];
        return origins is [var origin] && allowed.Contains(origin, StringComparer.OrdinalIgnoreCase);
    }

    async Task ServeAsync(WebSocket socket)
    {
        var client = new ClientSocket(socket, options, time, lifetime.ApplicationStopping);
        var code = (int)CloseCode.Failed;
        metrics.Opened();
        try
        {
            code = await new Session($"session {Interlocked.Increment(ref _sessions)}", client, models, options, metrics, logger).RunAsync();
        }
        catch (Exception error)
        {
            logger.LogError(error, "a session failed");
            await client.CloseAsync(CloseCode.Failed, "The server failed; its log says how.");
        }
        finally
        {
            metrics.Closed(code);
        }
    }

    /// <summary>A page cannot see the status of a refused upgrade, so it is let in for the moment that it takes to be told.</summary>
    async Task TurnAwayAsync(HttpContext context, string why, string told)
    {
        metrics.Refused(why);
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        try
        {
            await new ClientSocket(socket, options with { MaxMessageBytes = 1_024 }, time, lifetime.ApplicationStopping)
                .CloseAsync(CloseCode.Full, told);
        }
        catch (WebSocketException)
        {
            // it did not wait for the answer
        }
    }

    async Task RefuseAsync(HttpContext context, int status, string reason, string text)
    {
        metrics.Refused(reason);
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(text, context.RequestAborted);
    }
}
