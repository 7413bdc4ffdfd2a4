using System.Text.RegularExpressions;

namespace SuRnnStream.Tests.Support;

/// <summary>The C# in README.md.</summary>
static partial class Readme
{
    public static string[] Blocks() => [.. Fence().Matches(File.ReadAllText(Repository.File("README.md"))).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"^```csharp\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();
}
