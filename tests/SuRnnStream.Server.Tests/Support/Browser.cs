using Microsoft.Playwright;
using Xunit;

namespace SuRnnStream.Server.Tests.Support;

/// <summary>Debian's Chromium with a microphone that plays the shipped recording once, driven by Playwright. One for each collection of tests.</summary>
public sealed class Browser : IAsyncLifetime
{
    static readonly string Path = Environment.GetEnvironmentVariable("SURNN_CHROMIUM") ?? "/usr/bin/chromium";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5); // for what must come; a test that passes does not wait

    readonly Lock _gate = new();
    readonly List<(string Test, IBrowserContext Context)> _open = [];

    IPlaywright? _playwright;
    IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Path)) return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Path,
            Args =
            [
                "--use-fake-device-for-media-stream",
                $"--use-file-for-fake-audio-capture={Sample.WavPath}%noloop",
                "--autoplay-policy=no-user-gesture-required",
                "--no-sandbox", // it needs more than containers give
            ],
        });
    }

    /// <summary>The server's page, ready.</summary>
    /// <param name="server">Where it comes from.</param>
    /// <param name="errors">Gets every error and warning that the browser tells of.</param>
    /// <param name="microphone">False: it is refused.</param>
    /// <param name="width">CSS pixels.</param>
    /// <param name="height">CSS pixels.</param>
    /// <param name="scheme">What the user prefers.</param>
    /// <param name="script">Runs before the page's own.</param>
    internal Task<IPage> OpenAsync(
        TestServer server, List<string> errors, bool microphone = false, int width = 1280, int height = 900, ColorScheme scheme = ColorScheme.Light, string? script = null) =>
        OpenAsync(server.Http, errors, microphone, width, height, scheme, script);

    /// <inheritdoc cref="OpenAsync(TestServer, List{string}, bool, int, int, ColorScheme, string?)"/>
    internal async Task<IPage> OpenAsync(
        Uri address, List<string> errors, bool microphone = false, int width = 1280, int height = 900, ColorScheme scheme = ColorScheme.Light, string? script = null)
    {
        var page = await NewPageAsync(errors, microphone, width, height, scheme, script);
        await page.GotoAsync(address.ToString());
        await page.Locator("#status", new() { HasText = "Press Listen" }).WaitForAsync();
        return page;
    }

    /// <summary>A page of its own profile that is nowhere yet.</summary>
    internal async Task<IPage> NewPageAsync(List<string> errors, bool microphone = false, int width = 1280, int height = 900, ColorScheme scheme = ColorScheme.Light, string? script = null)
    {
        Assert.SkipWhen(_browser is null, $"There is no {Path}: install Debian's chromium (.ci/run does), or name one in SURNN_CHROMIUM.");
        await CloseFinishedAsync();
        var context = await _browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            Permissions = microphone ? ["microphone"] : [],
        });
        context.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        lock (_gate) _open.Add((CurrentTest, context));
        var page = await context.NewPageAsync();
        if (script is not null) await page.AddInitScriptAsync(script);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") errors.Add(message.Text);
        };
        page.PageError += (_, error) => errors.Add(error);
        return page;
    }

    static string CurrentTest => TestContext.Current.Test?.UniqueID ?? "";

    /// <summary>Pages of tests that are over go: each would draw its picture until the last test has ended, and together they take a core from the others.</summary>
    async Task CloseFinishedAsync()
    {
        List<(string Test, IBrowserContext Context)> finished;
        lock (_gate)
        {
            finished = [.. _open.Where(one => one.Test != CurrentTest)];
            _open.RemoveAll(finished.Contains);
        }
        foreach (var (_, context) in finished) await context.CloseAsync();
    }

    /// <summary>Seconds of processor time that the browser's processes for pages have taken; also those of pages that were closed.</summary>
    internal async Task<double> PagesSecondsAsync()
    {
        var session = await _browser!.NewBrowserCDPSessionAsync();
        var found = (await session.SendAsync("SystemInfo.getProcessInfo"))!.Value.GetProperty("processInfo");
        await session.DetachAsync();
        return found.EnumerateArray().Where(one => one.GetProperty("type").GetString() == "renderer").Sum(one => one.GetProperty("cpuTime").GetDouble());
    }

    /// <summary>The picture of a test, in the folder that SURNN_SCREENSHOTS names, or nowhere.</summary>
    public static async Task ShootAsync(IPage page, string name, bool whole = false)
    {
        if (Environment.GetEnvironmentVariable("SURNN_SCREENSHOTS") is not { Length: > 0 } folder) return;
        await page.ScreenshotAsync(new() { Path = System.IO.Path.Combine(folder, name + ".png"), FullPage = whole });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

/// <summary>The tests of a browser's collection run one after the other, as its pages share a sound card.</summary>
[CollectionDefinition("browser")]
public sealed class BrowserCollection : ICollectionFixture<Browser>;

/// <summary>Tests of what does not hang on time run beside those, in a browser of their own.</summary>
[CollectionDefinition("second browser")]
public sealed class SecondBrowserCollection : ICollectionFixture<Browser>;

/// <summary>One detection as the page lists it.</summary>
/// <param name="Label">The word.</param>
/// <param name="Score">Its score.</param>
/// <param name="Time">When it was detected, in seconds of stream.</param>
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
