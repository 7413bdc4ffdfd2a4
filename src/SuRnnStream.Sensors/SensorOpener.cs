namespace SuRnnStream;

/// <summary>Opens live sensors for a host.</summary>
sealed class SensorOpener : ISourceOpener
{
    public string Addresses => "mqtt://HOST/TOPIC, serial:///dev/NAME";

    public bool Opens(string address) => LiveSensor.IsAddress(address);

    public ISampleSource Open(SourceRequest request)
    {
        if (request.Sensor is not { } sensor) throw new ArgumentException($"{new PeerAddress(request.Address)} gives values of sensors, but the model takes sound: name a microphone or a file.");
        return LiveSensor.Open(request.Address, sensor, request.Folder, new LiveSensorOptions
        {
            FirstRetry = request.FirstRetry,
            LastRetry = request.LastRetry,
            OnStatus = request.OnStatus,
            Time = request.Time,
        });
    }
}
