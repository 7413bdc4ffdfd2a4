using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace SuRnnStream.Tests.Support;

/// <summary>A project of this repository compiled to a native program by the command that the README gives, and run where it can be.</summary>
sealed class NativeProgram
{
    readonly string[] _emulator; // empty: none is needed
    readonly string _program;

    NativeProgram(string[] emulator, string program) => (_emulator, _program) = (emulator, program);

    /// <summary>Skips the test where the tools are missing.</summary>
    public static NativeProgram ForX64(TemporaryFolder folder, string project, string name)
    {
        RequireLinker();
        return new([], Publish(folder, project, name, "linux-x64"));
    }

    /// <summary>Skips the test where the tools are missing: a linker and a C library for ARM64, and qemu, which runs its programs.</summary>
    public static NativeProgram ForArm64(TemporaryFolder folder, string project, string name)
    {
        const string Qemu = "qemu-aarch64-static", Root = "/usr/aarch64-linux-gnu";
        RequireLinker();
        var missing = !OnPath("ld.lld") || !OnPath("llvm-objcopy") || !OnPath(Qemu) || !File.Exists($"{Root}/lib/crt1.o");
        Assert.SkipWhen(missing, "A program for ARM64 cannot be linked or run: apt-get install lld llvm libc6-dev-arm64-cross libgcc-12-dev-arm64-cross qemu-user-static.");
        return new([Qemu, "-L", Root], Publish(folder, project, name, "linux-arm64"));
    }

    /// <summary>What starts it, in front of its arguments.</summary>
    public string[] Command => [.. _emulator, _program];

    public (int ExitCode, string Text) Run(params string[] arguments)
    {
        string[] command = [.. Command, .. arguments];
        return Execute(command[0], command[1..]);
    }

    static void RequireLinker()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64, "Native programs are tried on x64 Linux.");
        Assert.SkipUnless(OnPath("clang"), "There is no clang to link a native program with: apt-get install clang zlib1g-dev.");
    }

    /// <summary>Into folders of its own, beside what other tests are built into. Returns the program's path.</summary>
    static string Publish(TemporaryFolder folder, string project, string name, string runtime)
    {
        var publish = Execute("dotnet", ["publish", Repository.File(project), "-c", "Release", "-r", runtime, "-p:PublishAot=true", "-nologo", "--disable-build-servers",
            "-o", folder.File(runtime), $"-p:ArtifactsPath={folder.File("artifacts")}"]);
        Assert.SkipWhen(publish.Text.Contains("NU1101") || publish.Text.Contains("NU1301"), "The native compiler's package is not here and no package source can be reached.");
        Assert.True(publish.ExitCode == 0 && !publish.Text.Contains("warning"), publish.Text);
        return folder.File(Path.Combine(runtime, name));
    }

    static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    static (int ExitCode, string Text) Execute(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text);
    }
}
