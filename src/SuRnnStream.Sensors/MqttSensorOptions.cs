namespace SuRnnStream;

/// <summary>A topic of an MQTT broker to which a sensor publishes.</summary>
public sealed record MqttSensorOptions
{
    /// <summary>Name or address of the broker's machine.</summary>
    public required string Host { get; init; }

    /// <summary>1 to 65,535; null: 1883, with TLS 8883.</summary>
    public int? Port { get; init; }

    /// <summary>The topic, without wildcards: a stream is one sensor's.</summary>
    public required string Topic { get; init; }

    /// <summary>
    /// Quality of service to ask for: 0, at most once; 1, at least once; 2, exactly once. From 1 on the broker keeps what is published while the
    /// link is broken; what comes twice is told by its time.
    /// </summary>
    public int QualityOfService { get; init; } = 1;

    /// <summary>
    /// Name by which the broker knows this client and keeps its messages also when the program is not running. Null: one made up, and the broker
    /// forgets it <see cref="SessionExpiry"/> after a break.
    /// </summary>
    public string? ClientId { get; init; }

    /// <summary>Time for which the broker keeps messages while the link is broken, from zero; whole seconds.</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The connection is encrypted, and the broker's certificate is verified.</summary>
    public bool Tls { get; init; }

    /// <summary>The user to log in as; null: nobody.</summary>
    public string? User { get; init; }

    /// <summary>The user's password.</summary>
    public string? Password { get; init; }

    /// <summary>
    /// Reads <c>mqtt://[USER[:PASSWORD]@]HOST[:PORT]/TOPIC[?qos=0|1|2&amp;client=NAME&amp;expiry=SECONDS]</c>; <c>mqtts</c> is with TLS. Characters that have a
    /// meaning in addresses are written as %XX.
    /// </summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static MqttSensorOptions Parse(string address)
    {
        var parts = new SensorAddress(address, "qos", "client", "expiry");
        return new MqttSensorOptions
        {
            Host = parts.Host,
            Port = parts.Port,
            Topic = parts.Path.TrimStart('/'),
            QualityOfService = parts.Number("qos", 1),
            ClientId = parts["client"],
            SessionExpiry = TimeSpan.FromSeconds(parts.Number("expiry", 600)),
            Tls = parts.Scheme == "mqtts",
            User = parts.User,
            Password = parts.Password,
        }.Validate();
    }

    /// <summary>The address, without the password.</summary>
    public override string ToString() => $"{(Tls ? "mqtts" : "mqtt")}://{Host}:{EffectivePort}/{Topic}";

    internal int EffectivePort => Port ?? (Tls ? 8883 : 1883);

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal MqttSensorOptions Validate()
    {
        Require(Host.Length > 0, nameof(Host), Host, "the name of a machine: mqtt://HOST/TOPIC");
        Require(Port is null or >= 1 and <= 65_535, nameof(Port), Port, "1 to 65535");
        Require(Topic.Length is > 0 and <= 65_535 && Topic.AsSpan().IndexOfAny('#', '+') < 0, nameof(Topic), Topic, "one topic, without # and +: mqtt://HOST/TOPIC");
        Require(QualityOfService is >= 0 and <= 2, nameof(QualityOfService), QualityOfService, "0 to 2");
        Require(ClientId is null or { Length: > 0 and <= 256 }, nameof(ClientId), ClientId, "1 to 256 characters");
        Require(SessionExpiry.TotalSeconds is >= 0 and < uint.MaxValue, nameof(SessionExpiry), SessionExpiry, "zero and above");
        return this;
    }

    static void Require<T>(bool holds, string name, T value, string range)
    {
        if (!holds) throw new ArgumentException($"{name} is '{value}', but must be {range}.");
    }
}
