using System.Text.Json;
using SuRnnStream.Distribution.Tests.Support;
using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Distribution.Tests;

/// <summary>Programs compiled for ARM64 and run by an emulator. Weights are int8 and the order of every float sum is fixed, so nothing is rounded otherwise.</summary>
public sealed class Arm64ProgramTest(PublishedPrograms programs)
{
    [Fact]
    public void Smoke_HasTheDigestsOfX64()
    {
        var arm64 = programs.ForArm64("SuRnnStream.AotSmoke", "surnn-smoke").Run();
        Assert.Equal(0, arm64.ExitCode);
        var lines = arm64.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("Arm64: rows by AdvSimd, V128, Scalar; FFT by V128", lines[0]);
        Assert.Equal(SmokeProgram.Managed()[1..], lines[1..]);
    }

    [Fact]
    public void Detect_FindsWhatX64Does_ToTheLastDigit()
    {
        var native = programs.ForArm64("SuRnnStream.Cli", "surnn");
        foreach (var (model, recording, least) in new[] { ("commands", "audio/commands.wav", 10), ("heartbeat", "sensors/ecg.csv", 70) })
        {
            string[] detect = ["detect", Repository.File("samples", recording), "--model", Repository.File("models", $"{model}.surnn"), "--format", "json"];
            var (here, there) = (ManagedProgram.Run(detect), native.Run(detect));
            Assert.Equal((0, 0), (here.ExitCode, there.ExitCode));
            var (expected, lines) = (Lines(here.Text), Lines(there.Text));
            Assert.InRange(lines.Length, least + 1, int.MaxValue);
            Assert.Equal(expected[..^1], lines[..^1]);
            Assert.Equal(Counts(expected[^1]), Counts(lines[^1]));
        }
        var bench = JsonElement.Parse(native.Run("bench", "--seconds", "1", "--speech", ShippedSample.Recording, "--model", ShippedSample.Model, "--format", "json").Text);
        Assert.Equal("AdvSimd", bench.GetProperty("machine").GetProperty("kernel").GetString());
    }

    /// <summary>The same recordings give the same model, byte for byte: managed, x64 and ARM64.</summary>
    [Fact]
    public void Enroll_GivesTheManagedProgramsFile()
    {
        using var folder = new TemporaryFolder();
        var takes = SpokenTakes(folder);
        string[] Enroll(string name) => ["enroll", "halt", .. takes, "--model", ShippedSample.Model, "--space", Repository.File("models", "words.space"), "--out", folder.File(name)];
        Assert.Equal(0, ManagedProgram.Run(Enroll("managed.surnn")).ExitCode);
        Assert.Equal(0, programs.ForArm64("SuRnnStream.Cli", "surnn").Run(Enroll("arm64.surnn")).ExitCode);
        Assert.Equal(0, programs.ForX64("SuRnnStream.Cli", "surnn").Run(Enroll("x64.surnn")).ExitCode);
        Assert.Equal(File.ReadAllBytes(folder.File("managed.surnn")), File.ReadAllBytes(folder.File("arm64.surnn")));
        Assert.Equal(File.ReadAllBytes(folder.File("managed.surnn")), File.ReadAllBytes(folder.File("x64.surnn")));
    }

    /// <summary>The sample's *stop* at three levels.</summary>
    static string[] SpokenTakes(TemporaryFolder folder)
    {
        var cells = File.ReadLines(Path.ChangeExtension(ShippedSample.Recording, ".csv")).Select(line => line.Split(',')).Single(cells => cells[0] == "stop");
        int At(string seconds, double more) => (int)((double.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture) + more) * 16_000);
        var word = AudioFile.ReadAll(ShippedSample.Recording, 16_000)[At(cells[1], -0.5)..At(cells[2], 0.5)];
        return [.. new[] { 1f, 0.5f, 0.25f }.Select((gain, i) =>
        {
            var path = folder.File($"take-{i}.wav");
            WavWriter.Write(path, [.. word.Select(x => gain * x)], 16_000);
            return path;
        })];
    }

    static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Of the last line, which has times too.</summary>
    static long[] Counts(string last)
    {
        var summary = JsonElement.Parse(last).GetProperty("summary");
        return [.. new[] { "frames", "framesSkipped", "macs" }.Select(name => summary.GetProperty(name).GetInt64())];
    }
}
