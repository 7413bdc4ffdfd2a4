using System.Runtime.InteropServices;
using Microsoft.Playwright;
using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>A word is taught on the page: takes from a microphone and from files, enrolled, tried live, downloaded.</summary>
[Collection("browser")]
[Trait("Category", "Thorough")]
public class PageTeachTest(Browser browser)
{
    /// <summary>A microphone that plays what the test puts into window.mic, from its start each time that it is opened.</summary>
    const string FakeMicrophone = """
        navigator.mediaDevices.getUserMedia = async () => {
          const pcm = new Int16Array(Uint8Array.from(atob(window.mic), (c) => c.charCodeAt(0)).buffer);
          const context = new AudioContext({ sampleRate: 16000 });
          const buffer = context.createBuffer(1, pcm.length, 16000);
          buffer.copyToChannel(Float32Array.from(pcm, (sample) => sample / 32768), 0);
          const [source, out] = [new AudioBufferSourceNode(context, { buffer, loop: true }), context.createMediaStreamDestination()];
          source.connect(out);
          source.start();
          return out.stream;
        };
        """;

    readonly List<string> _errors = [];

    [Fact]
    public async Task AWord_IsTaughtFromTakes_AndDetectedLive()
    {
        await using var server = await TestServer.StartAsync(["Teach=true"]);
        var page = await browser.OpenAsync(server, _errors, script: FakeMicrophone);
        await page.ClickAsync("#tab-teach");
        await page.Locator("#teach-privacy", new() { HasText = "Recordings are kept in this page alone." }).WaitForAsync();
        Assert.False(await page.IsVisibleAsync("#detect"));
        await PageState.CheckAsync(page, "teach-empty");

        await page.ClickAsync("#teach-record"); // no word yet
        await StatusAsync(page, "Type the word first");
        await page.FillAsync("#teach-word", "halt");
        await PlayAsync(page, [.. WordTakes.Quiet(1), .. WordTakes.Word("stop"), .. WordTakes.Quiet(4)]);
        await page.ClickAsync("#teach-record");
        await page.Locator("#teach-prompt", new() { HasText = "Take 1 of 10: say “halt” now." }).WaitForAsync();
        await page.Locator("#teach-takes li:not(.refused)").First.WaitForAsync(); // a browser without time stumbles: then the next one is good
        await PageState.CheckAsync(page, "teach-recording");
        await page.ClickAsync("#teach-record");
        await StatusAsync(page, "Stopped.");
        Assert.Contains("dBFS", await page.Locator("#teach-takes li:not(.refused)").First.InnerTextAsync());
        for (var extra = page.Locator("#teach-takes li:nth-child(2) button:has-text('Remove')"); await extra.CountAsync() > 0;) await extra.First.ClickAsync();
        if (await page.Locator("#teach-takes li.refused").CountAsync() > 0) await page.ClickAsync("#teach-takes li.refused button:has-text('Remove')");
        var live = await page.Locator("#teach-takes li").CountAsync(); // the last one, if it was good
        Assert.True(await page.IsDisabledAsync("#teach-enrol"));

        short[][] takes = [.. WordTakes.Of("stop", 3), [.. WordTakes.Word("stop").Select(sample => (short)Math.Clamp(sample * 40, -32_768, 32_767))], new short[8_000]];
        await page.SetInputFilesAsync("#teach-files", takes.Select((take, i) => new FilePayload { Name = $"take-{i + 1}.wav", MimeType = "audio/wav", Buffer = Wavs.Write(take, 1, 16) }));
        await page.Locator("#teach-count", new() { HasText = $"{live + 3} good takes, 2 not used" }).WaitForAsync();
        Assert.Contains("it is clipped at full scale", await page.InnerTextAsync("#teach-takes li.refused:has-text('take-4.wav')"));
        Assert.Contains("nothing is detected in it", await page.InnerTextAsync("#teach-takes li.refused:has-text('take-5.wav')"));
        await PageState.CheckAsync(page, "teach-takes");

        await PlayAsync(page, Sample.Cut(0, 3));
        await page.ClickAsync("#teach-talk");
        await page.Locator("#teach-prompt", new() { HasText = "Talk about anything, but do not say the word: 1:5" }).WaitForAsync();
        await page.ClickAsync("#teach-talk");
        await page.Locator("#teach-talk", new() { HasText = "Record the talk again" }).WaitForAsync();

        await page.CheckAsync("#teach-only");
        await page.ClickAsync("#teach-enrol");
        await page.Locator("#teach-summary", new() { HasText = "“halt” is enrolled" }).WaitForAsync();
        Assert.Contains("% of other speakers accepted", await page.InnerTextAsync("#teach-summary"));
        await page.UncheckAsync("#teach-only");
        await page.ClickAsync("#teach-enrol");
        await page.Locator("#teach-summary", new() { HasTextRegex = new($"is enrolled, in [0-9.]+ s: {live + 3} takes, (?!.*other speakers)") }).WaitForAsync();
        Assert.Equal("0.50", await page.InnerTextAsync("#teach-value"));
        var usual = await page.InnerTextAsync("#teach-alarms");
        await page.FocusAsync("#teach-threshold");
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Keyboard.PressAsync("ArrowLeft");
        Assert.Equal("0.40", await page.InnerTextAsync("#teach-value"));
        Assert.NotEqual(usual, await page.InnerTextAsync("#teach-alarms"));
        Assert.Matches($"^misses [0-4] of {live + 3} takes$", await page.InnerTextAsync("#teach-misses"));
        await PageState.CheckAsync(page, "teach-enrolled");

        await PlayAsync(page, [.. WordTakes.Quiet(1), .. WordTakes.Word("stop", 1.01), .. WordTakes.Quiet(2)]);
        await page.ClickAsync("#teach-try");
        await page.Locator("#teach-word-said", new() { HasText = "“halt” detected" }).WaitForAsync();
        await PageState.CheckAsync(page, "teach-try");
        await page.ClickAsync("#teach-try");

        var saving = page.WaitForDownloadAsync();
        await page.ClickAsync("#teach-save");
        var file = await saving;
        Assert.Equal("halt.surnn", file.SuggestedFilename);
        var model = ModelFile.Load((await file.PathAsync())!);
        Assert.Equal(0.4f, model.Defaults.Thresholds["halt"]);
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task OddTakes_AreNamed_AndABrokenConnectionLosesNoTake()
    {
        await using var server = await TestServer.StartAsync(["Teach=true"]);
        var page = await browser.OpenAsync(server, _errors, script: "window.sockets = []; window.WebSocket = class extends WebSocket { constructor(...rest) { super(...rest); sockets.push(this); } };");
        await page.ClickAsync("#tab-teach");
        await page.FillAsync("#teach-word", "halt");
        short[][] takes = [.. WordTakes.Of("stop", 3), WordTakes.Word("yes")];
        await page.SetInputFilesAsync("#teach-files", takes.Select((take, i) => new FilePayload { Name = $"take-{i + 1}.wav", MimeType = "audio/wav", Buffer = Wavs.Write(take, 1, 16) }));
        await page.Locator("#teach-count", new() { HasText = "4 good takes" }).WaitForAsync();
        await page.ClickAsync("#teach-enrol");
        await page.Locator("#teach-remarks", new() { HasText = "take-4.wav: unlike the other takes of 'halt'" }).WaitForAsync();
        await PageState.CheckAsync(page, "teach-odd");
        await page.ClickAsync("[aria-label='Remove take-4.wav']");
        await page.EvaluateAsync("sockets.at(-1).close()");
        await StatusAsync(page, "The connection broke. Your takes are still here");
        await page.ClickAsync("#teach-enrol");
        await page.Locator("#teach-summary", new() { HasText = "“halt” is enrolled" }).WaitForAsync();
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task WithoutTheFlag_ThereIsNoTab()
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors);
        Assert.True(await page.IsVisibleAsync("#tab-label"));
        Assert.False(await page.IsVisibleAsync("#tab-teach"));
    }

    static Task PlayAsync(IPage page, short[] samples) => page.EvaluateAsync("(pcm) => { window.mic = pcm; }", Convert.ToBase64String(MemoryMarshal.AsBytes(samples.AsSpan())));

    static Task StatusAsync(IPage page, string text) => page.Locator("#status", new() { HasText = text }).WaitForAsync();
}
