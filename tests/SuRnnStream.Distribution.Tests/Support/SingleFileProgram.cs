using System.Collections.Concurrent;
using System.Diagnostics;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Distribution.Tests.Support;

/// <summary>A program of one file, built and run by the SDK as its reader would.</summary>
static class SingleFileProgram
{
    static readonly ConcurrentDictionary<string, Lazy<Task>> Built = [];

    /// <summary>Runs it in the repository's root. Skips the test where packages cannot be fetched; an error of the compiler fails it.</summary>
    public static async Task<(int ExitCode, string[] Lines, string Error)> Run(string path, params string[] args)
    {
        await BuildOnce(path);
        var (exitCode, output, error) = await Dotnet(["run", path, "-c", "Release", "--no-build", "--", .. args]);
        return (exitCode, output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries), error);
    }

    /// <summary>Starts it in the repository's root; who calls ends it.</summary>
    public static async Task<Process> Start(string path, params string[] args)
    {
        await BuildOnce(path);
        var (_, assembly, _) = await Dotnet(["build", path, "-c", "Release", "--no-restore", "-getProperty:TargetPath"]);
        return Process.Start(new ProcessStartInfo("dotnet", [assembly.Trim(), .. args]) { WorkingDirectory = Repository.File(), RedirectStandardOutput = false })!;
    }

    /// <summary>Asks it to end, as a service manager does.</summary>
    public static void Terminate(Process program)
    {
        using var kill = Process.Start("kill", ["-TERM", $"{program.Id}"]);
        kill.WaitForExit();
    }

    static Task BuildOnce(string path) => Built.GetOrAdd(path, _ => new(() => Build(path))).Value;

    static async Task Build(string path)
    {
        using var stay = await BuildFolder.EnterAsync(TestContext.Current.CancellationToken);
        var (built, said, _) = await Dotnet(["build", path, "-c", "Release", "-v", "q", "-nologo"]);
        Assert.SkipWhen(built != 0 && said.Contains("error NU", StringComparison.Ordinal), $"Its packages cannot be fetched: {said}");
        Assert.True(built == 0, said);
    }

    static async Task<(int ExitCode, string Output, string Error)> Dotnet(string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", args) { WorkingDirectory = Repository.File(), RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
