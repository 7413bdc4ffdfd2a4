using System.Runtime.Intrinsics;
using System.Text.Json;
using SuRnnStream.Distribution.Tests.Support;
using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Distribution.Tests;

/// <summary>The program that <c>dotnet publish -p:PublishAot=true</c> makes, run as users run it.</summary>
public sealed class NativeProgramTest(PublishedPrograms programs) : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact]
    public void Publish_WithoutWarnings_DetectsWhatTheManagedProgramDoes_WithVectorsAsWide()
    {
        Assert.SkipUnless(Vector256.IsHardwareAccelerated, "The native program is compiled for CPUs with AVX2.");
        var native = programs.ForX64("SuRnnStream.Cli", "surnn");
        var (recording, model) = (ShippedSample.Recording, ShippedSample.Model);

        var (managed, detected) = (ManagedProgram.Run("detect", recording, "--model", model), native.Run("detect", recording, "--model", model));
        Assert.Equal((0, 0), (managed.ExitCode, detected.ExitCode));
        string[] Table(string text) => [.. text.Split('\n').TakeWhile(line => line.Length > 0)]; // what follows has times
        Assert.True(Table(managed.Text).Length > 9, managed.Text);
        Assert.Equal(Table(managed.Text), Table(detected.Text));

        string[] evaluate = ["evaluate", "--positives", recording, "--model", model];
        var evaluated = native.Run([.. evaluate, "--report", _folder.File("report")]);
        string[] Figures(string text) => [.. text.Split('\n').TakeWhile(line => !line.Contains(" frames: "))];
        Assert.Equal(0, evaluated.ExitCode);
        Assert.InRange(Figures(evaluated.Text).Length, ShippedSample.Detected.Length + 9, 40); // a line a word, and what is said of all
        Assert.Equal(Figures(ManagedProgram.Run(evaluate).Text), Figures(evaluated.Text));
        Assert.Equal(["confusion.svg", "det.svg", "events.csv", "events.jsonl", "report.html", "report.json", "scores.svg", "summary.json"], Directory.GetFiles(_folder.File("report")).Select(Path.GetFileName).Order());

        var bench = JsonElement.Parse(native.Run("bench", "--seconds", "1", "--speech", recording, "--model", model, "--format", "json").Text);
        Assert.Contains(bench.GetProperty("machine").GetProperty("kernel").GetString(), (string[])["V256", "V512"]);

        var streams = JsonElement.Parse(native.Run("bench", "--streams", "200", "--seconds", "1", "--speech", recording, "--model", model, "--format", "json").Text);
        Assert.True(streams.GetProperty("conserved").GetBoolean());
        Assert.InRange(streams.GetProperty("managedBytesPerStream").GetDouble(), 4 * 4_000, 200_000); // the quarter of a second that may wait, and more
    }

    public void Dispose() => _folder.Dispose();
}
