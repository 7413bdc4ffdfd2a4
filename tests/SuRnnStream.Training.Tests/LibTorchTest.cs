using Xunit;

namespace SuRnnStream.Training.Tests;

public sealed class MissingLibTorchTest
{
    [Theory]
    [InlineData("linux-x64", "add <PackageReference Include=\"libtorch-cpu-linux-x64\" Version=\"2.10.0\" /> to its project.")]
    [InlineData("debian.12-x64", "add <PackageReference Include=\"libtorch-cpu-linux-x64\" Version=\"2.10.0\" /> to its project.")]
    [InlineData("win-x64", "add <PackageReference Include=\"libtorch-cpu-win-x64\" Version=\"2.10.0\" /> to its project.")]
    [InlineData("osx-arm64", "add <PackageReference Include=\"libtorch-cpu-osx-arm64\" Version=\"2.10.0\" /> to its project.")]
    [InlineData("linux-arm64", "no package is served for linux-arm64; there are libtorch-cpu-linux-x64, libtorch-cpu-win-x64, libtorch-cpu-osx-arm64.")]
    public void Remedy_NamesThePackageForThisPlatform(string runtime, string said) => Assert.Equal(said, MissingLibTorch.Remedy(runtime));
}
