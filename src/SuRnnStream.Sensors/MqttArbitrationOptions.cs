using System.Globalization;
using Microsoft.Extensions.Configuration;
using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>Which of several machines that detected the same word answers, agreed over an MQTT broker.</summary>
public sealed record MqttArbitrationOptions
{
    /// <summary>The broker, and as whom to log in.</summary>
    public required MqttBroker Broker { get; init; }

    /// <summary>The topic under which claims are kept, the same for all devices of one household: <c>TOPIC/LABEL/DEVICE</c>.</summary>
    public required string Topic { get; init; }

    /// <summary>This device's name, of no other device. By default the machine's.</summary>
    public string Device { get; init; } = Environment.MachineName;

    /// <summary>Time from the first detection of a word in which others are of the same word, by the wall clock; above zero, at most a minute.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>By what to choose.</summary>
    public ArbitrationRule Rule { get; init; }

    /// <summary>
    /// How long a claim may be on its way, clocks' differences included; the first detection is answered that much later too. 10 ms to 5 s. A claim that takes longer
    /// may let two devices answer.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>Reads <c>mqtt://[USER[:PASSWORD]@]HOST[:PORT]/TOPIC[?device=NAME&amp;rule=First|Loudest|Clearest|BestScore&amp;client=NAME&amp;ca=FILE]</c>; <c>mqtts</c> is with TLS.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static MqttArbitrationOptions Parse(string address) => Parse(address, Environment.CurrentDirectory).Validate();

    /// <summary>As a section of a configuration says. What it does not say is as by default.</summary>
    /// <param name="section"><c>Address</c>, and what else there is to choose.</param>
    /// <param name="folder">Where relative paths of certificates begin.</param>
    /// <exception cref="ArgumentException">A value is missing, unknown, or outside its range; the message says which.</exception>
    internal static MqttArbitrationOptions Read(IConfigurationSection section, string folder)
    {
        var address = SettingsCheck.Required(section, "Address", "Address", nameof(Device), nameof(Rule), nameof(Window), nameof(Patience));
        if (SettingsCheck.WrongDurations(section, nameof(Window), nameof(Patience)).FirstOrDefault() is { } fault) throw new ArgumentException(fault);
        var options = Parse(address, folder);
        return (options with
        {
            Device = section[nameof(Device)] ?? options.Device,
            Rule = section[nameof(Rule)] is { } rule ? RuleOf(rule, "Rule") : options.Rule,
            Window = section[nameof(Window)] is { Length: > 0 } window ? TimeSpan.Parse(window, CultureInfo.InvariantCulture) : options.Window,
            Patience = section[nameof(Patience)] is { Length: > 0 } patience ? TimeSpan.Parse(patience, CultureInfo.InvariantCulture) : options.Patience,
        }).Validate();
    }

    static ArbitrationRule RuleOf(string text, string what) => Enum.GetNames<ArbitrationRule>().Contains(text, StringComparer.OrdinalIgnoreCase)
        ? Enum.Parse<ArbitrationRule>(text, ignoreCase: true)
        : throw new ArgumentException($"{what} is {string.Join(", ", Enum.GetNames<ArbitrationRule>())}, not '{PlainText.Cut(text, 100)}'.");

    static MqttArbitrationOptions Parse(string address, string folder)
    {
        var parts = new SensorAddress(address, ["device", "rule", .. MqttBroker.Keys]);
        if (parts.Scheme is not ("mqtt" or "mqtts")) throw new ArgumentException($"{parts.Text} is no address of a broker: mqtt://HOST/TOPIC or mqtts://HOST/TOPIC.");
        return new MqttArbitrationOptions
        {
            Broker = MqttBroker.Of(parts, folder),
            Topic = parts.Path[1..],
            Device = parts["device"] ?? Environment.MachineName,
            Rule = parts["rule"] is { } rule ? RuleOf(rule, $"{parts.Text}: 'rule'") : ArbitrationRule.First,
        };
    }

    /// <summary>The address, without user and password.</summary>
    public override string ToString() => $"{Broker}/{Topic}";

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal MqttArbitrationOptions Validate()
    {
        Broker.Validate();
        RequireText(MqttTopic.IsName(Topic), nameof(Topic), PlainText.Cut(Topic, 100), "a topic without # and +: mqtt://HOST/TOPIC");
        RequireText(Device is { Length: > 0 and <= 100 } && MqttTopic.Level(Device) == Device, nameof(Device), PlainText.Cut(Device, 100), "a name of 1 to 100 characters without / + #");
        RequireText(Patience >= TimeSpan.FromMilliseconds(10) && Patience <= TimeSpan.FromSeconds(5), nameof(Patience), Patience, "10 ms to 5 s");
        _ = new Arbitration(Window, Rule, DecisionClock.Wall); // complains here
        return this;
    }
}
