using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using SuRnnStream.Tests.Support;

namespace SuRnnStream.Cluster.Tests.Support;

/// <summary>A host that is a silo of its own.</summary>
static class ClusterHost
{
    /// <summary>On free ports, with the model of commands.</summary>
    /// <param name="settings">What else its configuration says.</param>
    public static HostApplicationBuilder Builder(Dictionary<string, string?> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Cluster:SiloPort"] = $"{Ports.Free()}",
            ["Cluster:GatewayPort"] = $"{Ports.Free()}",
            ["Cluster:Rebalance"] = "false",
            ["Cluster:Models:commands"] = Repository.File("models", "commands.surnn"),
        });
        builder.Configuration.AddInMemoryCollection(settings);
        return builder;
    }
}
