// Measures samples/worker over an hour of sound: publishes it as the managed program that needs .NET, and natively, and compares size, start,
// memory and time. Run it in the repository's root:
//
//   surnn make-stream --clips CLIPS --labels yes,no,up,down,left,right,on,off,stop,go --background NOISE --minutes 60 --targets 600 --out hour.wav
//   dotnet run tools/measure-worker.cs -- hour.wav [STARTS [SPEED [MANAGED NATIVE]]]
//
// 20 starts of each and 60 times as fast as it sounds if not given; MANAGED and NATIVE are folders with the two programs, published before.
//
// A start is the time from the launch of the worker on samples/audio/commands.wav to its first detection on standard output, with the files
// in the page cache; the programs take turns, and the median is shown with the least and the most. Then the worker hears the hour twice: as
// fast as it can, which gives the time, and SPEED times as fast as it sounds, asked for /metrics and /healthz every second. Memory is of that
// run: the resident set (VmRSS) behind the first minute of sound, behind every tenth and behind the last, as the collector leaves it, and the
// peak (VmHWM). All four runs have to hear the same, to the last frame and detection, or there are no figures. Needs clang and zlib
// (apt-get install clang zlib1g-dev). x64 Linux only.

using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

var (starts, speed) = (20, 60.0);
if (args.Length is not (1 or 2 or 3 or 5) || !File.Exists(args[0]) || (args.Length > 1 && !(int.TryParse(args[1], out starts) && starts > 0))
    || (args.Length > 2 && !(double.TryParse(args[2], CultureInfo.InvariantCulture, out speed) && speed > 0)))
{
    Console.Error.WriteLine("usage: dotnet run tools/measure-worker.cs -- HOUR.wav [STARTS [SPEED [MANAGED NATIVE]]]");
    return 2;
}
var folder = Directory.CreateTempSubdirectory("measure-worker-");
try
{
    var hour = Path.GetFullPath(args[0]);
    (string Name, string[] Options)[] kinds = [("managed, with .NET 10", ["--self-contained", "false"]), ("native, x86-64-v3", ["-p:PublishAot=true"])];
    var workers = kinds.Select((kind, i) => new Worker(kind.Name, args.Length == 5 ? args[3 + i] : Publish(Path.Combine(folder.FullName, $"{i}"), kind.Options), folder.FullName)).ToArray();
    for (var i = 0; i < starts; i++)
        foreach (var worker in workers) worker.Starts.Add(await worker.StartAsync());
    foreach (var worker in workers)
    {
        Console.Error.WriteLine($"an hour, {worker.Name}");
        worker.Fast = await worker.HearAsync(hour, TimeSpan.FromSeconds(0.3));
        worker.Paced = await worker.HearAsync(string.Create(CultureInfo.InvariantCulture, $"replay:{hour}?speed={speed}"), TimeSpan.FromSeconds(1));
    }
    var reference = workers[0].Fast!.Detections;
    foreach (var run in workers.SelectMany(worker => new[] { worker.Fast!, worker.Paced! }))
    {
        if (run.Dropped > 0 || run.Frames != workers[0].Fast!.Frames || !run.Detections.SequenceEqual(reference))
            throw new InvalidOperationException($"the runs differ: {run.Frames} frames, {run.Detections.Count} detections, {run.Dropped} samples dropped in one of them");
    }
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{workers[0].Fast!.Frames:N0} frames, {reference.Count} detections in each run; memory at {speed:0.#} times the pace of its sound; load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]}"));
    Console.WriteLine("| | program, MB | start to first detection, ms | the hour in, s | resident after 1 minute of sound, MB | 10 | 20 | 30 | 40 | 50 | the hour | peak |");
    Console.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    foreach (var worker in workers) Console.WriteLine(worker.Row());
    return 0;
}
catch (Exception error) when (error is InvalidOperationException or IOException or Win32Exception or HttpRequestException or TimeoutException)
{
    Console.Error.WriteLine($"measure-worker: {error.Message}");
    return 1;
}
finally
{
    folder.Delete(recursive: true);
}

// The program's folder.
static string Publish(string to, string[] options)
{
    Console.Error.WriteLine($"publishing {string.Join(' ', options)}");
    string[] publish = ["publish", "samples/worker", "-c", "Release", "-r", "linux-x64", "-o", to, "-nologo", "-v", "q", .. options];
    using var process = Process.Start(new ProcessStartInfo("dotnet", publish) { RedirectStandardOutput = true })!;
    var said = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    if (process.ExitCode != 0) throw new InvalidOperationException($"dotnet {string.Join(' ', publish)} failed; clang and zlib1g-dev are needed:\n{said}");
    return to;
}

// What a run over the hour came to; memory in megabytes.
sealed record HourRun(TimeSpan Took, long Frames, long Dropped, List<string> Detections, List<double> Resident, double Peak);

sealed class Worker(string name, string folder, string settings)
{
    const int Minute = 60 * 16_000;                     // samples, at the model's rate
    static readonly int[] Looks = [1, 10, 20, 30, 40, 50]; // minutes of sound

    static readonly HttpClient Http = new();

    public string Name => name;
    public List<double> Starts { get; } = [];
    public HourRun? Fast { get; set; }
    public HourRun? Paced { get; set; }

    // Milliseconds from the launch to the first detection.
    public async Task<double> StartAsync()
    {
        Configure(Path.GetFullPath("samples/audio/commands.wav"));
        var clock = Stopwatch.StartNew();
        using var process = Launch();
        var errors = process.StandardError.ReadToEndAsync();
        var line = await process.StandardOutput.ReadLineAsync();
        var first = clock.Elapsed.TotalMilliseconds;
        await StopAsync(process);
        return line is null ? throw new InvalidOperationException($"{name}: nothing is detected: {await errors}") : first;
    }

    // Hears it to its end, asked for its figures now and then.
    public async Task<HourRun> HearAsync(string address, TimeSpan every)
    {
        Configure(address);
        var clock = Stopwatch.StartNew();
        using var process = Launch();
        var (lines, listens) = (new ConcurrentQueue<string>(), new TaskCompletionSource<string>());
        process.OutputDataReceived += (_, line) => { if (line.Data is { } text) lines.Enqueue(Heard(text)); };
        process.ErrorDataReceived += (_, line) => { if (Regex.Match(line.Data ?? "", @"listening on: (\S+)") is { Success: true } match) listens.TrySetResult(match.Groups[1].Value); };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var at = await listens.Task.WaitAsync(TimeSpan.FromMinutes(1));

        var resident = new List<double>();
        TimeSpan? took = null;
        var metrics = "";
        while (took is null)
        {
            await Task.Delay(every);
            if ((await Http.GetAsync($"{at}/healthz")) is { IsSuccessStatusCode: false } sick) throw new InvalidOperationException($"{name}: {await sick.Content.ReadAsStringAsync()}");
            metrics = await Http.GetStringAsync($"{at}/metrics");
            while (resident.Count < Looks.Length && Metric(metrics, "surnn_samples_processed_total") >= (long)Looks[resident.Count] * Minute) resident.Add(Memory(process, "VmRSS"));
            if (Metric(metrics, "surnn_source_state", "state=\"ended\"") == 1 && Metric(metrics, "surnn_samples_total") == Metric(metrics, "surnn_samples_processed_total")) took = clock.Elapsed;
        }
        resident.Add(Memory(process, "VmRSS"));
        var peak = Memory(process, "VmHWM");
        await StopAsync(process);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{name} ended with {process.ExitCode}");
        var detections = (long)Metric(metrics, "surnn_detections_total");
        if (detections != lines.Count) throw new InvalidOperationException($"{name}: counted {detections} detections and wrote {lines.Count}");
        return new HourRun(took.Value, (long)Metric(metrics, "surnn_frames_total"), (long)Metric(metrics, "surnn_samples_dropped_total"), [.. lines], resident, peak);
    }

    public string Row()
    {
        double[] sorted = [.. Starts.Order()];
        var median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        return string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {Size():F1} | {median:F0} ({sorted[0]:F0} to {sorted[^1]:F0}) | {Fast!.Took.TotalSeconds:F1} | {string.Join(" | ", Paced!.Resident.Select(megabytes => megabytes.ToString("F1", CultureInfo.InvariantCulture)))} | {Paced.Peak:F1} |");
    }

    // A detection without the time of day.
    static string Heard(string line)
    {
        var detection = JsonElement.Parse(line);
        return string.Join(' ', detection.EnumerateObject().Where(member => member.Name != "at").Select(member => member.Value.ToString()));
    }

    // The sum over all lines that have the label.
    static double Metric(string metrics, string name, string label = "") => metrics.Split('\n')
        .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) && line.Contains(label))
        .Sum(line => double.Parse(line[(line.LastIndexOf('}') + 2)..].Split(' ')[0], CultureInfo.InvariantCulture));

    static double Memory(Process process, string what) => double.Parse(
        File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith(what + ":", StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) * 1024 / 1e6;

    // By SIGTERM.
    static async Task StopAsync(Process process)
    {
        using (var kill = Process.Start("kill", [process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
    }

    // Of what has to be there to run, without models: no documentation, no symbols.
    double Size() => Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is not (".xml" or ".pdb" or ".dbg")).Sum(file => new FileInfo(file).Length) / 1e6;

    void Configure(string address) => File.WriteAllText(Path.Combine(settings, "appsettings.json"), $$$"""
        { "Urls": "http://127.0.0.1:0", "SuRnnStream": { "Sources": { "hall": { "Address": "{{{address}}}" } },
          "Detectors": { "door": { "Model": "{{{Path.GetFullPath("models/commands.surnn")}}}" } }, "Sinks": { "JsonLines": { "Path": "-" } } } }
        """);

    Process Launch() => Process.Start(new ProcessStartInfo(Path.Combine(folder, "surnn-worker"), [settings]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
