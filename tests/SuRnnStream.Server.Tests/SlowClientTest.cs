using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>Clients that take more than their part: of detections unread, of places, of connections.</summary>
public class SlowClientTest
{
    /// <summary>A model that detects about twenty times a second, whatever the sound; its detections go unread.</summary>
    [Fact]
    public async Task AClientThatReadsNoDetections_IsCutOff_WithOneLineAndOneCount()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            ModelFile.Save(Path.Combine(folder.FullName, "commands.surnn"), Busy());
            using var counts = new Counts();
            var log = new FakeLogCollector();
            await using var server = await TestServer.StartAsync([$"Models={folder.FullName}"], new FakeTimeProvider(), smallBuffers: true, log: log); // no time-out helps
            counts.Listen(server);
            await using var client = await server.ConnectAsync(reads: false);
            await client.TextAsync("""{"type": "hello", "version": 1, "model": "commands", "rate": 1000, "format": "f32"}""");
            var samples = new float[16_000];
            for (var i = 0; i < samples.Length; i++) samples[i] = i / 20 % 2;
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                for (var counter = 0L; ; counter += samples.Length) await client.AudioAsync<float>((ulong)counter, samples); // on a busy machine buffers take megabytes before the server has detected anything
            }).Within();
            await Patience.Until(() => server.IsEmpty);
            Assert.Equal(1, counts["surnn.server.sessions.cut_off"]);
            Assert.Equal(1, counts["surnn.server.sessions.closed", "code", 1006]);
            Assert.Equal("session 1 is cut off: 1000 detections wait for a client that does not read", Assert.Single(log.GetSnapshot(), entry => entry.Level >= LogLevel.Warning).Message);
            Assert.Equal(0, server.Models.Get("commands").Pool.Counters.Total.ObserverErrors);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task OneAddress_CannotTakeAllPlaces()
    {
        using var counts = new Counts();
        await using var server = await TestServer.StartAsync(["MaxSessions=8", "MaxSessionsPerAddress=2"]);
        counts.Listen(server);
        await using var first = await server.OpenAsync();
        await using (await server.OpenAsync())
        {
            await using var third = await server.ConnectAsync();
            Assert.Equal((1013, "All 2 places of one address are taken. Try again later."), await third.ClosedAsync());
            Assert.Equal(1, counts["surnn.server.sessions.refused", "reason", "address"]);
        }
        await Patience.Until(() => server.Sessions.Open == 1);
        await Patience.Until(() => // the lease is given back a moment later
        {
            using var lease = server.App.Services.GetRequiredService<AddressLimit>().Enter(IPAddress.Loopback);
            return lease.IsAcquired;
        });
        await using var fourth = await server.OpenAsync();
        await fourth.EndAsync();
    }

    [Fact]
    public async Task AddressesOfOneNetwork_CountTogether_AndOthersDoNot()
    {
        await using var limit = new AddressLimit(1);
        using var one = limit.Enter(IPAddress.Parse("2001:db8:1:2:3::4"));
        using var same = limit.Enter(IPAddress.Parse("2001:db8:1:2:ffff::5"));
        using var other = limit.Enter(IPAddress.Parse("2001:db8:1:3::4"));
        using var four = limit.Enter(IPAddress.Parse("192.0.2.1"));
        using var mapped = limit.Enter(IPAddress.Parse("::ffff:192.0.2.1"));
        using var next = limit.Enter(IPAddress.Parse("192.0.2.2"));
        Assert.Equal([true, false, true, true, false, true], new[] { one, same, other, four, mapped, next }.Select(lease => lease.IsAcquired));
    }

    /// <summary>They held all connections for as long as Kestrel lets one be idle, 130 s.</summary>
    [Fact]
    public async Task ConnectionsThatSayNothing_AreFewForAnAddress_AndAreClosedSoon()
    {
        await using var server = await TestServer.StartAsync(["IdleTimeout=00:00:01", "MaxSessionsPerAddress=2"]);
        var silent = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 60; i++)
            {
                silent.Add(new TcpClient());
                await silent[^1].ConnectAsync(IPAddress.Loopback, server.Http.Port, TestContext.Current.CancellationToken);
            }
            await Task.WhenAll(silent.Select(EndsAsync)).Within();
            using var http = new HttpClient();
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(server.Http, "healthz"), TestContext.Current.CancellationToken)).StatusCode);
        }
        finally
        {
            foreach (var client in silent) client.Dispose();
        }

        static async Task EndsAsync(TcpClient client)
        {
            try
            {
                Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken));
            }
            catch (IOException)
            {
                // closed with a reset
            }
        }
    }

    [Fact]
    public async Task Counter_OfASlowSensor_IsBoundedByItsTime()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            ModelFile.Save(Path.Combine(folder.FullName, "commands.surnn"), Busy(rate: 0.01));
            await using var server = await TestServer.StartAsync([$"Models={folder.FullName}"]);
            await using var client = await server.ConnectAsync();
            await client.TextAsync("""{"type": "hello", "version": 1, "model": "commands", "rate": 0.01, "format": "f32"}""");
            await client.Welcome.Within();
            await client.AudioAsync<float>(1UL << 48, [1]);
            Assert.Equal((4002, "The counter is 281474976710656, but must be at most 200000000."), await client.ClosedAsync());
            await using var last = await server.ConnectAsync();
            await last.TextAsync("""{"type": "hello", "version": 1, "model": "commands", "rate": 0.01, "format": "f32"}""");
            await last.AudioAsync<float>(199_999_999, [1, 2, 3]);
            await last.EndAsync();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>One channel, a frame a sample; says "high" where the sample is above a half.</summary>
    static SuRnnModel Busy(double rate = 1_000)
    {
        var config = new SuRnnConfig
        {
            FrontEnd = null,
            Sensor = new() { Channels = [new() { Name = "x" }], SampleRate = rate },
            Layers = [new(CellKind.Rnn, 1, SwitchKind.None)],
            Labels = ["low", "high"],
            Background = ["low"],
        };
        var weights = SuRnnWeights.Shapes(config).ToDictionary(tensor => tensor.Name, tensor => new float[tensor.Shape.Aggregate((a, b) => a * b)]);
        Array.Fill(weights["layer.0.input"], 10);
        Array.Fill(weights["layer.0.bias"], -5);
        weights["head.weight"][1] = 10;
        return new SuRnnModel(config, new SuRnnWeights(config, weights), new DetectorOptions { Smoothing = 0, Refractory = TimeSpan.Zero, DecisionWindow = TimeSpan.Zero },
            new Dictionary<string, string> { ["made"] = "by hand, for tests" });
    }
}
