using System.Text.Json;
using SuRnnStream.Cli;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

public sealed class BenchCommandTest : CliTest
{
    /// <summary>As a host in the same process does that stops with a fault.</summary>
    [Fact]
    public async Task ExitCode_IsTheCommandsOwn_WhateverElseSetsTheProcesss()
    {
        var run = Run("bench", "--model", ModelPath, "--streams", "2", "--seconds", "1", "--speech", Wav("talk.wav", ToneModel.Tones(2)));
        Environment.ExitCode = 7;
        Assert.Equal(0, (await run).ExitCode);
    }

    [Fact]
    public async Task Json_HasASaneFigureForEverySound()
    {
        var run = await Run("bench", "--model", ModelPath, "--seconds", "1", "--speech", Wav("talk.wav", ToneModel.Tones(2)), "--beside", ModelPath, "--format", "json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var json = Assert.Single(run.Json);
        var beside = json.GetProperty("beside");
        Assert.Equal(["file", "oneFrontEnd", "speech", "noise", "silence"], Names(beside));
        Assert.True(beside.GetProperty("oneFrontEnd").GetBoolean());
        Assert.All(["microsecondsPerFrameApart", "microsecondsPerFrame"], name => Assert.InRange(Number(beside.GetProperty("speech"), name), 0.01, 10_000));
        Assert.Equal(["speech", "noise", "silence", "machine", "model", "seconds", "rounds", "noiseDecibels", "beside"], Names(json));
        foreach (var sound in new[] { "speech", "noise", "silence" })
        {
            var cost = json.GetProperty(sound);
            string[] names = ["microsecondsPerFrame", "streamsPerCore", "openRatio", "weightBytesPerFrame", "allocatedBytesPerFrame", "microsecondsPerSecond", "framesSkippedRatio", "stages"];
            Assert.Equal(names, Names(cost));
            Assert.InRange(Number(cost, "microsecondsPerFrame"), 0.01, 10_000);
            Assert.Equal(1e6 / (100 * Number(cost, "microsecondsPerFrame")), Number(cost, "streamsPerCore"), 1e-6 * Number(cost, "streamsPerCore"));
            Assert.Equal(["frontEnd", "network", "eventGate"], Names(cost.GetProperty("stages")));
            foreach (var stage in cost.GetProperty("stages").EnumerateObject())
            {
                var (median, high, largest) = (Number(stage.Value, "p50"), Number(stage.Value, "p99"), Number(stage.Value, "max"));
                Assert.True(0 <= median && median <= high && high <= largest, stage.ToString());
            }
        }
        var (speech, silence) = (json.GetProperty("speech"), json.GetProperty("silence"));
        Assert.Equal(0, Number(silence, "allocatedBytesPerFrame"));
        Assert.Equal((0, 1), (Number(silence, "openRatio"), Number(silence, "framesSkippedRatio")));
        Assert.Equal((1, 0), (Number(speech, "openRatio"), Number(speech, "framesSkippedRatio")));
        Assert.True(Number(silence, "weightBytesPerFrame") < Number(speech, "weightBytesPerFrame"));
        var dense = Number(json.GetProperty("model"), "weightBytesPerFrameDense");
        Assert.InRange(Number(speech, "weightBytesPerFrame"), 0.75 * dense, dense); // of a tone some frames repeat bit for bit, for which salience is not worked out again
        Assert.Equal(ModelPath, json.GetProperty("model").GetProperty("file").GetString());
        Assert.Equal(Environment.ProcessorCount, json.GetProperty("machine").GetProperty("cores").GetInt32());
        Assert.NotEmpty(json.GetProperty("machine").GetProperty("cpu").GetString()!);
    }

    [Fact]
    public async Task Table_TellsTheSame()
    {
        var run = await Run("bench", "-m", ModelPath, "-s", "1", "--speech", Wav("talk.wav", ToneModel.Tones(2), rate: 22_050), "--beside", ModelPath);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        string[] parts = ["kernel ", "tones.surnn", "-40 dBFS", "µs a frame", "event gate, 99 of 100", "streams a core", "100.0 %", "on the same frames, µs a frame of a pool's stream: speech "];
        Assert.All(parts, part => Assert.Contains(part, run.Out));
    }

    [Fact]
    public async Task Streams_LiveInOneProcess_AreAccountedFor()
    {
        string[] options = ["--model", ModelPath, "--streams", "20", "--seconds", "1", "--speech-share", "0.5", "--patience", "60", "--speech", Wav("talk.wav", ToneModel.Tones(2))];
        var run = await Run(["bench", .. options, "--format", "json"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var json = Assert.Single(run.Json);
        Assert.Equal(60, Number(json, "patienceMilliseconds"));
        Assert.Equal((20, 1, 0.5, 0.4), (Number(json, "streams"), Number(json, "seconds"), Number(json, "speechShare"), Number(json, "silenceShare")));
        Assert.True(json.GetProperty("conserved").GetBoolean());
        Assert.Equal(20 * 100 * 160, Number(json, "samplesWritten")); // blocks of 10 ms
        Assert.Equal(Number(json, "samplesWritten"), Number(json, "samplesProcessed") + Number(json, "samplesDropped"));
        Assert.InRange(Number(json, "frames"), 1, 20 * 100);
        var lateness = json.GetProperty("latenessMilliseconds");
        Assert.True(0 < Number(lateness, "p50") && Number(lateness, "p50") <= Number(lateness, "p99") && Number(lateness, "p99") <= Number(lateness, "max"), lateness.ToString());
    }

    [Fact]
    public async Task BadInput_IsOneLine()
    {
        var (talk, text) = (Wav("talk.wav", ToneModel.Tones(1)), Folder.File("text.wav"));
        File.WriteAllText(text, "This is no sound.");
        await Refused(2, "--seconds is 1 to 600, not 0", "--seconds", "0", "--speech", talk);
        await Refused(1, "missing.wav: there is no such file or folder", "--speech", Folder.File("missing.wav"));
        await Refused(1, "text.wav", "--speech", text);
        await Refused(1, "there is no sound in it", "--speech", Wav("empty.wav", []));
        await Refused(2, "--speech needs a value", "--speech");
        await Refused(2, "--streams is 1 to 1000000, not 0", "--streams", "0", "--speech", talk);
        await Refused(2, "--speech-share is 0 to 1, not 1.5", "--streams", "5", "--speech-share", "1.5", "--speech", talk);
        await Refused(2, "--patience is 0 to 1000 ms, not 2000", "--streams", "5", "--patience", "2000", "--speech", talk);
        await Refused(2, "--silence-share is 0 to 1, not -1", "--streams", "5", "--silence-share", "-1", "--speech", talk);
        await Refused(2, "more than all streams", "--streams", "5", "--speech-share", "0.9", "--silence-share", "0.2", "--speech", talk);
        await Refused(2, "format", "--speech", talk, "--format", "xml");

        async Task Refused(int exitCode, string says, params string[] args)
        {
            var run = await Run(["bench", "--model", ModelPath, .. args]);
            Assert.Equal((exitCode, ""), (run.ExitCode, run.Out));
            Assert.Contains(says, Assert.Single(run.Errors), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Speech_IsTheRecordingsWordsWithoutTheirPauses()
    {
        var missing = Assert.Throws<InputException>(() => BenchSounds.Speech(null, Folder.Path, 16_000, 100));
        Assert.Contains("commands.wav", missing.Message);
        Assert.Contains("--speech", missing.Message);

        var recording = Sound.Noise(32_000);
        Wav(Path.Combine("samples", "audio", "commands.wav"), recording);
        var table = Folder.File(Path.Combine("samples", "audio", "commands.csv"));
        File.WriteAllLines(table, ["label,start,end", "yes,0.25,0.5", "no,1.5,1.96875"]);
        float[] words = [.. recording.AsSpan(3_200, 5_600), .. recording.AsSpan(23_200, 8_800)]; // 0.2 to 0.55 s, 1.45 s to the end
        var speech = BenchSounds.Speech(null, Folder.Path, 16_000, words.Length + 10);
        Assert.Equal((float[])[.. words, .. words[..10]], speech);

        File.WriteAllLines(table, ["label,start,end", "yes,late,0.5"]);
        Assert.Contains("'yes,late,0.5'", Assert.Throws<InputException>(() => BenchSounds.Speech(null, Folder.Path, 16_000, 100)).Message);
    }

    [Fact]
    public void Noise_IsAtItsLevel_AndTheSameEveryTime()
    {
        var noise = BenchSounds.Noise(32_000);
        Assert.Equal(-40, 20 * Math.Log10(Math.Sqrt(noise.Average(x => (double)x * x))), 1e-3);
        Assert.Equal(noise, BenchSounds.Noise(32_000));
    }

    static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(member => member.Name);

    static double Number(JsonElement json, string name) => json.GetProperty(name).GetDouble();
}
