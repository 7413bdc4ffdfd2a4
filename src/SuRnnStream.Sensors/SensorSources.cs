using SuRnnStream;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Live sensors as sources of a host.</summary>
public static class SensorSources
{
    /// <summary>From now on sources can have the addresses that <see cref="LiveSensor"/> takes: <c>mqtt://HOST/TOPIC</c>, <c>serial:///dev/NAME</c>.</summary>
    public static SuRnnStreamBuilder AddSensorSources(this SuRnnStreamBuilder builder) => builder.AddSourceOpener(new SensorOpener());
}
