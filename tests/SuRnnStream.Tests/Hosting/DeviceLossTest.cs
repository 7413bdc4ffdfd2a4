using Microsoft.Extensions.DependencyInjection;
using SuRnnStream.Tests.Pipeline;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

public class DeviceLossTest
{
    [Fact]
    public async Task ADeviceThatGoesAndComesBack_IsHeardAgain_AtTheTimesOfTheWorld()
    {
        using var host = new TestHost(("Detectors:a:Model", "tones.surnn"), ("Detectors:b:Model", "tones.surnn"));
        using var unplug = new SemaphoreSlim(0);
        using var stop = new SemaphoreSlim(0);
        var sound = ToneModel.Tones(1); // less than waits for a detector
        var devices = new Queue<Func<ISampleSource>>([
            () => throw new IOException("no such device"),
            () => new ScriptedSource().Play(sound).Do(() => unplug.Wait(TestHost.Cancellation)).Do(() => throw new IOException("unplugged")),
            () => throw new IOException("still unplugged"),
            () => new ScriptedSource().Play(sound).Do(() => stop.Wait(TestHost.Cancellation)),
        ]);
        var sink = new MemorySink();
        host.Builder.Services.AddSingleton<TimeProvider>(new JumpingTime());
        host.Builder.Services.AddSuRnnStream().AddSource("hall", _ => devices.Dequeue()(), source => source.Live = true).AddSink(_ => sink);
        await host.Host.StartAsync(TestHost.Cancellation);
        await sink.WaitAsync(2);
        unplug.Release();
        await sink.WaitAsync(2);
        await Wait.Until(() => host.Detectors.Status.All(one => one.Counters.SamplesProcessed >= 2 * sound.Length));
        var status = host.Detectors.Status;
        var stopping = host.Host.StopAsync(TestHost.Cancellation);
        stop.Release();
        await stopping;

        foreach (var name in new[] { "a", "b" })
        {
            var heard = sink.Heard.Where(one => one.Detector == name).Select(one => one.Detection).ToList();
            Assert.Equal(["low", "low"], heard.Select(detection => detection.Label));
            Assert.InRange((heard[1].Start - heard[0].Start).TotalSeconds, 0.8 + 0.15 - 0.01, 0.8 + 0.3 + 0.01); // two pauses of 0.1 and 0.2 s, of which chance leaves out up to half
        }
        Assert.All(status, one => Assert.Equal((1L, SourceState.Running, 1L), (one.Reconnects, one.SourceState, one.Counters.Gaps)));
        Assert.All(status, one => Assert.InRange(one.Counters.SamplesLost, 2_399, 4_800));
        Assert.All(host.Detectors.Status, one => Assert.Equal((2L * sound.Length, 0L), (one.Counters.SamplesProcessed, one.Counters.SamplesDropped)));
        Assert.Equal([2, 1, 3, 2, 4], host.Log.GetSnapshot().Select(entry => entry.Id.Id).Where(id => id is >= 1 and <= 4));
    }

    /// <summary>Someone sets the clock while the host reads a device: times of the stream, counts and detections are as without.</summary>
    [Theory, InlineData(3_600), InlineData(-3_600)]
    public async Task AWallClockThatIsSet_WhileADeviceIsRead_ChangesNoTimeOfTheStream(int leap)
    {
        using var host = new TestHost(("Detectors:a:Model", "tones.surnn"));
        var (sound, time, sink) = (ToneModel.Tones(1), new LeapingTime(), new MemorySink());
        using var went = new ManualResetEventSlim();
        host.Builder.Services.AddSingleton<TimeProvider>(time);
        host.Builder.Services.AddSuRnnStream()
            .AddSource("hall", _ => new ScriptedSource().Play(sound).Do(() => went.Wait(TimeSpan.FromMinutes(5))).Do(() => time.Leap(TimeSpan.FromSeconds(leap))).Play(sound), source => source.Live = true)
            .AddSink(_ => sink);
        await host.Host.StartAsync(TestHost.Cancellation);
        await sink.WaitAsync(1);
        await Wait.Until(() => host.Status.Counters.SamplesProcessed == sound.Length);
        went.Set();
        await sink.WaitAsync(1);
        await Wait.Until(() => host.Status.Counters.SamplesProcessed == 2 * sound.Length);
        await host.Host.StopAsync(TestHost.Cancellation);
        var heard = sink.Heard.Select(one => one.Detection).ToList();
        Assert.Equal(sound.Length / (double)ToneModel.Rate, (heard[1].Start - heard[0].Start).TotalSeconds, 0.011);
        Assert.Equal((0L, 0L, 0L), (host.Status.Counters.SamplesLost, host.Status.Counters.SamplesDropped, host.Status.Reconnects));
    }
}
