using System.Globalization;
using Microsoft.Playwright;
using SuRnnStream.Cli;
using SuRnnStream.Server.Tests.Support;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>Tables are labelled on the page as by <c>surnn label</c>, and recorded on it.</summary>
[Collection("browser")]
[Trait("Category", "Thorough")]
public class PageLabelTest(Browser browser)
{
    static readonly string Gesture = Path.Combine(Sample.Root, "samples", "sensors", "gesture.csv");

    readonly List<string> _errors = [];

    [Fact]
    public async Task Movements_AreThoseOfSurnnLabel_AndEachTakesAKey()
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors);
        await page.ClickAsync("#tab-label");
        await PageState.CheckAsync(page, "label-empty");
        await page.SetInputFilesAsync("#label-file", new FilePayload { Name = "wave-1.csv", MimeType = "text/csv", Buffer = await File.ReadAllBytesAsync(Gesture, TestContext.Current.CancellationToken) });
        var table = SensorTable.Read(Gesture);
        var (rate, expected) = (table.Sensor.SampleRate, MovementFinder.Find(table.Channels, table.Sensor.SampleRate));
        Assert.True(expected.Count > 3, $"{expected.Count}");
        await AskedAsync(0);
        await PageState.CheckAsync(page, "label-asked");

        await page.Keyboard.PressAsync("y");
        await AskedAsync(1);
        await page.Keyboard.PressAsync("n");
        await AskedAsync(2);
        await page.Keyboard.PressAsync("b");
        await AskedAsync(1);
        await page.FillAsync("#label-names", "wave,circle");
        await page.FocusAsync("#label-signal");
        await page.Keyboard.PressAsync("2");
        await page.Keyboard.PressAsync("n");
        await AskedAsync(3);
        await page.ClickAsync("#label-keys button:has-text('all that are left')");
        await page.Locator("#label-ask", new() { HasText = "movements labelled" }).WaitForAsync();
        await page.ClickAsync("#label-signal", new() { Position = new() { X = 1, Y = 50 } }); // the very start
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("1");
        await PageState.CheckAsync(page, "label-done");

        var rows = expected.Select((one, i) => (Seconds: one.To / rate, Label: i == 1 ? "circle" : i == 2 ? "" : "wave")).Where(row => row.Label.Length > 0).ToList();
        var saved = (await SavedAsync(page, "#label-labels", "wave-1.labels.csv")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("time,label", saved[0]);
        Assert.EndsWith(",wave", saved[1]);
        Assert.InRange(double.Parse(saved[1].Split(',')[0], CultureInfo.InvariantCulture), 0.05, 0.2); // the mark at the cursor
        Assert.Equal(rows.Select(row => FormattableString.Invariant($"{row.Seconds:0.###},{row.Label}")), saved[2..]);
        Assert.Equal(await File.ReadAllTextAsync(Gesture, TestContext.Current.CancellationToken), await SavedAsync(page, "#label-csv", "wave-1.csv"));
        await page.ClickAsync("#label-marks li:first-child button");
        Assert.Equal(rows.Count, await page.Locator("#label-marks li").CountAsync());
        Assert.Empty(_errors);

        Task AskedAsync(int i) => page.Locator("#label-ask", new() { HasText = FormattableString.Invariant($"Movement {i + 1} of {expected.Count}, {expected[i].From / rate:0.00} to {expected[i].To / rate:0.00} s: is it wave?") }).WaitForAsync();
    }

    [Theory, InlineData("samples/gesture.csv"), InlineData("motion")]
    public async Task ARecording_IsMarkedByKeys_AndSavedAsATable(string source)
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors);
        await page.ClickAsync("#tab-label");
        await page.Context.GrantPermissionsAsync(["accelerometer", "gyroscope"]);
        await page.SelectOptionAsync("#label-source", source);
        await page.FillAsync("#label-names", "tap");
        await page.ClickAsync("#label-record");
        await page.Locator("#status", new() { HasText = "Recording " }).WaitForAsync();
        if (source == "motion") await page.EvaluateAsync("""
            () => new Promise((done) => {
              let n = 0;
              const timer = setInterval(() => {
                const event = new Event("devicemotion");
                Object.defineProperty(event, "timeStamp", { value: 1000 + 20 * n });
                dispatchEvent(Object.assign(event, { accelerationIncludingGravity: { x: Math.sin(n), y: 0, z: 9.8 }, rotationRate: { alpha: 1, beta: 2, gamma: 3 } }));
                if (++n === 100) { clearInterval(timer); done(); }
              }, 1);
            })
            """);
        else await Wait.Really(1_000, "a simulated sensor is as fast as a real one");
        await page.Keyboard.PressAsync("1");
        await PageState.CheckAsync(page, $"label-recording-{(source == "motion" ? "motion" : "simulated")}");
        await page.ClickAsync("#label-record");
        await page.Locator("#status", new() { HasText = "Recorded " }).WaitForAsync();

        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "recording-1.csv");
            await File.WriteAllTextAsync(path, await SavedAsync(page, "#label-csv", "recording-1.csv"), TestContext.Current.CancellationToken);
            var table = SensorTable.Read(path);
            Assert.Equal(["acc x", "acc y", "acc z", "gyro x", "gyro y", "gyro z"], table.Sensor.Channels.Select(channel => channel.Name));
            Assert.Equal(source == "motion" ? 50 : 100, table.Sensor.SampleRate);
            Assert.InRange(table.Moments, 50, 100_000);
            if (source == "motion") Assert.Equal((100, "deg/s"), (table.Moments, table.Sensor.Channels[3].Unit));
            var labels = await SavedAsync(page, "#label-labels", "recording-1.labels.csv");
            Assert.Matches("^time,label\n[0-9.]+,tap\n$", labels);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task WhatCannotBeLabelled_IsOneSentence()
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, _errors);
        await page.ClickAsync("#tab-label");
        foreach (var (text, told) in new[] { ("time [s]\n0\n1\n", "it has no column but the time"), ("x\n1\n2\n", "it has no column of times, so its rate is not known: add a column time [s]"), ("time,x\n0,1\n", "it has too few times to tell its rate by"), ("time,x\n0,1\n1,a\n2,3\n3,4\n", "\"a\" in line 3 is no number") })
        {
            await page.SetInputFilesAsync("#label-file", new FilePayload { Name = "bad.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(text) });
            await page.Locator("#status.warning", new() { HasText = $"bad.csv cannot be labelled: {told}." }).WaitForAsync();
        }
        await page.ClickAsync("#label-record");
        await page.Locator("#status.warning", new() { HasText = "Nothing can be recorded: the motion sensor was refused." }).WaitForAsync();
        await page.Context.GrantPermissionsAsync(["accelerometer", "gyroscope"]);
        await page.ClickAsync("#label-record"); // this machine has no sensor of motion
        await page.Locator("#status.warning", new() { HasText = "This device tells of no motion" }).WaitForAsync();
        await PageState.CheckAsync(page, "label-no-sensor");
        Assert.Empty(_errors);
    }

    static async Task<string> SavedAsync(IPage page, string button, string name)
    {
        var saving = page.WaitForDownloadAsync();
        await page.ClickAsync(button);
        var file = await saving;
        Assert.Equal(name, file.SuggestedFilename);
        return await File.ReadAllTextAsync((await file.PathAsync())!, TestContext.Current.CancellationToken);
    }
}
