using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SuRnnStream;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Topics of MQTT brokers as sinks of a host.</summary>
public static class MqttServices
{
    /// <summary>Publishes every detection to a topic.</summary>
    /// <param name="surnn">The host's detectors.</param>
    /// <param name="address">See <see cref="MqttSinkOptions.Parse(string)"/>.</param>
    /// <exception cref="ArgumentException">The address is none.</exception>
    public static SuRnnStreamBuilder AddMqtt(this SuRnnStreamBuilder surnn, string address) => surnn.AddMqtt(MqttSinkOptions.Parse(address));

    /// <summary>Publishes every detection to a topic, with limits and pauses of one's own.</summary>
    /// <param name="surnn">The host's detectors.</param>
    /// <param name="options">The broker, the topic, and what becomes of detections that cannot be sent.</param>
    public static SuRnnStreamBuilder AddMqtt(this SuRnnStreamBuilder surnn, MqttSinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(surnn);
        return surnn.AddSink(services => new MqttSink(options, services.GetService<ILogger<MqttSink>>()));
    }

    /// <summary>Makes the host's detectors a device of Home Assistant, by MQTT discovery: see <see cref="HomeAssistantSink"/>.</summary>
    /// <param name="surnn">The host's detectors.</param>
    /// <param name="options">The broker and the names.</param>
    public static SuRnnStreamBuilder AddHomeAssistant(this SuRnnStreamBuilder surnn, HomeAssistantOptions options)
    {
        ArgumentNullException.ThrowIfNull(surnn);
        options.Validate();
        return surnn.AddSink(services => HomeAssistant(services, options));
    }

    static HomeAssistantSink HomeAssistant(IServiceProvider services, HomeAssistantOptions options) =>
        new(options, services.GetRequiredService<IHostedDetectors>(), services.GetService<ILogger<HomeAssistantSink>>());

    /// <summary>One of several machines answers: the detections of this host reach its sinks only where it is the one. See <see cref="MqttArbitration"/>.</summary>
    /// <param name="surnn">The host's detectors; with <c>Level</c> where the rule goes by it.</param>
    /// <param name="options">The broker, the topic, and by what to choose.</param>
    public static SuRnnStreamBuilder AddMqttArbitration(this SuRnnStreamBuilder surnn, MqttArbitrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(surnn);
        options.Validate();
        surnn.Services.AddSingleton<IDetectionArbiter>(services => Arbitration(services, options));
        return surnn;
    }

    /// <exception cref="ArgumentException">The rule goes by a level that a detector does not measure.</exception>
    static MqttArbitration Arbitration(IServiceProvider services, MqttArbitrationOptions options)
    {
        if (options.Rule is ArbitrationRule.Loudest or ArbitrationRule.Clearest)
            foreach (var (name, detector) in services.GetRequiredService<IOptionsMonitor<SuRnnStreamOptions>>().CurrentValue.Detectors)
                if (!detector.Level) throw new ArgumentException($"Rule is {options.Rule}, which goes by the level, but Level of the detector '{name}' is false: set it to true, or choose First or BestScore.");
        return new MqttArbitration(options, services.GetService<TimeProvider>(), services.GetService<ILogger<MqttArbitration>>());
    }

    /// <summary>
    /// Lets the configuration name topics: <c>Sinks:Mqtt</c> with an <c>Address</c>, which is parsed, and the outbox's options; <c>Sinks:HomeAssistant</c> likewise (<see cref="HomeAssistantOptions.Parse(string)"/>); and <c>Arbitration:Mqtt</c> with an
    /// <c>Address</c> (<see cref="MqttArbitrationOptions.Parse(string)"/>), <c>Device</c>, <c>Rule</c>, <c>Window</c> and <c>Patience</c>, by which one of several machines answers.
    /// </summary>
    /// <param name="surnn">The host's detectors.</param>
    public static SuRnnStreamBuilder AddMqtt(this SuRnnStreamBuilder surnn)
    {
        ArgumentNullException.ThrowIfNull(surnn);
        surnn.AddArbiterKind("Mqtt", (services, section) => Arbitration(services, MqttArbitrationOptions.Read(section, services.AtContentRoot("."))));
        surnn.AddSinkKind("HomeAssistant", (services, section) =>
        {
            var options = HomeAssistantOptions.Parse(SettingsCheck.Required(section, "Address", ["Address", .. OutboxOptions.Keys]), services.AtContentRoot("."));
            return HomeAssistant(services, (HomeAssistantOptions)options.Read(section));
        });
        return surnn.AddSinkKind("Mqtt", (services, section) =>
        {
            var options = MqttSinkOptions.Parse(SettingsCheck.Required(section, "Address", ["Address", .. OutboxOptions.Keys]), services.AtContentRoot("."));
            return new MqttSink((MqttSinkOptions)options.Read(section), services.GetService<ILogger<MqttSink>>());
        });
    }
}
