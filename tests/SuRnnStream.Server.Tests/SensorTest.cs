using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>Sensors over the socket and on the page.</summary>
[Collection("browser")]
public sealed class SensorTest(Browser browser) : IDisposable
{
    readonly HeartModel _heart = new();
    readonly List<string> _errors = [];

    public void Dispose() => _heart.Dispose();

    static List<Detection> Expected()
    {
        var found = Sample.Detect(HeartModel.Values, new StreamingDetector(HeartModel.Model));
        Assert.Equal(HeartModel.Beats.Select(beat => beat.Label), found.Select(detection => detection.Label));
        return found;
    }

    [Fact]
    public async Task Samples_GiveTheDetectionsOfADetector_AtTheirLandmarks()
    {
        await using var server = await TestServer.StartAsync([_heart.Setting]);
        await using var client = await server.ConnectAsync();
        await client.TextAsync("""{"type": "hello", "version": 1, "model": "heart", "rate": 360, "format": "f32"}""");
        var model = (await client.Welcome.Within()).GetProperty("model");
        Assert.Equal((360.0, 8), (model.GetProperty("rate").GetDouble(), model.GetProperty("bands").GetInt32()));
        Assert.Equal("""[{"name":"MLII","unit":"mV"}]""", model.GetProperty("channels").GetRawText());
        await client.PlayAsync(HeartModel.Values);
        await client.EndAsync();
        var expected = Expected();
        Expect.Same(expected, client.Detections);
        Assert.Equal(expected.Select(detection => detection.Landmark!.Value.TotalSeconds), client.Detections.Select(detection => detection.GetProperty("landmark").GetDouble()));
        Assert.Equal((60.0, 2_700), (client.End!.Value.GetProperty("seconds").GetDouble(), client.End.Value.GetProperty("frames").GetInt32()));
    }

    /// <summary>Values in g used to be taken for m/s2 without a word.</summary>
    [Fact]
    public async Task Samples_InAnotherUnit_AreNoticedOnce()
    {
        await using var server = await TestServer.StartAsync();
        var model = ModelFile.Load(Path.Combine(Sample.Root, "models", "gesture.surnn"));
        var (moments, values) = (600, new List<float>());
        for (var i = 0; i < moments; i++) values.AddRange([0.1f, 0.2f, 0.97f, 0, 0, 0]);
        foreach (var (unit, notes) in new[] { (1f, 1), (9.80665f, 0) })
        {
            await using var client = await server.ConnectAsync();
            await client.TextAsync(FormattableString.Invariant($$"""{"type": "hello", "version": 1, "model": "gesture", "rate": {{model.Config.Sensor!.SampleRate}}, "format": "f32"}"""));
            await client.AudioAsync<float>(0, [.. values.Select((value, i) => i % 6 < 3 ? value * unit : value)]);
            await client.EndAsync();
            Assert.Equal(notes, client.Notes.Count);
            Assert.All(client.Notes, note => Assert.Contains("is it in g?", note));
        }
    }

    [Theory, InlineData(250, "f32"), InlineData(360, "s16")]
    public async Task Hello_OfAnotherRateOrFormat_IsToldTheModels(int rate, string format)
    {
        await using var server = await TestServer.StartAsync([_heart.Setting]);
        await using var client = await server.ConnectAsync();
        await client.HelloAsync(rate, format, "heart");
        Assert.Equal((4_000, "The model heart takes sensors: the hello needs \"rate\": 360 and \"format\": \"f32\"."), await client.ClosedAsync());
    }

