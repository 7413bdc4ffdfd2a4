using System.Text;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Protocol;

namespace SuRnnStream;

/// <summary>
/// Publishes every detection to a topic, one JSON object a message (<see cref="HeardJson.ToJson"/>), by MQTT 5. With quality of service 1, the
/// default, a detection leaves the outbox when the broker has acknowledged it; a connection that breaks is made again. The user property
/// <c>id</c> is the same when a detection is sent again.
/// </summary>
public sealed class MqttSink : OutboxSink
{
    static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(1);

    readonly MqttSinkOptions _options;
    readonly string _client;
    MqttConnection? _connection; // the sending task only

    /// <summary>Begins to connect at once; the broker need not be there.</summary>
    /// <param name="options">The broker, the topic, and what becomes of detections that cannot be sent.</param>
    /// <param name="log">Told of losses and of when the broker goes and comes back; null: nobody.</param>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public MqttSink(MqttSinkOptions options, ILogger<MqttSink>? log = null) : base(options.Validate().ToString(), options, log)
    {
        _options = options;
        _client = options.Broker.ClientId ?? $"surnn-{Guid.NewGuid():N}";
        Start();
    }

    /// <inheritdoc/>
    protected override Task Broken => _connection?.Broken ?? base.Broken;

    /// <inheritdoc/>
    protected override async Task<bool> ConnectAsync(CancellationToken cancellation)
    {
        if (_connection is { Client.IsConnected: true }) return false;
        _connection?.Dispose();
        _connection = new MqttConnection(_options.Broker, Name);
        await _connection.ConnectAsync(_client, Settings, _options.Timeout, cancellation);
        if (_options.StatusTopic is { } topic)
        {
            var online = new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload("online").WithRetainFlag().WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
            await PublishAsync(_connection, online, cancellation);
        }
        return true;
    }

    /// <inheritdoc/>
    protected override async Task<SendOutcome> SendAsync(OutboxItem item, CancellationToken cancellation)
    {
        var connection = _connection!;
        var message = new MqttApplicationMessageBuilder()
            .WithTopic(_options.TopicOf(item.Heard))
            .WithPayload(item.Heard.ToJson())
            .WithContentType("application/json")
            .WithUserProperty("id", Encoding.UTF8.GetBytes(item.Id.ToString()))
            .WithQualityOfServiceLevel((MqttQualityOfServiceLevel)_options.QualityOfService)
            .WithRetainFlag(_options.Retain)
            .Build();
        var answer = await PublishAsync(connection, message, cancellation);
        return answer.ReasonCode switch
        {
            MqttClientPublishReasonCode.Success or MqttClientPublishReasonCode.NoMatchingSubscribers => SendOutcome.Sent,
            MqttClientPublishReasonCode.NotAuthorized or MqttClientPublishReasonCode.TopicNameInvalid or MqttClientPublishReasonCode.PayloadFormatInvalid =>
                SendOutcome.Refused($"{message.Topic}: {answer.ReasonCode}"),
            var reason => SendOutcome.Failed($"{message.Topic}: {reason}"),
        };
    }

    /// <inheritdoc/>
    protected override async Task LeaveAsync()
    {
        if (_connection is null) return;
        await _connection.LeaveAsync(new MqttClientDisconnectOptions
        {
            Reason = _options.StatusTopic is null ? MqttClientDisconnectOptionsReason.NormalDisconnection : MqttClientDisconnectOptionsReason.DisconnectWithWillMessage,
        }, Goodbye);
        _connection.Dispose();
    }

    /// <summary>A broker that does not answer has to be connected to again: it may have half a message.</summary>
    async Task<MqttClientPublishResult> PublishAsync(MqttConnection connection, MqttApplicationMessage message, CancellationToken cancellation)
    {
        try
        {
            return await connection.RequestAsync(limit => connection.Client.PublishAsync(message, limit), _options.Timeout, cancellation);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            await connection.LeaveAsync(new MqttClientDisconnectOptions { Reason = MqttClientDisconnectOptionsReason.UnspecifiedError }, Goodbye);
            throw;
        }
    }

    MqttClientOptionsBuilder Settings(MqttClientOptionsBuilder settings) => _options.StatusTopic is not { } topic ? settings : settings
        .WithWillTopic(topic)
        .WithWillPayload("offline")
        .WithWillRetain()
        .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
}
