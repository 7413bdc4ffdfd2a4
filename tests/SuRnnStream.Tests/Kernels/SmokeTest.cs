using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using Xunit;

namespace SuRnnStream.Tests.Kernels;

/// <summary>tests/SuRnnStream.AotSmoke on the vectors that this machine has, and on narrower ones: the same bits. Arm64ProgramTest has it on ARM64's.</summary>
public sealed class SmokeTest
{
    [Theory]
    [InlineData("DOTNET_EnableAVX512", "V256, V128, Scalar"), InlineData("DOTNET_EnableAVX2", "V128, Scalar"), InlineData("DOTNET_EnableHWIntrinsic", "Scalar")]
    public void Digests_WithNarrowerVectors_AreTheSame(string switchedOff, string kernels)
    {
        Assert.SkipUnless(Avx2.IsSupported, "There are no narrower vectors to choose on a CPU without AVX2.");
        var narrow = Managed(switchedOff);
        Assert.Contains($"rows by {kernels};", narrow[0]);
        Assert.Equal(Managed()[1..], narrow[1..]);
    }

    /// <summary>The lines of the managed program: the vectors in use, then the digests.</summary>
    internal static string[] Managed(string? switchedOff = null)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "surnn-smoke.dll")]) { RedirectStandardOutput = true };
        if (switchedOff is not null) start.Environment[switchedOff] = "0";
        using var process = Process.Start(start)!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Assert.Equal((0, 6), (process.ExitCode, lines.Length));
        return lines;
    }
}
