using System.Text.Json;
using SuRnnStream.Tests.Kernels;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>Programs compiled for ARM64 and run by an emulator. Weights are int8 and the order of every float sum is fixed, so nothing is rounded otherwise.</summary>
public sealed class Arm64ProgramTest(Arm64ProgramTest.SharedFolder shared) : CliTest, IClassFixture<Arm64ProgramTest.SharedFolder>
{
    /// <summary>So that what both programs need is compiled once.</summary>
    public sealed class SharedFolder : IDisposable
    {
        internal readonly TemporaryFolder Folder = new();

        public void Dispose() => Folder.Dispose();
    }

    [Fact]
    public void Smoke_HasTheDigestsOfX64()
    {
        var arm64 = NativeProgram.ForArm64(shared.Folder, "tests/SuRnnStream.AotSmoke", "surnn-smoke").Run();
        Assert.Equal(0, arm64.ExitCode);
        var lines = arm64.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("Arm64: rows by AdvSimd, V128, Scalar; FFT by V128", lines[0]);
        Assert.Equal(SmokeTest.Managed()[1..], lines[1..]);
    }

    [Fact]
    public async Task Detect_FindsWhatX64Does_ToTheLastDigit()
    {
        var native = NativeProgram.ForArm64(shared.Folder, "src/SuRnnStream.Cli", "surnn");
        foreach (var (model, recording, least) in new[] { ("commands", "audio/commands.wav", 10), ("heartbeat", "sensors/ecg.csv", 70) })
        {
            string[] detect = ["detect", Repository.File("samples", recording), "--model", Repository.File("models", $"{model}.surnn"), "--format", "json"];
            var (here, there) = (await Run(detect), native.Run(detect));
            Assert.Equal((0, 0), (here.ExitCode, there.ExitCode));
            var lines = there.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.InRange(lines.Length, least + 1, int.MaxValue);
            Assert.Equal(here.Lines[..^1], lines[..^1]);
            Assert.Equal(Counts(here.Lines[^1]), Counts(lines[^1]));
        }
        var bench = JsonElement.Parse(native.Run("bench", "--seconds", "1", "--speech", Repository.File("samples", "audio", "commands.wav"), "--model", ModelPath, "--format", "json").Text);
        Assert.Equal("AdvSimd", bench.GetProperty("machine").GetProperty("kernel").GetString());
    }

    /// <summary>Of the last line, which has times too.</summary>
    static long[] Counts(string last)
    {
        var summary = JsonElement.Parse(last).GetProperty("summary");
        return [.. new[] { "frames", "framesSkipped", "macs" }.Select(name => summary.GetProperty(name).GetInt64())];
    }
}
