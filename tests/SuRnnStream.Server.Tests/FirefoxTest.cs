using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>The page in Firefox.</summary>
[Trait("Category", "Thorough")]
public class FirefoxTest
{
    [Fact]
    public async Task Sample_ReplayedInFirefox_HasTheWordsAndTimesOfSurnnDetect()
    {
        await using var firefox = await Firefox.StartAsync();
        await using var server = await TestServer.StartAsync();
        await firefox.OpenAsync(server.Http);
        var lines = (await firefox.EvaluateAsync(PageScript.Replay(PageScript.Fetched("samples/commands.wav"), "commands.wav"))).Split('\n');
        Assert.StartsWith($"Replayed 60.0 s: {Sample.Detected.Count} words", lines[0]);
        Assert.Equal(PageScript.Rows(Sample.Detect(Sample.Floats(Sample.Pcm))), lines[1..]);
    }
}
