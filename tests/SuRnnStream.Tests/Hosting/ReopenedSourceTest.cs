using Microsoft.Extensions.Logging.Testing;
using SuRnnStream.Tests.Pipeline;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

public class ReopenedSourceTest
{
    const int Rate = 16_000;

    readonly JumpingTime _time = new();
    readonly FakeLogger _log = new();
    readonly Queue<Func<ISampleSource>> _devices = [];
    readonly CancellationTokenSource _stop = new();

    [Fact]
    public void ADeviceThatIsNotThereYet_IsTriedWithDoublingPauses_UpToTheLongest()
    {
        for (var i = 0; i < 6; i++) _devices.Enqueue(() => throw new IOException("no such device"));
        _devices.Enqueue(() => new ScriptedSource().Play(new float[Rate]));
        using var source = Open();
        Assert.True(source.Open());
        Pauses.Are([100, 200, 400, 800, 1000, 1000], _time.Waits);
        Assert.Equal((SourceState.Running, true, 0L), (source.State, source.Live, source.SamplesLost));
        Assert.Equal(6, _log.Collector.GetSnapshot().Count(entry => entry.Id.Id == 2 && entry.Message.Contains("no such device")));
    }

    [Fact]
    public void ALossOfADevice_IsAGapAsLongAsItWas_AndTheStreamGoesOn()
    {
        _devices.Enqueue(() => new ScriptedSource().Play(new float[Rate]).Do(() => throw new IOException("unplugged")));
        _devices.Enqueue(() => throw new IOException("still unplugged"));
        _devices.Enqueue(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            return new ScriptedSource().Play(new float[Rate]);
        });
        _devices.Enqueue(() => new ScriptedSource().Play(new float[10]));
        using var source = Open();
        source.Open();
        var buffer = new float[Rate];
        Assert.Equal((Rate, 0L), (source.Read(buffer), source.SamplesLost));
        Assert.Equal(Rate, source.Read(buffer));
        Assert.Equal(Lost(2), source.SamplesLost); // the pauses, and 2 s
        Assert.Equal((1L, SourceState.Running), (source.Reconnects, source.State));
        Pauses.Are([100, 200], _time.Waits);

