using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>The page in a browser, as fast as it goes.</summary>
[Collection("browser")]
public class PageTest(Browser browser)
{
    readonly List<string> _errors = [];

    [Fact]
    public async Task RefusedMicrophone_IsSaid_AndAFileStillWorks()
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors);
        await page.ClickAsync("#listen");
        await StatusAsync(page, "The microphone was refused.");
        Assert.Equal("Listen", await page.InnerTextAsync("#listen"));
        Assert.True(await page.IsVisibleAsync("#sample")); // it needs no microphone
        await Browser.ShootAsync(page, "refused");

        await page.SelectOptionAsync("#pace", "once");
        await page.SetInputFilesAsync("#file", Sample.WavPath);
        var cost = new StreamingDetector(Sample.Model).Process(Sample.Floats(Sample.Pcm), _ => { });
        await StatusAsync(page, string.Create(CultureInfo.InvariantCulture, $"Replayed 60.0 s: {Sample.Detected.Count} words, {100 - 100.0 * cost.MultiplyAdds / cost.MultiplyAddsDense:0.0} % of the work skipped."));
        await AssertTheSamplesWordsAsync(page);
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task DroppedWav_IsReplayed_AndMoreThanOnce()
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors, scheme: ColorScheme.Dark);
        await page.SelectOptionAsync("#pace", "once");
        for (var i = 0; i < 2; i++)
        {
            await DropAsync(page, "commands.wav", await File.ReadAllBytesAsync(Sample.WavPath, TestContext.Current.CancellationToken));
            await StatusAsync(page, $"Replayed 60.0 s: {Sample.Detected.Count} words");
            await AssertTheSamplesWordsAsync(page);
        }
        Assert.Equal("go", await page.InnerTextAsync("#word"));
        Assert.Equal("polite", await page.GetAttributeAsync("#announce", "aria-live"));
        Assert.StartsWith("yes, score 0.", await page.TextContentAsync("#announce")); // the others follow together
        await Browser.ShootAsync(page, "replayed");
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task DroppedNoise_ThatIsNoSound_IsSaid()
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors);
        await DropAsync(page, "notes.txt", "this is no sound"u8.ToArray());
        await StatusAsync(page, "notes.txt cannot be replayed: it is no sound that this browser can read.");
        await DropAsync(page, "empty.wav", [.. (await File.ReadAllBytesAsync(Sample.WavPath, TestContext.Current.CancellationToken))[..40], 0, 0, 0, 0]);
        await StatusAsync(page, "empty.wav cannot be replayed: there is no sound in it.");
    }

    [Theory, InlineData(1, 24), InlineData(2, 16), InlineData(1, 33), InlineData(1, 8)] // 33: 32 bits, floating point
    public async Task OtherWavs_AreHeardAsSurnnDetectHearsThem(int channels, int bits)
    {
        var wav = Wavs.Write(Sample.Cut(0, 14), channels, bits);
        using var file = WavFile.Open(new MemoryStream(wav), "test.wav");
        var samples = new float[14 * Sample.Rate];
        for (int read = 0, n; (n = file.Read(samples.AsSpan(read))) > 0;) read += n;
        var expected = Sample.Detect(samples);
        Assert.InRange(expected.Count, 2, 4);

        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors);
        await page.SelectOptionAsync("#pace", "once");
        await DropAsync(page, "test.wav", wav);
        await StatusAsync(page, "Replayed 14.0 s");
        await AssertListedAsync(page, expected);
    }

    [Fact]
    public async Task Keyboard_DoesEverything()
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors, microphone: true);
        await page.Keyboard.PressAsync("Tab"); // the tabs, which arrows move through
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Locator("#tab-label:focus").WaitForAsync();
        Assert.False(await page.IsVisibleAsync("#detect"));
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Locator("#tab-detect:focus").WaitForAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await StatusAsync(page, "Listening.");
        Assert.Equal("Stop", await page.InnerTextAsync("#listen"));
        await page.Keyboard.PressAsync("Escape");
        await StatusAsync(page, "Stopped.");

        await page.Keyboard.PressAsync("Tab");
        await page.Locator("#open:focus").WaitForAsync();
        await (await ChooserAsync(page)).SetFilesAsync(Sample.WavPath);
        await StatusAsync(page, "Replaying commands.wav.");
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("ArrowDown"); // at once
        await page.Keyboard.PressAsync("Tab");
        for (var i = 0; i < 4; i++) await page.Keyboard.PressAsync("ArrowDown"); // past the wake words and two models of sensors, to the dense twins
        Assert.Equal(("once", "commands-dense"), (await page.InputValueAsync("#pace"), await page.InputValueAsync("#model")));
        await page.SetInputFilesAsync("#file", Sample.WavPath);
        await page.Locator("#status", new() { HasTextRegex = new Regex("^Replayed 60.0 s: .* 0.0 % of the work skipped.$") }).WaitForAsync();
        Assert.Empty(_errors);
    }

    /// <summary>A browser without time lets a key's right to open the dialog lapse: then the key is pressed again.</summary>
    static async Task<IFileChooser> ChooserAsync(IPage page)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await page.RunAndWaitForFileChooserAsync(() => page.Keyboard.PressAsync("Space"), new() { Timeout = 15_000 });
            }
            catch (TimeoutException) when (attempt < 20)
            {
            }
        }
    }

    [Fact]
    public async Task BrokenConnection_IsMadeAgain()
    {
        var first = await TestServer.StartAsync();
        var port = first.Http.Port;
        var page = await browser.OpenAsync(first, [], microphone: true); // the browser tells of connections that are refused
        await page.ClickAsync("#listen");
        await StatusAsync(page, "Listening.");
        await first.DisposeAsync();
        await StatusAsync(page, "Trying again in");
        await using var second = await TestServer.StartAsync(port: port);
        await StatusAsync(page, "Listening.");
        await Patience.Until(() => second.Models.Get("commands").Pool.Counters.Total.SamplesProcessed > 16_000);
        await page.ClickAsync("#listen");
        await Patience.Until(() => second.Sessions.Open == 0);
    }

    [Fact]
    public async Task Microphone_ThatTheBrowserDoesNotResample_IsResampledByTheServer() // as in Firefox
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors, microphone: true);
        var hello = new TaskCompletionSource<string>();
        page.WebSocket += (_, socket) => socket.FrameSent += (_, frame) => hello.TrySetResult(frame.Text ?? "");
        await page.EvaluateAsync("""
            () => {
              const original = AudioContext.prototype.createMediaStreamSource;
              AudioContext.prototype.createMediaStreamSource = function (stream) {
                if (this.sampleRate === 16_000) throw new DOMException("", "NotSupportedError");
                return original.call(this, stream);
              };
            }
            """);
        await page.ClickAsync("#listen");
        await MicrophonePage.DetectsAsync(page, "#detections li");
        Assert.Matches("\"rate\":(44100|48000),", await hello.Task.Within());
        await page.ClickAsync("#listen");
        Assert.Empty(_errors);
    }

    [Theory, InlineData(375), InlineData(1280)]
    public async Task Layout_FitsTheWidth_AndEveryControlHasAName(int width)
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors, width: width, height: 812);
        var light = await BackgroundAsync(page);
        await page.SelectOptionAsync("#pace", "once");
        await page.SetInputFilesAsync("#file", Sample.WavPath);
        await StatusAsync(page, "Replayed");
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        Assert.NotEqual(light, await BackgroundAsync(page));
        foreach (var (role, name) in new[] { (AriaRole.Button, "Listen"), (AriaRole.Button, "Open a sound …"), (AriaRole.Combobox, "Replay"), (AriaRole.Combobox, "Model"), (AriaRole.Img, "Waveform of the sound") })
            Assert.Equal(1, await page.GetByRole(role, new() { Name = name, Exact = true }).CountAsync());
        Assert.True(await IsDrawnAsync(page, "raster") && await IsDrawnAsync(page, "spectrogram") && await IsDrawnAsync(page, "wave") && await IsDrawnAsync(page, "work"));
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task Files_AreServedUnderAPolicyThatRunsNothingElse()
    {
        await using var server = await TestServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Http };
        var answer = await http.GetAsync("", TestContext.Current.CancellationToken);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy);
        Assert.DoesNotContain("unsafe", policy);
        var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotMatch("<script(?! type=\"module\" src)| on[a-z]+=| style=|https?://", html);
        foreach (Match link in Regex.Matches(html, "(?:src|href)=\"([^\"]+)\""))
            Assert.True((await http.GetAsync(link.Groups[1].Value, TestContext.Current.CancellationToken)).IsSuccessStatusCode, link.Value);
    }

    static Task StatusAsync(IPage page, string text) => page.Locator("#status", new() { HasText = text }).WaitForAsync();

    static Task<string> BackgroundAsync(IPage page) => page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");

    /// <summary>More than one colour is on the canvas.</summary>
    static Task<bool> IsDrawnAsync(IPage page, string canvas) => page.EvaluateAsync<bool>("""
        id => {
          const c = document.getElementById(id);
          return new Set(new Uint32Array(c.getContext("2d").getImageData(0, 0, c.width, c.height).data.buffer)).size > 1;
        }
        """, canvas);

    static async Task DropAsync(IPage page, string name, byte[] bytes)
    {
        var transfer = await page.EvaluateHandleAsync("""
            ([name, base64]) => {
              const transfer = new DataTransfer();
              transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
              return transfer;
            }
            """, new[] { name, Convert.ToBase64String(bytes) });
        await page.DispatchEventAsync("main", "dragover", new { dataTransfer = transfer });
        Assert.True(await page.IsVisibleAsync("#drop"));
        await page.DispatchEventAsync("main", "drop", new { dataTransfer = transfer });
        Assert.False(await page.IsVisibleAsync("#drop"));
    }

    static Task AssertTheSamplesWordsAsync(IPage page) => AssertListedAsync(page, Sample.Detect(Sample.Floats(Sample.Pcm)));

    static async Task AssertListedAsync(IPage page, List<Detection> expected) => Assert.Equal(
        expected.Select(d => (d.Label, d.Score, d.Time.TotalSeconds)),
        (await Listed.ReadAsync(page)).Select(one => (one.Label, one.Score, one.Time)));
}
