namespace SuRnnStream.Cli;

/// <summary>Sensors that are listened to.</summary>
static class SensorInput
{
    /// <param name="name">A live sensor's address, a recording, or - for JSON Lines on standard input.</param>
    /// <param name="sensor">The model's front end.</param>
    /// <param name="terminal">Has the standard input.</param>
    /// <exception cref="UsageException">None was named.</exception>
    /// <exception cref="ArgumentException">The address is none.</exception>
    /// <exception cref="IOException">It cannot be opened; the message names it.</exception>
    public static ListenInput Open(string name, SensorFrontEndConfig sensor, Terminal terminal)
    {
        if (LiveAddress.Is(name)) return Live(name, sensor);
        if (name == "-") return new ListenInput("-", new JsonLinesSource(new StreamReader(terminal.OpenInput()), "-", sensor), Live: false);
        if (name == "default") throw new UsageException($"the model takes sensors ({string.Join(", ", sensor.Channels)}): name mqtt://HOST/TOPIC, serial:///dev/NAME, a file, or - for JSON Lines");
        return ListenInput.Recording(name, () => Replay.IsAddress(name) ? Replay.Open(name, sensor) : SensorFile.Open(name, sensor));
    }

    /// <summary>The model's sensors by the names of a source; null: it is a model of sound.</summary>
    /// <exception cref="UsageException">The map is none for this model.</exception>
    public static SensorFrontEndConfig? Mapped(SuRnnModel model, string? map)
    {
        if (map is null) return model.Config.Sensor;
        if (model.Config.Sensor is not { } sensor) throw new UsageException("--map is for sensors, but the model detects events of sound");
        try
        {
            return SensorMap.Parse(map).Apply(sensor);
        }
        catch (FormatException wrong)
        {
            throw new UsageException($"--map: {wrong.Message}");
        }
    }

    static ListenInput Live(string address, SensorFrontEndConfig sensor)
    {
#if MINIMAL
        throw new UsageException($"{address}: this small surnn opens no broker and no port; take the whole one, published without -p:Minimal=true");
#else
        ListenInput? input = null;
        var live = LiveSensor.Open(address, sensor, new LiveSensorOptions { OnStatus = status => input?.OnStatus?.Invoke(status) });
        return input = new ListenInput(live.Name, live, Live: true, live, live.Stop, () => live.Status);
#endif
    }
}
