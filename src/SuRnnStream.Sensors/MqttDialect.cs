using MQTTnet.Formatter;

namespace SuRnnStream;

/// <summary>How a client talks to its broker, from one connection to the next.</summary>
/// <param name="client">The client's name.</param>
sealed class MqttDialect(string client)
{
    public string Client => client;

    /// <summary>MQTT 5 until the broker is found not to speak it.</summary>
    public MqttProtocolVersion Version { get; set; } = MqttProtocolVersion.V500;
}
