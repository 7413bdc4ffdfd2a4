using System.Net;
using System.Net.Sockets;
using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>A server whose configuration has a section Cluster: sessions are streams there, and clients are told what they are told without one.</summary>
public sealed class ClusterTest
{
    [Fact]
    public async Task Sessions_AreDetectedInTheCluster_AndEndWithTheirClients()
    {
        await using var server = await TestServer.StartAsync(more:
            [$"--Cluster:SiloPort={FreePort()}", $"--Cluster:GatewayPort={FreePort()}", "--Cluster:SaveEvery=00:00:00.2", $"--Cluster:Models:commands={Path.Combine(Sample.Root, "models", "commands.surnn")}"]);
        await using var first = await server.OpenAsync();
        await using var second = await server.OpenAsync();
        await using var third = await server.OpenAsync();
        await third.PlayAsync(Sample.Cut(0, 3));
        third.Abort();
        await Task.WhenAll(PlayAsync(first, 1), PlayAsync(second, 2));
        foreach (var client in new[] { first, second })
        {
            var (expected, detector) = (new List<Detection>(), new StreamingDetector(Sample.Model));
            detector.Process(Sample.Floats(Sample.Pcm), expected.Add);
            detector.Finish(expected.Add);
            Expect.Same(expected, client.Detections);
            var end = client.End!.Value;
            Assert.Equal((Sample.Detected.Count, 0, 0, Sample.Pcm.Length / (double)Sample.Rate), (end.GetProperty("detections").GetInt64(), end.GetProperty("samplesLost").GetInt64(), end.GetProperty("framesNotShown").GetInt64(), end.GetProperty("seconds").GetDouble()));
            Assert.Empty(client.FrameMessages);
        }
        await Patience.Until(() => server.IsEmpty);

        static async Task PlayAsync(TestClient client, int seed)
        {
            await client.PlayAsync(Sample.Pcm, seed);
            await client.EndAsync();
        }
    }

    [Fact]
    public async Task ASession_WhoseModelTheClusterLacks_IsClosed_AndTheLogSaysWhy()
    {
        var log = new Microsoft.Extensions.Logging.Testing.FakeLogCollector(Microsoft.Extensions.Options.Options.Create(new Microsoft.Extensions.Logging.Testing.FakeLogCollectorOptions()));
        await using var server = await TestServer.StartAsync(log: log, more:
            [$"--Cluster:SiloPort={FreePort()}", $"--Cluster:GatewayPort={FreePort()}", $"--Cluster:Models:others={Path.Combine(Sample.Root, "models", "commands.surnn")}"]);
        await using var client = await server.OpenAsync();
        await client.PlayAsync(Sample.Cut(0, 1));
        await client.TextAsync("""{"type": "end"}""");
        Assert.Equal(1011, (await client.ClosedAsync()).Code);
        Assert.Contains(log.GetSnapshot(), record => $"{record.Message} {record.Exception?.Message}".Contains("There is no model 'commands' here, only others", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--Cluster:Store=Redis", "Cluster:Connection is missing")]
    [InlineData("--Cluster:Models:commands=nowhere.surnn", "Cluster:Models:commands is 'nowhere.surnn', which cannot be used")]
    public async Task Configuration_ThatIsWrong_IsToldInOneLine(string setting, string said) =>
        Assert.Contains(said, (await Assert.ThrowsAsync<ServerStartException>(() => TestServer.StartAsync(more: [setting]))).Message);

    [Fact]
    public async Task NearMisses_AreRefusedInACluster_AndNoFolderIsMade()
    {
        using var model = new HardModel();
        var refused = await Assert.ThrowsAsync<ServerStartException>(() => TestServer.StartAsync([model.Models, model.Keeps], more: ["--Cluster:SaveEvery=00:00:01"]));
        Assert.Equal("Surnn:NearMisses takes sessions that are detected in the server itself: remove it, or the section Cluster.", refused.Message);
        Assert.False(Directory.Exists(model.Near));
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
