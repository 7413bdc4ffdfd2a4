using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

public sealed class MicrophoneTest
{
    const int Rate = 16_000, Overrun = 32, Unplugged = 19, Suspended = 86, Again = 11, Interrupted = 4;

    readonly JumpingTime _time = new();
    readonly List<CaptureStatus> _told = [];

    Microphone Open(DeviceScript script, MicrophoneOptions? options = null) =>
        new((options ?? new()) with { Time = _time, OnStatus = _told.Add }, script.Open);

    DeviceScript Script(int rate = Rate, int channels = 1) => new(_time, rate, channels);

    [Theory, InlineData("microphone:hw:1,0", "hw:1,0"), InlineData("Microphone:", "default"), InlineData("microphone", null), InlineData("hall.wav", null)]
    public void DeviceOf_IsTheNameInAMicrophonesAddress(string address, string? device) => Assert.Equal(device, Microphone.DeviceOf(address));

    /// <summary>Everything, with the samples lost in front of each read that lost some.</summary>
    static (int[] Samples, List<(int At, long Lost)> Gaps) ReadAll(Microphone microphone)
    {
        var (samples, gaps, lost, buffer) = (new List<int>(), new List<(int, long)>(), 0L, new float[1000]);
        while (microphone.Read(buffer) is > 0 and var got)
        {
            if (microphone.SamplesLost > lost) gaps.Add((samples.Count, microphone.SamplesLost - lost));
            lost = microphone.SamplesLost;
            samples.AddRange(buffer[..got].Select(sample => (int)(sample * 32768)));
        }
        return ([.. samples], gaps);
    }

    [Fact]
    public void Read_GivesTheSamplesInOrder_AndNothingHappened()
    {
        using var microphone = Open(Script().Sound(320).Sound(100).Fail(Again).Fail(Interrupted).Sound(1000).Ends());
        var (samples, gaps) = ReadAll(microphone);
        Assert.Equal(Enumerable.Range(0, 1420), samples);
        Assert.Empty(gaps);
        Assert.Equal((0, 0, 0, 0L), Counts(microphone.Status));
        Assert.Equal(CaptureState.Stopped, microphone.Status.State);
        Assert.Equal("the device has ended", Assert.Single(_told).LastEvent);
    }

    [Theory, InlineData(null, 500), InlineData(0, 0), InlineData(1, 1000)]
    public void Read_OfSeveralChannels_TakesTheMeanOrTheOneAskedFor(int? channel, int first)
    {
        using var microphone = Open(Script(channels: 2).Sound(3).Ends(), new() { Channel = channel });
        Assert.Equal([first, first + 1, first + 2], ReadAll(microphone).Samples);
    }

