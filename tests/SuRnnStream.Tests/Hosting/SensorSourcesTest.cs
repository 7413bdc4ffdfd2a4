using Microsoft.Extensions.DependencyInjection;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

public class SensorSourcesTest
{
    [Fact]
    public async Task ASerialPort_IsASourceByItsAddress()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pseudo-terminals are tried on Linux.");
        using var port = new PseudoTerminal();
        using var host = new TestHost(("Sources:chest:Address", $"serial://{port.Path}?baud=115200"), ("Detectors:heart:Model", "pulse.surnn"));
        host.Save("pulse.surnn", PulseModel.Build());
        var sink = new MemorySink();
        host.Builder.Services.AddSuRnnStream().AddSensorSources().AddSink(_ => sink);
        await host.Host.StartAsync(TestHost.Cancellation);
        await Wait.Until(() => host.Status.SourceState != SourceState.Opening);
        var stream = PulseModel.Stream(400);
        port.Send("garbage\ntime [s],MLII [mV]\n" + string.Concat(stream.Select((value, moment) => PulseModel.Line(moment, value) + "\n")));
        await sink.WaitAsync(4);
        await host.Host.StopAsync(TestHost.Cancellation); // a read that waits does not keep it
        Assert.Equal(PulseModel.Peaks(400), PulseModel.Times(sink.Heard.Select(heard => heard.Detection)));
        Assert.Equal(SourceState.Ended, host.Status.SourceState);
    }

    [Fact]
    public async Task ATableOfSensors_IsASourceByItsPath()
    {
        using var host = new TestHost(("Sources:chest:Address", "heart.csv"), ("Detectors:heart:Model", "pulse.surnn"), ("StopWhenDone", "true"));
        host.Save("pulse.surnn", PulseModel.Build());
        File.WriteAllText(host.File("heart.csv"), "time [s],MLII [mV]\n" + string.Concat(PulseModel.Stream(400).Select((value, moment) => PulseModel.Line(moment, value) + "\n")));
        var sink = new MemorySink();
        host.Builder.Services.AddSuRnnStream().AddSink(_ => sink);
        await host.RunAsync();
        Assert.Equal(PulseModel.Peaks(400), PulseModel.Times(sink.Heard.Select(heard => heard.Detection)));
    }

    /// <summary>Nested JSON with times in milliseconds and values in volts, by the configuration alone: from a file, and over a real broker.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NestedJson_IsReadByTheConfiguredMap(bool mqtt)
    {
        using var broker = mqtt ? new Broker("allow_anonymous true\npersistence false\nlog_type debug") : null;
        using var host = new TestHost(("Sources:chest:Address", broker is null ? "heart.jsonl" : broker.Address("ecg") + "?qos=1"), ("Sources:chest:Map", "time=at.ms [ms],MLII=ecg.lead.0 [V]"), ("Detectors:heart:Model", "pulse.surnn"));
        host.Save("pulse.surnn", PulseModel.Build());
        string[] moments = [.. PulseModel.Stream(400).Select((value, m) => FormattableString.Invariant($$$"""{"at": {"ms": {{{5 * m}}}}, "ecg": {"lead": [{{{(decimal)value / 1_000}}}, 9]}, "MLII": 7}"""))];
        File.WriteAllLines(host.File("heart.jsonl"), moments);
        var sink = new MemorySink();
        host.Builder.Services.AddSuRnnStream().AddSensorSources().AddSink(_ => sink);
        await host.Host.StartAsync(TestHost.Cancellation);
        if (broker is not null)
        {
            await broker.Subscribed("ecg");
            using var client = new MQTTnet.MqttClientFactory().CreateMqttClient();
            await client.ConnectAsync(new MQTTnet.MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", broker.Port).Build(), TestHost.Cancellation);
            foreach (var moment in moments) await MQTTnet.MqttClientExtensions.PublishStringAsync(client, "ecg", moment, MQTTnet.Protocol.MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken: TestHost.Cancellation);
        }
        await sink.WaitAsync(4);
        await host.Host.StopAsync(TestHost.Cancellation);
        Assert.Equal(PulseModel.Peaks(400), PulseModel.Times(sink.Heard.Select(heard => heard.Detection)));
    }

    [Fact]
    public async Task AModelOfSound_AtASensor_IsSaid()
    {
        using var host = new TestHost(("Sources:chest:Address", "serial:///dev/none"), ("Detectors:door:Model", "tones.surnn"));
        host.Builder.Services.AddSuRnnStream().AddSensorSources();
        await host.Host.StartAsync(TestHost.Cancellation);
        await Wait.Until(() => host.Log.GetSnapshot().Any(entry => entry.Id.Id == 2));
        Assert.Contains("the model takes sound", host.Log.GetSnapshot().First(entry => entry.Id.Id == 2).Message);
        await host.Host.StopAsync(TestHost.Cancellation);
        Assert.Equal(SourceState.Ended, host.Status.SourceState);
    }
}
