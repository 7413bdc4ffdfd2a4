namespace SuRnnStream;

/// <summary>A topic of an MQTT broker to which detections are published.</summary>
public sealed record MqttSinkOptions : OutboxOptions
{
    /// <summary>The broker, and as whom to log in.</summary>
    public required MqttBroker Broker { get; init; }

    /// <summary>
    /// The topic. <c>{detector}</c>, <c>{label}</c> and <c>{source}</c> stand for those of the detection, with an underscore for each of / + #, which
    /// would change the topic's levels.
    /// </summary>
    public required string Topic { get; init; }

    /// <summary>
    /// Quality of service: 0, at most once, sent is then what was handed to the network; 1, at least once; 2, exactly once while a connection
    /// lasts.
    /// </summary>
    public int QualityOfService { get; init; } = 1;

    /// <summary>True: the broker keeps each topic's last detection for those who subscribe later.</summary>
    public bool Retain { get; init; }

    /// <summary>A topic that always says <c>online</c> or <c>offline</c>, kept by the broker, which says so itself when this program goes without a word. Null: none.</summary>
    public string? StatusTopic { get; init; }

    /// <summary>
    /// Reads <c>mqtt://[USER[:PASSWORD]@]HOST[:PORT]/TOPIC[?qos=0|1|2&amp;retain=true|false&amp;status=TOPIC&amp;client=NAME&amp;ca=FILE]</c>; <c>mqtts</c> is
    /// with TLS. Characters that have a meaning in addresses are written as %XX.
    /// </summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static MqttSinkOptions Parse(string address)
    {
        var parts = new SensorAddress(address, ["qos", "retain", "status", .. MqttBroker.Keys]);
        if (parts.Scheme is not ("mqtt" or "mqtts")) throw new ArgumentException($"{address} is no address of a broker: mqtt://HOST/TOPIC or mqtts://HOST/TOPIC.");
        if (!bool.TryParse(parts["retain"] ?? "false", out var retain)) throw new ArgumentException($"{address}: 'retain' is true or false, not '{parts["retain"]}'.");
        return new MqttSinkOptions
        {
            Broker = MqttBroker.Of(parts),
            Topic = parts.Path.TrimStart('/'),
            QualityOfService = parts.Number("qos", 1),
            Retain = retain,
            StatusTopic = parts["status"],
        }.Validate();
    }

    /// <summary>The address, without user and password.</summary>
    public override string ToString() => $"{Broker}/{Topic}";

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal MqttSinkOptions Validate()
    {
        Broker.Validate();
        Require(IsTopic(Topic), nameof(Topic), Topic, "a topic without # and +: mqtt://HOST/TOPIC");
        Require(StatusTopic is null || IsTopic(StatusTopic), nameof(StatusTopic), StatusTopic, "a topic without # and +");
        Require(QualityOfService is >= 0 and <= 2, nameof(QualityOfService), QualityOfService, "0 to 2");
        return this;

        static bool IsTopic(string topic) => topic.Length is > 0 and <= 65_535 && topic.AsSpan().IndexOfAny('#', '+', '\0') < 0;
    }

    internal string TopicOf(HeardDetection heard) => Topic
        .Replace("{detector}", Level(heard.Detector))
        .Replace("{label}", Level(heard.Detection.Label))
        .Replace("{source}", Level(heard.Detection.Source ?? ""));

    static string Level(string name) => name.Replace('/', '_').Replace('+', '_').Replace('#', '_');
}
