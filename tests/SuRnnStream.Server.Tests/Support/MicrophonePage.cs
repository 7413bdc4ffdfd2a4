using Microsoft.Playwright;

namespace SuRnnStream.Server.Tests.Support;

/// <summary>The page while it listens to the browser's microphone, which plays the shipped recording once.</summary>
static class MicrophonePage
{
    /// <summary>
    /// Until the listening page shows a detection. A browser without time loses sound of its microphone, and the words in it: then the page stops and listens again, which plays the recording from its start.
    /// </summary>
    /// <param name="page">It listens.</param>
    /// <param name="detection">Selects the detection.</param>
    public static async Task DetectsAsync(IPage page, string detection)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await page.Locator(detection).First.WaitForAsync(new() { Timeout = 70_000 }); // the recording takes 60 s
                return;
            }
            catch (TimeoutException) when (attempt < 5)
            {
                await page.ClickAsync("#listen");
                await page.Locator("#status", new() { HasText = "Stopped." }).WaitForAsync();
                await page.ClickAsync("#listen");
            }
        }
    }
}