    [Theory, InlineData(ColorScheme.Light), InlineData(ColorScheme.Dark)]
    public async Task DroppedTable_IsReplayed_ByAModelThatHearsIt(ColorScheme scheme)
    {
        await using var server = await TestServer.StartAsync([_heart.Setting]);
        var page = await browser.OpenAsync(server, _errors, scheme: scheme);
        await page.SelectOptionAsync("#pace", "once");
        await page.SetInputFilesAsync("#file", HeartModel.TablePath);
        await page.Locator("#status", new() { HasTextRegex = new Regex("^Replayed 60.0 s: 72 events, [0-9.]+ % of the work skipped.$") }).WaitForAsync();
        Assert.Equal("heart", await page.InputValueAsync("#model"));
        var (expected, listed) = (Expected(), await Listed.ReadAsync(page));
        Assert.Equal(expected.Select(detection => (detection.Label, detection.Score, detection.Time.TotalSeconds)), listed.Select(row => (row.Label, row.Score, row.Time)));
        Assert.Equal(["MLII [mV]", "8 numbers a frame", "16"], await page.EvaluateAsync<string[]>("['wave-caption', 'band-caption', 'neuron-count'].map((id) => document.getElementById(id).textContent)"));
        await Browser.ShootAsync(page, $"sensor-{scheme}", whole: true);

        await page.SetInputFilesAsync("#file", Sample.WavPath); // and back to sound
        await page.Locator("#status", new() { HasText = $"Replayed 60.0 s: {Sample.Detected.Count} words" }).WaitForAsync();
        Assert.Equal("commands", await page.InputValueAsync("#model"));
        Assert.Empty(_errors);
    }

    [Theory, InlineData("time", 1), InlineData("time [ms]", 1_000)]
    public async Task Table_WithAHoleInItsTimes_IsHeardAtItsTimes(string head, int unit)
    {
        const int From = 20 * 360, Lost = 3 * 360 / 2;
        var lines = HeartModel.Values.Select((value, i) => FormattableString.Invariant($"{(i + i % 3 * 0.1) / 360 * unit:0.#####},{value}")).ToList(); // it jitters
        lines.RemoveRange(From, Lost);
        var detector = new StreamingDetector(HeartModel.Model);
        var expected = Sample.Detect(HeartModel.Values[..From], detector);
        detector.Skip(Lost);
        expected.AddRange(Sample.Detect(HeartModel.Values[(From + Lost)..], detector));

        await using var server = await TestServer.StartAsync([_heart.Setting]);
        var page = await browser.OpenAsync(server, _errors);
        await page.SelectOptionAsync("#pace", "once");
        await page.SetInputFilesAsync("#file", Table($"{head},MLII\n{string.Join('\n', lines)}\n"));
        await page.Locator("#status", new() { HasText = "Replayed" }).WaitForAsync();
        Assert.StartsWith($"Replayed 58.5 s: {expected.Count} events, ", await page.InnerTextAsync("#status"));
        Assert.Equal(expected.Select(detection => detection.Time.TotalSeconds), (await Listed.ReadAsync(page)).Select(row => row.Time));
        Assert.InRange(expected.Count, 65, HeartModel.Beats.Length - 1);
        Assert.Empty(_errors);
    }

    [Fact]
    public void Candidates_OfRisesShorterThanTheDecisionWindow_HaveTheirOutcome_AndBeginBeforeTheyEnd()
    {
        var found = new List<Candidate>();
        var detector = new StreamingDetector(HeartModel.Model) { OnCandidate = found.Add };
        var detections = Sample.Detect(HeartModel.Values, detector);
        Assert.Empty(found.Where(one => one.Outcome == CandidateOutcome.BelowThreshold && one.Score >= one.Threshold).Select(one => one.ToString()));
        Assert.Equal(detections.Count, found.Count(one => one.Outcome == CandidateOutcome.Detected));
        Assert.All(found, one => Assert.True(one.Start <= one.End && one.End <= one.Time, one.ToString()));
        Assert.All(detections, one => Assert.True(one.Start <= one.End && one.End <= one.Time, one.ToString()));
    }

