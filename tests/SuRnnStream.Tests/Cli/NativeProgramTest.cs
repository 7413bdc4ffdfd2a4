using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>The program that <c>dotnet publish -p:PublishAot=true</c> makes, run as users run it.</summary>
public sealed class NativeProgramTest : CliTest
{
    static readonly string Recording = Repository.File("samples", "audio", "commands.wav"), Shipped = Repository.File("models", "commands.surnn");

    [Fact]
    public async Task Publish_WithoutWarnings_DetectsWhatTheManagedProgramDoes_WithVectorsAsWide()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64, "The native program is tried on x64 Linux.");
        Assert.SkipUnless(OnPath("clang"), "There is no clang to link a native program with: apt-get install clang zlib1g-dev.");
        Assert.SkipUnless(Vector256.IsHardwareAccelerated, "The native program is compiled for CPUs with AVX2.");
        var publish = Execute("dotnet", ["publish", Repository.File("src", "SuRnnStream.Cli"), "-c", "Release", "-r", "linux-x64", "-p:PublishAot=true", "-nologo", "--disable-build-servers",
            "-o", Folder.File("native"), $"-p:ArtifactsPath={Folder.File("artifacts")}"]); // beside what other tests are built into
        Assert.SkipWhen(publish.Text.Contains("NU1101") || publish.Text.Contains("NU1301"), "The native compiler's package is not here and no package source can be reached.");
        Assert.True(publish.ExitCode == 0 && !publish.Text.Contains("warning"), publish.Text);

        var native = Folder.File(Path.Combine("native", "surnn"));
        var managed = await Run("detect", Recording, "--model", Shipped);
        var detected = Execute(native, ["detect", Recording, "--model", Shipped]);
        Assert.Equal((0, managed.ExitCode), (detected.ExitCode, managed.ExitCode));
        string[] Table(string text) => [.. text.Split('\n').TakeWhile(line => line.Length > 0)]; // what follows has times
        Assert.True(Table(managed.Out).Length > 9, managed.Out);
        Assert.Equal(Table(managed.Out), Table(detected.Text));

        string[] evaluate = ["evaluate", "--positives", Recording, "--model", Shipped];
        var evaluated = Execute(native, [.. evaluate, "--report", Folder.File("report")]);
        string[] Figures(string text) => [.. text.Split('\n').TakeWhile(line => !line.Contains(" frames: "))];
        Assert.Equal((0, 10 + 9), (evaluated.ExitCode, Figures(evaluated.Text).Length));
        Assert.Equal(Figures((await Run(evaluate)).Out), Figures(evaluated.Text));
        Assert.Equal(["report.json"], Directory.GetFiles(Folder.File("report")).Select(Path.GetFileName)); // it cannot draw

        var bench = JsonElement.Parse(Execute(native, ["bench", "--seconds", "1", "--speech", Recording, "--model", Shipped, "--format", "json"]).Text);
        Assert.Contains(bench.GetProperty("machine").GetProperty("kernel").GetString(), (string[])["V256", "V512"]);

        var streams = JsonElement.Parse(Execute(native, ["bench", "--streams", "200", "--seconds", "1", "--speech", Recording, "--model", Shipped, "--format", "json"]).Text);
        Assert.True(streams.GetProperty("conserved").GetBoolean());
        Assert.InRange(streams.GetProperty("managedBytesPerStream").GetDouble(), 4 * 4_000, 200_000); // the quarter of a second that may wait, and more
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
