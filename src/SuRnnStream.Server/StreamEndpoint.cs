using System.Net.WebSockets;

namespace SuRnnStream.Server;

/// <summary>The door at <c>/stream</c> and <c>/teach</c>: who may come in, and what happens to a session that fails.</summary>
sealed class StreamEndpoint(
    ModelShelf models, ServerOptions options, ServerMetrics metrics, SessionCount count, AddressLimit addresses, TimeProvider time,
    IServiceProvider services, IHostApplicationLifetime lifetime, ILogger<StreamEndpoint> logger)
{
    long _sessions;

    /// <param name="context">A request for a socket.</param>
    /// <param name="teach">The session is one of teaching.</param>
    public async Task HandleAsync(HttpContext context, bool teach = false)
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
            var room = teach ? services.GetRequiredService<TeachRoom>() : null;
            using var place = room?.Enter();
            if (place is { IsAcquired: false })
            {
                await TurnAwayAsync(context, "teach", $"All {options.TeachSessions} places for teaching are taken. Try again later.");
                return;
            }
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await ServeAsync(socket, room);
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

    async Task ServeAsync(WebSocket socket, TeachRoom? room)
    {
        var client = new ClientSocket(socket, options, time, lifetime.ApplicationStopping);
        var code = CloseCode.Failed;
        metrics.Opened();
        try
        {
            var name = $"session {Interlocked.Increment(ref _sessions)}";
            code = room is null ? await new Session(name, client, models, options, metrics, logger).RunAsync() : await new TeachSession(client, room, options, metrics, time).RunAsync();
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
