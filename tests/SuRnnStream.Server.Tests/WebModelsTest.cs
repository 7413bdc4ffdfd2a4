using System.Text.Json;
using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>The page without a server has its list of models in a file.</summary>
public class WebModelsTest
{
    static readonly string Path = System.IO.Path.Combine(Sample.Root, "src", "SuRnnStream.Web", "wwwroot", "models", "models.json");

    [Fact]
    public async Task List_IsTheServersOwn_OfTheModelsThatThePageComesWith()
    {
        await using var server = await TestServer.StartAsync();
        string[] leftOut = ["-dense", "-float32"];
        var models = server.Models.List with
        {
            Default = Sample.Small,
            Models = [.. server.Models.List.Models.Where(model => model.Name != "commands" && !leftOut.Any(ending => model.Name.EndsWith(ending, StringComparison.Ordinal)))], // 372 kB too many
        };
        var expected = JsonSerializer.Serialize(models, ProtocolJson.Default.ModelList) + "\n";
        if (Environment.GetEnvironmentVariable("SURNN_APPROVE") == "1") await File.WriteAllTextAsync(Path, expected, TestContext.Current.CancellationToken);
        Assert.True(expected == await File.ReadAllTextAsync(Path, TestContext.Current.CancellationToken), "A model changed: run this test with SURNN_APPROVE=1 and commit src/SuRnnStream.Web/wwwroot/models/models.json.");
    }
}
