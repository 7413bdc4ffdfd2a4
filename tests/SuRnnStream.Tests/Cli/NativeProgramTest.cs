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
        Assert.SkipUnless(Vector256.IsHardwareAccelerated, "The native program is compiled for CPUs with AVX2.");
        var native = NativeProgram.ForX64(Folder, "src/SuRnnStream.Cli", "surnn");

        var managed = await Run("detect", Recording, "--model", Shipped);
        var detected = native.Run("detect", Recording, "--model", Shipped);
        Assert.Equal((0, managed.ExitCode), (detected.ExitCode, managed.ExitCode));
        string[] Table(string text) => [.. text.Split('\n').TakeWhile(line => line.Length > 0)]; // what follows has times
        Assert.True(Table(managed.Out).Length > 9, managed.Out);
        Assert.Equal(Table(managed.Out), Table(detected.Text));

        string[] evaluate = ["evaluate", "--positives", Recording, "--model", Shipped];
        var evaluated = native.Run([.. evaluate, "--report", Folder.File("report")]);
        string[] Figures(string text) => [.. text.Split('\n').TakeWhile(line => !line.Contains(" frames: "))];
        Assert.Equal((0, 10 + 9), (evaluated.ExitCode, Figures(evaluated.Text).Length));
        Assert.Equal(Figures((await Run(evaluate)).Out), Figures(evaluated.Text));
        Assert.Equal(["report.json"], Directory.GetFiles(Folder.File("report")).Select(Path.GetFileName)); // it cannot draw

        var bench = JsonElement.Parse(native.Run("bench", "--seconds", "1", "--speech", Recording, "--model", Shipped, "--format", "json").Text);
        Assert.Contains(bench.GetProperty("machine").GetProperty("kernel").GetString(), (string[])["V256", "V512"]);

        var streams = JsonElement.Parse(native.Run("bench", "--streams", "200", "--seconds", "1", "--speech", Recording, "--model", Shipped, "--format", "json").Text);
        Assert.True(streams.GetProperty("conserved").GetBoolean());
        Assert.InRange(streams.GetProperty("managedBytesPerStream").GetDouble(), 4 * 4_000, 200_000); // the quarter of a second that may wait, and more
    }
}
