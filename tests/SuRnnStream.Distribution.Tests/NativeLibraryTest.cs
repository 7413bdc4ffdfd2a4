using System.Globalization;
using System.Text.RegularExpressions;
using SuRnnStream.Distribution.Tests.Support;
using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Distribution.Tests;

/// <summary>libsurnn, published as the README says and used by programs in C and Python, which know of surnn.h alone.</summary>
public sealed class NativeLibraryTest(PublishedPrograms programs) : IDisposable
{
    static readonly string Recording = ShippedSample.Recording, Model = ShippedSample.Model;
    static readonly string HeaderFolder = Repository.File("src", "SuRnnStream.Native");

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Library_FromCAndPython_DetectsTheSample_AndKeepsWhatItsHeaderPromises()
    {
        var library = programs.ForX64("SuRnnStream.Native", "libsurnn.so").Command[0];
        Assert.True(File.Exists(library + ".1"), "The versioned name is missing.");

        var detected = Expected();
        Assert.Equal(detected, Run(Compile("detect", "c99", Repository.File("samples", "c", "detect.c"), library), Model, Recording));
        var (exitCode, text) = NativeProgram.Execute(Compile("abi", "c99", Repository.File("tests", "c", "abi.c"), library), [Model, "2000"]);
        Assert.True(exitCode == 0, text);
        Assert.Equal(Declared(), Exported(library));

        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "Python's example was not run: apt-get install python3.");
        Assert.Equal(detected, Run("/usr/bin/python3", Repository.File("samples", "python", "detect.py"), library, Model, Recording));
    }

    string Compile(string name, string standard, string source, string library)
    {
        var (program, folder) = (_folder.File(name), Path.GetDirectoryName(library));
        var (exitCode, text) = NativeProgram.Execute("/usr/bin/clang", [$"-std={standard}", "-D_DEFAULT_SOURCE", "-Wall", "-Wextra", "-pedantic", "-Werror", $"-I{HeaderFolder}", source, "-o", program,
            $"-L{folder}", "-lsurnn", $"-Wl,-rpath,{folder}"]);
        Assert.True(exitCode == 0, text);
        return program;
    }

    static string[] Declared() =>
        [.. Regex.Matches(Regex.Replace(File.ReadAllText(Path.Combine(HeaderFolder, "surnn.h")), @"/\*.*?\*/", "", RegexOptions.Singleline), @"\b(surnn_\w+)\(").Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)];

    static string[] Exported(string library) =>
        [.. Regex.Matches(NativeProgram.Execute("/usr/bin/nm", ["-D", "--defined-only", library]).Text, @"\b(surnn_\w+)").Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)];

    /// <summary>What a detector in C# has of the recording, in the examples' words.</summary>
    static string[] Expected()
    {
        using var wav = WavFile.Open(Recording);
        var (detector, lines, samples) = (new StreamingDetector(ModelFile.Load(Model)), new List<string>(), new float[1_024]);
        void Hear(Detection d) => lines.Add(string.Create(CultureInfo.InvariantCulture, $"{d.Time.TotalSeconds:F3} {d.Label} {d.Score:F2}"));
        for (int n; (n = wav.Read(samples)) > 0;) detector.Process(samples.AsSpan(0, n), Hear);
        detector.Finish(Hear);
        Assert.Equal(ShippedSample.Detected.Length, lines.Count);
        return [.. lines];
    }

    static string[] Run(string program, params string[] arguments)
    {
        var (exitCode, text) = NativeProgram.Execute(program, arguments);
        Assert.True(exitCode == 0, text);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
