using System.Diagnostics;
using System.Text.Json;
using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>The page's own reader of FLAC files.</summary>
public class FlacTest
{
    const string Node = "/usr/bin/node";
    const string Read = """
        import fs from "node:fs";
        import { readFlac } from "./flac.mjs";
        try {
          const { rate, bits, channels } = readFlac(new Uint8Array(fs.readFileSync(process.argv[2])));
          console.log(JSON.stringify({ rate, bits, channels: channels.map((channel) => [...channel]) }));
        } catch ({ message }) {
          console.log(JSON.stringify({ message }));
        }
        """;

    static string Shipped => Path.Combine(Sample.Root, "src", "SuRnnStream.Web", "samples", "commands.flac");

    [Fact]
    public async Task ShippedFile_IsTheSample()
    {
        var read = await ReadAsync(Shipped);
        Assert.Equal((16_000, 16), (read.GetProperty("rate").GetInt32(), read.GetProperty("bits").GetInt32()));
        Assert.Equal(Sample.Pcm, read.GetProperty("channels")[0].EnumerateArray().Select(sample => (short)sample.GetInt32()));
    }

    /// <summary>Each kind of block: silence, noise that nothing predicts, tones, two channels alike, and bits that are always zero.</summary>
    [Theory, InlineData("-0"), InlineData("-8")]
    public async Task TwoChannels_AreReadSampleForSample(string level)
    {
        const string Flac = "/usr/bin/flac";
        Assert.SkipUnless(File.Exists(Flac), "There is no flac: install Debian's flac (.ci/run does).");
        var random = new Random(1);
        var frames = Enumerable.Range(0, 40_000).Select(i => i switch
        {
            < 8_000 => (0, 0),
            < 16_000 => (random.Next(-32_768, 32_768), random.Next(-32_768, 32_768)),
            < 24_000 => ((int)(20_000 * Math.Sin(0.05 * i)), (int)(20_000 * Math.Sin(0.05 * i)) + random.Next(-3, 4)),
            _ => (16 * random.Next(-900, 900), 16 * (i % 100)),
        }).ToArray();
        using var folder = new Folder();
        await File.WriteAllBytesAsync(folder.File("raw"), [.. frames.SelectMany(frame => (byte[])[.. BitConverter.GetBytes((short)frame.Item1), .. BitConverter.GetBytes((short)frame.Item2)])], TestContext.Current.CancellationToken);
        using var packing = Process.Start(Flac, ["-s", level, "--force-raw-format", "--endian=little", "--sign=signed", "--channels=2", "--bps=16", "--sample-rate=44100", "-o", folder.File("two.flac"), folder.File("raw")]);
        await packing.WaitForExitAsync(TestContext.Current.CancellationToken).Within();
        var read = await ReadAsync(folder.File("two.flac"));
        Assert.Equal(44_100, read.GetProperty("rate").GetInt32());
        Assert.Equal(frames.Select(frame => frame.Item1), read.GetProperty("channels")[0].EnumerateArray().Select(sample => sample.GetInt32()));
        Assert.Equal(frames.Select(frame => frame.Item2), read.GetProperty("channels")[1].EnumerateArray().Select(sample => sample.GetInt32()));
    }

    [Theory, InlineData(44, "its FLAC blocks are cut off"), InlineData(50, "its FLAC blocks are cut off"), InlineData(20_000, "it is cut off")]
    public async Task CutFile_IsRefused(int bytes, string message)
    {
        using var folder = new Folder();
        await File.WriteAllBytesAsync(folder.File("cut.flac"), (await File.ReadAllBytesAsync(Shipped, TestContext.Current.CancellationToken))[..bytes], TestContext.Current.CancellationToken);
        Assert.Equal(message, (await ReadAsync(folder.File("cut.flac"))).GetProperty("message").GetString());
    }

    static async Task<JsonElement> ReadAsync(string file)
    {
        Assert.SkipUnless(File.Exists(Node), $"There is no {Node}: install Debian's nodejs (.ci/run does).");
        using var folder = new Folder();
        var module = Path.Combine(AppContext.BaseDirectory, "wwwroot", "flac.js");
        File.Copy(module, folder.File("flac.mjs"));
        await File.WriteAllTextAsync(folder.File("read.mjs"), Read, TestContext.Current.CancellationToken);
        using var process = Process.Start(new ProcessStartInfo(Node, [folder.File("read.mjs"), file]) { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).Within();
        return JsonElement.Parse(await text);
    }
}
