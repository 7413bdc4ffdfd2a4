using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SuRnnStream.Server.Tests.Support;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>What Prometheus is told, by the program as it is started: within this process meters of one name are one to OpenTelemetry.</summary>
public class MetricsTest
{
    [Fact]
    public async Task Metrics_WhileASessionStreams_AreWhatItsSummarySays()
    {
        await using var server = await ServerProcess.StartAsync();
        Assert.Equal(0, Sum(await server.ScrapeAsync(), "surnn_server_frames_total"));
        await using var client = await TestClient.ConnectAsync(server.Stream, origin: null, reads: true);
        await client.HelloAsync();
        await client.AudioAsync<short>(100, Sample.Cut(0, 1.5));
        await client.AudioAsync<short>(24_600, Sample.Cut(1.5, 3));
        await UntilAsync(async () => Sum(await server.ScrapeAsync(), "surnn_server_frames_total") > 0);
        Assert.Equal(1, Sum(await server.ScrapeAsync(), "surnn_server_sessions"));

        await client.EndAsync();
        await UntilAsync(async () => Sum(await server.ScrapeAsync(), "surnn_server_sessions") == 0);
        var (metrics, end) = (await server.ScrapeAsync(), client.End!.Value);
        long Told(string member) => end.GetProperty(member).GetInt64();
        Assert.InRange(Told("frames"), 100, 150);
        Assert.Equal((1, 600), (Told("detections"), Told("samplesLost")));
        Assert.Equal(Told("frames"), Sum(metrics, "surnn_server_frames_total"));
        Assert.Equal(Told("framesSkipped"), Sum(metrics, "surnn_server_frames_skipped_total"));
        Assert.Equal(Told("detections"), Sum(metrics, "surnn_server_detections_total", "label=\"yes\"", "model=\"commands\""));
        Assert.Equal(Told("samplesLost"), Sum(metrics, "surnn_server_samples_lost_total"));
        Assert.Equal(2, Sum(metrics, "surnn_server_messages_total"));
        Assert.Equal(1, Sum(metrics, "surnn_server_sessions_closed_total", "code=\"1000\""));
        Assert.True(Sum(metrics, "dotnet_process_memory_working_set_bytes") > 1e6, metrics);
        Assert.Contains("\nhttp_server_request_duration_seconds_count{", metrics);
        Assert.Contains("\nkestrel_active_connections{", metrics);
    }

    [Fact]
    public async Task MetricsPort_ServesNothingElse_AndTheOthersNoMetrics()
    {
        await using var server = await ServerProcess.StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, await server.StatusAsync(new Uri(server.Http, "metrics")));
        foreach (var path in new[] { "", "healthz", "models", "stream", "app.js" })
            Assert.Equal(HttpStatusCode.NotFound, await server.StatusAsync(new Uri(server.Metrics, path)));
        Assert.Equal(HttpStatusCode.OK, await server.StatusAsync(new Uri(server.Http, "app.js")));
    }

    [Fact]
    public async Task Otlp_WhereTheEnvironmentNamesAnEndpoint_IsPushedThere()
    {
        using var collector = new TcpListener(IPAddress.Loopback, 0);
        collector.Start();
        await using var server = await ServerProcess.StartAsync(new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://{collector.LocalEndpoint}",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
        });
        using var pushed = await collector.AcceptTcpClientAsync(TestContext.Current.CancellationToken).AsTask().Within();
        using var reader = new StreamReader(pushed.GetStream());
        Assert.Equal("POST /v1/metrics HTTP/1.1", await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().Within());
    }

    /// <summary>Of all lines of a metric that have these labels.</summary>
    static double Sum(string metrics, string name, params string[] labels) => metrics.Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is '{' or ' ' && labels.All(line.Contains))
        .Sum(line => double.Parse(line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture));

    static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; !await holds(); i++)
        {
            Assert.True(i < 300, "it did not come to hold");
            await Wait.Really(100, "a scrape is kept for 300 ms");
        }
    }
}
