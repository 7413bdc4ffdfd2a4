using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(SuRnnStream.Distribution.Tests.Support.PublishedPrograms))]

namespace SuRnnStream.Distribution.Tests.Support;

/// <summary>The native programs of published.proj, published when the first test needs one of them, once per runtime identifier for all tests.</summary>
public sealed class PublishedPrograms : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly ConcurrentDictionary<string, Lazy<(int ExitCode, string Text)>> _published = [];

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
        const string Qemu = "qemu-aarch64-static", Root = "/usr/aarch64-linux-gnu";
        RequireLinker();
        var missing = !OnPath("ld.lld") || !OnPath("llvm-objcopy") || !OnPath(Qemu) || !File.Exists($"{Root}/lib/crt1.o");
        Assert.SkipWhen(missing, "A program for ARM64 cannot be linked or run: apt-get install lld llvm libc6-dev-arm64-cross libgcc-12-dev-arm64-cross qemu-user-static.");
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
        var (exitCode, text) = _published.GetOrAdd(runtime, _ => new(() => Publish(runtime))).Value;
        Assert.SkipWhen(text.Contains("NU1101") || text.Contains("NU1301"), "The native compiler's package is not here and no package source can be reached.");
        Assert.True(exitCode == 0 && !text.Contains("warning"), text);
        return Path.Combine(Artifacts(runtime), "publish", project, $"release_{runtime}", name);
    }

    /// <summary>By the command that the README gives, into folders apart from those of the build that runs.</summary>
    (int ExitCode, string Text) Publish(string runtime) => NativeProgram.Execute("dotnet", ["publish", Repository.File("tests", "SuRnnStream.Distribution.Tests", "Support", "published.proj"),
        "-c", "Release", "-r", runtime, "-p:PublishAot=true", $"-p:ArtifactsPath={Artifacts(runtime)}", "-nologo", "-nodeReuse:false"]);

    string Artifacts(string runtime) => _folder.File(runtime);

    static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
