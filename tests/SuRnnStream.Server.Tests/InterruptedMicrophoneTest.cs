using System.Buffers.Binary;
using System.Diagnostics;
using SuRnnStream.Server.Tests.Support;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>A microphone that the system takes away for a while, as a telephone call does: the audio clock stands still, the world's does not.</summary>
[Collection("browser")]
[Trait("Category", "Thorough")]
public class InterruptedMicrophoneTest(Browser browser)
{
    const string Node = "/usr/bin/node";

    // One second of sound, ten seconds without a call of process(), one second of sound. The wall clock stumbles by some ms all the time.
    const string FrozenClock = """
        import fs from "fs";
        globalThis.currentFrame = 0;
        globalThis.sampleRate = 16000;
        let [wall, capture] = [1e6, null];
        Date.now = () => Math.round(wall);
        const blocks = [];
        globalThis.AudioWorkletProcessor = class { constructor() { this.port = { postMessage: (block) => blocks.push(block) }; } };
        globalThis.registerProcessor = (name, type) => { capture = type; };
        new Function(fs.readFileSync(process.argv[1], "utf8"))();
        const worklet = new capture({ processorOptions: { blockSamples: 640 } });
        const play = (seconds) => {
          for (let i = 0; i < seconds * 125; i++) {
            worklet.process([[new Float32Array(128).fill(0.1)]]);
            currentFrame += 128;
            wall += 8 + (i % 2 ? 40 : -40); // two quanta at a time
          }
        };
        play(1);
        wall += Number(process.argv[2]) * 1000;
        play(1);
        const jumps = blocks.slice(1).map((block, i) => block.counter - blocks[i].counter - blocks[i].samples.length).filter((jump) => jump);
        const heard = blocks.reduce((sum, block) => sum + block.samples.length, 0);
        console.log(JSON.stringify([heard, jumps]));
        """;

    [Theory, InlineData("0", 0), InlineData("0.5", 0), InlineData("10", 160_000)]
    public void AFrozenAudioClock_IsAJumpOfTheCounter_ByTheWallClock(string seconds, int lost)
    {
        Assert.SkipUnless(File.Exists(Node), $"There is no {Node}: apt-get install nodejs.");
        using var run = Process.Start(new ProcessStartInfo(Node, ["--input-type=module", "-e", FrozenClock, Path.Combine(Sample.Root, "src", "SuRnnStream.Server", "wwwroot", "worklet.js"), seconds])
        {
            RedirectStandardOutput = true,
        })!;
        var said = run.StandardOutput.ReadToEnd().Trim();
        run.WaitForExit();
        var parts = System.Text.Json.JsonElement.Parse(said);
        Assert.InRange(parts[0].GetInt32(), 31_000, 32_000); // all sound but for the last part of a block
        int[] jumps = [.. parts[1].EnumerateArray().Select(jump => jump.GetInt32())];
        if (lost == 0) Assert.Empty(jumps);
        else Assert.InRange(Assert.Single(jumps), lost - 2_000, lost + 2_000);
    }

    /// <summary>The context is suspended for some seconds and cannot be resumed meanwhile.</summary>
    [Fact]
    public async Task ASuspendedContext_IsSaid_AndItsTimeIsAGap()
    {
        const string Script = """
            window.contexts = [];
            window.AudioContext = class extends window.AudioContext { constructor(options) { super(options); window.contexts.push(this); } };
            """;
        List<string> errors = [];
        await using var server = await TestServer.StartAsync();
        var page = await browser.OpenAsync(server, errors, microphone: true, script: Script);
        var jumps = new List<long>();
        var (next, heard) = (0L, 0L);
        page.WebSocket += (_, socket) => socket.FrameSent += (_, frame) =>
        {
            if (frame.Binary is not { } message || message is [(byte)'{', ..]) return;
            lock (jumps)
            {
                var counter = BinaryPrimitives.ReadInt64LittleEndian(message);
                if (counter > next) jumps.Add(counter - next);
                next = counter + (message.Length - 8) / 2;
                heard += (message.Length - 8) / 2;
            }
        };
        await page.ClickAsync("#listen");
        await page.Locator("#status", new() { HasText = "Listening." }).WaitForAsync();
        await Patience.Until(() => Volatile.Read(ref heard) > 16_000);
        var clock = Stopwatch.StartNew(); // before the sound stops, or the upper bound would depend on how soon the page says so
        await page.EvaluateAsync("async () => { const [context] = contexts; const resume = context.resume.bind(context); context.resume = () => Promise.reject(new Error('a call')); window.giveBack = () => { context.resume = resume; return resume(); }; await context.suspend(); }");
        await page.Locator("#status", new() { HasText = "The microphone is interrupted" }).WaitForAsync();
        await Wait.Really(2_000, "the browser's sound is real");
        await page.EvaluateAsync("() => giveBack()");
        await page.Locator("#status", new() { HasText = "Listening." }).WaitForAsync();
        var before = Volatile.Read(ref heard);
        await Patience.Until(() => Volatile.Read(ref heard) > before + 16_000);
        lock (jumps) Assert.Contains(jumps, jump => jump > 1.5 * 16_000 && jump < (clock.Elapsed.TotalSeconds + 2) * 16_000);
        Assert.Empty(errors);
    }
}
