using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

/// <summary>The schema by which editors complete appsettings.json is that of the options, with their documentation.</summary>
public sealed class ConfigurationSchemaTest
{
    static readonly string File = Repository.File("src", "SuRnnStream.Hosting", "ConfigurationSchema.json");

    [Fact]
    public void Schema_IsThatOfTheOptions()
    {
        var made = ConfigurationSchema.Make();
        if (Environment.GetEnvironmentVariable("SURNN_APPROVE") == "1") System.IO.File.WriteAllText(File, made);
        Assert.True(System.IO.File.Exists(File) && System.IO.File.ReadAllText(File) == made, "ConfigurationSchema.json is not that of the options: run this test with SURNN_APPROVE=1 and commit the file.");
    }

    [Fact]
    public void Schema_HasTheKeysThatTheHostKnows()
    {
        var section = System.Text.Json.Nodes.JsonNode.Parse(ConfigurationSchema.Make())!["properties"]!["SuRnnStream"]!["properties"]!.AsObject();
        Assert.Equal(KnownKeys.Top.Order(), section.Select(one => one.Key).Order());
        var detector = section["Detectors"]!["additionalProperties"]!["properties"]!.AsObject();
        Assert.Equal(KnownKeys.Detector.Order(), detector.Select(one => one.Key).Order());
        Assert.Equal("number", (string?)detector["Threshold"]!["type"]);
        Assert.Equal(KnownKeys.Rule.Order(), detector["Rules"]!["additionalProperties"]!["properties"]!.AsObject().Select(one => one.Key).Order());
    }
}
