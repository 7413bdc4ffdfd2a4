using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SuRnnStream;
using SuRnnStream.Wyoming;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The Wyoming server as a part of a host.</summary>
public static class WyomingServices
{
    /// <summary>
    /// Serves clients while the host runs, as the section <see cref="WyomingServerOptions.Section"/> of its configuration says; without the section it does nothing. Relative paths
    /// of models begin at the content root. In a host that is part of a cluster the cluster detects. Invalid settings stop the host at start with an <see cref="OptionsValidationException"/>.
    /// </summary>
    /// <param name="services">The host's.</param>
    public static IServiceCollection AddWyoming(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        return services.AddHostedService(provider => new WyomingService(
            provider.GetRequiredService<IConfiguration>().GetSection(WyomingServerOptions.Section), provider.GetRequiredService<IHostEnvironment>().ContentRootPath,
            provider.GetService<ILogger<WyomingServer>>(), provider.GetRequiredService<TimeProvider>(), provider.GetService<IClientPlace>()));
    }
}
