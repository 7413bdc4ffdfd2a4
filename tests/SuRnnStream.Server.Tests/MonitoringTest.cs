using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>What the server says of itself.</summary>
public class MonitoringTest
{
    [Fact]
    public async Task Healthz_TellsModelsSessionsAndTheAgeOfTheLastFrame()
    {
        var clock = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(["MaxSessions=7"], clock);
        var (status, health) = await HealthAsync(server);
        Assert.Equal((HttpStatusCode.OK, "ok"), (status, health.GetProperty("status").GetString()));
        Assert.Equal(Sample.Models, health.GetProperty("models").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal((0, 7, JsonValueKind.Null), (health.GetProperty("sessions").GetInt32(), health.GetProperty("maxSessions").GetInt32(), health.GetProperty("lastFrameAgeSeconds").ValueKind));

        await using var client = await server.OpenAsync();
        await client.PlayAsync(Sample.Cut(0, 1));
        await Patience.Until(() => server.Models.Get("commands").Pool.Counters.Total.SamplesProcessed == 16_000);
        clock.Advance(TimeSpan.FromSeconds(9));
        (status, health) = await HealthAsync(server);
        Assert.Equal((HttpStatusCode.OK, 1, 9), (status, health.GetProperty("sessions").GetInt32(), health.GetProperty("lastFrameAgeSeconds").GetDouble()));
    }

    [Fact]
    public async Task Healthz_WhenSoundWaitsAndNoFrameIsMade_IsStalled()
    {
        var clock = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(time: clock);
        using var goOn = new ManualResetEventSlim();
        using var blocked = server.Models.Get("commands").Pool.Detections.Subscribe(_ => goOn.Wait(TestContext.Current.CancellationToken));
        await using var client = await server.OpenAsync();
        await client.PlayAsync(Sample.Cut(0, 3)); // a word, and what comes behind it waits
        await Patience.Until(() => server.Models.Get("commands").Pool.Counters.Total is { Detections: 1, SamplesInFlight: > 0 });
        clock.Advance(TimeSpan.FromSeconds(6));
        var (status, health) = await HealthAsync(server);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "stalled"), (status, health.GetProperty("status").GetString()));
        goOn.Set();
        await client.EndAsync();
        Assert.Equal(HttpStatusCode.OK, (await HealthAsync(server)).Status);
    }

    static async Task<(HttpStatusCode Status, JsonElement Health)> HealthAsync(TestServer server)
    {
        using var http = new HttpClient();
        var answer = await http.GetAsync(new Uri(server.Http, "healthz"), TestContext.Current.CancellationToken);
        return (answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Meter_CountsSessionsMessagesFramesAndDetections()
    {
        using var counts = new Counts();
        await using var server = await TestServer.StartAsync(["MaxSessions=1"]);
        counts.Listen(server);
        await using var client = await server.OpenAsync();
        Assert.Equal(1, counts["surnn.server.sessions"]);
        await using (var refused = await server.ConnectAsync()) Assert.Equal(1013, (await refused.ClosedAsync()).Code);
        await client.AudioAsync<short>(100, Sample.Cut(0, 1.5));
        await client.AudioAsync<short>(24_600, Sample.Cut(1.5, 3));
        await client.EndAsync();
        await Patience.Until(() => server.Sessions.Open == 0);

        Assert.Equal(0, counts["surnn.server.sessions"]);
        Assert.Equal(1, counts["surnn.server.sessions.closed", "code", 1000]);
        Assert.Equal(1, counts["surnn.server.sessions.refused", "reason", "full"]);
        Assert.Equal(2, counts["surnn.server.messages"]);
        Assert.Equal(600, counts["surnn.server.samples.lost"]);
        Assert.Equal(client.End!.Value.GetProperty("frames").GetInt64(), counts["surnn.server.frames"]);
        Assert.Equal(client.End.Value.GetProperty("framesSkipped").GetInt64(), counts["surnn.server.frames.skipped"]);
        Assert.Equal(1, counts["surnn.server.detections", "label", "yes"]);
        Assert.Equal(1, counts["surnn.server.detections", "model", "commands"]);
    }
}
