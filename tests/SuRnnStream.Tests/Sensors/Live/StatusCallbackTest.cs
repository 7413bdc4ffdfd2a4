using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Sensors.Live;

/// <summary>The user's own code in a sensor's and a microphone's calls: it may throw, be slow, and dispose what calls it.</summary>
public sealed class StatusCallbackTest
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ACallbackThatThrows_EndsNothing_AlsoInATimer()
    {
        var link = new ScriptedLink();
        var told = 0;
        using var sensor = new LiveSensor(link, PulseModel.Sensor, new LiveSensorOptions
        {
            Silence = TimeSpan.FromMilliseconds(100),
            FirstRetry = TimeSpan.FromMilliseconds(10),
            OnStatus = _ =>
            {
                Interlocked.Increment(ref told);
                throw new IOException("standard error is full");
            },
        });
        link.Send("1");
        await Wait.Until(() => Volatile.Read(ref told) >= 1); // silent: told by the timer
        link.Break();
        await Wait.Until(() => link.Runs >= 2 && Volatile.Read(ref told) >= 2);
        link.Send("2");
        await Wait.Until(() => sensor.Status.StatusErrors >= 3);
        Assert.Equal(CaptureState.Running, sensor.Status.State);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task ACallbackMayDisposeTheSensor_ThatCallsIt(bool timer)
    {
        var link = new ScriptedLink();
        var disposed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        LiveSensor? sensor = null;
        sensor = new LiveSensor(link, PulseModel.Sensor, new LiveSensorOptions
        {
            Silence = timer ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromHours(1),
            OnStatus = _ =>
            {
                sensor!.Dispose();
                disposed.TrySetResult();
            },
        });
        link.Send("1");
        if (!timer) link.Break();
        await disposed.Task.WaitAsync(TimeSpan.FromMinutes(5), Cancellation);
        var samples = new float[8];
        while (sensor.Read(samples) > 0) { }
        sensor.Dispose();
    }

    /// <summary>As a program with a window does, whose callback waits for the window's thread.</summary>
    [Fact]
    public async Task ACallbackIsUnderNoLock()
    {
        var link = new ScriptedLink();
        LiveSensor? sensor = null;
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        sensor = new LiveSensor(link, PulseModel.Sensor, new LiveSensorOptions
        {
            FirstRetry = TimeSpan.FromMilliseconds(10),
            OnStatus = _ =>
            {
                Task.Run(() => sensor!.Stop()).Wait(TimeSpan.FromMinutes(5), Cancellation); // another thread, which needs the sensor's lock
                asked.TrySetResult();
            },
        });
        link.Send("1");
        link.Break();
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(5), Cancellation);
        sensor.Dispose();
    }

    [Fact]
    public void Teller_TellsInOrder_OneAtATime_AndWhatComesMeanwhileAfterwards()
    {
        var told = new List<int>();
        StatusTeller? teller = null;
        teller = new StatusTeller(status =>
        {
            told.Add(status.Losses);
            Assert.True(teller!.IsTelling);
            if (status.Losses == 1)
            {
                teller.Add(new CaptureStatus { Losses = 3 });
                teller.Tell(); // not in the middle of this one
                Assert.Equal([1], told);
            }
            if (status.Losses == 2) throw new InvalidOperationException("theirs");
        });
        teller.Add(new CaptureStatus { Losses = 1 });
        teller.Add(new CaptureStatus { Losses = 2 });
        teller.Tell();
        Assert.Equal([1, 2, 3], told);
        Assert.Equal((1, false), (teller.Errors, teller.IsTelling));
    }

    sealed class ScriptedLink : ISensorLink
    {
        TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        SensorTextTaker? _take;
        int _runs;

        public string Name => "test";
        public int Runs => Volatile.Read(ref _runs);

        public async Task RunAsync(Action connected, SensorTextTaker take, TimeSpan connectTimeout, CancellationToken stop)
        {
            _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _take = take;
            connected();
            Interlocked.Increment(ref _runs);
            await _broken.Task.WaitAsync(stop);
        }

        public void Send(string text) => _take!(text, true);
        public void Break() => _broken.SetException(new IOException("unplugged"));
    }
}
