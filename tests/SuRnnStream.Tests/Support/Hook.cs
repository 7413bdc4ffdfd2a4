using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SuRnnStream.Tests.Support;

/// <summary>A request as it came.</summary>
sealed record HookRequest(string Method, string? ContentType, string? Key, string? Authorization, string Body);

/// <summary>A web server of the loopback that answers what it is told to, one request after the other; and then 204.</summary>
sealed class Hook : IDisposable
{
    readonly WebApplication _server;
    readonly ConcurrentQueue<Func<HttpContext, Task>> _script = new();

    public Hook(int? port = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port ?? 0}");
        _server = builder.Build();
        _server.Run(AnswerAsync);
        _server.StartAsync().GetAwaiter().GetResult();
        Url = UrlOf(new Uri(_server.Urls.Single()).Port);
    }

    public Uri Url { get; }

    public ConcurrentQueue<HookRequest> Requests { get; } = new();

    public static Uri UrlOf(int port) => new($"http://127.0.0.1:{port}/hook?token=secret");

    public Hook Then(int status, params (string Name, string Value)[] headers) => Then(context =>
    {
        foreach (var (name, value) in headers) context.Response.Headers.Append(name, value);
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    /// <summary>The next request's connection is cut in this way instead of an answer.</summary>
    public Hook ThenCut(Action cut) => Then(context =>
    {
        cut();
        return Gone(context);
    });

    /// <summary>Says nothing, and leaves the connection open.</summary>
    public Hook ThenSilence() => Then(Gone);

    public void Dispose()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.Zero); // waits for no request
        _server.StopAsync(atOnce.Token).GetAwaiter().GetResult();
        _server.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    Hook Then(Func<HttpContext, Task> answer)
    {
        _script.Enqueue(answer);
        return this;
    }

    async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var headers = context.Request.Headers;
        Requests.Enqueue(new HookRequest(context.Request.Method, context.Request.ContentType, headers["Idempotency-Key"], headers.Authorization, body));
        if (_script.TryDequeue(out var answer)) await answer(context);
        else context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Ends when the client or the server has gone.</summary>
    static Task Gone(HttpContext context) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
}
