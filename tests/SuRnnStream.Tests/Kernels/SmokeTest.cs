using System.Runtime.Intrinsics.X86;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Kernels;

/// <summary>tests/SuRnnStream.AotSmoke on the vectors that this machine has, and on narrower ones: the same bits. Arm64ProgramTest has it on ARM64's.</summary>
public sealed class SmokeTest
{
    static readonly Lazy<string[]> Widest = new(() => SmokeProgram.Managed());

    [Theory]
    [InlineData("DOTNET_EnableAVX512", "V256, V128, Scalar"), InlineData("DOTNET_EnableAVX512 DOTNET_EnableAVXVNNI", "V256, V128, Scalar"), InlineData("DOTNET_EnableAVX2", "V128, Scalar"), InlineData("DOTNET_EnableHWIntrinsic", "Scalar")]
    public void Digests_WithNarrowerVectors_AreTheSame(string switchedOff, string kernels)
    {
        Assert.SkipUnless(Avx2.IsSupported, "There are no narrower vectors to choose on a CPU without AVX2.");
        var narrow = SmokeProgram.Managed(switchedOff.Split(' '));
        Assert.Contains($"rows by {kernels};", narrow[0]);
        Assert.Equal(Widest.Value[1..], narrow[1..]);
    }
}