        Assert.Equal(10, source.Read(buffer));
        Assert.Equal(Lost(2), source.SamplesLost); // it gave samples: the pauses begin again
        Pauses.Are([100, 200, 100], _time.Waits);
        Assert.Equal(["unplugged", "it has ended"], _log.Collector.GetSnapshot().Where(entry => entry.Id.Id == 3).Select(entry => entry.GetStructuredStateValue("Reason")));
    }

    [Fact]
    public void ADeviceThatOpensAndGivesNothing_IsNotOpenedWithoutPauses()
    {
        for (var i = 0; i < 5; i++) _devices.Enqueue(() => new ScriptedSource());
        _devices.Enqueue(() => new ScriptedSource().Play(new float[5]));
        using var source = Open();
        source.Open();
        Assert.Equal(5, source.Read(new float[Rate]));
        Pauses.Are([100, 200, 400, 800, 1000], _time.Waits);
    }

    [Fact]
    public void WhatDevicesLoseThemselves_IsAddedUp_AndNotCountedTwice()
    {
        _devices.Enqueue(() => new ScriptedSource().Play(new float[100]).Lose(50).Play(new float[100]));
        _devices.Enqueue(() => new ScriptedSource().Lose(7).Play(new float[100]));
        using var source = Open();
        source.Open();
        var lost = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(100, source.Read(new float[100]));
            lost.Add(source.SamplesLost);
        }
        Assert.Equal([0, 50, 50 + Lost(0) + 7], lost); // a pause between the devices
    }

    [Fact]
    public void ADeviceThatComesBackAtAnotherRate_IsResampled_AndOneWithOtherChannelsIsNotTaken()
    {
        _devices.Enqueue(() => new ScriptedSource().Play(new float[100]));
        _devices.Enqueue(() => new ArraySource(new float[100], 16_000.0, 2));
        _devices.Enqueue(() => new ScriptedSource { SampleRate = 48_000 }.Play(ToneModel.Tone(400, 1, 48_000)));
        using var source = Open();
        source.Open();
        var buffer = new float[2 * Rate];
        Assert.Equal(100, source.Read(buffer));
        var got = 0;
        while (got < Rate) got += source.Read(buffer.AsSpan(got, Rate - got));
        var pitch = Enumerable.Range(1, got - 1).Count(i => buffer[i - 1] < 0 && buffer[i] >= 0);
        Assert.InRange(pitch, 398, 401);
        Assert.Contains(_log.Collector.GetSnapshot(), entry => entry.Id.Id == 2 && entry.Message.Contains("2 channels"));
    }

    [Fact]
    public void AFile_EndsOnce_AndOneThatBreaksIsNotReadAgain()
    {
        _devices.Enqueue(() => new ArraySource(new float[100], Rate));
        using var file = Open(live: null);
        file.Open();
        Assert.Equal([100, 0, 0], new[] { 0, 1, 2 }.Select(_ => file.Read(new float[200])));
        Assert.Equal((SourceState.Ended, false), (file.State, file.Live));

        _devices.Enqueue(() => new ScriptedSource().Do(() => throw new InvalidAudioException("x.wav", "it is damaged", "get it again")));
        using var broken = Open(live: false);
        broken.Open();
        Assert.Throws<InvalidAudioException>(() => broken.Read(new float[200]));
        Assert.Equal(SourceState.Failed, broken.State);
        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task Stop_EndsAPauseAndAWaitForSamples()
    {
        var silent = new PushSource(Rate);
        _devices.Enqueue(() => silent);
        using var source = Open(live: null);
        source.Open();
        Assert.True(source.Live);
        var read = Task.Run(() => source.Read(new float[10]), TestHost.Cancellation);
        _stop.Cancel();
        Assert.Equal(0, await read.WaitAsync(TimeSpan.FromMinutes(5), TestHost.Cancellation));
        Assert.Equal(SourceState.Ended, source.State);

        using var never = Open();
        Assert.False(never.Open());
    }

    [Fact]
    public void ADevicesOwnCounts_StayWhenItIsGone()
    {
        _devices.Enqueue(() => new Counting(overruns: 3, reopenings: 2));
        _devices.Enqueue(() => new Counting(overruns: 4, reopenings: 0));
        using var source = Open(live: null);
        source.Open();
        Assert.Equal((3L, 2L), (source.Overruns, source.Reconnects));
        source.Read(new float[10]);
        source.Read(new float[10]);
        Assert.Equal((7L, 3L), (source.Overruns, source.Reconnects));
    }

    [Theory]
    [InlineData(CaptureState.Running, SourceState.Running), InlineData(CaptureState.Lost, SourceState.Lost), InlineData(CaptureState.Reopening, SourceState.Lost)]
    public void ADeviceThatOpensItselfAgain_IsLostMeanwhile(CaptureState device, SourceState expected)
    {
        _devices.Enqueue(() => new Counting(overruns: 0, reopenings: 0, device));
        using var source = Open(live: null);
        source.Open();
        Assert.Equal(expected, source.State);
    }

    /// <summary>Samples that sound in the pauses so far, and for some seconds besides.</summary>
    long Lost(double seconds) => (long)Math.Round((_time.Waits.Sum(wait => wait.TotalSeconds) + seconds) * Rate);

    ReopenedSource Open(bool? live = true) => new("hall", new HostedSourceOptions { Live = live, LastRetry = TimeSpan.FromSeconds(1) },
        () => _devices.Count > 0 ? _devices.Dequeue()() : throw new IOException("no more devices in this test"), _time, _log, _stop.Token);

    sealed class Counting(int overruns, int reopenings, CaptureState state = CaptureState.Running) : ICaptureSource
    {
        bool _given;

        public CaptureStatus Status { get; } = new() { Overruns = overruns, Reopenings = reopenings, State = state };
        public int SampleRate => Rate;
        public long SamplesLost => 0;

        public int Read(Span<float> samples)
        {
            if (_given) return 0;
            _given = true;
            return samples.Length;
        }

        public void Stop() { }
    }
}
