using Microsoft.Extensions.Configuration;

namespace SuRnnStream;

/// <summary>All sinks of a host: those that code added and those that the configuration names.</summary>
sealed class SinkPumps(IServiceProvider services, HostSection section, IEnumerable<AddedSink> added, IEnumerable<SinkKind> kinds, HeardHub observers, HostSounds sounds, HostLogger logger)
{
    SinkPump[] _pumps = [];

    public IReadOnlyList<SinkPump> All => _pumps;

    /// <summary>Makes the sinks. What is wrong with those that the configuration names is added to <paramref name="faults"/>.</summary>
    /// <param name="capacity">Detections that can wait for each.</param>
    /// <param name="faults">A line each.</param>
    public void Start(int capacity, List<string> faults)
    {
        var sinks = new List<(string Name, IDetectionSink Sink)>();
        foreach (var sink in added)
        {
            var made = sink.Make(services);
            sinks.Add((Unused(sink.Name.Length > 0 ? sink.Name : made.GetType().Name, [.. sinks.Select(other => other.Name)]), made));
        }
        foreach (var named in section.Section?.GetSection("Sinks").GetChildren() ?? [])
        {
            if (Make(named, faults) is { } made) sinks.Add((Unused(named.Key, [.. sinks.Select(other => other.Name)]), made));
        }
        _pumps = [.. sinks.Select(sink => new SinkPump(sink.Name, sink.Sink, Math.Max(1, capacity), logger.Log))]; // what is out of range is told elsewhere
    }

    public void Post(in HeardDetection heard)
    {
        foreach (var pump in _pumps) pump.Post(heard);
        sounds.Passed(heard);
        observers.Post(heard);
    }

    public Task StopAsync(CancellationToken enough) => Task.WhenAll(_pumps.Select(pump => pump.StopAsync(enough)));

    IDetectionSink? Make(IConfigurationSection named, List<string> faults)
    {
        var kind = kinds.FirstOrDefault(kind => kind.Name.Equals(named.Key, StringComparison.OrdinalIgnoreCase));
        try
        {
            if (kind is not null) return kind.Make(services, named);
            if (named.Key.Equals("Mqtt", StringComparison.OrdinalIgnoreCase))
            {
                faults.Add($"{named.Path} is no sink that is known here: call AddMqtt() of the package SuRnnStream.Sensors, after AddSuRnnStream().");
                return null;
            }
            var known = string.Join(", ", kinds.Select(kind => kind.Name));
            faults.Add($"{named.Path} is no sink that is known here: {(known.Length > 0 ? $"name one of {known}, or add its kind" : "add its kind")} with AddSinkKind.");
        }
        catch (Exception wrong) when (wrong is ArgumentException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            faults.Add($"{named.Path}: {wrong.Message}");
        }
        return null;
    }

    static string Unused(string name, IReadOnlyList<string> names)
    {
        var (unused, number) = (name, 1);
        while (names.Contains(unused, StringComparer.OrdinalIgnoreCase)) unused = $"{name} {++number}";
        return unused;
    }
}
