using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests;

public sealed class ReadmeBlocksTest
{
    [Fact]
    public void EveryBlock_Compiles()
    {
        string[] blocks = [.. new[] { "README.md", "GUIDE.md" }.SelectMany(page => Readme.BlocksOf(Repository.File("src", "SuRnnStream.Training", page)))];
        Assert.NotEmpty(blocks);
        foreach (var block in blocks) Assert.Empty(CodeBlocks.Errors(block));
    }
}
