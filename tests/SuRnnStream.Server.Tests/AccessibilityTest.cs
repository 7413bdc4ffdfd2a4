using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>axe-core finds nothing to object to in any state of the page, at four sizes and in both colour schemes.</summary>
[Collection("browser")]
public class AccessibilityTest(Browser browser)
{
    readonly List<string> _errors = [];

    [Theory]
    [InlineData(375, 812, ColorScheme.Light), InlineData(812, 375, ColorScheme.Dark), InlineData(1280, 800, ColorScheme.Dark), InlineData(1920, 1080, ColorScheme.Light)]
    public async Task EveryState_HasNoViolation(int width, int height, ColorScheme scheme)
    {
        using var heart = new HeartModel();
        await using var server = await TestServer.StartAsync([heart.Setting]);
        var page = await browser.OpenAsync(server, _errors, width: width, height: height, scheme: scheme);
        await CheckAsync(page, "empty");

        await page.ClickAsync("#listen"); // there is no microphone
        await page.Locator("#status.warning").WaitForAsync();
        await CheckAsync(page, "refused");

        await page.SelectOptionAsync("#pace", "once");
        await page.SetInputFilesAsync("#file", Sample.WavPath);
        await page.Locator("#status", new() { HasText = "Replayed" }).WaitForAsync(new() { Timeout = 60_000 });
        await CheckAsync(page, "replayed");

        await page.ClickAsync("#detections li:last-child button");
        await page.ClickAsync("#card summary");
        await page.Locator("#newest").WaitForAsync();
        await CheckAsync(page, "chosen");

        await page.SetInputFilesAsync("#file", HeartModel.TablePath);
        await page.Locator("#status", new() { HasText = "72 events" }).WaitForAsync(new() { Timeout = 60_000 });
        await CheckAsync(page, "sensors");

        await page.EvaluateAsync("document.getElementById('drop').hidden = false");
        await CheckAsync(page, "drop");

        async Task CheckAsync(IPage page, string state)
        {
            await page.EvaluateAsync("() => Promise.all(document.getAnimations().map((one) => one.finished))"); // a colour on its way is no colour
            var found = await page.RunAxe();
            await Browser.ShootAsync(page, $"axe-{state}-{width}-{scheme}", whole: true);
            Assert.True(found.Violations.Length == 0, string.Join('\n', found.Violations.Select(one => $"{state}: {one.Id}: {one.Help}: {string.Join(", ", one.Nodes.Select(node => node.Html))}")));
        }
    }
}
