using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

/// <summary>The part of the format that neither the build nor <c>dotnet format whitespace</c> checks, and that the build checks the rest.</summary>
public sealed class SourceFilesTest
{
#if ANALYZED
    const bool Analyzed = true;
#else
    const bool Analyzed = false;
#endif

    static readonly string[] Folders = ["src", "tests", "samples", "tools"];

    [Fact]
    public void Usings_AreSorted_SystemFirst()
    {
        var files = Folders.SelectMany(folder => Directory.GetFiles(Repository.File(folder), "*.cs", SearchOption.AllDirectories)).ToArray();
        Assert.InRange(files.Length, 500, 10_000);
        Assert.All(files, file =>
        {
            string[] usings = [.. File.ReadLines(file).Where(IsPlainUsing).Select(line => line["using ".Length..^1])];
            Assert.Equal(usings.OrderBy(name => name != "System" && !name.StartsWith("System.", StringComparison.Ordinal)).ThenBy(name => name, StringComparer.OrdinalIgnoreCase), usings);
        });
    }

    /// <summary>A plain build leaves the analyzers out.</summary>
    [Fact]
    public void Build_OfCi_RanTheAnalyzers() => Assert.Equal(Analyzed, Analyzed || Environment.GetEnvironmentVariable("CI") == "true");

    /// <summary>A directive for a namespace: no alias, no static, no statement, no line of a text.</summary>
    static bool IsPlainUsing(string line) => line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';') && line.AsSpan(6, line.Length - 7).IndexOfAny(" =(") < 0;
}
