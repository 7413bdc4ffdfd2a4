using Microsoft.Extensions.Time.Testing;
using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>Clients that keep the server waiting, on a clock that the test moves.</summary>
public class TimeoutTest
{
    readonly FakeTimeProvider _clock = new();

    Task<TestServer> StartAsync(bool smallBuffers = false) =>
        TestServer.StartAsync(["HelloTimeout=00:00:05", "IdleTimeout=00:00:30", "SendTimeout=00:00:20"], _clock, smallBuffers);

    /// <summary>Moves the clock until the server has closed; how far it was moved, to the next second.</summary>
    async Task<(int Seconds, int Code, string Reason)> WaitAsync(TestClient client, Func<Task>? everySecond = null)
    {
        for (var seconds = 0; ; seconds++)
        {
            await Task.WhenAny(client.ClosedAsync(), Task.Delay(50, TestContext.Current.CancellationToken)); // the server's part of the second
            if (client.IsGone)
            {
                var (code, reason) = await client.ClosedAsync();
                return (seconds, code, reason);
            }
            Assert.True(seconds < 100, "it is waited for without end");
            if (everySecond is not null) await everySecond();
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task NoHello_EndsTheSession()
    {
        await using var server = await StartAsync();
        await using var client = await server.ConnectAsync();
        Assert.Equal((5, 1008, "No whole message came within 5 s."), await WaitAsync(client));
    }

    [Fact]
    public async Task NoAudio_EndsTheSession()
    {
        await using var server = await StartAsync();
        await using var client = await server.OpenAsync();
        Assert.Equal((30, 1008, "No whole message came within 30 s."), await WaitAsync(client));
    }

    [Fact]
    public async Task AMessageThatTricklesIn_BuysNoTime()
    {
        await using var server = await StartAsync();
        await using var client = await server.OpenAsync();
        Assert.Equal((30, 1008, "No whole message came within 30 s."), await WaitAsync(client, () => client.BinaryAsync([0], whole: false)));
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
            Assert.True(seconds < 100, "it is waited for without end");
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20, TestContext.Current.CancellationToken);
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
