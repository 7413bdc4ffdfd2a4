using System.Diagnostics;
using Xunit;

namespace SuRnnStream.Tests.Support;

/// <summary>tests/SuRnnStream.AotSmoke as it was built with the tests.</summary>
static class SmokeProgram
{
    /// <summary>Its lines: the vectors in use, then the digests.</summary>
    /// <param name="switchedOff">Environment variables of .NET that switch vectors off, by the value 0.</param>
    public static string[] Managed(params ReadOnlySpan<string> switchedOff)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "surnn-smoke.dll")]) { RedirectStandardOutput = true };
        foreach (var name in switchedOff) start.Environment[name] = "0";
        using var process = Process.Start(start)!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Assert.Equal((0, 7), (process.ExitCode, lines.Length));
        return lines;
    }
}
