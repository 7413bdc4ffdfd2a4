using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace SuRnnStream.Server.Tests.Support;

/// <summary>A state of the page: axe-core finds nothing to complain of, and nothing is wider than the page; where SURNN_SCREENSHOTS names a folder, at four sizes and in both themes, with pictures.</summary>
static class PageState
{
    static readonly (int Width, int Height)[] Sizes = [(375, 812), (812, 375), (1280, 800), (1920, 1080)];

    /// <param name="page">In the state; it ends as wide as it was.</param>
    /// <param name="name">Of the state, for messages and pictures.</param>
    /// <param name="hold">False: the state passes, and there is time for one look alone.</param>
    public static async Task CheckAsync(IPage page, string name, bool hold = true)
    {
        var before = page.ViewportSize!;
        var all = hold && Environment.GetEnvironmentVariable("SURNN_SCREENSHOTS") is { Length: > 0 };
        (int Width, int Height)[] sizes = all ? Sizes : [(before.Width, before.Height)];
        ColorScheme[] schemes = all ? [ColorScheme.Dark, ColorScheme.Light] : [ColorScheme.Light];
        foreach (var (width, height) in sizes)
        {
            await page.SetViewportSizeAsync(width, height);
            foreach (var scheme in schemes)
            {
                await page.EmulateMediaAsync(new() { ColorScheme = scheme });
                await page.EvaluateAsync("() => Promise.allSettled(document.getAnimations().map((one) => one.finished))"); // a colour on its way is no colour
                var found = await page.RunAxe();
                await Browser.ShootAsync(page, $"{name}-{width}-{scheme}", whole: true);
                Assert.True(found.Violations.Length == 0, string.Join('\n', found.Violations.Select(one => $"{name}, {width}, {scheme}: {one.Id}: {one.Help}: {string.Join(", ", one.Nodes.Select(node => node.Html))}")));
                Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            }
        }
        await page.SetViewportSizeAsync(before.Width, before.Height);
    }
}
