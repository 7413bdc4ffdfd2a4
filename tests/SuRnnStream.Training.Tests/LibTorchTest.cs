using Xunit;

namespace SuRnnStream.Training.Tests;

public sealed class LibTorchTest
{
    [Theory]
    [InlineData("linux-x64", "libtorch-cpu-linux-x64")]
    [InlineData("debian.12-x64", "libtorch-cpu-linux-x64")]
    [InlineData("win-x64", "libtorch-cpu-win-x64")]
    [InlineData("osx-arm64", "libtorch-cpu-osx-arm64")]
    public void Remedy_NamesTheCommandAndThePackageForThisPlatform(string runtime, string package)
    {
        Assert.Contains($"'surnn-train setup' fetches the package {package} ", LibTorch.Remedy(runtime));
        Assert.Contains($"<PackageReference Include=\"{package}\" Version=\"2.10.0\" />", LibTorch.Remedy(runtime));
    }

    [Theory, InlineData("linux-arm64"), InlineData("linux-musl-x64"), InlineData("win-arm64")]
    public void Remedy_WhereNoPackageIsServed_SaysWhichAre(string runtime) =>
        Assert.Equal($"no package is served for {runtime}; there are libtorch-cpu-linux-x64, libtorch-cpu-win-x64, libtorch-cpu-osx-arm64.", LibTorch.Remedy(runtime));

    [Fact]
    public void Find_TakesAFolderOnlyWithTheLibraryInIt()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The library's name is Linux's here.");
        var packages = Directory.CreateTempSubdirectory("surnn-").FullName;
        try
        {
            Assert.Null(LibTorch.Find(packages, "debian.12-x64"));
            var folder = Directory.CreateDirectory(Path.Combine(packages, "libtorch-cpu-linux-x64", "2.10.0", "runtimes", "linux-x64", "native")).FullName;
            Assert.Null(LibTorch.Find(packages, "debian.12-x64")); // a download that broke off
            File.WriteAllText(Path.Combine(folder, "libtorch_cpu.so"), "");
            Assert.Equal(folder, LibTorch.Find(packages, "debian.12-x64"));
            Assert.Null(LibTorch.Find(packages, "linux-arm64"));
        }
        finally
        {
            Directory.Delete(packages, recursive: true);
        }
    }
}
