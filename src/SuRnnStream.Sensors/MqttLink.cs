using MQTTnet;
using MQTTnet.Protocol;

namespace SuRnnStream;

/// <summary>A subscription to a topic, by MQTT 5: the broker keeps messages while the link is broken, and forgets us some time later.</summary>
sealed class MqttLink(MqttSensorOptions options) : ISensorLink
{
    const uint LargestMessage = 1 << 20; // bytes

    readonly string _client = options.Broker.ClientId ?? $"surnn-{Guid.NewGuid():N}";
    bool _known; // to the broker, unless that has forgotten

    public string Name => options.ToString();

    public async Task RunAsync(Action connected, SensorTextTaker take, TimeSpan connectTimeout, CancellationToken stop)
    {
        using var connection = new MqttConnection(options.Broker, Name);
        connection.Client.ApplicationMessageReceivedAsync += message =>
        {
            try
            {
                if (!message.ApplicationMessage.Retain) take(message.ApplicationMessage.ConvertPayloadToString() ?? "", true); // a retained one is old
            }
            catch (Exception unusable)
            {
                connection.Fail(unusable);
            }
            return Task.CompletedTask;
        };
        await connection.ConnectAsync(_client, Settings, connectTimeout, stop);
        _known = true;
        await SubscribeAsync(connection, connectTimeout, stop);
        connected();
        try
        {
            await connection.Broken.WaitAsync(stop);
        }
        finally
        {
            // A client with a name of its own comes back for what is published meanwhile.
            await connection.LeaveAsync(new MqttClientDisconnectOptions { SessionExpiryInterval = options.Broker.ClientId is null ? 0 : (uint)options.SessionExpiry.TotalSeconds }, connectTimeout);
        }
    }

    async Task SubscribeAsync(MqttConnection connection, TimeSpan timeout, CancellationToken stop)
    {
        var topic = new MqttClientFactory().CreateSubscribeOptionsBuilder().WithTopicFilter(options.Topic, (MqttQualityOfServiceLevel)options.QualityOfService).Build();
        var subscription = await connection.RequestAsync(limit => connection.Client.SubscribeAsync(topic, limit), timeout, stop);
        if (subscription.Items.First().ResultCode is > MqttClientSubscribeResultCode.GrantedQoS2 and var refused)
            throw connection.Unreachable($"the broker refuses the topic: {refused}");
    }

    MqttClientOptionsBuilder Settings(MqttClientOptionsBuilder settings) => settings
        .WithCleanStart(options.Broker.ClientId is null && !_known)
        .WithSessionExpiryInterval((uint)options.SessionExpiry.TotalSeconds)
        .WithMaximumPacketSize(LargestMessage);
}
