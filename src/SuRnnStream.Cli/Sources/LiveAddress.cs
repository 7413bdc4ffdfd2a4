namespace SuRnnStream.Cli;

/// <summary>Addresses of live sensors.</summary>
static class LiveAddress
{
#if MINIMAL
    /// <summary>True: it is one of those that the whole program opens.</summary>
    public static bool Is(string name) => name.StartsWith("mqtt://", StringComparison.OrdinalIgnoreCase) || name.StartsWith("mqtts://", StringComparison.OrdinalIgnoreCase) || name.StartsWith("serial://", StringComparison.OrdinalIgnoreCase);
#else
    /// <summary>True: <see cref="LiveSensor"/> opens it.</summary>
    public static bool Is(string name) => LiveSensor.IsAddress(name);
#endif
}
