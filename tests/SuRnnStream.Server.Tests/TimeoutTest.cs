using System.Net.WebSockets;
using Microsoft.Extensions.Time.Testing;
using SuRnnStream.Server.Tests.Support;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>Clients that keep the server waiting, on a clock that the test moves.</summary>
public class TimeoutTest
{
    readonly FakeTimeProvider _clock = new();

    Task<TestServer> StartAsync(bool smallBuffers = false) =>
        TestServer.StartAsync(["HelloTimeout=00:00:05", "IdleTimeout=00:00:30", "SendTimeout=00:00:20"], _clock, smallBuffers);

    /// <summary>Moves the clock until the server has closed, which is not before the limit. How long after it depends on when the server got to its part of a second.</summary>
    async Task AssertClosedAsync(TestClient client, int limit, Func<Task>? everySecond = null)
    {
        var seconds = 0;
        while (!client.IsGone)
        {
            Assert.True(seconds < 1_000, "it is waited for without end");
            try
            {
                if (everySecond is not null) await everySecond();
            }
            catch (WebSocketException)
            {
                break; // closed since it was looked at
            }
            _clock.Advance(TimeSpan.FromSeconds(1));
            seconds++;
            await Task.WhenAny(client.ClosedAsync(), Wait.Really(50, "the server does its part of the second, and nothing tells that it has"));
        }
        Assert.Equal((1008, $"No whole message came within {limit} s."), await client.ClosedAsync());
        Assert.InRange(seconds, limit, 1_000);
    }

    [Fact]
    public async Task NoHello_EndsTheSession()
    {
        await using var server = await StartAsync();
        await using var client = await server.ConnectAsync();
        await AssertClosedAsync(client, limit: 5);
    }

    [Fact]
    public async Task NoAudio_EndsTheSession()
    {
        await using var server = await StartAsync();
        await using var client = await server.OpenAsync();
        await AssertClosedAsync(client, limit: 30);
    }

    [Fact]
    public async Task AMessageThatTricklesIn_BuysNoTime()
    {
        await using var server = await StartAsync();
        await using var client = await server.OpenAsync();
        await AssertClosedAsync(client, limit: 30, everySecond: () => client.BinaryAsync([0], whole: false));
    }

    [Fact]
    public async Task WholeMessages_KeepASessionOpen()
    {
        await using var server = await StartAsync();
        await using var client = await server.OpenAsync();
        for (var i = 0; i < 4; i++)
        {
            await client.AudioAsync<short>((ulong)i * 1_000, new short[1_000]);
            await Patience.Until(() => server.Models.Get("commands").Pool.Counters.Total.SamplesRead == (i + 1) * 1_000);
            _clock.Advance(TimeSpan.FromSeconds(29));
        }
        await client.EndAsync();
    }

    [Fact]
    public async Task AClientThatNeverReads_LosesFramesThatAreCounted_AndIsCutOff()
    {
        using var counts = new Counts();
        await using var server = await StartAsync(smallBuffers: true);
        counts.Listen(server);
        await using var client = await server.OpenAsync(reads: false);
        for (var i = 0L; i < 2; i++) await client.PlayAsync(Sample.Pcm, from: i * Sample.Pcm.Length);
        await Patience.Until(() => counts["surnn.server.frames.dropped"] > 1_000);
        Assert.Equal(1, server.Sessions.Open);
        for (var seconds = 0; server.Sessions.Open == 1; seconds++)
        {
            Assert.True(seconds < 1_000, "it is waited for without end");
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Wait.Really(20, "the server does its part of the second, and nothing tells that it has");
        }
        Assert.Equal(1, counts["surnn.server.sessions.closed", "code", 1006]);
        await Patience.Until(() => server.IsEmpty);
        await Assert.ThrowsAnyAsync<Exception>(() => client.PlayAsync(Sample.Pcm));
    }

    [Fact]
    public async Task AClientThatDoesNotAnswerTheClose_IsNotWaitedForLong()
    {
        await using var server = await StartAsync();
        await using var client = await server.ConnectAsync(reads: false);
        await client.TextAsync("no hello");
        await Patience.Until(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return server.Sessions.Open == 0;
        });
    }

    [Fact]
    public async Task Stopping_TellsTheClients()
    {
        await using var server = await StartAsync();
        await using var client = await server.OpenAsync();
        await client.PlayAsync(Sample.Cut(0, 1));
        var stopped = server.App.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1001, "The server is stopping."), await client.ClosedAsync());
        await stopped.Within();
    }

    [Fact]
    public async Task AClientThatLeavesWithoutAWord_LeavesNothingBehind()
    {
        await using var server = await StartAsync();
        await using (var client = await server.OpenAsync()) await client.PlayAsync(Sample.Cut(0, 1));
        await Patience.Until(() => server.IsEmpty);
    }
}
