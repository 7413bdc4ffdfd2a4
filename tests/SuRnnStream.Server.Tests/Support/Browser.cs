using Microsoft.Playwright;
using Xunit;

namespace SuRnnStream.Server.Tests.Support;

/// <summary>Debian's Chromium with a microphone that plays a file, driven by Playwright.</summary>
sealed class Browser : IAsyncDisposable
{
    readonly IPlaywright _playwright;
    readonly IBrowser _browser;

    Browser(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>The picture of a test, in the folder that SURNN_SCREENSHOTS names, or nowhere.</summary>
    public static async Task ShootAsync(IPage page, string name, bool whole = false)
    {
        if (Environment.GetEnvironmentVariable("SURNN_SCREENSHOTS") is not { Length: > 0 } folder) return;
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = whole });
    }

    /// <param name="microphone">The WAV file that it plays once; null: it is refused.</param>
    public static async Task<Browser> StartAsync(string? microphone)
    {
        var path = Environment.GetEnvironmentVariable("SURNN_CHROMIUM") ?? "/usr/bin/chromium";
        Assert.SkipUnless(File.Exists(path), $"There is no {path}: install Debian's chromium (.ci/run does), or name one in SURNN_CHROMIUM.");
        string[] sound = microphone is null
            ? ["--deny-permission-prompts"]
            : ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", $"--use-file-for-fake-audio-capture={microphone}%noloop"];
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = path,
            Args = [.. sound, "--autoplay-policy=no-user-gesture-required", "--no-sandbox"], // the sandbox needs more than containers give
        });
        return new Browser(playwright, browser);
    }

    /// <summary>The server's page, ready; every error that the browser tells of is in <paramref name="errors"/>.</summary>
    public async Task<IPage> OpenAsync(TestServer server, List<string> errors, int width = 1280, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        var page = await _browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme });
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") errors.Add(message.Text);
        };
        page.PageError += (_, error) => errors.Add(error);
        await page.GotoAsync(server.Http.ToString());
        await page.Locator("#status", new() { HasText = "Press Listen" }).WaitForAsync();
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}

/// <summary>One detection as the page lists it.</summary>
/// <param name="Shown">When it was on the screen, in ms of the page's clock.</param>
/// <param name="Origin">When the stream began on that clock.</param>
sealed record Listed(string Label, float Score, double Time, double? Shown, double? Origin)
{
    /// <summary>What the page has, first to last.</summary>
    public static async Task<List<Listed>> ReadAsync(IPage page)
    {
        var rows = await page.EvaluateAsync<string[][]>("[...document.querySelectorAll('#detections li')].reverse().map(({dataset: d}) => [d.label, d.score, d.time, d.shown ?? '', d.origin ?? ''])");
        double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        return [.. rows.Select(row => new Listed(row[0], (float)Number(row[1]), Number(row[2]), row[3] == "" ? null : Number(row[3]), row[4] == "" ? null : Number(row[4])))];
    }
}
