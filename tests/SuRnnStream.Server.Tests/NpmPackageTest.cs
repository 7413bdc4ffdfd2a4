using System.Diagnostics;
using System.Text.Json;
using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>The detector for JavaScript, used as its readme says.</summary>
[Collection("browser"), Trait("Category", "Thorough")]
public class NpmPackageTest(Browser browser, PublishedPage published)
{
    const string Node = "/usr/bin/node";

    static readonly string Expected = string.Join('\n', PageScript.Rows(Sample.Detect(Sample.Floats(Sample.Pcm))));

    /// <summary>JavaScript that gives the sample's samples of bytes.</summary>
    const string Samples = "(bytes) => new Int16Array(bytes.buffer.slice(bytes.byteOffset + 44, bytes.byteOffset + bytes.byteLength))"; // the shipped file's header has 44 bytes

    [Fact]
    public async Task Package_IsOneThatNpmCanPack()
    {
        var folder = await published.NpmAsync();
        var json = JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "package.json"), TestContext.Current.CancellationToken));
        Assert.Equal(("surnn-stream", "module"), (json.GetProperty("name").GetString(), json.GetProperty("type").GetString()));
        var entry = json.GetProperty("exports").GetProperty(".");
        string[] named = [json.GetProperty("main").GetString()!, json.GetProperty("types").GetString()!, entry.GetProperty("types").GetString()!, entry.GetProperty("default").GetString()!, .. json.GetProperty("files").EnumerateArray().Select(file => file.GetString()!)];
        Assert.All(named, name => Assert.True(Path.Exists(Path.Combine(folder, name)), name));
        Assert.Equal(["README.md", "LICENSE"], new[] { "README.md", "LICENSE" }.Where(name => File.Exists(Path.Combine(folder, name))));
        Assert.InRange(Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length), 1_000_000, 8_000_000);
    }

    [Fact]
    public async Task Package_InNode_DetectsAsSurnnDetect()
    {
        Assert.SkipUnless(File.Exists(Node), $"There is no {Node}: install Debian's nodejs (.ci/run does).");
        using var project = new NpmProject(await published.NpmAsync());
        var program = $$"""
            import fs from "node:fs";
            import { Detector } from "surnn-stream";
            const samples = ({{Samples}})(fs.readFileSync(process.argv[2]));
            const detector = await Detector.load(new URL("models/commands.surnn", import.meta.resolve("surnn-stream")));
            const detect = (push) => {
              const rows = [];
              detector.onDetection = ({ label, score, time }) => rows.push(`${label} ${score} ${time}`);
              push();
              return [rows.join("\n"), detector.finish()];
            };
            const [whole, summary] = detect(() => detector.push(samples));
            const [floats] = detect(() => { for (let i = 0; i < samples.length; i += 700) detector.push(Float32Array.from(samples.subarray(i, i + 700), (sample) => sample / 32768)); });
            const [after] = detect(() => { detector.push(samples.subarray(0, 40_000)); detector.lose(16_000); detector.push(samples.subarray(56_000)); });
            const fails = [];
            const failing = async (what) => { try { await what(); } catch ({ message }) { fails.push(message); } };
            await failing(() => Detector.load(process.argv[1]));
            await failing(() => Detector.load(new URL("models/commands.surnn", import.meta.resolve("surnn-stream")), { rate: 3 }));
            await failing(() => detector.push([0]));
            const faster = await Detector.load(new URL("models/commands.surnn", import.meta.resolve("surnn-stream")), { rate: 48_000 });
            let words = 0;
            faster.onDetection = () => words++;
            faster.push(Float32Array.from({ length: 3 * samples.length }, (_, i) => samples[Math.floor(i / 3)] / 32768)); // 48 kHz in steps
            faster.finish();
            detector.close();
            await failing(() => detector.push(samples));
            console.log(JSON.stringify({ name: detector.model.name, whole, same: whole === floats, after, fails, words, summary }));
            """;
        var told = JsonElement.Parse(await project.RunAsync(program, Sample.WavPath));
        Assert.Equal(("commands", Expected), (told.GetProperty("name").GetString(), told.GetProperty("whole").GetString()));
        Assert.True(told.GetProperty("same").GetBoolean());
        Assert.Equal(60, told.GetProperty("summary").GetProperty("seconds").GetDouble());

        var (lossy, detections) = (new StreamingDetector(Sample.Model), new List<Detection>());
        lossy.Process(Sample.Floats(Sample.Pcm[..40_000]), detections.Add);
        lossy.Lose(16_000, detections.Add);
        lossy.Process(Sample.Floats(Sample.Pcm[56_000..]), detections.Add);
        lossy.Finish(detections.Add);
        Assert.Equal(string.Join('\n', PageScript.Rows(detections)), told.GetProperty("after").GetString());

        var fails = told.GetProperty("fails").EnumerateArray().Select(fail => fail.GetString()!).ToArray();
        Assert.Contains("this is not a SuRnnStream model", fails[0]);
        Assert.Equal(["The hello needs a whole \"rate\" of 4000 to 192000.", "samples are a Float32Array, or an Int16Array of sound", "the detector is closed"], fails[1..]);
        Assert.InRange(told.GetProperty("words").GetInt32(), 7, 12); // the steps' own noise costs or adds some
    }

    [Fact]
    public async Task Package_InAPlainPage_DetectsAsSurnnDetect()
    {
        await using var host = await StaticHost.StartAsync(("/surnn-stream", await published.NpmAsync()), ("/audio", Path.GetDirectoryName(Sample.WavPath)!));
        var page = await browser.NewPageAsync([]);
        await page.GotoAsync(new Uri(host.Http, "surnn-stream/package.json").ToString()); // any page of this host
        var rows = await page.EvaluateAsync<string>($$"""
            async () => {
              const { Detector } = await import("/surnn-stream/surnn.js");
              const detector = await Detector.load("/surnn-stream/models/commands.surnn");
              const rows = [];
              detector.onDetection = ({ label, score, time }) => rows.push(`${label} ${score} ${time}`);
              detector.push(({{Samples}})(new Uint8Array(await (await fetch("/audio/commands.wav")).arrayBuffer())));
              detector.finish();
              return rows.join("\n");
            }
            """);
        Assert.Equal(Expected, rows);
    }

    /// <summary>A folder with a program and the package among its modules.</summary>
    sealed class NpmProject : IDisposable
    {
        readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

        public NpmProject(string package) => Directory.CreateSymbolicLink(Path.Combine(_folder.CreateSubdirectory("node_modules").FullName, "surnn-stream"), package);

        /// <summary>What the program prints.</summary>
        public async Task<string> RunAsync(string program, params string[] arguments)
        {
            var file = Path.Combine(_folder.FullName, "program.mjs");
            await File.WriteAllTextAsync(file, program);
            using var process = Process.Start(new ProcessStartInfo(Node, [file, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (told, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            try
            {
                await process.WaitForExitAsync().Within();
            }
            finally
            {
                if (!process.HasExited) process.Kill();
            }
            Assert.True(process.ExitCode == 0, await errors);
            return await told;
        }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
