namespace SuRnnStream;

/// <summary>What an MQTT sink publishes of a detection.</summary>
public enum MqttPayload
{
    /// <summary>The JSON object of <see cref="HeardJson.ToJson"/>; of an event's edges with its <c>phase</c>.</summary>
    Json,

    /// <summary><c>ON</c> where an event begins or is told whole, <c>OFF</c> where it ends: what a binary sensor of Home Assistant takes. For detectors with Edges.</summary>
    State,
}
