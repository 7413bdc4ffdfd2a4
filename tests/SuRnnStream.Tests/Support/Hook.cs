using System.Collections.Concurrent;
using System.Net;

namespace SuRnnStream.Tests.Support;

/// <summary>A request as it came.</summary>
sealed record HookRequest(string Method, string? ContentType, string? Key, string? Authorization, string Body);

/// <summary>A web server of the loopback that answers what it is told to, one request after the other; and then 204.</summary>
sealed class Hook : IDisposable
{
    readonly HttpListener _listener = new();
    readonly ConcurrentQueue<Action<HttpListenerContext>> _script = new();
    readonly Task _run;

    public Hook(int? port = null)
    {
        Url = UrlOf(port ?? Ports.Free());
        _listener.Prefixes.Add(Url.GetLeftPart(UriPartial.Authority) + "/");
        _listener.Start();
        _run = Task.Run(RunAsync);
    }

    public Uri Url { get; }

    public ConcurrentQueue<HookRequest> Requests { get; } = new();

    public static Uri UrlOf(int port) => new($"http://127.0.0.1:{port}/hook?token=secret");

    public Hook Then(int status, params (string Name, string Value)[] headers) => Then(context =>
    {
        foreach (var (name, value) in headers) context.Response.AddHeader(name, value);
        context.Response.StatusCode = status;
        context.Response.Close();
    });

    /// <summary>The next answer.</summary>
    public Hook Then(Action<HttpListenerContext> answer)
    {
        _script.Enqueue(answer);
        return this;
    }

    /// <summary>Says nothing, and leaves the connection open.</summary>
    public Hook ThenSilence() => Then(_ => { });

    public void Dispose()
    {
        _listener.Close();
        _run.Wait();
    }

    async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                var body = await reader.ReadToEndAsync();
                Requests.Enqueue(new HookRequest(context.Request.HttpMethod, context.Request.ContentType, context.Request.Headers["Idempotency-Key"], context.Request.Headers["Authorization"], body));
                if (_script.TryDequeue(out var answer)) answer(context);
                else
                {
                    context.Response.StatusCode = 204;
                    context.Response.Close();
                }
            }
        }
        catch (Exception end) when (end is HttpListenerException or ObjectDisposedException)
        {
            // closed
        }
    }
}
