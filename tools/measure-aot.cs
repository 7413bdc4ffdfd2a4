// Measures what the native program is worth: publishes `surnn` as the managed program that needs .NET, and natively for CPUs with AVX2 and
// for those without, and compares size, start, memory and speed. Run it in the repository's root:
//
//   dotnet run tools/measure-aot.cs [-- STARTS]        (20 starts of each if not given)
//
// A start is the time from the launch of `surnn detect samples/audio/commands.wav` to its first detection on standard output, with the
// files in the page cache; the programs take turns, and the median is shown with the least and the most. Memory is the peak resident set
// (VmHWM), read when all detections of the same sound are out. The programs have to print the same detections, or there are no figures.
// The program for ARM64 is weighed only. Size is all that has to lie there to run, but for the models: with the native program also the
// library that serial ports take, which -p:SerialPorts=false leaves out. Needs clang and zlib (apt-get install clang zlib1g-dev), and for ARM64
// lld, llvm, libc6-dev-arm64-cross and libgcc-12-dev-arm64-cross; without those its row is left out. x64 Linux only.

using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

if (args.Length > 1 || (args.Length == 1 && !(int.TryParse(args[0], out var wanted) && wanted > 0)))
{
    Console.Error.WriteLine("usage: dotnet run tools/measure-aot.cs [-- STARTS]");
    return 2;
}
var starts = args.Length == 1 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 20;
var folder = Directory.CreateTempSubdirectory("measure-aot-");
try
{
    (string Name, string[] Options)[] kinds =
    [
        ("managed, with .NET 10", []),
        ("native, x86-64-v3", ["-p:PublishAot=true"]),
        ("native, x86-64-v2", ["-p:PublishAot=true", "-p:IlcInstructionSet=x86-64-v2"]),
    ];
    var programs = kinds.Select((kind, i) => new Published(kind.Name, Publish(Path.Combine(folder.FullName, $"{i}"), kind.Options))).ToArray();

    var forArm64 = File.Exists("/usr/aarch64-linux-gnu/lib/crt1.o") ? Publish(Path.Combine(folder.FullName, "arm64"), ["-p:PublishAot=true"], "linux-arm64") : null;

    var reference = programs[0].Detections().Detections;
    if (reference.Length == 0) throw new InvalidOperationException($"nothing is detected in {Published.Recording}");
    foreach (var program in programs)
    {
        if (!program.Detections().Detections.SequenceEqual(reference))
            throw new InvalidOperationException($"{program.Name}: other detections than the managed program's");
    }
    for (var i = 0; i < starts; i++)
        foreach (var program in programs) program.Starts.Add(program.Detections().First.TotalMilliseconds);
    foreach (var program in programs) program.Measure(reference.Length);

    Console.WriteLine("| | program, MB | kernel | start to first detection, ms | peak memory, MB | µs a frame: speech | noise | silence |");
    Console.WriteLine("|---|--:|---|--:|--:|--:|--:|--:|");
    foreach (var program in programs) Console.WriteLine(program.Row());
    if (forArm64 is not null) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| native, arm64 | {Published.Size(forArm64):F1} | | | | | | |"));
    return 0;
}
catch (Exception error) when (error is InvalidOperationException or IOException or Win32Exception)
{
    Console.Error.WriteLine($"measure-aot: {error.Message}");
    return 1;
}
finally
{
    folder.Delete(recursive: true);
}

// The program's folder.
static string Publish(string to, string[] options, string runtime = "linux-x64")
{
    Console.Error.WriteLine($"publishing {runtime} {string.Join(' ', options)}");
    string[] publish = ["publish", "src/SuRnnStream.Cli", "-c", "Release", "-r", runtime, "--self-contained", options.Length == 0 ? "false" : "true", "-o", to, "-nologo", "-v", "q", .. options];
    using var process = Process.Start(new ProcessStartInfo("dotnet", publish) { RedirectStandardOutput = true })!;
    var said = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    if (process.ExitCode != 0) throw new InvalidOperationException($"dotnet {string.Join(' ', publish)} failed; clang and zlib1g-dev are needed:\n{said}");
    return to;
}

sealed class Published(string name, string folder)
{
    public const string Recording = "samples/audio/commands.wav";

    const int WavHeader = 44; // bytes before its samples

    string _kernel = "";
    double _peak;
    double[] _frame = [];

    public string Name => name;
    public List<double> Starts { get; } = [];

    // The detections of the recording as text, and how long the first one took.
    public (string[] Detections, TimeSpan First) Detections()
    {
        var clock = Stopwatch.StartNew();
        using var process = Start("detect", Recording, "--format", "json");
        List<string> lines = [process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{name}: surnn printed nothing")];
        var first = clock.Elapsed;
        while (process.StandardOutput.ReadLine() is { } line) lines.Add(line);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{name}: surnn detect ended with {process.ExitCode}");
        return ([.. lines.SkipLast(1).Select(Rounded)], first); // the last line is the summary, with times
    }

    // Instruction sets of other width round otherwise.
    static string Rounded(string line)
    {
        var detection = JsonElement.Parse(line);
        return string.Join(' ', detection.EnumerateObject().Select(member =>
            member.Value.ValueKind == JsonValueKind.Number ? member.Value.GetDouble().ToString("F3", CultureInfo.InvariantCulture) : member.Value.ToString()));
    }

    public void Measure(int detections)
    {
        using (var process = Start("detect", "-", "--format", "json"))
        {
            var output = process.StandardOutput;
            var heard = Task.Run(() => // while the sound goes in
            {
                for (var i = 0; i < detections && output.ReadLine() is not null; i++) { }
            });
            process.StandardInput.BaseStream.Write(File.ReadAllBytes(Recording).AsSpan(WavHeader));
            process.StandardInput.BaseStream.Flush();
            heard.Wait();
            var peak = File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            _peak = double.Parse(peak.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
            process.StandardInput.Close();
            output.ReadToEnd();
            process.WaitForExit();
        }
        using var bench = Start("bench", "--format", "json");
        var figures = JsonElement.Parse(bench.StandardOutput.ReadToEnd());
        bench.WaitForExit();
        _kernel = figures.GetProperty("machine").GetProperty("kernel").GetString()!;
        _frame = [.. new[] { "speech", "noise", "silence" }.Select(sound => figures.GetProperty(sound).GetProperty("microsecondsPerFrame").GetDouble())];
    }

    public string Row()
    {
        double[] sorted = [.. Starts.Order()];
        var median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        return string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {Size(folder):F1} | {_kernel} | {median:F1} ({sorted[0]:F1} to {sorted[^1]:F1}) | {_peak:F1} | {_frame[0]:F2} | {_frame[1]:F2} | {_frame[2]:F2} |");
    }

    // In megabytes, of what has to be there to run, without models: no documentation, no symbols.
    public static double Size(string folder) => Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is not (".xml" or ".pdb" or ".dbg")).Sum(file => new FileInfo(file).Length) / 1e6;

    Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(Path.Combine(folder, "surnn"), arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
}
