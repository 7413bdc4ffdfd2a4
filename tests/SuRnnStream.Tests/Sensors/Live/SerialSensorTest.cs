using System.Text;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Sensors.Live;

/// <summary>A serial port that is a pseudo-terminal, which goes away and comes back.</summary>
public sealed class SerialSensorTest : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly SuRnnModel _model = PulseModel.Build();
    readonly float[] _stream = PulseModel.Stream(1_000);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public SerialSensorTest() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Pseudo-terminals are tried on Linux.");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Lines_AreHeard_AlsoBehindABreak_AndWhatIsLostIsCounted()
    {
        var device = _folder.File("tty");
        var (first, status, running) = (new PseudoTerminal(), new List<string>(), new SemaphoreSlim(0));
        File.CreateSymbolicLink(device, first.Path);
        using var sensor = LiveSensor.Open($"serial://{device}?baud=115200", PulseModel.Sensor, new LiveSensorOptions
        {
            FirstRetry = TimeSpan.FromMilliseconds(10),
            LastRetry = TimeSpan.FromMilliseconds(50),
            OnStatus = now =>
            {
                lock (status) status.Add(now.LastEvent);
                if (now.State == CaptureState.Lost || now.LastEvent == "connected again") running.Release();
            },
        });
        var pipeline = new DetectorPipeline(sensor, _model);
        var heard = pipeline.Subscribe();
        var run = pipeline.RunAsync(Cancellation);
        first.Send("7,time [s],MLII [uV\n" + Lines(0, 400)); // the first line is cut
        for (var beat = 0; beat < 4; beat++) Assert.Equal(0.25 + 0.5 * beat, (await heard.ReadAsync(Cancellation)).Landmark!.Value.TotalSeconds);
        await Wait.Until(() => pipeline.Counters.SamplesRead >= 400); // what is still in the port when it goes is gone

        File.Delete(device);
        first.Dispose();
        Assert.True(await running.WaitAsync(TimeSpan.FromMinutes(5), Cancellation), "the loss was not noticed");
        using var second = new PseudoTerminal();
        File.CreateSymbolicLink(device, second.Path);
        Assert.True(await running.WaitAsync(TimeSpan.FromMinutes(5), Cancellation), "the port was not opened again");
        second.Send("1\ntime [s],MLII [mV]\r\n" + Lines(700, 1_000, separator: "\r\n") + "garbage\n");
        for (var beat = 7; beat < 10; beat++) Assert.Equal(0.25 + 0.5 * beat, (await heard.ReadAsync(Cancellation)).Landmark!.Value.TotalSeconds);
        await Wait.Until(() => pipeline.Counters.SamplesRead >= 700); // the last lines may be on their way

        sensor.Stop();
        await run;
        Assert.Equal((700, 300, 1), (pipeline.Counters.SamplesProcessed, pipeline.Counters.SamplesLost, pipeline.Counters.Gaps));
        Assert.Equal((1, 1, CaptureState.Stopped), (sensor.Status.Losses, sensor.Status.Reopenings, sensor.Status.State));
        Assert.Contains(status, what => what.StartsWith("lost: the device has gone", StringComparison.Ordinal));
        Assert.Contains("300 samples lost, 1.5 s by its clock", status);
    }

    [Fact]
    public void Port_ThatIsMissing_IsOneLineThatSaysWhatToDo()
    {
        var problem = Assert.Throws<CaptureException>(() => LiveSensor.Open("serial:///dev/there-is-none", PulseModel.Sensor));
        Assert.Matches("^serial:///dev/there-is-none: .+; plug the device in, name another port, or let this user read it", problem.Message);
    }

    [Theory]
    [InlineData("serial:///dev/ttyUSB0?speed=9600", "there is no setting 'speed', only baud, bits, parity, stop")]
    [InlineData("serial:///dev/ttyUSB0?baud=fast", "'baud' is a whole number, not 'fast'")]
    [InlineData("serial:///dev/ttyUSB0?parity=some", "'parity' is none, odd, even, mark or space, not 'some'")]
    [InlineData("serial:///dev/ttyUSB0?bits=9", "DataBits is '9', but must be 5 to 8")]
    [InlineData("serial://", "Port is '/', but must be the name of a port")]
    [InlineData("serial:tty", "is no address")]
    [InlineData("mqtt://127.0.0.1/", "Topic is '', but must be one topic, without # and +: mqtt://HOST/TOPIC")]
    [InlineData("mqtt://127.0.0.1/a/%23", "Topic is 'a/#'")]
    [InlineData("mqtt://127.0.0.1/a#b", "a # has no meaning here")]
    [InlineData("mqtt://127.0.0.1/a?qos=3", "QualityOfService is '3', but must be 0 to 2")]
    [InlineData("http://127.0.0.1/a", "is no address of a sensor: mqtt://HOST/TOPIC, mqtts://HOST/TOPIC or serial:///dev/NAME")]
    public void Address_ThatIsNone_SaysWhatIsWrong(string address, string says) =>
        Assert.Contains(says, Assert.Throws<ArgumentException>(() => LiveSensor.Open(address, PulseModel.Sensor)).Message);

    [Fact]
    public void Address_HasAllSettings()
    {
        var serial = SerialSensorOptions.Parse("serial:///dev/ttyS1?baud=9600&bits=7&parity=even&stop=2");
        Assert.Equal(("/dev/ttyS1", 9_600, 7, System.IO.Ports.Parity.Even, System.IO.Ports.StopBits.Two), (serial.Port, serial.Baud, serial.DataBits, serial.Parity, serial.StopBits));
        var mqtt = MqttSensorOptions.Parse("mqtts://me:p%40ss@broker.example/ward%203/ecg?qos=2&client=bed-7&expiry=60");
        var broker = mqtt.Broker;
        Assert.Equal(("broker.example", "ward 3/ecg", 2, "bed-7", 60.0, true, "me", "p@ss"),
            (broker.Host, mqtt.Topic, mqtt.QualityOfService, broker.ClientId, mqtt.SessionExpiry.TotalSeconds, broker.Tls, broker.User, broker.Password));
        Assert.Equal("mqtts://broker.example:8883/ward 3/ecg", mqtt.ToString());
    }

    string Lines(int from, int to, string separator = "\n")
    {
        var lines = new StringBuilder();
        for (var m = from; m < to; m++) lines.Append(PulseModel.Line(m, _stream[m])).Append(separator);
        return lines.ToString();
    }
}
