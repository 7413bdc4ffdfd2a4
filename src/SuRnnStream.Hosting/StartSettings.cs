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

    /// <summary>Code has added or removed sources.</summary>
    public void Adopt(SuRnnStreamOptions options)
    {
        lock (_lock) ComeAndGo(Read(options));
    }

    /// <summary>The settings have changed. Tells of those that take a restart.</summary>
    public void Compare(SuRnnStreamOptions options)
    {
        lock (_lock)
        {
            var now = Read(options);
            ComeAndGo(now);
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

    /// <summary>A source that is new or gone takes no restart: only one that was there and still is can have changed.</summary>
    void ComeAndGo(Dictionary<string, string?> now)
    {
        bool IsSource(string name) => name.StartsWith(At(nameof(SuRnnStreamOptions.Sources)) + ":", StringComparison.OrdinalIgnoreCase);
        foreach (var name in now.Keys.Where(name => IsSource(name) && !_start.ContainsKey(name))) _start[name] = now[name];
        foreach (var name in _start.Keys.Where(name => IsSource(name) && !now.ContainsKey(name)).ToArray()) _start.Remove(name);
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
