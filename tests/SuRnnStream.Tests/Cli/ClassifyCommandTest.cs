using System.Text.Json;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

public sealed class ClassifyCommandTest : CliTest
{
    readonly string _clips;

    public ClassifyCommandTest()
    {
        _clips = Folder.File("clips");
        Wav("clips/low/1.wav", ToneModel.Tone(ToneModel.Low, 1));
        Wav("clips/low/2.wav", ToneModel.Tone(ToneModel.Low, 1, 44_100), 44_100);
        Wav("clips/high/1.wav", ToneModel.Tone(ToneModel.High, 1));
        Wav("clips/high/2.wav", ToneModel.Tone(ToneModel.High, 1));
        Wav("clips/high/3.wav", ToneModel.Tone(ToneModel.Low, 1)); // no, it is not
        Wav("clips/_silence_/1.wav", new float[16_000]);
        Wav("clips/_background_noise_/1.wav", ToneModel.Quiet(1));
        Wav("clips/zebra/1.wav", ToneModel.Loud(1));
        Wav("clips/_unknown_/1.wav", ToneModel.Tone(ToneModel.High, 1)); // neither is this
        Wav("clips/low/deeper/1.wav", ToneModel.Loud(1)); // not LABEL/*.wav
        Directory.CreateDirectory(Path.Combine(_clips, "empty"));
        File.WriteAllText(Path.Combine(_clips, "LICENSE"), "");
    }

    [Fact]
    public async Task Json_CountsEveryClipByTruthAndAnswer()
    {
        var run = await Run("classify", _clips, "--model", ModelPath, "--format", "json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var summary = Assert.Single(run.Json).GetProperty("summary");
        Assert.Equal(9, summary.GetProperty("clips").GetInt32());
        Assert.Equal(7 / 9.0, summary.GetProperty("accuracy").GetDouble());
        Assert.Equal("[\"silence\",\"unknown\",\"low\",\"high\"]", summary.GetProperty("labels").GetRawText());
        Assert.Equal("[[2,0,0,0],[0,1,0,1],[0,0,2,0],[0,0,1,2]]", summary.GetProperty("confusion").GetRawText());
        Assert.Equal(3, summary.GetProperty("perLabel").GetProperty("high").GetProperty("clips").GetInt32());
        Assert.Equal(2 / 3.0, summary.GetProperty("perLabel").GetProperty("high").GetProperty("recall").GetDouble());
        var frames = summary.GetProperty("frames").GetInt64();
        Assert.Equal(9 * ((16_000 - 256) / 160 + 1), frames);
        Assert.Equal(1 / 9.0, summary.GetProperty("framesSkippedRatio").GetDouble(), 6); // one clip is digital silence
        Assert.Equal(8 / 9.0, summary.GetProperty("openRatio").GetDouble(), 6);
        Assert.True(summary.GetProperty("macs").GetInt64() < summary.GetProperty("macsDense").GetInt64());
    }

    [Fact]
    public async Task Dense_AnswersTheSameAtFullCost()
    {
        var sparse = await Summary();
        var dense = await Summary("--dense");
        Assert.Equal(sparse.GetProperty("confusion").GetRawText(), dense.GetProperty("confusion").GetRawText());
        Assert.True(sparse.GetProperty("macs").GetInt64() < dense.GetProperty("macs").GetInt64());
    }

    [Fact]
    public async Task SilenceBelow_One_MakesEverythingSilence()
    {
        var summary = await Summary("--silence-below", "1");
        Assert.Equal("[[2,0,0,0],[2,0,0,0],[2,0,0,0],[3,0,0,0]]", summary.GetProperty("confusion").GetRawText());
    }

    [Fact]
    public async Task ALabelWithoutClips_HasNoRecall()
    {
        Directory.Delete(Path.Combine(_clips, "high"), recursive: true);
        var perLabel = (await Summary()).GetProperty("perLabel");
        Assert.Equal(JsonValueKind.Null, perLabel.GetProperty("high").GetProperty("recall").ValueKind);
    }

    [Fact]
    public async Task Table_ShowsRecallAndConfusion()
    {
        var run = await Run("classify", _clips, "--model", ModelPath);
        Assert.Equal("accuracy 77.78 %: 7 of 9 clips", run.Lines[0]);
        Assert.Contains(run.Lines, line => line == "high          3   66.7 %");
        Assert.Contains(run.Lines, line => line == "high           0        0      1      2");
        Assert.Contains("times faster than real time", run.Lines[^1]);
    }

    [Fact]
    public async Task AClipThatCannotBeRead_IsNamed_AndTheOthersCount()
    {
        var bad = Path.Combine(_clips, "low", "0.wav");
        File.WriteAllText(bad, "This is no sound.");
        var run = await Run("classify", _clips, "--model", ModelPath, "--format", "json");
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"surnn: {bad}: ", Assert.Single(run.Errors));
        Assert.Equal(9, Assert.Single(run.Json).GetProperty("summary").GetProperty("clips").GetInt32());
    }

    [Fact]
    public async Task AFolderThatTheModelHasNoLabelFor_IsNamed()
    {
        ModelFile.Save(ModelPath, ToneModel.Build(labels: ["silence", "other", "low", "high"]));
        var run = await Run("classify", _clips, "--model", ModelPath);
        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.Contains("_unknown_: the model has neither", Assert.Single(run.Errors));
    }

    [Fact]
    public async Task AFolderWithoutClips_IsAnError()
    {
        var run = await Run("classify", Path.Combine(_clips, "empty"), "--model", ModelPath);
        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.Contains("no clips", Assert.Single(run.Errors));
        run = await Run("classify", Path.Combine(_clips, "none"), "--model", ModelPath);
        Assert.Contains("no such folder", Assert.Single(run.Errors));
    }

    async Task<JsonElement> Summary(params string[] options)
    {
        var run = await Run(["classify", _clips, "--model", ModelPath, "--format", "json", .. options]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return Assert.Single(run.Json).GetProperty("summary");
    }
}
