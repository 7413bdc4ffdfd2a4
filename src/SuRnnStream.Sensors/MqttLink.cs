using MQTTnet;
using MQTTnet.Protocol;

namespace SuRnnStream;

/// <summary>
/// A subscription to a topic: the broker keeps messages while the link is broken, and forgets us some time later. A broker of MQTT 3.1.1 cannot forget
/// after a time, so it keeps messages only for a client whose name the user gave.
/// </summary>
sealed class MqttLink(MqttSensorOptions options) : ISensorLink
{
    const uint LargestMessage = 1 << 20; // bytes

    readonly MqttDialect _dialect = new(options.Broker.ClientId ?? $"surnn-{Guid.NewGuid():N}");
    bool _known; // to the broker, unless that has forgotten

    public string Name => options.ToString();

    public async Task RunAsync(Action connected, SensorTextTaker take, TimeSpan connectTimeout, CancellationToken stop)
    {
        using var connection = await MqttConnection.OpenAsync(options.Broker, Name, _dialect, one => Receive(one, take), Settings, connectTimeout, stop);
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
            var words = new MqttClientDisconnectOptions();
            if (connection.IsFive) words.SessionExpiryInterval = options.Broker.ClientId is null ? 0 : (uint)options.SessionExpiry.TotalSeconds;
            await connection.LeaveAsync(words, connectTimeout);
        }
    }

    static void Receive(MqttConnection connection, SensorTextTaker take) => connection.Client.ApplicationMessageReceivedAsync += message =>
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

    async Task SubscribeAsync(MqttConnection connection, TimeSpan timeout, CancellationToken stop)
    {
        var topic = new MqttClientFactory().CreateSubscribeOptionsBuilder().WithTopicFilter(options.Topic, (MqttQualityOfServiceLevel)options.QualityOfService).Build();
        var subscription = await connection.RequestAsync(limit => connection.Client.SubscribeAsync(topic, limit), timeout, stop);
        if (subscription.Items.First().ResultCode is > MqttClientSubscribeResultCode.GrantedQoS2 and var refused)
            throw connection.Unreachable($"the broker refuses the topic: {refused}");
    }

    MqttClientOptionsBuilder Settings(MqttClientOptionsBuilder settings, bool five) => !five
        ? settings.WithCleanSession(options.Broker.ClientId is null)
        : settings
            .WithCleanStart(options.Broker.ClientId is null && !_known)
            .WithSessionExpiryInterval((uint)options.SessionExpiry.TotalSeconds)
            .WithMaximumPacketSize(LargestMessage);
}
