using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Samples;

/// <summary>Every C# block of every page of the repository compiles; those of Cluster and Training, whose assemblies are not here, in the tests of those.</summary>
public sealed class ReadmeBlocksTest
{
    // Names that the sentence before a block has told of.
    static readonly string[] Given =
    [
        "using Microsoft.AspNetCore.Builder; using Microsoft.AspNetCore.Http; using Microsoft.Extensions.Configuration; using Microsoft.Extensions.DependencyInjection; using Microsoft.Extensions.Hosting;",
        "var model = ModelFile.Load(\"m\");", "var words = ModelFile.Load(\"m\");", "var sounds = ModelFile.Load(\"m\");", "ISampleSource source = WavFile.Open(\"w\");", "var cancellation = CancellationToken.None;", "float[] samples = [];", "var format = new PcmFormat(SampleEncoding.S16, 8_000, 1);",
        "var builder = Host.CreateApplicationBuilder(args);", "IServiceCollection services = new ServiceCollection();", "IConfiguration configuration = new ConfigurationBuilder().Build();", "var surnn = new ServiceCollection().AddSuRnnStream();",
        "var pipeline = new DetectorPipeline(WavFile.Open(\"w\"), ModelFile.Load(\"m\"));", "var wakeWords = new DetectorPipeline(WavFile.Open(\"w\"), ModelFile.Load(\"m\"));",
        "var kitchen = new DetectorPipeline(WavFile.Open(\"w\"), ModelFile.Load(\"m\"));", "var hall = new DetectorPipeline(WavFile.Open(\"w\"), ModelFile.Load(\"m\"));", "var pool = new DetectorPool(ModelFile.Load(\"m\"));",
        "sealed class Door : IDetectionSink { public ValueTask WriteAsync(HeardDetection heard, CancellationToken cancellation) => ValueTask.CompletedTask; }",
    ];

    static readonly string[] Elsewhere = ["SuRnnStream.Cluster", "SuRnnStream.Training"];

    public static TheoryData<string, int> Blocks()
    {
        var rows = new TheoryData<string, int>();
        var root = Repository.File(".");
        foreach (var page in Directory.GetFiles(root, "*.md", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(root, path).Replace('\\', '/')).Order(StringComparer.Ordinal))
        {
            var folders = page.Split('/');
            if (folders.Any(folder => folder is ".artifacts" or "node_modules" or "bin" or "obj") || folders.Intersect(Elsewhere).Any()) continue;
            for (var i = 0; i < Readme.BlocksOf(Path.Combine(root, page)).Length; i++) rows.Add(page, i);
        }
        return rows;
    }

    [Theory, MemberData(nameof(Blocks))]
    public void Block_Compiles(string page, int index) => Assert.Empty(CodeBlocks.Errors(Readme.BlocksOf(Repository.File(page))[index], Given));

    [Fact]
    public void ABlockWithAFault_IsFound() => Assert.Contains("'Nothing'", Assert.Single(CodeBlocks.Errors("Console.WriteLine(model.Nothing);", Given)));
}
