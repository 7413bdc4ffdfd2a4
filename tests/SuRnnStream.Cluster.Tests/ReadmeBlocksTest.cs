using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Cluster.Tests;

public sealed class ReadmeBlocksTest
{
    static readonly string Page = Repository.File("src", "SuRnnStream.Cluster", "README.md");

    [Fact]
    public void EveryBlock_Compiles()
    {
        Assert.NotEmpty(Readme.BlocksOf(Page));
        foreach (var block in Readme.BlocksOf(Page)) Assert.Empty(CodeBlocks.Errors(block, "using Microsoft.Extensions.DependencyInjection; using Microsoft.Extensions.Hosting; using SuRnnStream.Cluster;", "IHost host = Host.CreateApplicationBuilder(args).Build();", "float[] samples = [];"));
    }
}
