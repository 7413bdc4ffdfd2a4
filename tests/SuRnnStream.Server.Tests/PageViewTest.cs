using System.Text;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using SuRnnStream.Server.Tests.Support;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>What the page shows of models, streams and detections, and what may be done with them.</summary>
[Collection("browser")]
[Trait("Category", "Thorough")]
public class PageViewTest(Browser browser)
{
    readonly List<string> _errors = [];

    static string SampleOf(string name) => Path.Combine(Sample.Root, "samples", "sensors", name);

    [Fact]
    public async Task EmptyPage_OffersTheSample_AndSaysWhatItDetects()
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors, width: 375, height: 812);
        Assert.StartsWith("Say yes, no, up", await page.InnerTextAsync("#word"));
        Assert.Matches("^Sound goes to 127.0.0.1:[0-9]+, which keeps none of it.$", await page.InnerTextAsync("#where"));
        await Browser.ShootAsync(page, "empty-phone");
        await page.ClickAsync("#sample");
        await StatusAsync(page, "Playing the shipped sample.");
        await page.Locator("#detections li[data-label=yes]").WaitForAsync();
        Assert.False(await page.IsVisibleAsync("#sample"));
        await page.ClickAsync("#listen");
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task Card_SaysWhatAModelDoes_WhereItFails_AndItsSize_AndThePageLeadsToTheProject()
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors);
        foreach (var (model, fails) in new[] { ("commands", "misses 12 % of the words"), ("commands-small", "misses 19 % of the words"), ("heartbeat", "Not a medical device"), ("heartbeat-dense", "Not a medical device") })
        {
            await page.SelectOptionAsync("#model", model);
            var card = (await page.TextContentAsync("#card-facts"))!;
            Assert.Contains("detects", card);
            Assert.Contains("where it fails", card);
            Assert.Contains(fails, card);
            Assert.Contains(" neurons, ", card);
        }
        await page.ClickAsync("footer a");
        await page.WaitForURLAsync("**/about.html");
        Assert.Equal("SuRnnStream", await page.InnerTextAsync("h1"));
        var found = await page.RunAxe();
        Assert.True(found.Violations.Length == 0, string.Join('\n', found.Violations.Select(one => one.Help)));
        await Browser.ShootAsync(page, "about", whole: true);
        await page.ClickAsync("header a");
        await page.Locator("#status", new() { HasText = "Press Listen" }).WaitForAsync();
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task Page_OfAServerThatKeepsNearMisses_SaysSo()
    {
        using var model = new HardModel();
        await using var server = await TestServer.StartAsync([model.Models, model.Keeps]);
        var page = await browser.OpenAsync(server, _errors);
        Assert.Matches("^Sound goes to 127.0.0.1:[0-9]+, which keeps the sound around near misses: what it nearly detected, with the voices in it.$", await page.InnerTextAsync("#where"));
        Assert.Empty(_errors);
    }

    /// <summary>A timer of the last word used to draw the next model's hint at the size of a word.</summary>
    [Fact]
    public async Task AnotherModel_RightAfterAWord_IsShownAsIfThePageWereNew()
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors);
        await ReplayAsync(page, Sample.WavPath);
        Assert.NotEqual("–", await page.InnerTextAsync("#skipped"));
        await page.SelectOptionAsync("#model", "wake-words");
        await Wait.Really(1_600, "the word's colour fades in real time");
        Assert.Equal("hint", await page.GetAttributeAsync("#word", "class"));
        Assert.Equal("–", await page.InnerTextAsync("#skipped"));
        Assert.Equal(0, await page.Locator("#detections li").CountAsync());
        foreach (var canvas in new[] { "wave", "spectrogram", "raster", "work" }) Assert.True(await IsEmptyAsync(page, canvas), canvas);
        Assert.Empty(_errors);
    }

    [Theory, InlineData("ecg.csv", "heartbeat"), InlineData("gesture.csv", "gesture")]
    public async Task ShippedTable_OnAFreshPage_FindsTheModelOfItsColumns(string table, string model)
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors);
        await ReplayAsync(page, SampleOf(table));
        Assert.Equal(model, await page.InputValueAsync("#model"));
        Assert.Matches("^score [01][.][0-9]+, at ", await page.InnerTextAsync("#word-facts")); // nobody said it
        await Browser.ShootAsync(page, $"table-{model}", whole: true);
        Assert.Empty(_errors);
    }

    /// <summary>Such a table used to give 24 detections instead of 8 without a word.</summary>
    [Fact]
    public async Task Table_InG_WhoseColumnsSayNoUnit_IsNoticed()
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors);
        var lines = await File.ReadAllLinesAsync(SampleOf("gesture.csv"), TestContext.Current.CancellationToken);
        var inG = lines.Skip(1).Select(line => line.Split(',')).Select(cells => string.Join(',', cells.Select((cell, i) => i is >= 1 and <= 3 ? (double.Parse(cell, System.Globalization.CultureInfo.InvariantCulture) / 9.80665).ToString(System.Globalization.CultureInfo.InvariantCulture) : cell)));
        await page.SelectOptionAsync("#pace", "once");
        await page.SetInputFilesAsync("#file", new FilePayload { Name = "g.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(string.Join('\n', inG.Prepend("time,acc x,acc y,acc z,gyro x,gyro y,gyro z"))) });
        await page.Locator("#note", new() { HasText = "is it in g? Say so in the header or a map" }).WaitForAsync();
        await StatusAsync(page, "Replayed ");
        Assert.True(await page.IsVisibleAsync("#note"));
        await PageState.CheckAsync(page, "unit-note");
        await page.SetInputFilesAsync("#file", SampleOf("gesture.csv"));
        await page.Locator("#note").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await StatusAsync(page, "Replayed ");
        Assert.False(await page.IsVisibleAsync("#note"));
        Assert.Empty(_errors);
    }

    /// <summary>Labels used to lie over each other ("beatbeatbeat"), the rarer one below, and those at the right edge were cut off.</summary>
    [Fact]
    public async Task Labels_DoNotCollide_AndTheRarerOneIsShownWhole()
    {
        const string Keep = """
            window.drawn = [];
            const { clearRect, fillText } = CanvasRenderingContext2D.prototype;
            CanvasRenderingContext2D.prototype.clearRect = function (...rest) {
              if (this.canvas.id === "wave") window.drawn = [];
              clearRect.apply(this, rest);
            };
            CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
              if (this.canvas.id === "wave") window.drawn.push({ text, from: x, to: x + this.measureText(text).width, y, width: this.canvas.width });
              fillText.call(this, text, x, y);
            };
            """;
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors, width: 375, height: 812, script: Keep);
        await ReplayAsync(page, SampleOf("ecg.csv"));
        await page.ClickAsync("#closer");
        await CheckAsync("beat");
        await page.ClickAsync("#wider");
        await page.ClickAsync("#wider");
        await page.Locator("#detections li[data-label=ventricular] button").First.ClickAsync();
        await page.Locator("#newest").WaitForAsync();
        await CheckAsync("ventricular");

        async Task CheckAsync(string label)
        {
            await page.WaitForFunctionAsync("(label) => drawn.some(({ text }) => text === label)", label);
            var bad = await page.EvaluateAsync<string[]>("""
                drawn.filter((one, i) => one.from < 0 || one.to > one.width || drawn.some((other, j) => j < i && other.y === one.y && other.from < one.to && one.from < other.to)).map(({ text, from, to }) => `${text} ${from} ${to}`)
                """);
            Assert.Empty(bad);
        }
    }

    [Fact]
    public async Task Table_OfNoModel_IsRefusedWithEachModelsReason_AndOfTwoIsAsked()
    {
        using var twins = new TwoHearts();
        await using var server = await TestServer.StartAsync([twins.Setting]);
        var page = await browser.OpenAsync(server, _errors);
        await page.SelectOptionAsync("#pace", "once");
        await page.SetInputFilesAsync("#file", new FilePayload { Name = "room.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes("time,CO2\n0,400\n") });
        await StatusAsync(page, "room.csv cannot be replayed: no model here takes its columns (heart: it has no column \"MLII\"; pulse: it has no column \"MLII\").");
        await page.SetInputFilesAsync("#file", HeartModel.TablePath);
        await StatusAsync(page, "Several models take a table with these columns. Which one?");
        await page.ClickAsync("#choices button:has-text('pulse')");
        await StatusAsync(page, "Replayed 60.0 s: 72 events");
        Assert.Equal("pulse", await page.InputValueAsync("#model"));
        Assert.False(await page.IsVisibleAsync("#choices"));
    }

    [Fact]
    public async Task Simulation_OfAGesture_DrawsEveryChannel()
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors);
        await page.SelectOptionAsync("#model", "gesture");
        await page.ClickAsync("#listen");
        await StatusAsync(page, "Simulating a hand from the shipped sample.");
        var channels = (await page.InnerTextAsync("#wave-caption")).Split(" · ");
        Assert.Equal(6, channels.Length);
        await page.WaitForFunctionAsync("""
            () => {
              const c = document.getElementById("wave");
              const copy = new OffscreenCanvas(c.width, c.height).getContext("2d", { willReadFrequently: true });
              copy.drawImage(c, 0, 0);
              const { data } = copy.getImageData(0, 0, c.width, c.height);
              const strip = (n) => data.subarray(4 * c.width * Math.ceil(n * c.height / 6), 4 * c.width * Math.floor((n + 1) * c.height / 6));
              return [0, 1, 2, 3, 4, 5].every((n) => strip(n).some((value) => value > 0));
            }
            """);
        await Browser.ShootAsync(page, "gesture");
        await page.ClickAsync("#listen");
        Assert.Empty(_errors);
    }

    /// <summary>A sensor model that was chosen while a sound was replayed used to be changed back without a word.</summary>
    [Fact]
    public async Task ModelOfSensors_WhileASoundPlays_StaysChosen_AndThePageSaysWhatItTakes()
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors);
        await page.SetInputFilesAsync("#file", Sample.WavPath);
        await StatusAsync(page, "Replaying commands.wav.");
        await page.SelectOptionAsync("#model", "gesture");
        await StatusAsync(page, "gesture detects in sensors, and commands.wav is a sound. Press Simulate");
        Assert.Equal(("gesture", "Simulate"), (await page.InputValueAsync("#model"), await page.InnerTextAsync("#listen")));
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task Replay_CanBeSeenFromItsStart_AndADetectionIsChosen_Heard_AndSaved()
    {
        await using var server = await TestServer.StartAsync();
        const string Heard = "window.played = 0; const start = AudioBufferSourceNode.prototype.start; AudioBufferSourceNode.prototype.start = function () { window.played += this.buffer.duration; start.call(this); };";
        var page = await browser.OpenAsync(server, _errors, script: Heard);
        await ReplayAsync(page, Sample.WavPath);
        Assert.False(await page.IsVisibleAsync("#newest"));
        await page.ClickAsync("#detections li:last-child button"); // the first word, 58 s before the end
        await page.Locator("#newest").WaitForAsync();
        Assert.InRange(await page.EvaluateAsync<double>("played"), 1.2, 2);
        await Browser.ShootAsync(page, "chosen");
        Assert.Equal("true", await page.GetAttributeAsync("#detections li:last-child button", "aria-current"));
        Assert.False(await IsEmptyAsync(page, "spectrogram"));

        var expected = Sample.Detect(Sample.Floats(Sample.Pcm));
        var csv = (await SavedAsync(page, "#save-csv")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("label,score,start,end,time", csv[0]);
        Assert.Equal(expected.Select(d => FormattableString.Invariant($"{d.Label},{d.Start.TotalSeconds:0.000}")), csv.Skip(1).Select(line => line.Split(',')).Select(cells => $"{cells[0]},{cells[2]}"));
        var labels = (await SavedAsync(page, "#save-labels")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected.Select(d => FormattableString.Invariant($"{d.Start.TotalSeconds:0.000000}\t{d.End.TotalSeconds:0.000000}\t{d.Label}")), labels);

        var saving = page.WaitForDownloadAsync();
        await page.ClickAsync("#save-wav");
        using var wav = WavFile.Open((await (await saving).PathAsync())!);
        var (samples, from) = (new float[wav.Length!.Value], (int)Math.Round((expected[0].Start.TotalSeconds - 0.5) * Sample.Rate));
        for (int read = 0, n; (n = wav.Read(samples.AsSpan(read))) > 0;) read += n;
        Assert.Equal(Sample.Floats(Sample.Pcm[from..(from + samples.Length)]), samples);

        await page.FocusAsync("#timeline");
        await page.Keyboard.PressAsync("End");
        Assert.False(await page.IsVisibleAsync("#newest"));
        await page.Keyboard.PressAsync("-");
        await page.Keyboard.PressAsync("Home");
        Assert.True(await page.IsVisibleAsync("#newest"));
        Assert.Empty(_errors);
    }

    /// <summary>72 heartbeats in some seconds used to be 72 announcements.</summary>
    [Fact]
    public async Task ScreenReader_HearsTheFirstEvent_AndTheNextOnesTogether()
    {
        using var heart = new HeartModel();
        await using var server = await TestServer.StartAsync([heart.Setting]);
        const string Count = "window.said = []; addEventListener('DOMContentLoaded', () => new MutationObserver(() => window.said.push(document.getElementById('announce').textContent)).observe(document.getElementById('announce'), { childList: true }));";
        var page = await browser.OpenAsync(server, _errors, script: Count);
        await ReplayAsync(page, HeartModel.TablePath);
        await page.WaitForFunctionAsync("() => said.some((text) => text.includes(' times'))");
        var said = (await page.EvaluateAsync<string[]>("said")).Where(text => text.Length > 0).ToArray();
        Assert.StartsWith("beat, score ", said[0]);
        Assert.InRange(said.Length, 2, 20);
        Assert.Matches(new Regex("^beat [0-9]+ times"), said[1]);
        Assert.Null(await page.GetAttributeAsync("#listen", "aria-pressed"));
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task Numbers_AreTheSameInEveryPlace()
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors, width: 1280, height: 800);
        await ReplayAsync(page, Sample.WavPath);
        var skipped = await page.InnerTextAsync("#skipped");
        var filled = await page.EvaluateAsync<double>("new DOMMatrix(document.getElementById('gauge').style.transform).a");
        Assert.Equal(skipped, FormattableString.Invariant($"{100 * filled:0.0} %"));
        var (facts, listed) = (await page.InnerTextAsync("#word-facts"), await page.InnerTextAsync("#detections li:first-child span:last-child"));
        Assert.EndsWith($"said at {listed}", facts);
        Assert.InRange(await page.EvaluateAsync<double>("document.getElementById('detections').getBoundingClientRect().top"), 0, 700); // above the fold
        Assert.Equal(10, await page.Locator("#scores .bar i").CountAsync()); // a threshold each, of ten words
        Assert.Equal("at rest", await page.InnerTextAsync("#activity"));     // the sample ends in silence
        Assert.Contains("multiply-adds a frame", await page.TextContentAsync("#card-facts"));
        Assert.DoesNotContain("streams a core", await page.TextContentAsync("body")); // `surnn bench` measures those; a browser's session cannot
        await Browser.ShootAsync(page, "numbers");
        Assert.Empty(_errors);
    }

    /// <summary>Where every frame is free the work lane is empty, and no label of an event leaves it.</summary>
    [Fact]
    public async Task WorkLane_OfDigitalSilence_IsEmpty()
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors);
        await page.SelectOptionAsync("#pace", "once");
        await page.SetInputFilesAsync("#file", new FilePayload { Name = "silence.wav", MimeType = "audio/wav", Buffer = Wavs.Write(new short[20 * Sample.Rate], 1, 16) });
        await StatusAsync(page, "Replayed 20.0 s: 0 words, 100.0 % of the work skipped.");
        await page.WaitForFunctionAsync("() => document.getElementById('activity').textContent === 'at rest'");
        Assert.True(await IsEmptyAsync(page, "work"));
        Assert.False(await IsEmptyAsync(page, "wave")); // a line
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task SecondLook_HasARow_LitOverWhatItWasAskedAbout_WithItsCounts()
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors);
        await ReplayAsync(page, Sample.WavPath);
        var stats = new StreamingDetector(Sample.Model).Process(Sample.Floats(Sample.Pcm), _ => { });
        Assert.True(stats.Candidates > stats.Accepted && stats.Accepted > 0);
        await page.Locator("#look-count", new() { HasText = $"asked {stats.Candidates}, agreed {stats.Accepted}" }).WaitForAsync();
        await page.Locator("#detections li[data-label=yes] button").First.ClickAsync(); // the picture shows it
        Assert.False(await IsEmptyAsync(page, "look"));
        await Browser.ShootAsync(page, "second-look", whole: true);

        await page.SelectOptionAsync("#model", Sample.Small);
        await ReplayAsync(page, Sample.WavPath);
        Assert.False(await page.IsVisibleAsync("#look-lane"));
        Assert.Empty(_errors);
    }

    static Task StatusAsync(IPage page, string text) => page.Locator("#status", new() { HasText = text }).WaitForAsync();

    static async Task ReplayAsync(IPage page, string file)
    {
        await page.SelectOptionAsync("#pace", "once");
        await page.SetInputFilesAsync("#file", file);
        await StatusAsync(page, "Replayed");
        await page.EvaluateAsync("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))");
    }

    static async Task<string> SavedAsync(IPage page, string button)
    {
        var saving = page.WaitForDownloadAsync();
        await page.ClickAsync(button);
        return await File.ReadAllTextAsync((await (await saving).PathAsync())!);
    }

    /// <summary>Nothing is drawn on the canvas, after the next time that the page draws.</summary>
    static Task<bool> IsEmptyAsync(IPage page, string canvas) => page.EvaluateAsync<bool>("""
        (id) => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
          const c = document.getElementById(id);
          const copy = new OffscreenCanvas(c.width, c.height).getContext("2d", { willReadFrequently: true });
          copy.drawImage(c, 0, 0);
          done(!copy.getImageData(0, 0, c.width, c.height).data.some((value) => value > 0));
        })))
        """, canvas);
}
