using System.Text;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;

namespace SuRnnStream;

/// <summary>
/// Publishes every detection to a topic, one JSON object a message (<see cref="HeardJson.ToJson"/>), by MQTT 5 or, where the broker does not speak it,
/// 3.1.1. With quality of service 1, the default, a detection leaves the outbox when the broker has acknowledged it; a connection that breaks is made
/// again. By MQTT 5 the user property <c>id</c> is the same when a detection is sent again. A detection that no topic or message can hold is refused, and
/// so is one at which the broker has closed the connection eight times in a row.
/// </summary>
public sealed class MqttSink : OutboxSink
{
    const int MostClosings = 8;      // of the connection while one detection is sent: then the cause is the detection, not the network
    const int PacketOverhead = 128;  // bytes of a message besides topic and payload: header, content type and id

    static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(1);

    readonly MqttSinkOptions _options;
    readonly MqttDialect _dialect;
    MqttConnection? _connection;    // the sending task only, like the next one
    (Guid Id, int Times) _closings; // at the detection that is being sent
    bool _closed;                   // the last one that failed did so because the connection was closed

    /// <summary>Begins to connect at once; the broker need not be there.</summary>
    /// <param name="options">The broker, the topic, and what becomes of detections that cannot be sent.</param>
    /// <param name="log">Told of losses and of when the broker goes and comes back; null: not told.</param>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public MqttSink(MqttSinkOptions options, ILogger<MqttSink>? log = null) : base(options.Validate().ToString(), options, log)
    {
        _options = options;
        _dialect = new MqttDialect(options.Broker.ClientId ?? $"surnn-{Guid.NewGuid():N}");
        Start();
    }

    /// <inheritdoc/>
    protected override Task Broken => _connection?.Broken ?? base.Broken;

    /// <inheritdoc/>
    protected override async Task<bool> ConnectAsync(CancellationToken cancellation)
    {
        if (_connection is { Client.IsConnected: true }) return false;
        _connection?.Dispose();
        _connection = null;
        _connection = await MqttConnection.OpenAsync(_options.Broker, Name, _dialect, _ => { }, Settings, _options.Timeout, cancellation);
        if (_options.StatusTopic is { } topic)
        {
            await PublishAsync(_connection, StatusMessage(topic, "online"), cancellation);
        }
        return true;
    }

    /// <inheritdoc/>
    protected override async Task<SendOutcome> SendAsync(OutboxItem item, CancellationToken cancellation)
    {
        var connection = _connection!;
        var (topic, payload) = (_options.TopicOf(item.Heard), PayloadOf(item.Heard));
        if (!MqttTopic.IsName(topic)) return SendOutcome.Refused($"its topic has {Encoding.UTF8.GetByteCount(topic)} bytes, but a topic has 1 to 65535");
        if (connection.LargestPacket < payload.Length + Encoding.UTF8.GetByteCount(topic) + PacketOverhead)
            return SendOutcome.Refused($"{PlainText.Cut(topic, 100)}: {payload.Length} bytes are more than the broker takes in a message ({connection.LargestPacket})");
        var draft = new MqttApplicationMessageBuilder()
            .WithTopic(topic)
            .WithPayload(payload)
            .WithQualityOfServiceLevel((MqttQualityOfServiceLevel)_options.QualityOfService)
            .WithRetainFlag(_options.Retain);
        if (connection.IsFive) draft = draft.WithContentType(_options.Payload == MqttPayload.Json ? "application/json" : "text/plain").WithUserProperty("id", Encoding.UTF8.GetBytes(item.Id.ToString()));
        try
        {
            var outcome = OutcomeOf(topic, await PublishAsync(connection, draft.Build(), cancellation));
            _closings = default;
            return outcome;
        }
        catch (MqttProtocolViolationException unsendable)
        {
            return SendOutcome.Refused($"{PlainText.Cut(topic, 100)}: {unsendable.Message.TrimEnd('.')}");
        }
        catch (Exception closed) when (_closed && !cancellation.IsCancellationRequested)
        {
            _closings = (item.Id, _closings.Id == item.Id ? _closings.Times + 1 : 1);
            if (_closings.Times < MostClosings) throw;
            return SendOutcome.Refused($"{PlainText.Cut(topic, 100)}: the connection broke {MostClosings} times when it was sent: {closed.Message.TrimEnd('.')}");
        }
    }

    byte[] PayloadOf(HeardDetection heard) =>
        _options.Payload == MqttPayload.Json ? heard.ToJson() : heard.Detection.Phase == EventPhase.End ? "OFF"u8.ToArray() : "ON"u8.ToArray();

    static SendOutcome OutcomeOf(string topic, MqttClientPublishResult answer)
    {
        topic = PlainText.Cut(topic, 100);
        return answer.ReasonCode switch
        {
            MqttClientPublishReasonCode.Success or MqttClientPublishReasonCode.NoMatchingSubscribers => SendOutcome.Sent,
            MqttClientPublishReasonCode.NotAuthorized or MqttClientPublishReasonCode.TopicNameInvalid or MqttClientPublishReasonCode.PayloadFormatInvalid =>
                SendOutcome.Refused($"{topic}: {answer.ReasonCode}"),
            var reason => SendOutcome.Failed($"{topic}: {reason}"),
        };
    }

    /// <inheritdoc/>
    protected override async Task LeaveAsync()
    {
        if (_connection is null) return;
        var will = _options.StatusTopic is not null && _connection.IsFive;
        if (_options.StatusTopic is { } topic && !will && _connection.Client.IsConnected) await SayOfflineAsync(_connection, topic); // 3.1.1 cannot send the will when it disconnects
        await _connection.LeaveAsync(new MqttClientDisconnectOptions
        {
            Reason = will ? MqttClientDisconnectOptionsReason.DisconnectWithWillMessage : MqttClientDisconnectOptionsReason.NormalDisconnection,
        }, Goodbye);
        _connection.Dispose();
    }

    static async Task SayOfflineAsync(MqttConnection connection, string topic)
    {
        try
        {
            await connection.RequestAsync(limit => connection.Client.PublishAsync(StatusMessage(topic, "offline"), limit), Goodbye, CancellationToken.None);
        }
        catch (IOException)
        {
            // the broker reports it when the connection is gone
        }
    }

    static MqttApplicationMessage StatusMessage(string topic, string status) => new MqttApplicationMessageBuilder()
        .WithTopic(topic).WithPayload(status).WithRetainFlag().WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();

    /// <summary>A broker that does not answer may have half a message, so the connection is made again.</summary>
    async Task<MqttClientPublishResult> PublishAsync(MqttConnection connection, MqttApplicationMessage message, CancellationToken cancellation)
    {
        try
        {
            return await connection.RequestAsync(limit => connection.Client.PublishAsync(message, limit), _options.Timeout, cancellation);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            _closed = !connection.Client.IsConnected;
            var reason = connection.IsFive ? MqttClientDisconnectOptionsReason.UnspecifiedError : MqttClientDisconnectOptionsReason.NormalDisconnection;
            await connection.LeaveAsync(new MqttClientDisconnectOptions { Reason = reason }, Goodbye);
            throw;
        }
    }

    MqttClientOptionsBuilder Settings(MqttClientOptionsBuilder settings, bool five) => _options.StatusTopic is not { } topic ? settings : settings
        .WithWillTopic(topic)
        .WithWillPayload("offline")
        .WithWillRetain()
        .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
}
