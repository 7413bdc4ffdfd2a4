using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>A topic of an MQTT broker to which detections are published.</summary>
public sealed record MqttSinkOptions : OutboxOptions
{
    /// <summary>The broker, and as whom to log in.</summary>
    public required MqttBroker Broker { get; init; }

    /// <summary>
    /// The topic. <c>{detector}</c>, <c>{label}</c> and <c>{source}</c> stand for those of the detection, with an underscore for each of / + #, which
    /// would change the topic's levels, and for each character that a topic cannot have.
    /// </summary>
    public required string Topic { get; init; }

    /// <summary>
    /// Quality of service: 0, at most once, sent is then what was handed to the network; 1, at least once; 2, exactly once while a connection
    /// lasts.
    /// </summary>
    public int QualityOfService { get; init; } = 1;

    /// <summary>True: the broker keeps each topic's last detection for those who subscribe later.</summary>
    public bool Retain { get; init; }

    /// <summary>What is published of a detection.</summary>
    public MqttPayload Payload { get; init; }

    /// <summary>A topic that always says <c>online</c> or <c>offline</c>, kept by the broker, which says so itself when this program goes without a word. Null: none.</summary>
    public string? StatusTopic { get; init; }

    /// <summary>
    /// Reads <c>mqtt://[USER[:PASSWORD]@]HOST[:PORT]/TOPIC[?qos=0|1|2&amp;retain=true|false&amp;payload=json|state&amp;status=TOPIC&amp;client=NAME&amp;ca=FILE]</c>; <c>mqtts</c> is
    /// with TLS. Characters that have a meaning in addresses are written as %XX. A topic that begins with a slash has two: <c>mqtt://HOST//TOPIC</c>.
    /// </summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static MqttSinkOptions Parse(string address) => Parse(address, Environment.CurrentDirectory);

    /// <param name="address">See <see cref="Parse(string)"/>.</param>
    /// <param name="folder">Where relative paths in it begin.</param>
    internal static MqttSinkOptions Parse(string address, string folder)
    {
        var parts = new SensorAddress(address, ["qos", "retain", "payload", "status", .. MqttBroker.Keys]);
        if (parts.Scheme is not ("mqtt" or "mqtts")) throw new ArgumentException($"{parts.Text} is no address of a broker: mqtt://HOST/TOPIC or mqtts://HOST/TOPIC.");
        if (!bool.TryParse(parts["retain"] ?? "false", out var retain)) throw new ArgumentException($"{parts.Text}: 'retain' is true or false, not '{PlainText.Cut(parts["retain"]!)}'.");
        var payload = parts["payload"] switch
        {
            null or "json" => MqttPayload.Json,
            "state" => MqttPayload.State,
            var other => throw new ArgumentException($"{parts.Text}: 'payload' is json or state, not '{PlainText.Cut(other)}'."),
        };
        return new MqttSinkOptions
        {
            Broker = MqttBroker.Of(parts, folder),
            Topic = parts.Path[1..],
            QualityOfService = parts.Number("qos", 1),
            Retain = retain,
            Payload = payload,
            StatusTopic = parts["status"],
        }.Validate();
    }

    /// <summary>The address, without user and password.</summary>
    public override string ToString() => $"{Broker}/{Topic}";

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal MqttSinkOptions Validate()
    {
        Broker.Validate();
        RequireText(MqttTopic.IsName(Topic), nameof(Topic), PlainText.Cut(Topic, 100), "a topic without # and +: mqtt://HOST/TOPIC");
        RequireText(StatusTopic is null || MqttTopic.IsName(StatusTopic), nameof(StatusTopic), PlainText.Cut(StatusTopic ?? "", 100), "a topic without # and +, of 1 to 65535 bytes");
        RequireText(Enum.IsDefined(Payload), nameof(Payload), Payload, "Json or State");
        RequireText(QualityOfService is >= 0 and <= 2, nameof(QualityOfService), QualityOfService, "0 to 2");
        return this;
    }

    internal string TopicOf(HeardDetection heard) => Topic
        .Replace("{detector}", MqttTopic.Level(heard.Detector))
        .Replace("{label}", MqttTopic.Level(heard.Detection.Label))
        .Replace("{source}", MqttTopic.Level(heard.Detection.Source ?? ""));
}
