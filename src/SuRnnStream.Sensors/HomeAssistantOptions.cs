using System.Globalization;
using System.Text.RegularExpressions;
using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>A broker by which Home Assistant finds a host's detectors (MQTT discovery), gets their detections and commands them.</summary>
public sealed partial record HomeAssistantOptions : OutboxOptions
{
    /// <summary>The broker, and as whom to log in.</summary>
    public required MqttBroker Broker { get; init; }

    /// <summary>Where events, states and commands are: <c>TOPIC/NODE/...</c>.</summary>
    public string Topic { get; init; } = "surnn";

    /// <summary>This machine among others of the same broker: letters, digits, _ and -. By default the machine's name.</summary>
    public string Node { get; init; } = Slug(Environment.MachineName);

    /// <summary>The device's name in Home Assistant. By default that of the <see cref="Node"/>.</summary>
    public string? DeviceName { get; init; }

    /// <summary>The discovery prefix, as Home Assistant's MQTT integration has it.</summary>
    public string DiscoveryPrefix { get; init; } = "homeassistant";

    /// <summary>
    /// Each detector is also a binary sensor, which is on for so long after a detection, 1 s to a day, and from begin to end of an event of which both are reported. Null, the default: it is only an event entity.
    /// </summary>
    public TimeSpan? BinarySensor { get; init; }

    /// <summary>
    /// Reads <c>mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC][?node=NAME&amp;name=TEXT&amp;discovery=PREFIX&amp;binary=SECONDS&amp;client=NAME&amp;ca=FILE]</c>; <c>mqtts</c> is with TLS.
    /// </summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static HomeAssistantOptions Parse(string address) => Parse(address, Environment.CurrentDirectory);

    /// <param name="address">See <see cref="Parse(string)"/>.</param>
    /// <param name="folder">Where relative paths in it begin.</param>
    internal static HomeAssistantOptions Parse(string address, string folder)
    {
        var parts = new SensorAddress(address, ["node", "name", "discovery", "binary", .. MqttBroker.Keys]);
        if (parts.Scheme is not ("mqtt" or "mqtts")) throw new ArgumentException($"{parts.Text} is no address of a broker: mqtt://HOST/TOPIC or mqtts://HOST/TOPIC.");
        return new HomeAssistantOptions
        {
            Broker = MqttBroker.Of(parts, folder),
            Topic = parts.Path is "" or "/" ? "surnn" : parts.Path[1..],
            Node = parts["node"] ?? Slug(Environment.MachineName),
            DeviceName = parts["name"],
            DiscoveryPrefix = parts["discovery"] ?? "homeassistant",
            BinarySensor = parts["binary"] is { } seconds ? Seconds(seconds) : null,
        }.Validate();
    }

    /// <summary>The address, without user and password.</summary>
    public override string ToString() => $"{Broker}/{Base}";

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal HomeAssistantOptions Validate()
    {
        Broker.Validate();
        RequireText(MqttTopic.IsName(Topic), nameof(Topic), PlainText.Cut(Topic, 100), "a topic without # and +: mqtt://HOST/TOPIC");
        RequireText(MqttTopic.IsName(DiscoveryPrefix), nameof(DiscoveryPrefix), PlainText.Cut(DiscoveryPrefix, 100), "a topic without # and +: homeassistant");
        RequireText(Node is { Length: > 0 and <= 64 } && !Strange().IsMatch(Node), nameof(Node), PlainText.Cut(Node, 100), "1 to 64 letters, digits, _ and -");
        RequireText(DeviceName is null or { Length: > 0 and <= 100 }, nameof(DeviceName), PlainText.Cut(DeviceName ?? "", 100), "1 to 100 characters");
        Require(BinarySensor is null || (BinarySensor >= TimeSpan.FromSeconds(1) && BinarySensor <= TimeSpan.FromDays(1)), nameof(BinarySensor), BinarySensor, "1 s to a day: binary=5");
        return this;
    }

    static TimeSpan Seconds(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 86_400 ? TimeSpan.FromSeconds(seconds)
        : throw new ArgumentException($"binary is '{PlainText.Cut(text, 40)}', but must be the seconds for which a binary sensor is on after a detection, 1 to 86400.");

    internal string Base => $"{Topic}/{Node}";

    internal string StatusTopic => $"{Base}/status";

    /// <summary>Of a name, what may be a node or an object in a discovery topic.</summary>
    internal static string Slug(string name)
    {
        var slug = Strange().Replace(name, "_");
        return slug.Length == 0 ? "_" : slug[..Math.Min(64, slug.Length)];
    }

    [GeneratedRegex("[^a-zA-Z0-9_-]")]
    private static partial Regex Strange();
}
