using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace SuRnnStream.Server.Tests.Support;

/// <summary>The server as it ships, on a port of the loopback that was free.</summary>
sealed class TestServer : IAsyncDisposable
{
    TestServer(WebApplication app) => App = app;

    public WebApplication App { get; }
    public Uri Http => new(App.Urls.Single());
    public Uri Stream => new UriBuilder(Http) { Scheme = "ws", Path = "stream" }.Uri;
    public SessionCount Sessions => App.Services.GetRequiredService<SessionCount>();
    public ModelShelf Models => App.Services.GetRequiredService<ModelShelf>();

    /// <summary>No session is open, and no stream of one is left.</summary>
    public bool IsEmpty => Sessions.Open == 0 && Models.All.All(model => model.Streams == 0);

    /// <summary>How long a test's server waits for its clients, unless the test sets that. The shipped ten seconds are too short for a browser that other programs keep from the cores.</summary>
    public static readonly string[] Patient = ["--Surnn:HelloTimeout=00:05:00", "--Surnn:IdleTimeout=00:05:00", "--Surnn:SendTimeout=00:05:00"];

    /// <param name="settings">As on the command line, without Surnn: "MaxSessions=2".</param>
    /// <param name="time">A clock of the test's own.</param>
    /// <param name="smallBuffers">What a client does not read is soon noticed, instead of filling megabytes of the kernel's.</param>
    /// <param name="port">0: one that is free.</param>
    /// <param name="log">Gets what is logged.</param>
    /// <param name="more">Whole arguments of the command line.</param>
    public static async Task<TestServer> StartAsync(string[]? settings = null, TimeProvider? time = null, bool smallBuffers = false, int port = 0, FakeLogCollector? log = null, string[]? more = null)
    {
        string[] args = [$"--urls=http://127.0.0.1:{port}", $"--Logging:LogLevel:Default={(log is null ? "Error" : "Warning")}", "--Surnn:MetricsUrl=", "--Surnn:MaxSessionsPerAddress=64", .. Patient, .. (settings ?? []).Select(setting => $"--Surnn:{setting}"), .. more ?? []];
        var app = ServerApp.Build(args, builder =>
        {
            if (log is not null) builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning).AddProvider(new FakeLoggerProvider(log));
            if (time is not null) builder.Services.AddSingleton(time);
            if (smallBuffers) builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = endpoint =>
            {
                var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.SendBuffer, 8_192);
                return socket;
            });
        });
        await app.StartAsync();
        return new TestServer(app);
    }

    public Task<TestClient> ConnectAsync(string? origin = null, bool reads = true) => TestClient.ConnectAsync(Stream, origin, reads);

    /// <summary>A session that says hello and was welcomed.</summary>
    public async Task<TestClient> OpenAsync(int rate = Sample.Rate, string format = "s16", bool reads = true)
    {
        var client = await ConnectAsync(reads: reads);
        await client.HelloAsync(rate, format);
        if (reads) await client.Welcome.Within();
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1)); // for clients that were left open
        await App.StopAsync(now.Token);
        await App.DisposeAsync();
    }
}
