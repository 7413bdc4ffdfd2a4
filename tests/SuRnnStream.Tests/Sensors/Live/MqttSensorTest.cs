using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using SuRnnStream.Tests.Cli;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Sensors.Live;

/// <summary>surnn listen on a topic of a real broker, to which another process publishes in real time.</summary>
public sealed class MqttSensorTest : CliTest
{
    // SURNN_SENSOR_SECONDS=60 makes a minute of it, its broker away for twelve seconds.
    static readonly int Seconds = int.Parse(Environment.GetEnvironmentVariable("SURNN_SENSOR_SECONDS") ?? "10", CultureInfo.InvariantCulture);
    static readonly int Moments = (int)(Seconds * PulseModel.Rate);

    static readonly float[] Values = PulseModel.Stream(Moments);

    public MqttSensorTest() => ModelFile.Save(ModelPath, PulseModel.Build());

    [Fact]
    public async Task Broker_ThatIsKilledAndComesBack_CostsAGap_AndNoMore()
    {
        using var broker = new Broker();
        using var stop = new CancellationTokenSource();
        var lines = new StringWriter();
        var listening = Listen(broker.Address("sensors/ecg") + "?qos=1", lines, stop.Token);
        await broker.Subscribed("sensors/ecg");
        var publisher = Publish(broker.Address("sensors/ecg"));
        await Wait.Really(400 * Seconds, "the publisher's time is real");
        broker.Kill();
        await Wait.Really(200 * Seconds, "the publisher's time is real");
        broker.Start();
        var published = Regex.Match(await publisher, @"(\d+) published, (\d+) not");
        await Wait.Really(500, "nothing tells of messages that are still on their way");
        stop.Cancel();
        var run = await listening;
        Assert.Equal(0, run.ExitCode);

        TestContext.Current.TestOutputHelper!.WriteLine($"{published.Value}\n{run.Error}{run.Lines.Length - 1} detections\n{run.Lines[^1]}");
        var summary = run.Json[^1].GetProperty("summary");
        Assert.Equal(["held", "wild", "lost", "gaps", "device"], summary.EnumerateObject().Select(member => member.Name).SkipWhile(name => name != "held"));
        var (lost, device) = (summary.GetProperty("lost").GetInt64(), summary.GetProperty("device"));
        var read = (long)Math.Round(summary.GetProperty("seconds").GetDouble() * PulseModel.Rate);
        Assert.InRange(lost, 0.15 * Moments, 0.75 * Moments); // a fifth, and one more pause, whose length chance draws: at most 3.2 s of the shortest run's 10
        Assert.True(Moments == read + lost, $"{read} read, {lost} lost, {published}; {run.Error}");
        Assert.InRange(int.Parse(published.Groups[2].Value, CultureInfo.InvariantCulture), 1, lost);
        Assert.Equal((1, 1, 0), (device.GetProperty("losses").GetInt32(), device.GetProperty("reopenings").GetInt32(), device.GetProperty("malformed").GetInt64()));
        Assert.Contains("samples lost", run.Error);

        double[] heard = [.. run.Json[..^1].Select(detection => detection.GetProperty("time").GetDouble())];
        var peaks = PulseModel.Peaks(Moments);
        double[] cut = [.. heard.Except(peaks)]; // pulses in which the gap begins or ends: what is left of them has its peak elsewhere
        Assert.True(cut.Length <= 2 && cut.All(time => peaks.Any(peak => Math.Abs(time - peak) < 2.5 / PulseModel.Rate)), string.Join(' ', cut));
        Assert.Equal(heard.Where(time => !cut.Contains(time)), peaks.Where(heard.Contains)); // each where it was, none twice, none that was not
        Assert.Equal(heard.Length, peaks.Length - (int)Math.Round(lost / 100.0), 1.5);
        Assert.Contains(heard, time => time < 3);
        Assert.Equal(peaks[^1], heard[^1]);
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
        Assert.Contains("is a sensor, but the model hears sound", (await Run("listen", "--source", "mqtt://127.0.0.1/ecg", "--model", tones)).Error);
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

    /// <returns>What the publisher says at its end.</returns>
    async Task<string> Publish(string address)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "surnn-publish.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, Table(), address]) { RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return said;
    }
}
