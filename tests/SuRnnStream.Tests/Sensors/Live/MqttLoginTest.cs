using MQTTnet;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Sensors.Live;

/// <summary>A live sensor behind a broker with TLS and a password.</summary>
public sealed class MqttLoginTest
{
    [Fact]
    public async Task Sensor_BehindTlsAndALogin_IsHeard()
    {
        using var login = new BrokerLogin();
        using var broker = new Broker(login.Settings);
        using var sensor = LiveSensor.Open(login.Address(broker, "sensors/ecg"), PulseModel.Sensor);
        Assert.Equal($"mqtts://127.0.0.1:{broker.Port}/sensors/ecg", sensor.Name);
        var there = MqttSensorOptions.Parse(login.Address(broker, "x")).Broker;
        using var connection = await MqttConnection.OpenAsync(there, "publisher", new MqttDialect("publisher"), _ => { }, (settings, _) => settings, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await connection.Client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic("sensors/ecg").WithPayload("1.5").Build(), TestContext.Current.CancellationToken);
        var samples = new float[8];
        Assert.Equal(1, sensor.Read(samples));
        Assert.Equal(1.5f, samples[0]);
    }

    [Fact]
    public void WrongPassword_UnknownAuthority_AndNoCertificate_AreOneLineThatSaysWhatToDo()
    {
        using var login = new BrokerLogin();
        using var broker = new Broker(login.Settings);
        Assert.Matches(@"^mqtts://127\.0\.0\.1:\d+/ecg: the broker refuses: (NotAuthorized|BadUserNameOrPassword); start the broker, or correct the address, the user or the topic\.$",
            Refusal(login.Address(broker, "ecg", "wrong")));
        Assert.Matches(@"^mqtts://127\.0\.0\.1:\d+/ecg: .*certificate.*; start the broker, or correct the address, the user or the topic\.$", Refusal(login.Address(broker, "ecg").Split('?')[0]));
        File.WriteAllText(login.Authorities, "nothing");
        Assert.Equal($"{login.Authorities}: there is no certificate in it; name a PEM file.", Refusal(login.Address(broker, "ecg")));

        static string Refusal(string address) => Assert.Throws<CaptureException>(() => LiveSensor.Open(address, PulseModel.Sensor)).Message;
    }
}