    [Fact]
    public void Overrun_IsCounted_Dated_AndItsSamplesAreLost()
    {
        var script = Script().Sound(320).Pass(2.5).Fail(Overrun).Ok().Sound(320).Ends();
        using var microphone = Open(script);
        var (samples, gaps) = ReadAll(microphone);
        Assert.Equal(640, samples.Length);
        Assert.Equal([(320, 40_000L)], gaps);
        Assert.Equal((1, 0, 0, 40_000L), Counts(_told[0]));
        Assert.Equal((CaptureState.Running, "overrun: 2.500 s lost", 1), (_told[0].State, _told[0].LastEvent, script.Restarts));
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 12, 0, 2, 520, TimeSpan.Zero), _told[0].LastEventTime);
    }

    [Fact]
    public void Overrun_OfTheRead_IsTheSame()
    {
        // What waits is lost with the buffer: 320 samples that were ready and never read.
        var script = Script().Sound(320).Step(() => Overflow()).Ok().Sound(320).Ends();
        using var microphone = Open(script);
        Assert.Equal([(320, 16_000L)], ReadAll(microphone).Gaps);

        int Overflow()
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return -Overrun;
        }
    }

    [Fact]
    public void Overrun_WithoutASampleInBetween_LosesTheDevice()
    {
        var script = Script().Sound(320).Fail(Overrun).Ok().Fail(Overrun).Ok().Sound(10).Ends();
        using var microphone = Open(script);
        Assert.Equal(330, ReadAll(microphone).Samples.Length);
        Assert.Equal((2, 0, 1, 1), (microphone.Status.Overruns, microphone.Status.Suspensions, microphone.Status.Losses, microphone.Status.Reopenings));
        Pauses.Are([100], _time.Waits);
    }

    [Fact]
    public void Suspended_WaitsForTheDevice_AndCountsTheTimeAsleep()
    {
        var script = Script().Sound(320).Pass(0.25, asleep: 60).Fail(Suspended).Fail(Again).Fail(Again).Ok().Ok().Sound(10).Ends();
        using var microphone = Open(script);
        Assert.Equal([(320, (60_250 + 200) * 16L)], ReadAll(microphone).Gaps);
        Assert.Equal((0, 1, 0, 0), (microphone.Status.Overruns, microphone.Status.Suspensions, microphone.Status.Losses, microphone.Status.Reopenings));
    }

    [Fact]
    public void Suspended_AndNoResume_IsStartedAgain()
    {
        var script = Script().Sound(320).Fail(Suspended).Fail(38).Ok().Sound(10).Ends(); // ENOSYS
        using var microphone = Open(script);
        Assert.Equal(330, ReadAll(microphone).Samples.Length);
        Assert.Equal((1, 1), (script.Restarts, microphone.Status.Suspensions));
    }

    [Fact]
    public void Unplugged_IsOpenedAgain_WithGrowingPauses()
    {
        var script = Script().Sound(1600).Fail(Unplugged).Sound(320).Ends();
        using var microphone = Open(script);
        for (var i = 0; i < 8; i++) script.Refuse();
        var (samples, gaps) = ReadAll(microphone);
        Assert.Equal(1920, samples.Length);
        Pauses.Are([100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000], _time.Waits);
        var waited = _time.Waits.Sum(wait => wait.TotalSeconds);
        Assert.Equal([(1600, (long)Math.Round(waited * 16_000))], gaps);
        Assert.Equal((0, 1, 1, (long)Math.Round(waited * 16_000)), Counts(microphone.Status));
        Assert.Equal((CaptureState.Lost, "lost: error 19"), (_told[0].State, _told[0].LastEvent));
        Assert.Equal((CaptureState.Reopening, "still lost: is busy"), (_told[8].State, _told[8].LastEvent));
        Assert.Equal((CaptureState.Running, FormattableString.Invariant($"reopened: {waited:0.000} s lost")), (_told[9].State, _told[9].LastEvent));
        Assert.Equal(2, script.Closed); // every device that was opened
    }

    [Fact]
    public void ACallbackThatThrows_OrDisposesTheMicrophone_EndsNothingElse()
    {
        Microphone? microphone = null;
        var told = 0;
        var script = Script().Sound(1600).Fail(Unplugged).Sound(320).Fail(Unplugged).Sound(320).Ends();
        microphone = new Microphone(new MicrophoneOptions
        {
            Time = _time,
            OnStatus = _ =>
            {
                if (++told == 3) microphone!.Dispose();
                throw new IOException("theirs");
            },
        }, script.Open);
        var samples = new float[10_000];
        var got = 0;
        for (int count; (count = microphone.Read(samples)) > 0;) got += count;
        Assert.Equal((1920, 3), (got, microphone.Status.StatusErrors));
        Assert.Equal(script.Opened, script.Closed);
    }

    [Fact]
    public void Unplugged_AgainAndAgain_DoesNotStartOverWithThePauses_BeforeASampleCame()
    {
        var script = Script().Sound(16).Fail(Unplugged).Fail(Unplugged).Fail(Unplugged).Sound(16).Fail(Unplugged).Sound(16).Ends();
        using var microphone = Open(script);
        Assert.Equal(48, ReadAll(microphone).Samples.Length);
        Pauses.Are([100, 200, 400, 100], _time.Waits);
        Assert.Equal((4, 4), (microphone.Status.Losses, microphone.Status.Reopenings));
    }

    [Fact]
    public void ADeviceOfAnotherRate_IsNotTaken()
    {
        var script = Script().Sound(16).Fail(Unplugged).Sound(16).Ends();
        using var microphone = Open(script);
        script.Opens(44_100);
        Assert.Equal(32, ReadAll(microphone).Samples.Length);
        Assert.Equal((3, 3), (script.Opened, script.Closed));
        Assert.Contains(_told, status => status is { State: CaptureState.Reopening, LastEvent: "still lost: it has another rate or fewer channels now" });
    }

    [Fact]
    public void ARestartThatFails_LosesTheDevice()
    {
        var script = Script().Sound(320).Pass(1).Fail(Overrun).Fail(5).Sound(10).Ends();
        using var microphone = Open(script);
        var gaps = ReadAll(microphone).Gaps;
        Assert.Equal([(320, (long)Math.Round((1 + _time.Waits.Sum(wait => wait.TotalSeconds)) * Rate))], gaps);
        Assert.Equal((1, 1), (microphone.Status.Overruns, microphone.Status.Losses));
    }

    [Fact]
    public void Silence_ForTooLong_LosesTheDevice()
    {
        var script = Script().Sound(320);
        for (var i = 0; i < 21; i++) script.Pass(0.1).Ok();
        using var microphone = Open(script.Sound(10).Ends());
        Assert.Equal(330, ReadAll(microphone).Samples.Length);
        Assert.Equal("lost: gave nothing for 2 s", _told[0].LastEvent);
        Assert.Equal((1, 1), (microphone.Status.Losses, microphone.Status.Reopenings));
    }

    [Fact]
    public void AProcessThatWasStopped_IsNoSilentDevice()
    {
        using var microphone = Open(Script().Sound(320).Pass(5).Ok().Sound(320).Ends());
        Assert.Equal(640, ReadAll(microphone).Samples.Length);
        Assert.Equal(0, microphone.Status.Losses);
    }

    [Fact]
    public void New_ThatCannotOpen_Throws() =>
        Assert.Equal("hw:7", Assert.Throws<CaptureException>(() => Open(Script().Refuse())).Device);

    [Theory, InlineData(false), InlineData(true)]
    public async Task Stop_EndsAReadThatWaits(bool whileReopening)
    {
        using var waiting = new ManualResetEventSlim();
        var script = new DeviceScript(_time) { OnWait = waiting.Set };
        var options = new MicrophoneOptions { FirstRetry = TimeSpan.FromMinutes(1), LastRetry = TimeSpan.FromMinutes(1) }; // of the true clock
        if (whileReopening)
        {
            options = options with { OnStatus = _ => waiting.Set() };
            script.OnWait = null;
            script.Fail(Unplugged);
        }
        else
        {
            options = options with { Silence = TimeSpan.FromMinutes(1) };
        }
        using var microphone = new Microphone(options, script.Open);
        var read = Task.Run(() => microphone.Read(new float[100]), TestContext.Current.CancellationToken);
        waiting.Wait(TestContext.Current.CancellationToken);
        microphone.Stop();
        Assert.Equal(0, await read.WaitAsync(TimeSpan.FromSeconds(50), TestContext.Current.CancellationToken));
        Assert.Equal(0, microphone.Read(new float[100]));
    }

    [Fact]
    public async Task InAPipeline_TheLossIsAGap()
    {
        var script = Script(48_000).Sound(48_000).Pass(1).Fail(Overrun).Ok().Sound(48_000).Ends();
        using var microphone = Open(script);
        var pipeline = new DetectorPipeline(microphone, Support.ToneModel.Build());
        await pipeline.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1L, 16_000L, 32_000L), (pipeline.Counters.Gaps, pipeline.Counters.SamplesLost, pipeline.Counters.SamplesProcessed));
    }

    [Fact]
    public void Options_OutOfRange_AreNamedWithTheirValue()
    {
        Assert.Contains("SampleRate is 100", Refusal(new() { SampleRate = 100 }));
        Assert.Contains("Encoding is U8", Refusal(new() { Encoding = SampleEncoding.U8 }));
        Assert.Contains("Buffer is 00:00:00.0300000", Refusal(new() { Buffer = TimeSpan.FromMilliseconds(30) }));
        Assert.Contains("LastRetry is 00:00:00.0500000", Refusal(new() { LastRetry = TimeSpan.FromMilliseconds(50) }));

        static string Refusal(MicrophoneOptions options) => Assert.Throws<ArgumentException>(() => options.Validate()).Message;
    }

    static (int Overruns, int Losses, int Reopenings, long Lost) Counts(CaptureStatus status) =>
        (status.Overruns, status.Losses, status.Reopenings, status.SamplesLost);
}
