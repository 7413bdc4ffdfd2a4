using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SuRnnStream;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Detection as a part of a host's services.</summary>
public static class SuRnnStreamServices
{
    /// <summary>Detectors as the section <see cref="SuRnnStreamOptions.Section"/> of the host's configuration says, if there is one, and as the builder adds.</summary>
    public static SuRnnStreamBuilder AddSuRnnStream(this IServiceCollection services) =>
        services.Add(provider => new HostSection(provider.GetService<IConfiguration>()?.GetSection(SuRnnStreamOptions.Section)));

    /// <summary>Detectors as a section of a configuration says, and as the builder adds.</summary>
    public static SuRnnStreamBuilder AddSuRnnStream(this IServiceCollection services, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.Add(_ => new HostSection(section));
    }

    /// <summary>Detectors as code says.</summary>
    public static SuRnnStreamBuilder AddSuRnnStream(this IServiceCollection services, Action<SuRnnStreamOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var builder = services.Add(_ => new HostSection(null));
        services.Configure(options);
        return builder;
    }

    static SuRnnStreamBuilder Add(this IServiceCollection services, Func<IServiceProvider, HostSection> section)
    {
        if (services.Any(service => service.ServiceType == typeof(HostSection)))
            throw new InvalidOperationException("AddSuRnnStream was called before: add to the builder that it returned.");
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(section);
        services.AddSingleton<HostLogger>();
        services.AddSingleton<BindOptions>();
        services.AddSingleton<IConfigureOptions<SuRnnStreamOptions>>(provider => provider.GetRequiredService<BindOptions>());
        services.AddSingleton<IOptionsChangeTokenSource<SuRnnStreamOptions>>(provider => provider.GetRequiredService<BindOptions>());
        services.AddSingleton<ISourceOpener, MicrophoneOpener>();
        services.AddSingleton<ISourceOpener, NetworkSoundOpener>();
        services.AddSingleton<ISourceOpener, ReplayOpener>();
        services.AddSingleton<ISourceOpener, FileOpener>();
        services.AddSingleton<ModelCache>();
        services.AddSingleton<AcceptedOptions>();
        services.AddSingleton<StartSettings>();
        services.AddSingleton<HostPlanner>();
        services.AddSingleton<HostSounds>();
        services.AddSingleton<SinkPumps>();
        services.AddSingleton<HeardHub>();
        services.AddSingleton<HostArbiter>();
        services.AddSingleton<HostDecisions>();
        services.AddSingleton<HostMetrics>();
        services.AddSingleton<HostedDetectors>();
        services.AddSingleton<IHostedDetectors>(provider => provider.GetRequiredService<HostedDetectors>());
        services.AddSingleton<IHostedService, DetectorService>();
        return new SuRnnStreamBuilder(services).AddSinkKinds();
    }
}
