using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>A topic of an MQTT broker to which a sensor publishes.</summary>
public sealed record MqttSensorOptions
{
    /// <summary>
    /// The broker. By a client's name that the user gave, it keeps messages also when the program is not running; one that was made up it forgets
    /// <see cref="SessionExpiry"/> after a break.
    /// </summary>
    public required MqttBroker Broker { get; init; }

    /// <summary>The topic, without wildcards: a stream is one sensor's.</summary>
    public required string Topic { get; init; }

    /// <summary>
    /// Quality of service to ask for: 0, at most once; 1, at least once; 2, exactly once. From 1 on the broker keeps what is published while the
    /// link is broken; what comes twice is told by its time.
    /// </summary>
    public int QualityOfService { get; init; } = 1;

    /// <summary>Time for which the broker keeps messages while the link is broken, zero to 365 days; whole seconds. A broker of MQTT 3.1.1 decides that itself.</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Reads <c>mqtt://[USER[:PASSWORD]@]HOST[:PORT]/TOPIC[?qos=0|1|2&amp;client=NAME&amp;expiry=SECONDS&amp;ca=FILE]</c>; <c>mqtts</c> is with TLS.
    /// Characters that have a meaning in addresses are written as %XX. A topic that begins with a slash has two: <c>mqtt://HOST//TOPIC</c>.
    /// </summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static MqttSensorOptions Parse(string address) => Parse(address, Environment.CurrentDirectory);

    /// <param name="address">See <see cref="Parse(string)"/>.</param>
    /// <param name="folder">Where relative paths in it begin.</param>
    internal static MqttSensorOptions Parse(string address, string folder)
    {
        var parts = new SensorAddress(address, ["qos", "expiry", .. MqttBroker.Keys]);
        return new MqttSensorOptions
        {
            Broker = MqttBroker.Of(parts, folder),
            Topic = parts.Path[1..],
            QualityOfService = parts.Number("qos", 1),
            SessionExpiry = TimeSpan.FromSeconds(parts.Number("expiry", 600)),
        }.Validate();
    }

    /// <summary>The address, without the password.</summary>
    public override string ToString() => $"{Broker}/{Topic}";

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal MqttSensorOptions Validate()
    {
        Broker.Validate();
        RequireText(MqttTopic.IsName(Topic), nameof(Topic), PlainText.Cut(Topic, 100), "one topic, without # and +: mqtt://HOST/TOPIC");
        RequireText(QualityOfService is >= 0 and <= 2, nameof(QualityOfService), QualityOfService, "0 to 2");
        RequireText(SessionExpiry.TotalSeconds is >= 0 and <= 31_536_000, nameof(SessionExpiry), SessionExpiry, "0 to 365 days (expiry is in seconds)");
        return this;
    }
}
