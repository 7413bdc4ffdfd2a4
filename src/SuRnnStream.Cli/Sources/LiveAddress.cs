namespace SuRnnStream.Cli;

/// <summary>Addresses of what is live: of sensors, and of sound that only <c>surnn listen</c> takes.</summary>
static class LiveAddress
{
    /// <summary>Refuses addresses where a command takes files and folders alone.</summary>
    /// <exception cref="UsageException">One of them is live, or is to be played as if it were.</exception>
    public static void RequireNone(string command, IEnumerable<string> paths)
    {
        if (paths.FirstOrDefault(path => (Is(path) || Microphone.DeviceOf(path) is not null || NetworkSound.IsAddress(path) || Replay.IsAddress(path)) && !File.Exists(path)) is not { } live) return;
        throw new UsageException($"{new PeerAddress(live)}: {command} takes files and folders; surnn listen takes this address");
    }

#if MINIMAL
    /// <summary>True: it is one of those that the whole program opens.</summary>
    public static bool Is(string name) => name.StartsWith("mqtt://", StringComparison.OrdinalIgnoreCase) || name.StartsWith("mqtts://", StringComparison.OrdinalIgnoreCase) || name.StartsWith("serial://", StringComparison.OrdinalIgnoreCase);
#else
    /// <summary>True: <see cref="LiveSensor"/> opens it.</summary>
    public static bool Is(string name) => LiveSensor.IsAddress(name);
#endif
}
