using System.Globalization;
using SuRnnStream.Tests.Cli;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Sensors.Live;

/// <summary>surnn listen on a topic of a real broker.</summary>
public sealed class MqttSensorTest : CliTest
{
    // SURNN_SENSOR_SECONDS=60 makes a minute of it, without its broker for twelve seconds.
    static readonly int Seconds = int.Parse(Environment.GetEnvironmentVariable("SURNN_SENSOR_SECONDS") ?? "10", CultureInfo.InvariantCulture);
    static readonly int Moments = (int)(Seconds * PulseModel.Rate);

    static readonly float[] Values = PulseModel.Stream(Moments);

    public MqttSensorTest() => ModelFile.Save(ModelPath, PulseModel.Build());

    /// <summary>Moments say their time, so the publisher need not take it: what was published while the broker was away is the gap, exactly.</summary>
    [Fact]
    public async Task Broker_ThatIsKilledAndComesBack_CostsAGap_AndNoMore()
    {
        const string Topic = "sensors/ecg";
        using var broker = new Broker("allow_anonymous true\npersistence false\nlog_type debug");
        using var stop = new CancellationTokenSource();
        using var lines = new CountedLines();
        var (gone, back) = (Moments * 2 / 5, Moments * 3 / 5);
        double[] peaks = PulseModel.Peaks(Moments), found = [.. peaks.Where(peak => peak * PulseModel.Rate < gone || peak * PulseModel.Rate >= back)];
        var listening = Listen(broker.Address(Topic) + "?qos=1", lines, stop.Token);
        await broker.Subscribed(Topic);
        await PublishAsync(0, gone);
        await broker.Acknowledged(gone); // a broker that is killed takes along what it has not passed on
        broker.Kill();
        broker.Start();
        await broker.Subscribed(Topic, times: 2);
        await PublishAsync(back, Moments);
        await Wait.Until(() => lines.Count == found.Length);
        stop.Cancel();
        var run = await listening;
        Assert.Equal(0, run.ExitCode);

        var summary = run.Json[^1].GetProperty("summary");
        Assert.Equal(["held", "wild", "lost", "gaps", "candidates", "device"], summary.EnumerateObject().Select(member => member.Name).SkipWhile(name => name != "held"));
        var (lost, device) = (summary.GetProperty("lost").GetInt64(), summary.GetProperty("device"));
        var read = (long)Math.Round(summary.GetProperty("seconds").GetDouble() * PulseModel.Rate);
        Assert.Equal(back - gone, lost);
        Assert.InRange(read + lost, (long)(peaks[^1] * PulseModel.Rate), Moments); // it stops at the last detection; the moments after that may still be on their way
        Assert.Equal((1, 1, 0), (device.GetProperty("losses").GetInt32(), device.GetProperty("reopenings").GetInt32(), device.GetProperty("malformed").GetInt64()));
        Assert.Contains("samples lost", run.Error);
        Assert.Equal(found, run.Json[..^1].Select(detection => detection.GetProperty("time").GetDouble())); // each where it was, none twice, none that was not

        // Half a second at a time, so that the sensor's queue holds what the network has not seen yet.
        async Task PublishAsync(int from, int to)
        {
            using var client = new MQTTnet.MqttClientFactory().CreateMqttClient();
            await client.ConnectAsync(new MQTTnet.MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", broker.Port).Build(), TestContext.Current.CancellationToken);
            for (var m = from; m < to; m++)
            {
                var moment = FormattableString.Invariant($$"""{"time": {{m / PulseModel.Rate}}, "MLII": {{Values[m]}}}""");
                await MQTTnet.MqttClientExtensions.PublishStringAsync(client, Topic, moment, MQTTnet.Protocol.MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken: TestContext.Current.CancellationToken);
                var due = found.Count(peak => peak * PulseModel.Rate < m - 50);
                if (m % 100 == 99) await Wait.Until(() => lines.Count >= due);
            }
        }
    }

    [Fact]
    public async Task Broker_OfMqtt311_IsListenedTo_AndListenedToAgain()
    {
        using var broker = new Broker();
        using var old = new OldBroker(broker.Port);
        using var sensor = LiveSensor.Open($"mqtt://127.0.0.1:{old.Port}//sensors/ecg", PulseModel.Sensor, new LiveSensorOptions { FirstRetry = TimeSpan.FromMilliseconds(10), Settle = TimeSpan.Zero });
        var samples = new float[4];
        for (var round = 1; round <= 2; round++)
        {
            using var client = new MQTTnet.MqttClientFactory().CreateMqttClient();
            await client.ConnectAsync(new MQTTnet.MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", broker.Port).Build(), TestContext.Current.CancellationToken);
            await MQTTnet.MqttClientExtensions.PublishStringAsync(client, "/sensors/ecg", $"[{round}]", cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(1, sensor.Read(samples));
            Assert.Equal(round, samples[0]);
            if (round == 2) break;
            broker.Kill();
            await Wait.Until(() => sensor.Status.Losses == 1);
            broker.Start();
            await Wait.Until(() => sensor.Status.Reopenings == 1);
        }
        Assert.Equal(1, old.Refused); // it is known then
    }

    [Fact]
    public async Task Broker_ThatIsNotThere_IsOneLineThatSaysWhatToDo()
    {
        using var broker = new Broker();
        broker.Kill();
        var run = await Run("listen", "--source", broker.Address("ecg"), "--model", ModelPath);
        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.Matches(@"^surnn: mqtt://127\.0\.0\.1:\d+/ecg: Connection refused; start the broker, or correct the address, the user or the topic\.$", Assert.Single(run.Errors));
    }

    [Fact]
    public async Task Sensors_AndSound_AreToldApart()
    {
        var tones = Folder.File("sound.surnn");
        ModelFile.Save(tones, Model);
        Assert.Contains("is a sensor, but the model takes sound", (await Run("listen", "--source", "mqtt://127.0.0.1/ecg", "--model", tones)).Error);
        Assert.Contains("--rate, --channels, --channel, --encoding, --record and --reference are for sound", (await Run("listen", "mqtt://127.0.0.1/ecg", "--rate", "100", "--model", ModelPath)).Error);
        Assert.Contains("--source needs a value", (await Run("listen", "--source")).Error);
    }

    [Fact]
    public async Task TableAndLines_AreHeardAsDetectHearsThem()
    {
        var table = Table();
        var detect = await Run("detect", table, "--model", ModelPath, "--format", "json");
        var listen = await Run("listen", table, "--model", ModelPath, "--format", "json");
        Assert.Equal((2 * Seconds, 0), (detect.Lines.Length - 1, listen.ExitCode));
        Assert.Equal(detect.Lines[..^1], listen.Lines[..^1]);
        var brief = await Run("listen", table, "--realtime", "--duration", "0.4", "--model", ModelPath, "--format", "json");
        Assert.Equal(0.4, brief.Json[^1].GetProperty("summary").GetProperty("seconds").GetDouble());
    }

    string Table()
    {
        var path = Folder.File("ecg.csv");
        File.WriteAllLines(path, Values.Select((value, m) => PulseModel.Line(m, value)).Prepend("time [s],MLII [mV]"));
        return path;
    }

    async Task<CliRun> Listen(string source, StringWriter output, CancellationToken stop)
    {
        var errors = new StringWriter();
        var exitCode = await SuRnnStream.Cli.Surnn.RunAsync(["listen", "--source", source, "--model", ModelPath, "--format", "json"],
            new SuRnnStream.Cli.Terminal(output, errors, () => Stream.Null), stop);
        return new CliRun(exitCode, output.ToString(), errors.ToString());
    }
}

/// <summary>Counts the lines that are written.</summary>
sealed class CountedLines : StringWriter
{
    int _count;

    public int Count => Volatile.Read(ref _count);

    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        Interlocked.Increment(ref _count);
    }
}
