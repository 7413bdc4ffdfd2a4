using System.Diagnostics;
using SuRnnStream.Native;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.NativeApi;

/// <summary>surnn.h by itself. NativeLibraryTest uses the library through it.</summary>
public sealed class NativeHeaderTest : IDisposable
{
    static readonly string Source = Repository.File("tests", "c", "header.c"), Folder = Repository.File("src", "SuRnnStream.Native");

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>As C and as C++, and its structs as the library has them.</summary>
    [Fact]
    public unsafe void Header_AsCAndCpp_NeedsNothingElse_AndAgreesWithTheLibrary()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/clang"), "There is no clang: apt-get install clang.");
        var program = _folder.File("header");
        Run("/usr/bin/clang", "-std=c99", "-D_DEFAULT_SOURCE", "-Wall", "-Wextra", "-pedantic", "-Werror", $"-I{Folder}", Source, "-o", program);
        Assert.Equal(
            [
                $"surnn_error {sizeof(NativeError)} 4", $"surnn_stream_params {sizeof(StreamParams)} {sizeof(StreamParams) - 4}",
                $"surnn_detection {sizeof(NativeDetection)} {sizeof(NativeDetection) - 8}", $"surnn_stats {sizeof(NativeStats)} {sizeof(NativeStats) - 8}",
            ],
            Run(program));
        Run("/usr/bin/clang", "-x", "c++", "-std=c++11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", $"-I{Folder}", Source);
    }

    static string[] Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, text);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
