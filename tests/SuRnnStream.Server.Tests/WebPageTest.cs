using System.Globalization;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using SuRnnStream.Server.Tests.Support;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>The page without a server: a folder of files on a host that knows nothing of sound.</summary>
[Collection("browser"), Trait("Category", "Thorough")]
public class WebPageTest(Browser browser, PublishedPage published, ITestOutputHelper output)
{
    const string Alone = "From now on the page works without a connection, too.";

    readonly List<string> _errors = [];

    [Fact]
    public async Task Folder_HasAtMost3Megabytes_Compressed()
    {
        var folder = await published.PageAsync();
        var sizes = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is not (".br" or ".gz"))
            .Select(file => (Name: Path.GetRelativePath(folder, file), Bytes: new FileInfo(File.Exists(file + ".br") ? file + ".br" : file).Length)).ToList();
        output.WriteLine(string.Join('\n', sizes.OrderByDescending(one => one.Bytes).Take(12).Select(one => $"{one.Bytes,9} {one.Name}")));
        output.WriteLine($"{sizes.Sum(one => one.Bytes)} bytes in {sizes.Count} files");
        Assert.InRange(sizes.Sum(one => one.Bytes), 1_000_000, 3_000_000);
    }

    [Fact]
    public async Task Page_DetectsAsSurnnDetect_AsksItsHostNothingMore_AndWorksWithoutIt()
    {
        var host = await StaticHost.StartAsync(("", await published.PageAsync()));
        IPage page;
        await using (host)
        {
            page = await browser.OpenAsync(host.Http, _errors);
            await page.SelectOptionAsync("#pace", "once");
            await page.SetInputFilesAsync("#file", Sample.WavPath);
            await page.Locator("#detections li").First.WaitForAsync();
            output.WriteLine($"first detection {await page.EvaluateAsync<double>("Number(document.querySelector('#detections li:last-child').dataset.shown)"):0} ms after the page was asked for");
            await AssertReplayedAsync(page);
            await page.Locator("#where", new() { HasText = Alone }).WaitForAsync();
            var asked = host.Asked.Count;

            await UseEverythingAsync(page);
            Assert.Empty(host.Asked.Skip(asked).Except(["/service-worker.js", "/assets.js"])); // some time after a load the browser itself looks whether these have changed
            output.WriteLine($"{asked} requests, none after loading");
        }
        await page.ReloadAsync();
        await page.Locator("#status", new() { HasText = "Press Listen" }).WaitForAsync();
        await UseEverythingAsync(page);
        Assert.Empty(_errors);
    }

    /// <summary>Where the time goes from asking for the page to the first detection; the clock is the page's own.</summary>
    [Fact]
    public async Task FirstDetection_IsTimed()
    {
        const string Watch = """
            window.times = {};
            window.Worker = class extends Worker {
              constructor(...rest) {
                super(...rest);
                times.worker = performance.now();
                this.addEventListener("message", ({ data }) => { for (const kind of ["ready", "all"]) if (data[kind]) times[kind] ??= performance.now(); });
              }
            };
            addEventListener("DOMContentLoaded", () => {
              times.parsed = performance.now();
              new MutationObserver(() => { times.detected ??= performance.now(); }).observe(document.getElementById("detections"), { childList: true });
              const replay = async () => {
                document.getElementById("pace").value = "once";
                const transfer = new DataTransfer();
                transfer.items.add(new File([await (await fetch("samples/commands.flac")).arrayBuffer()], "commands.flac"));
                times.sample = performance.now();
                const file = document.getElementById("file");
                file.files = transfer.files;
                file.dispatchEvent(new Event("change"));
              };
              new MutationObserver((_, watcher) => {
                if (!document.getElementById("status").textContent.startsWith("Press Listen")) return;
                watcher.disconnect();
                times.usable = performance.now();
                replay();
              }).observe(document.getElementById("status"), { childList: true });
            });
            """;
        await using var host = await StaticHost.StartAsync(("", await published.PageAsync()));
        for (var run = 0; run < Runs; run++)
        {
            var page = await browser.NewPageAsync(_errors, script: Watch);
            await page.GotoAsync(host.Http.ToString());
            await page.WaitForFunctionAsync("() => times.detected");
            output.WriteLine($"load {Load()}: {await page.EvaluateAsync<string>("Object.entries(times).sort(([, a], [, b]) => a - b).map(([name, ms]) => `${name} ${ms.toFixed(0)}`).join(', ')")} ms");
            await page.Context.CloseAsync();
        }
        Assert.Empty(_errors);
    }

    /// <summary>What a tab with an open microphone takes of a core, while words are said and while nothing is.</summary>
    [Fact]
    public async Task Cpu_OfTheTab_IsMeasured()
    {
        Assert.SkipUnless(Timed, "SURNN_TIMINGS asks for measurements.");
        await using var host = await StaticHost.StartAsync(("", await published.PageAsync()));
        foreach (var (what, loud) in new[] { ("speech", 1), ("silence", 0) })
        {
            var page = await browser.OpenAsync(host.Http, _errors, microphone: true, script: $$"""
                const asked = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
                navigator.mediaDevices.getUserMedia = async (what) => {
                  const stream = await asked(what);
                  for (const track of stream.getAudioTracks()) track.enabled = {{loud}} === 1;
                  return stream;
                };
                """);
            await page.ClickAsync("#listen");
            await StatusAsync(page, "Listening.");
            await page.WaitForFunctionAsync("() => document.getElementById('skipped').textContent !== '–'");
            await Wait.Really(3_000, "the code is compiled as it runs");
            var (before, clock) = (await browser.PagesSecondsAsync(), System.Diagnostics.Stopwatch.StartNew());
            await Wait.Really(15_000, "processor time is measured against the clock");
            var part = (await browser.PagesSecondsAsync() - before) / clock.Elapsed.TotalSeconds;
            output.WriteLine($"load {Load()}: {what} {100 * part:0.0} % of a core, the network {await page.InnerTextAsync("#frame-cost")} a frame");
            await page.Context.CloseAsync();
        }
    }

    static readonly bool Timed = Environment.GetEnvironmentVariable("SURNN_TIMINGS") is { Length: > 0 };
    static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    static readonly int Runs = int.Parse(Environment.GetEnvironmentVariable("SURNN_TIMINGS") ?? "1", CultureInfo.InvariantCulture);

    async Task UseEverythingAsync(IPage page)
    {
        await page.SelectOptionAsync("#pace", "once");
        await page.SetInputFilesAsync("#file", Sample.WavPath);
        await AssertReplayedAsync(page);
        await page.SetInputFilesAsync("#file", Path.Combine(Sample.Root, "samples", "sensors", "ecg.csv"));
        await StatusAsync(page, "Replayed 60.0 s");
        Assert.Equal("heartbeat", await page.InputValueAsync("#model"));
        await page.SelectOptionAsync("#model", "gesture");
        await page.ClickAsync("#listen");
        await StatusAsync(page, "Simulating a hand");
        await page.WaitForFunctionAsync("() => document.getElementById('skipped').textContent !== '–'");
        await page.ClickAsync("#listen");
        await page.SelectOptionAsync("#model", "wake-words");
        await page.ClickAsync("#sample");
        await StatusAsync(page, "Playing the shipped sample.");
        await page.ClickAsync("#listen");
        await page.SelectOptionAsync("#model", Sample.Small);
        Assert.False(await page.IsVisibleAsync("#tab-teach")); // it takes a server
        await page.ClickAsync("#tab-label");
        await page.SetInputFilesAsync("#label-file", Path.Combine(Sample.Root, "samples", "sensors", "gesture.csv"));
        await page.Locator("#label-ask", new() { HasText = "Movement 1 of " }).WaitForAsync();
        await page.Keyboard.PressAsync("a");
        await page.Locator("#label-marks li").First.WaitForAsync();
        await page.SelectOptionAsync("#label-source", "samples/gesture.csv");
        await page.ClickAsync("#label-record");
        await StatusAsync(page, "Recording (simulated: a hand)");
        await page.ClickAsync("#tab-detect");
    }

    static async Task AssertReplayedAsync(IPage page)
    {
        var cost = new StreamingDetector(Sample.SmallModel).Process(Sample.Floats(Sample.Pcm), _ => { });
        await StatusAsync(page, string.Create(CultureInfo.InvariantCulture, $"Replayed 60.0 s: 10 words, {100 - 100.0 * cost.MultiplyAdds / cost.MultiplyAddsDense:0.0} % of the work skipped."));
        Assert.Equal(
            Sample.Detect(Sample.Floats(Sample.Pcm), new StreamingDetector(Sample.SmallModel)).Select(one => (one.Label, one.Score, one.Time.TotalSeconds)),
            (await Listed.ReadAsync(page)).Select(one => (one.Label, one.Score, one.Time)));
    }

    /// <summary>A tab whose microphone plays the sample: what the page shows is what a detector makes of what the microphone gave.</summary>
    [Fact]
    public async Task Microphone_IsDetectedInThePage()
    {
        const string Keep = """
            window.sent = [];
            const post = Worker.prototype.postMessage;
            Worker.prototype.postMessage = function (message, ...more) {
              if (message.samples) sent.push([new Uint32Array(message.samples)[0], ...new Int16Array(message.samples.slice(8))]);
              return post.call(this, message, ...more);
            };
            """;
        await using var host = await StaticHost.StartAsync(("", await published.PageAsync()));
        var page = await browser.OpenAsync(host.Http, _errors, microphone: true, script: Keep);
        await page.ClickAsync("#listen");
        await page.WaitForFunctionAsync("() => sent.length > 150"); // six seconds, in which two words are said
        var (detector, expected) = (new StreamingDetector(Sample.SmallModel), new List<Detection>());
        foreach (var message in await page.EvaluateAsync<int[][]>("sent"))
        {
            detector.Lose(message[0] - detector.Position, expected.Add); // a browser without time may lose some
            detector.Process(Sample.Floats([.. message.Skip(1).Select(sample => (short)sample)]), expected.Add);
        }
        await page.WaitForFunctionAsync("(count) => document.querySelectorAll('#detections li').length >= count", expected.Count);
        Assert.Equal(expected.Select(one => (one.Label, one.Score, one.Time.TotalSeconds)), (await Listed.ReadAsync(page)).Take(expected.Count).Select(one => (one.Label, one.Score, one.Time)));
        await page.ClickAsync("#listen");
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task Page_InFirefox_HasTheWordsAndTimesOfSurnnDetect()
    {
        await using var firefox = await Firefox.StartAsync();
        await using var host = await StaticHost.StartAsync(("", await published.PageAsync()), ("/other", Path.GetDirectoryName(Sample.WavPath)!));
        await firefox.OpenAsync(host.Http);
        string[] expected = [.. PageScript.Rows(Sample.Detect(Sample.Floats(Sample.Pcm), new StreamingDetector(Sample.SmallModel)))];
        foreach (var (address, name) in new[] { ("other/commands.wav", "commands.wav"), ("samples/commands.flac", "commands.flac") })
        {
            var lines = (await firefox.EvaluateAsync(PageScript.Replay(PageScript.Fetched(address), name))).Split('\n');
            Assert.StartsWith("Replayed 60.0 s: 10 words", lines[0]);
            Assert.Equal(expected, lines[1..]);
        }
    }

    /// <summary>The page comes with a FLAC file, which is half as large: Chromium must read the sample's very samples from it, too.</summary>
    [Fact]
    public async Task CompressedSample_IsTheSample()
    {
        await using var host = await StaticHost.StartAsync(("", await published.PageAsync()));
        var page = await browser.OpenAsync(host.Http, _errors);
        await page.SelectOptionAsync("#pace", "once");
        await page.SetInputFilesAsync("#file", Path.Combine(await published.PageAsync(), "samples", "commands.flac"));
        await AssertReplayedAsync(page);
    }

    [Theory, InlineData(375, 812, ColorScheme.Dark), InlineData(1280, 800, ColorScheme.Light)]
    public async Task EveryState_HasNoViolation(int width, int height, ColorScheme scheme)
    {
        await using var host = await StaticHost.StartAsync(("", await published.PageAsync()));
        var page = await browser.OpenAsync(host.Http, _errors, width: width, height: height, scheme: scheme);
        await page.Locator("#where", new() { HasText = Alone }).WaitForAsync();
        await CheckAsync("empty");
        await page.SelectOptionAsync("#pace", "once");
        await page.SetInputFilesAsync("#file", Sample.WavPath);
        await AssertReplayedAsync(page);
        await CheckAsync("replayed");

        async Task CheckAsync(string state)
        {
            await page.EvaluateAsync("() => Promise.all(document.getAnimations().map((one) => one.finished))");
            var found = await page.RunAxe();
            await Browser.ShootAsync(page, $"web-{state}-{width}-{scheme}", whole: true);
            Assert.True(found.Violations.Length == 0, string.Join('\n', found.Violations.Select(one => $"{state}: {one.Id}: {one.Help}")));
        }
    }

    static Task StatusAsync(IPage page, string text) => page.Locator("#status", new() { HasText = text }).WaitForAsync();
}
