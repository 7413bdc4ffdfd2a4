using Microsoft.Extensions.Configuration;

namespace SuRnnStream;

/// <summary>What all sinks of a configuration have in common.</summary>
static class SinkSection
{
    /// <summary>The value that a sink cannot do without.</summary>
    /// <param name="section">The sink's.</param>
    /// <param name="key">Of that value.</param>
    /// <param name="known">All keys that mean something to the sink.</param>
    /// <exception cref="ArgumentException">It is missing, or there is a key that means nothing.</exception>
    public static string Required(IConfigurationSection section, string key, params string[] known)
    {
        if (KnownKeys.Unknown(section, known).FirstOrDefault() is { } stranger)
            throw new ArgumentException($"'{stranger.Key}' means nothing here: there are {string.Join(", ", known)}.");
        return section[key] is { Length: > 0 } value ? value : throw new ArgumentException($"'{key}' is missing.");
    }
}
