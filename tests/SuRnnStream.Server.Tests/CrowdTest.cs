using System.Net.WebSockets;
using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>Clients that do everything wrong, among clients that do not.</summary>
[Trait("Category", "Thorough")]
public class CrowdTest
{
    const int Clients = 50;

    [Fact]
    public async Task FiftyClients_ManyOfThemBad_TheGoodOnesHearWhatTheirOwnDetectorWould()
    {
        await using var server = await TestServer.StartAsync(["SendTimeout=00:00:01", "QueuedFrameMessages=20"], smallBuffers: true);
        Func<TestServer, Task>[] misdeeds =
        [
            s => ToldAsync(s, 1007, client => client.TextAsync("{{{{")),
            s => ToldAsync(s, 4001, client => client.HelloAsync(model: "../../etc/passwd")),
            s => ToldAsync(s, 1002, client => client.BinaryAsync(new byte[100])),
            s => ToldAsync(s, 1009, async client => { await client.HelloAsync(); await client.BinaryAsync(new byte[5_000_000]); }),
            s => ToldAsync(s, 1009, client => client.TextAsync(new string(' ', 200_000))),
            s => ToldAsync(s, 1007, async client => { await client.HelloAsync(); await client.BinaryAsync(new byte[99]); }),
            s => ToldAsync(s, 4002, async client => { await client.HelloAsync(); await client.PlayAsync(Sample.Cut(0, 5)); await client.PlayAsync(Sample.Cut(0, 5)); }),
            StallAsync,
            NeverReadAsync,
            BreakOffAsync,
        ];
        var crowd = Enumerable.Range(0, Clients).Select(i => i % 5 < 3 ? GoodAsync(server, i) : misdeeds[(i / 5 * 2 + i % 5 - 3) % misdeeds.Length](server));
        await Task.WhenAll(crowd).Within();
        await Patience.Until(() => server.IsEmpty);
        Assert.All(server.Models.All, model => Assert.Equal(0, model.Pool.Counters.Total.ObserverErrors));
    }

    static async Task GoodAsync(TestServer server, int seed)
    {
        var pcm = Sample.Cut(seed / 3.0, seed / 3.0 + 30);
        var detector = new StreamingDetector(Sample.Model);
        var expected = Sample.Detect(Sample.Floats(pcm), detector);
        detector.Finish(expected.Add); // a cut may end in a word
        Assert.InRange(expected.Count, 2, 8);
        await using var client = await server.OpenAsync();
        await client.PlayAsync(pcm, seed);
        await client.EndAsync();
        Expect.Same(expected, client.Detections);
        var (end, shown) = (client.End!.Value, client.FrameMessages.Sum(message => message[1]));
        Assert.Equal(end.GetProperty("frames").GetInt64(), shown + end.GetProperty("framesNotShown").GetInt64());
    }

    static async Task ToldAsync(TestServer server, int code, Func<TestClient, Task> misdeed)
    {
        await using var client = await server.ConnectAsync();
        await misdeed(client);
        Assert.Equal(code, (await client.ClosedAsync()).Code);
    }

    /// <summary>Half a message, and then nothing for as long as the others work.</summary>
    static async Task StallAsync(TestServer server)
    {
        await using var client = await server.OpenAsync();
        await client.BinaryAsync(new byte[1_000], whole: false);
        await using var neighbour = await server.OpenAsync();
        await neighbour.PlayAsync(Sample.Cut(0, 30));
        await neighbour.EndAsync();
    }

    /// <summary>Sends minutes of sound and reads nothing of what comes back, until it is cut off.</summary>
    static async Task NeverReadAsync(TestServer server)
    {
        await using var client = await server.OpenAsync(reads: false);
        var broken = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            for (var i = 0L; i < 1_000; i++) await client.PlayAsync(Sample.Pcm, from: i * Sample.Pcm.Length);
        });
        Assert.True(broken is WebSocketException or IOException, broken.ToString());
    }

    static async Task BreakOffAsync(TestServer server)
    {
        await using var client = await server.OpenAsync();
        await client.PlayAsync(Sample.Cut(0, 10));
        await client.BinaryAsync(new byte[10], whole: false);
        client.Abort();
    }
}
