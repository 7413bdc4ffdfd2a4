using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using SuRnnStream.Native;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.NativeApi;

/// <summary>libsurnn, published as the README says and used by programs in C and Python, which know of surnn.h alone.</summary>
public sealed class NativeLibraryTest : IDisposable
{
    static readonly string Recording = Repository.File("samples", "audio", "commands.wav"), Model = Repository.File("models", "commands.surnn");
    static readonly string HeaderFolder = Repository.File("src", "SuRnnStream.Native");

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Library_FromCAndPython_DetectsTheSample_AndKeepsWhatItsHeaderPromises()
    {
        var library = NativeProgram.ForX64(_folder, "src/SuRnnStream.Native", "libsurnn.so").Command[0];
        Assert.True(File.Exists(library + ".1"), "The versioned name is missing.");

        var detected = Expected();
        Assert.Equal(detected, Run(Compile("detect", "c99", Repository.File("samples", "c", "detect.c"), library), Model, Recording));
        var (exitCode, text) = Execute(Compile("abi", "c99", Repository.File("tests", "c", "abi.c"), library), Model, "2000");
        Assert.True(exitCode == 0, text);
        Assert.Equal(Declared(), Exported(library));

        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "Python's example was not run: apt-get install python3.");
        Assert.Equal(detected, Run("/usr/bin/python3", Repository.File("samples", "python", "detect.py"), library, Model, Recording));
    }

    /// <summary>The header by itself, as C and as C++, and its structs as the library has them.</summary>
    [Fact]
    public unsafe void Header_AsCAndCpp_NeedsNothingElse_AndAgreesWithTheLibrary()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/clang"), "There is no clang: apt-get install clang.");
        var source = Repository.File("tests", "c", "header.c");
        Assert.Equal(
            [
                $"surnn_error {sizeof(NativeError)} 4", $"surnn_stream_params {sizeof(StreamParams)} {sizeof(StreamParams) - 4}",
                $"surnn_detection {sizeof(NativeDetection)} {sizeof(NativeDetection) - 8}", $"surnn_stats {sizeof(NativeStats)} {sizeof(NativeStats) - 8}",
            ],
            Run(Compile("header", "c99", source)));
        var (exitCode, text) = Execute("/usr/bin/clang", "-x", "c++", "-std=c++11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", $"-I{HeaderFolder}", source);
        Assert.True(exitCode == 0, text);
    }

    string Compile(string name, string standard, string source, string? library = null)
    {
        var program = _folder.File(name);
        string[] link = library is null ? [] : [$"-L{Path.GetDirectoryName(library)}", "-lsurnn", $"-Wl,-rpath,{Path.GetDirectoryName(library)}"];
        var (exitCode, text) = Execute("/usr/bin/clang", [$"-std={standard}", "-D_DEFAULT_SOURCE", "-Wall", "-Wextra", "-pedantic", "-Werror", $"-I{HeaderFolder}", source, "-o", program, .. link]);
        Assert.True(exitCode == 0, text);
        return program;
    }

    static string[] Declared() =>
        [.. Regex.Matches(Regex.Replace(File.ReadAllText(Path.Combine(HeaderFolder, "surnn.h")), @"/\*.*?\*/", "", RegexOptions.Singleline), @"\b(surnn_\w+)\(").Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)];

    static string[] Exported(string library) =>
        [.. Regex.Matches(Execute("/usr/bin/nm", "-D", "--defined-only", library).Text, @"\b(surnn_\w+)").Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)];

    /// <summary>What a detector in C# has of the recording, in the examples' words.</summary>
    static string[] Expected()
    {
        using var wav = WavFile.Open(Recording);
        var (detector, lines, samples) = (new StreamingDetector(ModelFile.Load(Model)), new List<string>(), new float[1_024]);
        void Hear(Detection d) => lines.Add(string.Create(CultureInfo.InvariantCulture, $"{d.Time.TotalSeconds:F3} {d.Label} {d.Score:F2}"));
        for (int n; (n = wav.Read(samples)) > 0;) detector.Process(samples.AsSpan(0, n), Hear);
        detector.Finish(Hear);
        Assert.Equal(10, lines.Count);
        return [.. lines];
    }

    static string[] Run(string program, params string[] arguments)
    {
        var (exitCode, text) = Execute(program, arguments);
        Assert.True(exitCode == 0, text);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Standard output; the error output goes to the tests' own.</summary>
    static (int ExitCode, string Text) Execute(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text);
    }
}
