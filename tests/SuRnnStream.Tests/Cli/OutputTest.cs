using System.Diagnostics;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>The program with an output that nobody reads, or that is full.</summary>
public sealed class OutputTest : CliTest
{
    const int NobodyReads = 141;

    /// <summary>.NET takes a reader that has gone for one that reads: a listener before head -1 never ended.</summary>
    [Fact]
    public async Task Listen_BeforeHead_Ends()
    {
        var path = Wav("long.wav", ToneModel.Quiet(600));
        var (exitCode, text) = await Shell($"{Program} listen '{path}' --realtime --model '{ModelPath}' --format csv | head -1; echo ${{PIPESTATUS[0]}}");
        Assert.Equal((0, $"source,label,score,start,end,time\n{NobodyReads}\n"), (exitCode, text));
    }

    /// <summary>A full standard error ended the process; a full standard output was the input's fault.</summary>
    [Fact]
    public async Task FullOutputs_AreNoInputsFault()
    {
        Assert.SkipWhen(!File.Exists("/dev/full"), "There is no /dev/full.");
        var path = Wav("tones.wav", ToneModel.Tones(2));
        var (exitCode, text) = await Shell($"{Program} detect missing.wav '{path}' --model '{ModelPath}' --format csv 2>/dev/full | wc -l; echo ${{PIPESTATUS[0]}}; {Program} detect '{path}' --model '{ModelPath}' --format csv 2>&1 >/dev/full; echo $?");
        Assert.Equal((0, "3\n1\nsurnn: standard output cannot be written: No space left on device\n1\n"), (exitCode, text));
    }

    /// <summary>Two programs write into one file, one after the other, and each appends.</summary>
    [Fact]
    public async Task TwoRuns_IntoOneFile_KeepBoth()
    {
        var path = Wav("tones.wav", ToneModel.Tones(2));
        var run = $"{Program} detect '{path}' --model '{ModelPath}' --format csv";
        var (exitCode, text) = await Shell($"({run}; {run}) > '{Folder.File("out.csv")}'; wc -l < '{Folder.File("out.csv")}'");
        Assert.Equal((0, "6"), (exitCode, text.Trim()));
    }

    static string Program => $"dotnet '{Path.Combine(AppContext.BaseDirectory, "surnn.dll")}'";

    static async Task<(int ExitCode, string Text)> Shell(string line)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || !File.Exists("/bin/bash"), "There is no bash.");
        using var bash = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", line]) { RedirectStandardOutput = true })!;
        var text = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (bash.ExitCode, text);
    }
}
