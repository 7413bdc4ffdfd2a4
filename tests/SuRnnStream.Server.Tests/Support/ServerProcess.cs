using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests.Support;

/// <summary>The server in a process of its own, on ports of the loopback that were free a moment ago.</summary>
sealed class ServerProcess : IAsyncDisposable
{
    readonly HttpClient _http = new();
    readonly Process _process;

    ServerProcess(Dictionary<string, string> environment)
    {
        var (http, metrics) = FreePorts();
        (Http, Metrics) = (new Uri($"http://127.0.0.1:{http}"), new Uri($"http://127.0.0.1:{metrics}"));
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "SuRnnStream.Server.dll"),
            $"--urls={Http.OriginalString}", $"--Surnn:MetricsUrl={Metrics.OriginalString}", "--Logging:LogLevel:Default=Error", .. TestServer.Patient]);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        _process = Process.Start(start)!;
    }

    public Uri Http { get; }
    public Uri Metrics { get; }
    public Uri Stream => new UriBuilder(Http) { Scheme = "ws", Path = "stream" }.Uri;

    /// <summary>Returns when it answers.</summary>
    public static async Task<ServerProcess> StartAsync(Dictionary<string, string>? environment = null)
    {
        var server = new ServerProcess(environment ?? []);
        for (var i = 0; i < 3_000; i++)
        {
            try
            {
                if (await server.StatusAsync(new Uri(server.Http, "healthz")) == HttpStatusCode.OK) return server;
            }
            catch (HttpRequestException)
            {
                Assert.False(server._process.HasExited, "the server ended at once");
            }
            await Wait.Really(100, "a program that starts is asked again");
        }
        throw new TimeoutException("The server does not answer.");
    }

    public async Task<HttpStatusCode> StatusAsync(Uri uri)
    {
        using var answer = await _http.GetAsync(uri, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    public Task<string> ScrapeAsync() => _http.GetStringAsync(new Uri(Metrics, "metrics"), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _http.Dispose();
    }

    static (int, int) FreePorts()
    {
        using TcpListener first = new(IPAddress.Loopback, 0), second = new(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }
}
