using Microsoft.Extensions.Configuration;

namespace SuRnnStream;

/// <summary>
/// The settings that are read once, at the start, and how they were then. One that changes later would do nothing, in silence: it is told, once, by its
/// name alone, for its value may be a secret.
/// </summary>
sealed class StartSettings(HostSection section, HostLogger logger)
{
    readonly Lock _lock = new(); // guards what follows
    Dictionary<string, string?> _start = [], _told = [];

    /// <summary>The host starts with these.</summary>
    public void Begin(SuRnnStreamOptions options)
    {
        lock (_lock) (_start, _told) = (Read(options), []);
    }

    /// <summary>The settings have changed. Tells of those that take a restart.</summary>
    public void Compare(SuRnnStreamOptions options)
    {
        lock (_lock)
        {
            var now = Read(options);
            foreach (var name in _start.Keys.Union(now.Keys, StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal))
            {
                var (before, after) = (_start.GetValueOrDefault(name), now.GetValueOrDefault(name));
                if (before == after) _told.Remove(name); // as it was, and is
                else if (!_told.TryGetValue(name, out var told) || told != after)
                {
                    logger.Log.NeedsRestart(name);
                    _told[name] = after;
                }
            }
        }
    }

    Dictionary<string, string?> Read(SuRnnStreamOptions options)
    {
        var all = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase) { [At(nameof(options.SinkQueue))] = $"{options.SinkQueue}" };
        foreach (var (name, source) in options.Sources)
        {
            all[At(nameof(options.Sources), name, nameof(source.Address))] = source.Address;
            all[At(nameof(options.Sources), name, nameof(source.Live))] = $"{source.Live}";
            all[At(nameof(options.Sources), name, nameof(source.Channel))] = $"{source.Channel}";
            all[At(nameof(options.Sources), name, nameof(source.Map))] = source.Map;
            all[At(nameof(options.Sources), name, nameof(source.FirstRetry))] = $"{source.FirstRetry}";
            all[At(nameof(options.Sources), name, nameof(source.LastRetry))] = $"{source.LastRetry}";
        }
        foreach (var part in new[] { "Sinks", nameof(options.Arbitration), nameof(options.Agreement) })
            foreach (var (path, value) in section.Section?.GetSection(part).AsEnumerable() ?? [])
                if (value is not null) all[path] = value;
        return all;
    }

    string At(params ReadOnlySpan<string> path) => string.Join(':', [section.Path, .. path]);
}
