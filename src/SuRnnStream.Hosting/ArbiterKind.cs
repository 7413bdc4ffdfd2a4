using Microsoft.Extensions.Configuration;

namespace SuRnnStream;

/// <summary>An arbiter among machines that the configuration can name, as <c>Arbitration:NAME</c>.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Make">Makes it of what the section of that name says.</param>
sealed record ArbiterKind(string Name, Func<IServiceProvider, IConfigurationSection, IDetectionArbiter> Make);
