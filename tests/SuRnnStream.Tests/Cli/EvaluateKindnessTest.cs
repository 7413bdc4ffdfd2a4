using System.Text.Json;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>Input as people have it.</summary>
public sealed class EvaluateKindnessTest : CliTest
{
    static int Int(JsonElement json, string name) => json.GetProperty("asShipped").GetProperty(name).GetInt32();

    async Task<JsonElement> Report(params string[] options)
    {
        var run = await Run(["evaluate", "--model", ModelPath, "--format", "json", .. options]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return Assert.Single(run.Json);
    }

    [Fact]
    public async Task OneLabelsFolder_IsClipsOfIt()
    {
        for (var i = 0; i < 3; i++) Wav($"all/low/{i}.wav", ToneModel.Tone(ToneModel.Low, 1));
        var report = await Report("--positives", Folder.File("all/low") + Path.DirectorySeparatorChar);
        Assert.Equal((3, 3), (Int(report, "events"), Int(report, "hits")));
    }

    [Fact]
    public async Task AFolderWithoutTables_ThatIsNoLabel_IsOneErrorWithTheRemedy()
    {
        for (var i = 0; i < 20; i++) Wav($"mine/{i}.wav", ToneModel.Tone(ToneModel.Low, 0.1));
        var run = await Run("evaluate", "--model", ModelPath, "--positives", Folder.File("mine"));
        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.Contains("none of the 20 sounds in this folder has a table label,start,end beside it, and 'mine' is no label of the model", Assert.Single(run.Errors));
    }

    [Theory]
    [InlineData(".csv", "start,end,note,label\n0.3,0.5,,low\n0.8,1.0,,high\n")]
    [InlineData(".csv", "Label;End;Start\nlow;0,5;0,3\nhigh;1,0;0,8\n")]
    [InlineData(".tsv", "end\tlabel\tstart\n0.5\tlow\t0.3\n1.0\thigh\t0.8\n")]
    [InlineData(".csv", "\uFEFF\"label\",\"start\",\"end\"\n\"low\",0.3,0.5\n\"high\",0.8,1.0\n")]
    [InlineData(".txt", "0.300000\t0.500000\tlow\n\\\t100.0\t900.0\n0.800000\t0.800000\thigh\n")]
    public async Task Tables_AreReadByTheNamesOfTheirColumns_AndAudacitysTracks(string ending, string text)
    {
        Wav("talk.wav", ToneModel.Tones(2));
        File.WriteAllText(Folder.File("talk" + ending), text);
        var report = await Report("--positives", Folder.File("talk.wav"));
        Assert.Equal((2, 2), (Int(report, "events"), Int(report, "hits")));
    }

    [Fact]
    public async Task Errors_AreTen_AndTheRestIsCounted()
    {
        for (var i = 0; i < 17; i++)
        {
            Directory.CreateDirectory(Folder.File("all/low"));
            File.WriteAllText(Folder.File($"all/low/{i}.wav"), "This is no sound.");
        }
        Wav("all/low/good.wav", ToneModel.Tone(ToneModel.Low, 1));
        var run = await Run("evaluate", "--model", ModelPath, "--positives", Folder.File("all"), "--format", "json");
        Assert.Equal((1, 11), (run.ExitCode, run.Errors.Length));
        Assert.Equal("surnn: ... and 7 more files that could not be read; 17 files in all", run.Errors[^1]);
        Assert.Equal(1, Int(Assert.Single(run.Json), "hits"));
    }

    [Fact]
    public async Task AThresholdThatAllLabelsHave_IsTheOneShown()
    {
        var own = Folder.File("own.surnn");
        ModelFile.Save(own, ToneModel.Build(Model.Defaults with { Thresholds = new Dictionary<string, float> { ["low"] = 0.25f, ["high"] = 0.25f } }));
        Wav("all/low/1.wav", ToneModel.Tone(ToneModel.Low, 1));
        var run = await Run("evaluate", "--model", own, "--positives", Folder.File("all"));
        Assert.Contains(run.Lines, line => line.StartsWith("all labels       0.25", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Detect_ARecordingOfSensorsWithoutAModelOfThem_SaysWhichOption()
    {
        var run = await Run("detect", "--model", ModelPath, Repository.File("samples", "sensors", "ecg.csv"));
        Assert.Equal(1, run.ExitCode);
        Assert.EndsWith("this is no sound; if it is a recording of sensors name a model of sensors, as -m heartbeat for an ECG", Assert.Single(run.Errors));
    }

    [Fact]
    public async Task Detect_WritesALabelTrackForAudacity_WhichEvaluateReads()
    {
        var talk = Wav("talk.wav", ToneModel.Tones(2));
        var run = await Run("detect", "--model", ModelPath, "--format", "audacity", talk);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["low", "high"], run.Lines.Select(line => line.Split('\t')[2]));
        File.WriteAllText(Folder.File("talk.txt"), run.Out);
        var report = await Report("--positives", talk);
        Assert.Equal((2, 2), (Int(report, "events"), Int(report, "hits")));
    }
}
