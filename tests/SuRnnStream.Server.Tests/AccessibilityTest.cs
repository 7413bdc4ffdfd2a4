using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>axe-core finds nothing to complain of, in any state of the page at any size; for screenshots, every state in both themes.</summary>
[Collection("second browser")]
[Trait("Category", "Thorough")]
public class AccessibilityTest(Browser browser)
{
    readonly List<string> _errors = [];

    [Theory]
    [InlineData(375, 812, ColorScheme.Light), InlineData(812, 375, ColorScheme.Dark), InlineData(1280, 800, ColorScheme.Dark), InlineData(1920, 1080, ColorScheme.Light)]
    public async Task EveryState_HasNoViolation(int width, int height, ColorScheme scheme)
    {
        ColorScheme[] schemes = Environment.GetEnvironmentVariable("SURNN_SCREENSHOTS") is { Length: > 0 } ? [ColorScheme.Light, ColorScheme.Dark] : [scheme];
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors, width: width, height: height);
        await CheckAsync("empty");

        await page.ClickAsync("#listen"); // there is no microphone
        await page.Locator("#status.warning").WaitForAsync();
        await CheckAsync("refused");

        await page.SelectOptionAsync("#pace", "once");
        await page.SetInputFilesAsync("#file", Sample.WavPath);
        await ReplayedAsync($"{Sample.Detected.Count} words");
        await CheckAsync("replayed");

        await page.ClickAsync("#detections li:last-child button");
        await page.ClickAsync("#card summary");
        await page.Locator("#newest").WaitForAsync();
        await CheckAsync("chosen");

        await page.SetInputFilesAsync("#file", HeartModel.TablePath);
        await ReplayedAsync("events");
        await CheckAsync("heart");

        await page.SetInputFilesAsync("#file", Path.Combine(Sample.Root, "samples", "sensors", "gesture.csv"));
        await page.Locator("#wave-caption", new() { HasText = "gyro z" }).WaitForAsync();
        await ReplayedAsync("event");
        await CheckAsync("gesture");

        await page.EvaluateAsync("document.getElementById('drop').hidden = false");
        await CheckAsync("drop");

        Task ReplayedAsync(string what) => page.Locator("#status", new() { HasTextRegex = new($"^Replayed .*{what}") }).WaitForAsync();

        async Task CheckAsync(string state)
        {
            foreach (var shown in schemes)
            {
                await page.EmulateMediaAsync(new() { ColorScheme = shown });
                await page.EvaluateAsync("() => Promise.all(document.getAnimations().map((one) => one.finished))"); // a colour on its way is no colour
                var found = await page.RunAxe();
                await Browser.ShootAsync(page, $"axe-{state}-{width}-{shown}", whole: true);
                Assert.True(found.Violations.Length == 0, string.Join('\n', found.Violations.Select(one => $"{state}, {shown}: {one.Id}: {one.Help}: {string.Join(", ", one.Nodes.Select(node => node.Html))}")));
            }
        }
    }
}
