using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Protocol;

namespace SuRnnStream;

/// <summary>
/// Makes a host's detectors a device of Home Assistant, without a line of YAML there: by MQTT discovery each detector is an event entity (its labels are the event types), a select for its
/// sensitivity and a switch that pauses it. Detections are sent as a <see cref="MqttSink"/> sends them, with acknowledgement and outbox. The broker itself says <c>offline</c> when this program goes.
/// </summary>
public sealed class HomeAssistantSink : OutboxSink
{
    static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(1), Look = TimeSpan.FromSeconds(1);

    readonly HomeAssistantOptions _options;
    readonly IHostedDetectors _detectors;
    readonly ILogger _log;
    readonly MqttDialect _dialect;
    readonly ConcurrentDictionary<string, long> _on = new(StringComparer.OrdinalIgnoreCase); // by detector: timestamp until which its binary sensor is on
    readonly Dictionary<string, string> _published = [];  // by topic: retained messages of this connection; under the semaphore
    readonly SemaphoreSlim _publishing = new(1), _asked = new(0, 1);
    readonly CancellationTokenSource _stop = new();
    readonly Task _looking;
    volatile MqttConnection? _connection;
    volatile HomeAssistantEntity[] _entities = [];

    /// <summary>Begins to connect at once; the broker need not be there.</summary>
    /// <param name="options">The broker and the names.</param>
    /// <param name="detectors">Those of the host.</param>
    /// <param name="log">Told of losses, of when the broker goes and comes back, and of commands; null: not called.</param>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public HomeAssistantSink(HomeAssistantOptions options, IHostedDetectors detectors, ILogger<HomeAssistantSink>? log = null) : base(options.Validate().ToString(), options, log)
    {
        ArgumentNullException.ThrowIfNull(detectors);
        (_options, _detectors, _log) = (options, detectors, (ILogger?)log ?? NullLogger.Instance);
        _dialect = new MqttDialect(options.Broker.ClientId ?? $"surnn-{Guid.NewGuid():N}");
        _looking = Task.Run(LookAsync);
        Start();
    }

    /// <inheritdoc/>
    protected override Task Broken => _connection?.Broken ?? base.Broken;

