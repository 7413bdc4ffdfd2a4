using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Samples;

/// <summary>The README's first program. Its other blocks are compiled and run by ReadmeProgramTest.</summary>
public sealed class ReadmeTest
{
    [Fact]
    public void FirstBlock_IsTheQuickstart() => Assert.EndsWith("\n\n" + Readme.Blocks()[0], File.ReadAllText(Repository.File("samples", "quickstart.cs")));
}
