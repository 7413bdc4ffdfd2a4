using Microsoft.Extensions.Configuration;

namespace SuRnnStream;

/// <summary>A sink that the configuration can name, as <c>Sinks:NAME</c>.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Make">Makes it from the section of that name.</param>
sealed record SinkKind(string Name, Func<IServiceProvider, IConfigurationSection, IDetectionSink> Make);
