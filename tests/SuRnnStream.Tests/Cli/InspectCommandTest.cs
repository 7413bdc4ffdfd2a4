using System.Security.Cryptography;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

public sealed class InspectCommandTest : CliTest
{
    [Fact]
    public async Task Json_TellsWhatIsInTheFile()
    {
        var defaults = new DetectorOptions { Threshold = 0.25f, Thresholds = new Dictionary<string, float> { ["low"] = 0.75f } };
        ModelFile.Save(ModelPath, ToneModel.Build(defaults));
        var run = await Run("inspect", ModelPath, "--format", "json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var json = Assert.Single(run.Json);
        Assert.Equal(ModelPath, json.GetProperty("file").GetString());
        Assert.Equal(new FileInfo(ModelPath).Length, json.GetProperty("bytes").GetInt64());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(ModelPath))), json.GetProperty("sha256").GetString());
        Assert.Equal(Model.Weights.Count, json.GetProperty("parameters").GetInt64());
        Assert.Equal(Model.MultiplyAddsPerFrame, json.GetProperty("macsPerFrame").GetInt64());
        Assert.Equal("[\"silence\",\"unknown\",\"low\",\"high\"]", json.GetProperty("labels").GetRawText());
        Assert.Equal(12, json.GetProperty("frontEnd").GetProperty("bands").GetInt32());
        Assert.Equal("Event", json.GetProperty("layers")[0].GetProperty("switch").GetString());
        Assert.Equal(0.25, json.GetProperty("detector").GetProperty("threshold").GetDouble());
        Assert.Equal(0.75, json.GetProperty("detector").GetProperty("thresholds").GetProperty("low").GetDouble());
        Assert.Equal("by hand, for tests", json.GetProperty("card").GetProperty("made").GetString());
    }

    [Fact]
    public async Task AModelByName_IsTheOneThatComesWithTheProgram_AndAMisspeltOneIsToldTheOthers()
    {
        var run = await Run("inspect", "heartbeat");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("ventricular", run.Out);
        var misspelt = await Run("inspect", "haertbeat");
        Assert.Equal(1, misspelt.ExitCode);
        Assert.Contains("there is no haertbeat.surnn in ", misspelt.Error);
        Assert.Contains("commands, ", misspelt.Error);
    }

    [Fact]
    public async Task Table_TellsTheSame()
    {
        var run = await Run("inspect", ModelPath);
        Assert.Equal(0, run.ExitCode);
        string[] parts =
        [
            "SHA-256", "silence, unknown, low, high", "12 mel bands from 100 to 7000 Hz", "Rnn, 2 neurons, switch: Event",
            "0.6 of the threshold", "made: by hand, for tests",
        ];
        Assert.All(parts, part => Assert.Contains(part, run.Out));
    }

    [Fact]
    public async Task AModelWithoutAFrontEnd_IsShownToo()
    {
        var config = TinyModels.Config(CellKind.Lstm, SwitchKind.Random) with { FrontEnd = null, Inputs = 3, Readout = Readout.Mean, Head = HeadKind.Linear };
        ModelFile.Save(ModelPath, TinyModels.Build(config));
        var json = Assert.Single((await Run("inspect", ModelPath, "--format", "json")).Json);
        Assert.Equal("null", json.GetProperty("frontEnd").GetRawText());
        Assert.Equal(3, json.GetProperty("frameLength").GetInt32());
        Assert.Equal(("Mean", "Linear"), (json.GetProperty("readout").GetString(), json.GetProperty("head").GetString()));
        var table = await Run("inspect", ModelPath);
        Assert.Equal((0, ""), (table.ExitCode, table.Error));
        Assert.All(["3 numbers, no sound", "Lstm, 19 neurons, switch: Random", "Linear, readout: Mean"], part => Assert.Contains(part, table.Out));
        var detect = await Run("detect", "--model", ModelPath, Wav("sound.wav", ToneModel.Tones(1)));
        Assert.Equal(1, detect.ExitCode);
        Assert.Contains("The model takes frames of 3 numbers, not sound: call SuRnnModel.Step.", Assert.Single(detect.Errors));
    }

    [Fact]
    public async Task ARhythm_IsShown()
    {
        ModelFile.Save(ModelPath, SensorModels.Build(SensorModels.Rhythm));
        Assert.Contains("of I, beats at most 1.2 s apart: 5 numbers of a frame", (await Run("inspect", ModelPath)).Out);
        var json = Assert.Single((await Run("inspect", ModelPath, "--format", "json")).Json);
        Assert.Equal(1.2, json.GetProperty("sensor").GetProperty("rhythmWithin").GetDouble());
    }

    [Fact]
    public async Task AnythingElse_IsRefusedInOneLine()
    {
        var run = await Run("inspect", Wav("sound.wav", ToneModel.Tones(1)));
        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.Contains("sound.wav", Assert.Single(run.Errors));
    }
}
