using Xunit;

namespace SuRnnStream.Tests.Pipeline;

public class PeerAddressTest
{
    [Theory]
    [InlineData("mqtt://broker/ecg", "mqtt://broker/ecg")]
    [InlineData("mqtt://me:word@broker:1883/ecg?client=x", "mqtt://***@broker:1883/ecg")]
    [InlineData("mqtts://me@broker//ecg", "mqtts://***@broker//ecg")]
    [InlineData("mqtt://me:w/or@d?@broker/ecg", "mqtt://***@broker/ecg")]
    [InlineData("mqtt:/me:word@broker/ecg", "mqtt:***@broker/ecg")]
    [InlineData("me:word@broker/ecg", "me:***@broker/ecg")]
    [InlineData("mqtt://me:word/ecg", "mqtt://***")]
    [InlineData("https://hooks.example/services/T0/B0/XXX?a=b", "https://hooks.example/***")]
    [InlineData("https://hooks.example:8443/", "https://hooks.example:8443/")]
    [InlineData("https://me:word@hooks.example/x?y", "https://***@hooks.example/x")]
    [InlineData("http://:99999/secret", "http://***")]
    [InlineData("serial:///dev/ttyUSB0?baud=9600", "serial:///dev/ttyUSB0")]
    [InlineData("microphone:hw:1,0", "microphone:hw:1,0")]
    [InlineData("recordings/me@home.wav", "recordings/me@home.wav")]
    [InlineData("C:\\me@home.wav", "C:\\me@home.wav")]
    [InlineData("", "")]
    public void Text_HidesWhatMayBeSecret(string address, string shown)
    {
        Assert.Equal(shown, new PeerAddress(address).ToString());
        Assert.Equal(shown, $"{new PeerAddress(address)}");
        Assert.Equal(address, new PeerAddress(address).Text);
    }

    [Fact]
    public void Records_ThatHoldAnAddress_HideItToo()
    {
        const string Address = "mqtt://me:password@broker/a";
        object[] holders =
        [
            new SourceRequest { Address = Address }, MqttSinkOptions.Parse(Address), MqttSinkOptions.Parse(Address).Broker, MqttSensorOptions.Parse(Address),
            new WebhookOptions { Url = new Uri("https://hooks.example/password"), Headers = new Dictionary<string, string> { ["Authorization"] = "password" } },
        ];
        Assert.All(holders, holder => Assert.DoesNotContain("password", holder.ToString()));
    }
}