    [Fact]
    public async Task Simulation_RunsInRealTime_AndTheRasterClosesBetweenBeats()
    {
        await using var server = await TestServer.StartAsync([_heart.Setting]);
        var page = await browser.OpenAsync(server, _errors);
        await page.SelectOptionAsync("#model", "heart");
        Assert.Equal(("Simulate", "Watches MLII for beat or ventricular."), (await page.InnerTextAsync("#listen"), await page.InnerTextAsync("#word")));
        await page.ClickAsync("#listen");
        await page.Locator("#status", new() { HasText = "Simulating a heart" }).WaitForAsync();
        await page.Locator("#detections li[data-label=ventricular]").First.WaitForAsync();
        await page.EvaluateAsync("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"); // a browser without time draws later than it detects
        await Browser.ShootAsync(page, "simulation");
        await page.ClickAsync("#listen");
        var listed = await Listed.ReadAsync(page);
        Assert.Equal(Expected().Take(listed.Count).Select(detection => detection.Time.TotalSeconds), listed.Select(row => row.Time));

        // Of the raster's columns some are lit and most are not at all.
        var lit = await page.EvaluateAsync<bool[]>("""
            () => {
              const canvas = document.getElementById("raster");
              const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
              const hex = getComputedStyle(document.documentElement).getPropertyValue("--lit").trim();
              const lit = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)).join();
              const pixels = (x) => Array.from({ length: canvas.height >> 3 }, (_, y) => 4 * (8 * y * canvas.width + x));
              const drawn = Array.from({ length: canvas.width }, (_, x) => x).filter((x) => data[4 * x + 3] > 0);
              return drawn.map((x) => pixels(x).some((at) => data.slice(at, at + 3).join() === lit));
            }
            """);
        Assert.InRange(lit.Length, 100, 2_000);
        Assert.InRange(lit.Count(column => column) / (double)lit.Length, 0.1, 0.6);
        Assert.Empty(_errors);
    }

    [Theory]
    [InlineData("time,II\n0,1\n", "it has no column \"MLII\"")]
    [InlineData("MLII [K]\n1\n", "its column \"MLII\" is in K, but the model needs mV")]
    [InlineData("time,MLII\n0,1\n0.1\n", "line 3 has 1 cells, but the header has 2")]
    [InlineData("time,MLII\n0,1\n0.004,x\n", "\"x\" in line 3 is no number")]
    [InlineData("time,MLII\n0,1\n0.005,2\n0.01,3\n0.015,1\n0.02,1\n0.025,1\n0.03,1\n0.035,1\n0.04,1\n0.045,1\n0.05,1\n0.055,1\n0.06,1\n0.065,1\n0.07,1\n0.075,1\n0.08,1\n", "it has 200 lines a second, but the model takes 360")]
    [InlineData("time,MLII\n0,1\n0.003,2\nsoon,3\n0.006,4\n0.009,5\n", "\"soon\" in line 4 is no time")]
    [InlineData("MLII\n", "it has no line after the header")]
    public async Task Table_ThatCannotBeHeard_IsSaidWhy(string table, string says)
    {
        await using var server = await TestServer.StartAsync([_heart.Setting]);
        var page = await browser.OpenAsync(server, _errors);
        await page.SetInputFilesAsync("#file", Table(table));
        await page.Locator("#status", new() { HasText = $"ecg.csv cannot be replayed: {says}." }).WaitForAsync();
    }

    [Fact]
    public async Task Table_WithoutAModelForIt_IsSaid()
    {
        await using var server = await TestServer.StartAsync([_heart.Setting]);
        var page = await browser.OpenAsync(server, _errors);
        await page.RouteAsync("**/models", async route =>
        {
            var list = JsonElement.Parse(await (await route.FetchAsync()).BodyAsync());
            var sound = list.GetProperty("models").EnumerateArray().First(model => model.GetProperty("name").GetString() == "commands").GetRawText();
            await route.FulfillAsync(new() { ContentType = "application/json", Body = $$"""{"default": "commands", "models": [{{sound}}]}""" });
        });
        await page.ReloadAsync();
        await page.Locator("#status", new() { HasText = "Press Listen" }).WaitForAsync();
        await page.SetInputFilesAsync("#file", HeartModel.TablePath);
        await page.Locator("#status", new() { HasText = "ecg.csv cannot be replayed: no model here is for sensors." }).WaitForAsync();
    }

    static FilePayload Table(string text) => new() { Name = "ecg.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(text) };
}
