using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace SuRnnStream;

/// <summary>The part of the configuration that a host's options come from.</summary>
/// <param name="Section">Null: they are set by code alone.</param>
sealed record HostSection(IConfigurationSection? Section)
{
    /// <summary>For messages.</summary>
    public string Path => Section?.Path ?? SuRnnStreamOptions.Section;
}

/// <summary>Binds the options, and binds them again when the configuration changes.</summary>
sealed class BindOptions(HostSection from) : IConfigureOptions<SuRnnStreamOptions>, IOptionsChangeTokenSource<SuRnnStreamOptions>
{
    public string Name => Options.DefaultName;

    public void Configure(SuRnnStreamOptions options)
    {
        if (from.Section is not { } section) return;
        try
        {
            options.Faults.AddRange(KnownKeys.UnknownKeys(section));
            options.Faults.AddRange(KnownKeys.WrongDurations(section)); // in its own words: it names what would be right
            if (options.Faults.Count == 0) section.Bind(options);
        }
        catch (InvalidOperationException unreadable) // names the value, its path and its type
        {
            options.Faults.Add(unreadable.Message);
        }
    }

    public IChangeToken GetChangeToken() => from.Section?.GetReloadToken() ?? new CancellationChangeToken(CancellationToken.None);
}