    /// <inheritdoc/>
    protected override async Task<bool> ConnectAsync(CancellationToken cancellation)
    {
        if (_connection is { Client.IsConnected: true }) return false;
        while (_detectors.Status.Count == 0) await Task.Delay(TimeSpan.FromMilliseconds(20), _options.Time, cancellation); // sinks are made before detectors are
        _connection?.Dispose();
        _connection = null;
        var connection = await MqttConnection.OpenAsync(_options.Broker, Name, _dialect, Receive, Settings, _options.Timeout, cancellation);
        try
        {
            var topics = new MqttClientFactory().CreateSubscribeOptionsBuilder()
                .WithTopicFilter($"{_options.Base}/+/sensitivity/set", MqttQualityOfServiceLevel.AtLeastOnce)
                .WithTopicFilter($"{_options.Base}/+/listening/set", MqttQualityOfServiceLevel.AtLeastOnce)
                .WithTopicFilter($"{_options.DiscoveryPrefix}/status", MqttQualityOfServiceLevel.AtLeastOnce) // Home Assistant says online there when it has started
                .Build();
            var answer = await connection.RequestAsync(limit => connection.Client.SubscribeAsync(topics, limit), _options.Timeout, cancellation);
            if (answer.Items.Any(item => item.ResultCode > MqttClientSubscribeResultCode.GrantedQoS2)) throw connection.Unreachable("the broker refuses the topics of commands");
            await TellAsync(connection, again: true, cancellation);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
        _connection = connection;
        return true;
    }

    /// <inheritdoc/>
    protected override async Task<SendOutcome> SendAsync(OutboxItem item, CancellationToken cancellation)
    {
        if (_options.BinarySensor is { } time) Switch(item.Heard, time);
        if (item.Heard.Detection.Phase == EventPhase.End) return SendOutcome.Sent; // an event entity has no end
        var connection = _connection!;
        if (Array.Find(_entities, entity => entity.Detector.Equals(item.Heard.Detector, StringComparison.OrdinalIgnoreCase)) is not { } entity)
            return SendOutcome.Refused($"there is no detector '{PlainText.Cut(item.Heard.Detector, 100)}' any more");
        var message = Message(entity.EventTopic, EventOf(item.Heard), retain: false);
        if (connection.IsFive) message = message.WithContentType("application/json").WithUserProperty("id", Encoding.UTF8.GetBytes(item.Id.ToString()));
        var answer = await connection.RequestAsync(limit => connection.Client.PublishAsync(message.Build(), limit), _options.Timeout, cancellation);
        return answer.ReasonCode is MqttClientPublishReasonCode.Success or MqttClientPublishReasonCode.NoMatchingSubscribers ? SendOutcome.Sent
            : answer.ReasonCode is MqttClientPublishReasonCode.NotAuthorized or MqttClientPublishReasonCode.PayloadFormatInvalid ? SendOutcome.Refused($"{entity.EventTopic}: {answer.ReasonCode}")
            : SendOutcome.Failed($"{entity.EventTopic}: {answer.ReasonCode}");
    }

    /// <inheritdoc/>
    protected override async Task LeaveAsync()
    {
        await _stop.CancelAsync();
        await _looking;
        if (_connection is not { } connection) return;
        try
        {
            if (connection.Client.IsConnected) await connection.RequestAsync(limit => connection.Client.PublishAsync(Message(_options.StatusTopic, "offline"u8.ToArray(), retain: true).Build(), limit), Goodbye, CancellationToken.None);
        }
        catch (IOException)
        {
            // the broker says it itself, when the connection is gone
        }
        await connection.LeaveAsync(new MqttClientDisconnectOptions { Reason = MqttClientDisconnectOptionsReason.NormalDisconnection }, Goodbye);
        connection.Dispose();
    }

    /// <summary>The binary sensor goes on, and off at the end of an event or when the time is over, which <see cref="LookAsync"/> looks for.</summary>
    void Switch(HeardDetection heard, TimeSpan time)
    {
        _on[heard.Detector] = heard.Detection.Phase switch
        {
            EventPhase.Begin => long.MaxValue,
            EventPhase.End => long.MinValue,
            _ => Math.Max(_on.GetValueOrDefault(heard.Detector), _options.Time.GetTimestamp() + (long)(time.TotalSeconds * _options.Time.TimestampFrequency)),
        };
        Ask();
    }

    bool IsOn(string detector) => _on.TryGetValue(detector, out var until) && until > _options.Time.GetTimestamp();

    /// <summary>What the event entity gets: its type, and the members of <see cref="HeardJson.ToJson"/> as attributes.</summary>
    static byte[] EventOf(HeardDetection heard)
    {
        var json = heard.ToJson();
        var type = JsonLine.Of(writer => writer.WriteString("event_type", heard.Detection.Label));
        return [.. type.AsSpan(0, type.Length - 1), (byte)',', .. json.AsSpan(1)];
    }

    /// <summary>States follow what the host does, whoever commands it.</summary>
    async Task LookAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _asked.WaitAsync(Look, _stop.Token);
                if (_connection is { Client.IsConnected: true } connection) await TellAsync(connection, again: false, _stop.Token);
            }
            catch (Exception passing) when (passing is OperationCanceledException or IOException or ObjectDisposedException)
            {
                // it is over, or the connection is, and the next one is told everything
            }
        }
    }

    void Receive(MqttConnection connection) => connection.Client.ApplicationMessageReceivedAsync += message =>
    {
        var (topic, text) = (message.ApplicationMessage.Topic, Encoding.UTF8.GetString(message.ApplicationMessage.Payload.ToArray()));
        if (topic == $"{_options.DiscoveryPrefix}/status") Again(text);
        else if (!message.ApplicationMessage.Retain) Command(topic, text); // an old command is none
        return Task.CompletedTask;
    };

    /// <summary>Home Assistant has started: all it has is what the broker kept.</summary>
    void Again(string status)
    {
        if (status != "online" || _connection is null) return;
        _ = Task.Run(async () =>
        {
            await _publishing.WaitAsync();
            _published.Clear();
            _publishing.Release();
            Ask();
        });
    }

    void Command(string topic, string text)
    {
        foreach (var entity in _entities)
        {
            try
            {
                if (topic == entity.SensitivityTopic + "/set" && Enum.TryParse<DetectorSensitivity>(text, ignoreCase: true, out var sensitivity) && Enum.IsDefined(sensitivity)) _detectors.SetSensitivity(entity.Detector, sensitivity);
                else if (topic == entity.ListeningTopic + "/set" && text == "ON") _detectors.Resume(entity.Detector);
                else if (topic == entity.ListeningTopic + "/set" && text == "OFF") _detectors.Pause(entity.Detector);
                else continue;
                _log.Commanded(entity.Detector, topic, text);
                Ask();
                return;
            }
            catch (Exception refused) when (refused is KeyNotFoundException or ArgumentException)
            {
                _log.CommandRefused(PlainText.Cut(topic, 100), PlainText.Cut(refused.Message));
                return;
            }
        }
        _log.CommandRefused(PlainText.Cut(topic, 100), $"'{PlainText.Cut(text, 40)}' means nothing there");
    }

    void Ask()
    {
        try
        {
            _asked.Release();
        }
        catch (SemaphoreFullException)
        {
            // it is about to look
        }
    }

    /// <summary>Publishes what has changed of the detectors: entities that are new, other or gone, and their states.</summary>
    async Task TellAsync(MqttConnection connection, bool again, CancellationToken cancellation)
    {
        await _publishing.WaitAsync(cancellation);
        try
        {
            HomeAssistantEntity[] before = _entities, now = HomeAssistantEntity.Of(_options, _detectors.Status);
            if (again) _published.Clear();
            foreach (var gone in before.Where(entity => !now.Any(other => other.Slug == entity.Slug)))
                foreach (var topic in gone.Topics) await PublishAsync(connection, topic, "", cancellation);
            foreach (var entity in now)
                foreach (var (topic, text) in entity.Configurations()) await PublishAsync(connection, topic, text, cancellation);
            _entities = now; // from now on commands mean these
            foreach (var entity in now)
                foreach (var (topic, text) in entity.States(IsOn(entity.Detector))) await PublishAsync(connection, topic, text, cancellation);
            await PublishAsync(connection, _options.StatusTopic, "online", cancellation);
        }
        finally
        {
            _publishing.Release();
        }
    }

    /// <summary>A retained message, unless the broker has it already.</summary>
    async Task PublishAsync(MqttConnection connection, string topic, string text, CancellationToken cancellation)
    {
        if (_published.TryGetValue(topic, out var known) && known == text) return;
        var message = Message(topic, Encoding.UTF8.GetBytes(text), retain: true).Build();
        await connection.RequestAsync(limit => connection.Client.PublishAsync(message, limit), _options.Timeout, cancellation);
        _published[topic] = text;
    }

    static MqttApplicationMessageBuilder Message(string topic, byte[] payload, bool retain) =>
        new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).WithRetainFlag(retain);

    MqttClientOptionsBuilder Settings(MqttClientOptionsBuilder settings, bool five) => settings
        .WithWillTopic(_options.StatusTopic)
        .WithWillPayload("offline")
        .WithWillRetain()
        .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
}

static partial class HomeAssistantLog
{
    [LoggerMessage(80, LogLevel.Information, "Home Assistant commands {Detector}: {Topic} is {Text}")]
    public static partial void Commanded(this ILogger log, string detector, string topic, string text);

    [LoggerMessage(81, LogLevel.Warning, "A command at {Topic} is refused: {Problem}")]
    public static partial void CommandRefused(this ILogger log, string topic, string problem);
}
