using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using SuRnnStream.Tests.Hosting;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

/// <summary>Sound as it comes, 16-bit stereo at another rate, pushed into a pool's stream and into a host's source.</summary>
public sealed class PushFormatsTest
{
    const int Rate = 44_100;
    static readonly PcmFormat Stereo = new(SampleEncoding.S16, Rate, 2);
    static readonly short[] Sound = [.. ToneModel.Tones(4, Rate).SelectMany(sample => new[] { (short)(sample * 30_000), (short)(sample * 30_000) })];
    static readonly string[] Labels = ["low", "high", "low", "high"];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public async Task APoolsStream_TakesShortsFloatsAndBytes(int form)
    {
        await using var pool = new DetectorPool(ToneModel.Build(), options: new PoolOptions { Backlog = TimeSpan.FromSeconds(10) });
        var heard = new List<string>();
        var stream = pool.Add("door", new PooledStreamOptions { Format = Stereo, OnDetection = detection => heard.Add(detection.Label) });
        var floats = Array.ConvertAll(Sound, sample => sample / 32_768f);
        for (var at = 0; at < Sound.Length; at += 2_000)
        {
            var count = Math.Min(2_000, Sound.Length - at);
            var bytes = MemoryMarshal.AsBytes(Sound.AsSpan(at, count)).ToArray();
            if (form == 0) stream.PushInt16(Sound.AsSpan(at, count));
            else if (form == 1) stream.PushFloat32(floats.AsSpan(at, count));
            else if (form == 2) stream.PushBytes(bytes);
            else await stream.PushBytesAsync(bytes, Cancellation);
        }
        stream.Complete();
        await stream.Completion.WaitAsync(TimeSpan.FromMinutes(5), Cancellation);
        Assert.Equal(Labels, heard);
        Assert.Equal((long)Math.Ceiling(Sound.Length / 2 * 16_000.0 / Rate), stream.Counters.SamplesRead); // the resampler's rest, too
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Add("odd", new PooledStreamOptions { Format = Stereo, Channel = 2 }));
    }

    /// <summary>What the resampler holds at the end has to wait for room like all before it.</summary>
    [Theory, InlineData(OverflowPolicy.Wait), InlineData(OverflowPolicy.DropOldest)]
    public void Complete_WithAFullBacklog_LosesNoSampleOfTheResampler(OverflowPolicy overflow)
    {
        const int Frames = 44_100 / 4; // 4,000 samples at 16 kHz, which fill the backlog but for what the resampler holds
        var pool = new DetectorPool(ToneModel.Build(), null, new PoolOptions { Overflow = overflow }, null, start: false);
        var (worker, stream) = (pool.NewWorker(), pool.Add("door", new PooledStreamOptions { Format = Stereo }));
        var kept = stream.PushInt16(Sound.AsSpan(0, 2 * Frames));
        Assert.InRange(kept, 3_900, 3_999);
        Assert.Equal(4_000 - kept, stream.Write(new float[4_000 - kept]));
        stream.Complete();
        while (pool.TryTurn(worker)) ;
        Assert.True(stream.Completion.IsCompleted);
        var (counters, all) = (stream.Counters, 8_000L - kept);
        Assert.Equal((all, all, 0L, 0L), (counters.SamplesRead, counters.SamplesProcessed, counters.SamplesDropped, counters.SamplesInFlight));
        Assert.Equal(all, stream.Position);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Complete_WhilePaused_AndDispose_CountTheSamplesOfTheResampler(bool paused)
    {
        var pool = new DetectorPool(ToneModel.Build(), null, new PoolOptions(), null, start: false);
        var stream = pool.Add("door", new PooledStreamOptions { Format = Stereo });
        var kept = stream.PushInt16(Sound.AsSpan(0, 2 * 11_025));
        stream.Write(new float[4_000 - kept]);
        if (paused) stream.Pause();
        stream.Complete();
        stream.Dispose();
        Assert.Equal((8_000L - kept, 8_000L - kept, 0L), (stream.Counters.SamplesRead, stream.Counters.SamplesDropped, stream.Counters.SamplesInFlight));
        Assert.Equal(8_000L - kept, stream.Written);
    }

    /// <summary>What was resampled cannot be offered again.</summary>
    [Fact]
    public void Push_WithoutRoom_CountsWhatItDrops()
    {
        var pool = new DetectorPool(ToneModel.Build(), null, new PoolOptions { Overflow = OverflowPolicy.Wait }, null, start: false);
        var stream = pool.Add("door", new PooledStreamOptions { Format = Stereo });
        Assert.Equal(4_000, stream.PushInt16(Sound));
        var counters = stream.Counters;
        Assert.Equal((4_000L, stream.Written), (counters.SamplesInFlight, counters.SamplesRead));
        Assert.InRange(counters.SamplesDropped, 1, counters.SamplesRead - 4_000);
        Assert.Equal(counters.SamplesRead - 4_000, counters.SamplesDropped);
    }

    [Fact]
    public async Task AHostsPushSource_IsAServiceByName_AndEndsWhenItIsComplete()
    {
        using var host = new TestHost(("Detectors:door:Model", "tones.surnn"), ("Detectors:door:Queue", "00:00:10"));
        var sink = new MemorySink();
        host.Builder.Services.AddSuRnnStream().AddPushSource("hall", Stereo, capacity: TimeSpan.FromSeconds(10)).AddSink(_ => sink);
        await host.Host.StartAsync(Cancellation);
        var hall = host.Host.Services.GetRequiredKeyedService<PushSource>("hall");
        hall.PushInt16(Sound.AsSpan(0, 20_000));
        hall.PushBytes(MemoryMarshal.AsBytes(Sound.AsSpan(20_000, 20_000)));
        hall.PushFloat32(Array.ConvertAll(Sound[40_000..], sample => sample / 32_768f));
        hall.Complete();
        await Wait.Until(() => host.Status.SourceState == SourceState.Ended); // and is not opened again
        await host.Host.StopAsync(Cancellation);
        Assert.Equal(Labels, sink.Heard.Select(heard => heard.Label));
        Assert.Equal((0L, 0L), (host.Status.Counters.SamplesLost, host.Status.Reconnects));
        Assert.Throws<ArgumentException>(() => hall.PushInt16(new short[3]));
        Assert.Throws<InvalidOperationException>(() => new PushSource(16_000).PushFloat32([0]));
        Assert.Throws<InvalidOperationException>(() => new PushSource(100.0, 2, 10).PushInt16(new short[2]));
    }
}
