using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace SuRnnStream;

/// <summary>A subscription to a topic, by MQTT 5: the broker keeps messages while the link is broken, and forgets us some time later.</summary>
sealed class MqttLink(MqttSensorOptions options) : ISensorLink
{
    const uint LargestMessage = 1 << 20; // bytes
    static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(5); // a link that dies without a word is found out in less than two of them

    readonly string _client = options.ClientId ?? $"surnn-{Guid.NewGuid():N}";
    bool _known; // to the broker, unless that has forgotten

    public string Name => options.ToString();

    public async Task RunAsync(Action connected, SensorTextTaker take, TimeSpan connectTimeout, CancellationToken stop)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        var broken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.DisconnectedAsync += end =>
        {
            var why = end.Reason == MqttClientDisconnectReason.NormalDisconnection ? "without a word" : end.Reason.ToString();
            broken.TrySetException(new IOException("the broker has gone: " + (end.ReasonString ?? end.Exception?.Message ?? why)));
            return Task.CompletedTask;
        };
        client.ApplicationMessageReceivedAsync += message =>
        {
            try
            {
                if (!message.ApplicationMessage.Retain) take(message.ApplicationMessage.ConvertPayloadToString() ?? "", true); // a retained one is old
            }
            catch (Exception unusable)
            {
                broken.TrySetException(unusable);
            }
            return Task.CompletedTask;
        };
        await ConnectAsync(client, connectTimeout, stop);
        connected();
        using (stop.Register(() => broken.TrySetCanceled(stop)))
        {
            try
            {
                await broken.Task;
            }
            finally
            {
                if (client.IsConnected) await LeaveAsync(client);
            }
        }
    }

    async Task ConnectAsync(IMqttClient client, TimeSpan timeout, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(timeout);
        try
        {
            var answer = await client.ConnectAsync(Settings(timeout), patience.Token);
            if (answer.ResultCode != MqttClientConnectResultCode.Success) throw Unreachable($"the broker refuses: {answer.ResultCode}");
            _known = true;
            var subscription = await client.SubscribeAsync(new MqttClientFactory().CreateSubscribeOptionsBuilder()
                .WithTopicFilter(options.Topic, (MqttQualityOfServiceLevel)options.QualityOfService).Build(), patience.Token);
            if (subscription.Items.First().ResultCode is > MqttClientSubscribeResultCode.GrantedQoS2 and var refused) throw Unreachable($"the broker refuses the topic: {refused}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw Unreachable($"no answer within {timeout.TotalSeconds:0.#} s");
        }
        catch (MqttCommunicationException failed)
        {
            throw Unreachable((failed.InnerException ?? failed).Message.TrimEnd('.'));
        }
    }

    CaptureException Unreachable(string problem) => new(Name, problem, "start the broker, or correct the address, the user or the topic");

    MqttClientOptions Settings(TimeSpan timeout)
    {
        var settings = new MqttClientOptionsBuilder()
            .WithTcpServer(options.Host, options.EffectivePort)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId(_client)
            .WithCleanStart(options.ClientId is null && !_known)
            .WithSessionExpiryInterval((uint)options.SessionExpiry.TotalSeconds)
            .WithMaximumPacketSize(LargestMessage)
            .WithKeepAlivePeriod(KeepAlive)
            .WithTimeout(timeout);
        if (options.Tls) settings = settings.WithTlsOptions(tls => tls.UseTls());
        if (options.User is not null) settings = settings.WithCredentials(options.User, options.Password ?? "");
        return settings.Build();
    }

    /// <summary>A client with a name of its own comes back for what is published meanwhile.</summary>
    async Task LeaveAsync(IMqttClient client)
    {
        try
        {
            await client.DisconnectAsync(new MqttClientDisconnectOptions { SessionExpiryInterval = options.ClientId is null ? 0 : (uint)options.SessionExpiry.TotalSeconds });
        }
        catch (MqttCommunicationException)
        {
            // it has gone just now
        }
    }
}
