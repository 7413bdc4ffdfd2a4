using System.Runtime.InteropServices;
using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(SuRnnStream.Distribution.Tests.Support.PublishedPrograms))]

namespace SuRnnStream.Distribution.Tests.Support;

/// <summary>The native programs of published.proj, published together when the first test needs one of them.</summary>
public sealed class PublishedPrograms : IDisposable
{
    const string Qemu = "qemu-aarch64-static", Root = "/usr/aarch64-linux-gnu";

    readonly TemporaryFolder _folder = new();
    readonly Lazy<(int ExitCode, string Text)> _published;

    public PublishedPrograms() => _published = new(Publish);

    public void Dispose() => _folder.Dispose();

    /// <summary>Skips the test where the tools are missing.</summary>
    internal NativeProgram ForX64(string project, string name)
    {
        RequireLinker();
        return new([], Published(project, name, "linux-x64"));
    }

    /// <summary>Skips the test where the tools are missing: a linker and a C library for ARM64, and qemu, which runs its programs.</summary>
    internal NativeProgram ForArm64(string project, string name)
    {
        RequireLinker();
        Assert.SkipUnless(HasArm64, "A program for ARM64 cannot be linked or run: apt-get install lld llvm libc6-dev-arm64-cross libgcc-12-dev-arm64-cross qemu-user-static.");
        return new([Qemu, "-L", Root], Published(project, name, "linux-arm64"));
    }

    static void RequireLinker()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64, "Native programs are tried on x64 Linux.");
        Assert.SkipUnless(OnPath("clang"), "There is no clang to link a native program with: apt-get install clang zlib1g-dev.");
    }

    /// <summary>The program's path.</summary>
    string Published(string project, string name, string runtime)
    {
        var (exitCode, text) = _published.Value;
        Assert.SkipWhen(text.Contains("NU1101") || text.Contains("NU1301"), "The native compiler's package is not here and no package source can be reached.");
        Assert.True(exitCode == 0 && !text.Contains("warning"), text);
        return Path.Combine(_folder.Path, "publish", project, $"release_{runtime}", name);
    }

    /// <summary>By the properties that the README gives, into folders apart from those of the build that runs. Both kinds of CPU at once, so that what they share is compiled once and no core waits. The build has run the analyzers. It gives way to tests beside it that play sound in real time.</summary>
    (int ExitCode, string Text) Publish() => NativeProgram.Execute("nice", ["-n", "10", "dotnet", "publish", Repository.File("tests", "SuRnnStream.Distribution.Tests", "Support", "published.proj"),
        "-c", "Release", "-p:PublishAot=true", $"-p:ForArm64={HasArm64}", $"-p:ArtifactsPath={_folder.Path}", "-p:RunAnalyzers=false", "-nologo", "-nodeReuse:false"]);

    static bool HasArm64 => OnPath("ld.lld") && OnPath("llvm-objcopy") && OnPath(Qemu) && File.Exists($"{Root}/lib/crt1.o");

    static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
