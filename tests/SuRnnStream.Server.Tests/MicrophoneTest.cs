using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Playwright;
using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>The page in a browser whose microphone plays the shipped recording, in real time: a minute.</summary>
[Collection("browser")]
public class MicrophoneTest(ITestOutputHelper output)
{
    readonly List<string> _errors = [];
    readonly List<(long Counter, short[] Samples)> _sent = [];

    [Fact]
    public async Task Microphone_PlayingTheSample_ShowsItsWordsInOrder()
    {
        await using var server = await TestServer.StartAsync();
        await using var browser = await Browser.StartAsync(Sample.WavPath);
        var page = await browser.OpenAsync(server, _errors);
        await Browser.ShootAsync(page, "idle");
        page.WebSocket += (_, socket) => socket.FrameSent += (_, frame) => Keep(frame.Binary);
        var (clock, cpu) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
        await page.ClickAsync("#listen");
        await page.Locator("#status", new() { HasText = "Listening." }).WaitForAsync();

        await At(14, clock);
        await Browser.ShootAsync(page, "light");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await At(28.6, clock);
        await Browser.ShootAsync(page, "dark");
        await page.SetViewportSizeAsync(375, 812);
        await At(46.8, clock);
        await Browser.ShootAsync(page, "phone");
        await Browser.ShootAsync(page, "phone-whole", whole: true);
        await At(60.5, clock);
        var core = (Process.GetCurrentProcess().TotalProcessorTime - cpu) / clock.Elapsed;
        var heard = await Listed.ReadAsync(page);
        Assert.Contains("of the work skipped", await page.InnerTextAsync(".meter"));
        await page.ClickAsync("#listen");
        Assert.Empty(_errors);

        var words = Sample.Words.Select(word => word.Label).ToList();
        var places = heard.Select(one => words.IndexOf(one.Label)).ToList();
        Assert.Equal(places.Order().Distinct(), places);
        Assert.DoesNotContain(-1, places);
        Assert.True(heard.Count >= 9, string.Join(", ", heard.Select(one => one.Label)));

        var began = StartInFile();
        var late = heard.Select(one => one.Shown!.Value - one.Origin!.Value - 1_000 * (Sample.Words[words.IndexOf(one.Label)].End - began)).Order().ToList();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {heard.Count} of {words.Count} words; the stream began {began:0.000} s into the file
            from a word's end to the page: median {late[late.Count / 2]:0} ms, 95 of 100 {late[(int)Math.Ceiling(0.95 * late.Count) - 1]:0} ms, all: {string.Join(' ', late.Select(ms => $"{ms:0}"))}
            from the stream's moment of detection to the page: {string.Join(' ', heard.Select(one => $"{one.Shown - one.Origin - 1_000 * one.Time:0}"))} ms
            CPU of this process, server and test: {100 * core:0.0} % of a core
            """));
        Assert.InRange(late[late.Count / 2], 0, 1_000);
    }

    static async Task At(double seconds, Stopwatch clock)
    {
        var left = TimeSpan.FromSeconds(seconds) - clock.Elapsed;
        if (left > TimeSpan.Zero) await Task.Delay(left, TestContext.Current.CancellationToken); // real time is what is tested
    }

    void Keep(byte[]? message)
    {
        if (message is null || message.Length < 8) return; // text
        lock (_sent) _sent.Add((BinaryPrimitives.ReadInt64LittleEndian(message), MemoryMarshal.Cast<byte, short>(message.AsSpan(8)).ToArray()));
    }

    /// <summary>Seconds of the file in front of the stream's first sample: the place at which the two are most alike.</summary>
    double StartInFile()
    {
        const int Length = 3 * Sample.Rate, From = Sample.Rate, Farthest = Sample.Rate; // three seconds with the first word in them
        var stream = new float[From + Length];
        lock (_sent)
            foreach (var (counter, samples) in _sent)
                for (var i = 0; i < samples.Length && counter + i < stream.Length; i++) stream[counter + i] = samples[i];
        var file = Sample.Pcm.Select(sample => (float)sample).ToArray();
        double Likeness(int start)
        {
            var (x, y) = (stream.AsSpan(From, Length), file.AsSpan(From + start, Length));
            return System.Numerics.Tensors.TensorPrimitives.Dot(x, y) / Math.Sqrt((double)System.Numerics.Tensors.TensorPrimitives.SumOfSquares(y) * System.Numerics.Tensors.TensorPrimitives.SumOfSquares(x));
        }
        var best = Enumerable.Range(-From, From + Farthest).MaxBy(Likeness);
        Assert.True(Likeness(best) > 0.9, $"the stream is not the file: {Likeness(best)}");
        return (double)best / Sample.Rate;
    }
}
