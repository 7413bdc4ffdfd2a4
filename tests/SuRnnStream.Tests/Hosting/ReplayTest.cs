using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

public sealed class ReplayTest
{
    [Theory]
    [InlineData("replay:a.wav", "a.wav", 1, false)]
    [InlineData("replay:/x/what?.wav?speed=2.5&loop=true", "/x/what?.wav", 2.5, true)]
    [InlineData("REPLAY:a?.wav", "a?.wav", 1, false)]
    public void Address_IsTakenApart(string address, string path, double speed, bool loops)
    {
        Assert.Null(Replay.Fault(address));
        Assert.Equal(path, Replay.FileOf(address));
        var parts = new ReplayAddress(address);
        Assert.Equal((path, speed, loops), (parts.Path, parts.Speed, parts.Loops));
    }

    [Theory, InlineData("replay:a.wav?speed=0", "speed=0"), InlineData("replay:a.wav?lop=true", "lop=true"), InlineData("replay:a.wav?loop=yes", "loop=yes")]
    public void Address_WithAnOptionThatMeansNothing_SaysSo(string address, string said) => Refused(address, $"{said} means nothing here");

    static void Refused(string address, string said)
    {
        Assert.Contains(said, Replay.Fault(address));
        Assert.Contains(said, Assert.Throws<ArgumentException>(() => Replay.FileOf(address)).Message);
    }

    [Theory, InlineData("hall.wav"), InlineData("replay"), InlineData("rtsp://camera/1")]
    public void Open_OfAnotherAddress_SaysWhatItOpens(string address)
    {
        Assert.False(Replay.IsAddress(address));
        Assert.Contains("replay:FILE", Assert.Throws<ArgumentException>(() => Replay.Open(address)).Message);
        Assert.Contains("replay:FILE", Assert.Throws<ArgumentException>(() => Replay.Fault(address)).Message);
    }

    /// <summary>Two seconds of sound take two seconds of the host's clock; before that it has not ended.</summary>
    [Fact]
    public async Task Replay_GoesByTheHostsClock_AndLosesNothing()
    {
        var time = new FakeTimeProvider();
        using var host = new TestHost(("Sources:hall:Address", "replay:hall.wav"), ("Detectors:door:Model", "tones.surnn"), ("StopWhenDone", "true"));
        var sound = ToneModel.Tones(4);
        host.SaveSound("hall.wav", sound);
        var sink = new MemorySink();
        host.Builder.Services.AddSingleton<TimeProvider>(time);
        host.Builder.Services.AddSuRnnStream().AddSink(_ => sink);
        await host.Host.StartAsync(TestHost.Cancellation);
        var stopped = host.Host.WaitForShutdownAsync(TestHost.Cancellation);
        var steps = 0;
        for (; !stopped.IsCompleted && steps < 60_000; steps++)
        {
            time.Advance(TimeSpan.FromMilliseconds(20));
            await Wait.Really(1, "the reader is on its own thread");
        }
        await stopped;
        Assert.True(steps >= sound.Length / ToneModel.Rate * 50 - 1, $"It took {steps} steps of 20 ms.");
        Assert.Equal((sound.Length, 0L), (host.Status.Counters.SamplesProcessed, host.Status.Counters.SamplesDropped));
        Assert.Equal(["low", "high", "low", "high"], sink.Heard.Select(heard => heard.Label));
        await host.Host.StopAsync(TestHost.Cancellation);
    }

    [Fact]
    public async Task AFileThatIsLive_IsWarnedOf()
    {
        using var host = new TestHost(("Sources:hall:Address", "hall.wav"), ("Sources:hall:Live", "true"), ("Detectors:door:Model", "tones.surnn"));
        host.SaveSound("hall.wav", ToneModel.Tones(2));
        host.Builder.Services.AddSuRnnStream();
        await host.Host.StartAsync(TestHost.Cancellation);
        await host.Host.StopAsync(TestHost.Cancellation);
        Assert.Contains("Name it replay:hall.wav", Assert.Single(host.Log.GetSnapshot(), entry => entry.Id.Id == 12).Message);
    }
}
