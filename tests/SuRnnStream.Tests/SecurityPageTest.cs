using System.Text.RegularExpressions;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

/// <summary>A promise is worth its test: each one that SECURITY.md names is there.</summary>
public sealed partial class SecurityPageTest
{
    static readonly string Page = File.ReadAllText(Repository.File(".github", "SECURITY.md"));

    [Fact]
    public void EveryPromise_NamesATestThatIsThere()
    {
        var tests = Directory.GetFiles(Repository.File("tests"), "*Test.cs", SearchOption.AllDirectories).ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);
        var promises = Page.Split('\n').Where(line => line.StartsWith("| ") && !line.StartsWith("| promise")).ToArray();
        Assert.InRange(promises.Length, 10, 40);
        foreach (var promise in promises)
        {
            var named = TestName().Matches(promise.Split('|')[2]);
            Assert.True(named.Count > 0, $"no test: {promise}");
            foreach (Match test in named)
                Assert.True(tests[test.Groups[1].Value].Any(text => text.Contains($" {test.Groups[2].Value}(")), $"there is no test {test.Value}");
        }
    }

    [GeneratedRegex("`(\\w+Test)\\.(\\w+)`")]
    private static partial Regex TestName();
}
