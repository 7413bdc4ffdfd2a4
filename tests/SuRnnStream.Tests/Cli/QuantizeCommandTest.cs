using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

public sealed class QuantizeCommandTest : CliTest
{
    string Out => Folder.File("int8.surnn");

    [Fact]
    public async Task Json_TellsBytesAndWhatItCostsInAccuracy()
    {
        Wav("clips/low/1.wav", ToneModel.Tone(ToneModel.Low, 1));
        Wav("clips/high/1.wav", ToneModel.Tone(ToneModel.High, 1));
        Wav("clips/high/2.wav", ToneModel.Tone(ToneModel.Low, 1)); // no, it is not
        var run = await Run("quantize", ModelPath, "--out", Out, "--clips", Folder.File("clips"), "--format", "json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var report = Assert.Single(run.Json);
        Assert.Equal(new FileInfo(Out).Length, report.GetProperty("bytes").GetInt64());
        Assert.Equal(new FileInfo(ModelPath).Length, report.GetProperty("bytesBefore").GetInt64());
        Assert.Equal(3, report.GetProperty("clips").GetInt32());
        Assert.Equal(2 / 3.0, report.GetProperty("accuracy").GetDouble());
        Assert.Equal(2 / 3.0, report.GetProperty("accuracyBefore").GetDouble());
        Assert.Equal(0, report.GetProperty("answersChanged").GetInt32());
        Assert.InRange(report.GetProperty("largestScoreDifference").GetDouble(), 0, 0.05);
        Assert.Equal(Precision.Int8, ModelFile.Load(Out).Config.Precision);
    }

    [Fact]
    public async Task WithoutClips_SaysThatAccuracyWasNotMeasured()
    {
        var run = await Run("quantize", ModelPath, "--out", Out);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("not measured", run.Lines[^1]);
        Assert.True(File.Exists(Out));
    }

    [Fact]
    public async Task AnInt8Model_IsRefused_AndNothingIsWritten()
    {
        Assert.Equal(0, (await Run("quantize", ModelPath, "--out", Out)).ExitCode);
        var again = await Run("quantize", Out, "--out", Folder.File("again.surnn"));
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("int8 already", again.Error);
        Assert.False(File.Exists(Folder.File("again.surnn")));
    }

    [Fact]
    public async Task ClipsThatAreNotThere_AreAnError_AndNothingIsWritten()
    {
        var run = await Run("quantize", ModelPath, "--out", Out, "--clips", Folder.File("nowhere"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("there is no such folder", run.Error);
        Assert.False(File.Exists(Out));
    }

    [Fact]
    public async Task Inspect_NamesThePrecision()
    {
        await Run("quantize", ModelPath, "--out", Out);
        Assert.Contains("precision     Int8", (await Run("inspect", Out)).Lines);
        Assert.Contains("precision     Float32", (await Run("inspect", ModelPath)).Lines);
    }
}
