using Microsoft.Playwright;
using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>axe-core finds nothing to complain of in the states that need a microphone, a server that goes, or several models.</summary>
[Collection("browser")]
[Trait("Category", "Thorough")]
public class PageStatesTest(Browser browser)
{
    [Fact]
    public async Task Listening_AndReconnecting()
    {
        var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, [], microphone: true); // the browser tells of connections that are refused
        await page.ClickAsync("#listen");
        await StatusAsync(page, "Listening.");
        await MicrophonePage.DetectsAsync(page, "#detections li");
        await PageState.CheckAsync(page, "listening");
        await server.DisposeAsync();
        await StatusAsync(page, "The connection broke");
        await PageState.CheckAsync(page, "reconnecting");
        await page.ClickAsync("#listen");
        await StatusAsync(page, "Stopped.");
    }

    [Fact]
    public async Task SeveralModels_ATableThatIsForNone_AndAServerThatDoesNotAnswer()
    {
        using var twins = new TwoHearts();
        await using var server = await TestServer.StartAsync([twins.Setting]);
        var page = await browser.OpenAsync(server, []);
        await page.SetInputFilesAsync("#file", HeartModel.TablePath);
        await StatusAsync(page, "Several models take a table with these columns. Which one?");
        await PageState.CheckAsync(page, "several-models");
        await page.SetInputFilesAsync("#file", new FilePayload { Name = "room.csv", MimeType = "text/csv", Buffer = "time,CO2\n0,400\n"u8.ToArray() });
        await StatusAsync(page, "room.csv cannot be replayed");
        await PageState.CheckAsync(page, "no-model");
        await page.RouteAsync("**/models", route => route.AbortAsync());
        await page.ReloadAsync();
        await StatusAsync(page, "The server does not answer.");
        await PageState.CheckAsync(page, "no-server");
    }

    static Task StatusAsync(IPage page, string text) => page.Locator("#status", new() { HasText = text }).WaitForAsync();
}
