using System.Text.RegularExpressions;

namespace SuRnnStream.Tests.Support;

/// <summary>The C# in README.md, and in the page about hosting that goes on from it.</summary>
static partial class Readme
{
    static readonly string[] Pages = [Repository.File("README.md"), Repository.File("src", "SuRnnStream.Hosting", "HOSTING.md")];

    public static string[] Blocks() => [.. Pages.SelectMany(BlocksOf).Distinct()];

    /// <summary>Every block of C# of any page.</summary>
    public static string[] BlocksOf(string page) => [.. Fence().Matches(File.ReadAllText(page)).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"^```csharp\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();
}
