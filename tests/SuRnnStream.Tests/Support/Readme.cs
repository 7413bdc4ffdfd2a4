using System.Text.RegularExpressions;

namespace SuRnnStream.Tests.Support;

/// <summary>The C# in README.md, and in the page about hosting that goes on from it.</summary>
static partial class Readme
{
    static readonly string[] Pages = [Repository.File("README.md"), Repository.File("src", "SuRnnStream.Pipeline", "HOSTING.md")];

    public static string[] Blocks() => [.. Pages.SelectMany(page => Fence().Matches(File.ReadAllText(page))).Select(match => match.Groups[1].Value).Distinct()];

    [GeneratedRegex(@"^```csharp\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();
}
