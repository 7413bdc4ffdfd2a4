using SuRnnStream.Tests.Enrolment;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>`surnn enroll` and `surnn record`: from recordings to a model, and everything that can be wrong with them.</summary>
public sealed class EnrollCommandTest : CliTest
{
    string Mine => Path.Combine(Folder.File("mine"));

    void Record(string word = "stop", int count = 4)
    {
        foreach (var (i, take) in SampleTakes.Of(word, count).Index()) Wav(Path.Combine("mine", $"{word}-{i}.wav"), take.Samples.ToArray());
    }

    static Task<CliRun> Enroll(params string[] args) => Run(["enroll", .. args, .. args.Contains("--remove") ? Array.Empty<string>() : ["--space", SampleTakes.SpacePath, .. args.Contains("--add") ? Array.Empty<string>() : ["-m", ShippedSample.Model]]]);

    [Fact]
    public async Task Recordings_BecomeAModel_ThatIsAddedToAndTakenFrom()
    {
        Record();
        var model = Folder.File("halt.surnn");
        var run = await Enroll("halt", Mine, "--out", model);
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("halt: 4 takes, ", run.Lines[0]);
        Assert.Contains("detects halt; enrolled in", run.Lines[^1]);
        Assert.Contains("halt", (await Run("detect", "-m", model, Wav("say.wav", [.. SampleTakes.Word("stop"), .. new float[16_000]]))).Out);

        foreach (var (i, take) in SampleTakes.Of("right", 4).Index()) Wav(Path.Combine("second", $"{i}.wav"), take.Samples.ToArray());
        run = await Enroll("hello", Folder.File("second"), "--add", model);
        Assert.Contains("detects halt, hello", run.Lines[^1]);
        run = await Enroll("halt", "--remove", model);
        Assert.Equal($"{model}: without halt; left: hello", run.Lines[0]);
        run = await Enroll("hello", "--remove", model);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("only enrolled word", run.Error);
    }

    [Fact]
    public async Task ADryRun_WritesNothing()
    {
        Record();
        var run = await Enroll("halt", Mine, "--dry-run");
        Assert.Equal("nothing is written", run.Lines[^1]);
        Assert.Single(Directory.GetFiles(Folder.Path, "*.surnn")); // the tone model
    }

    [Fact]
    public async Task ReviewedNearMisses_AreAdded_AndTheChangeIsPrinted()
    {
        Record();
        var (model, near) = (Folder.File("halt.surnn"), Folder.File("near"));
        await Enroll("halt", Mine, "--out", model);
        foreach (var (folder, word) in new[] { ("word/halt", "stop"), ("no-word", "left") })
        {
            Wav(Path.Combine("near", folder, "a.wav"), [.. new float[16_000], .. SampleTakes.Word(word, 1.04), .. new float[16_000]]);
            File.WriteAllText(Path.Combine(near, folder, "a.json"), """{"label":"halt","score":0.4,"threshold":0.5,"reason":"below threshold","at":"2026-11-29T12:00:00Z","time":2.1,"start":1.5,"end":2.0,"scores":{"halt":0.4}}""");
        }
        var before = File.ReadAllBytes(model);
        var run = await Enroll("halt", Mine, "--reviewed", near, "--add", model, "--dry-run");
        Assert.Equal("", run.Error);
        Assert.Contains("recordings found: 4 before, 4 now, of 4", run.Lines);
        Assert.Contains(run.Lines, line => line.StartsWith("reviewed as the word, found: ", StringComparison.Ordinal) && line.EndsWith("now, of 1", StringComparison.Ordinal));
        Assert.Contains("reviewed as no word, accepted: 0 before, 0 now, of 1", run.Lines);
        Assert.Equal(before, File.ReadAllBytes(model));

        run = await Enroll("halt", "--reviewed", near, "--add", model); // the old takes are kept beside the model
        Assert.Equal("", run.Error);
        Assert.Equal("4 takes of halt kept from before", run.Lines[0]);
        Assert.StartsWith("halt: 5 takes, ", run.Lines[1]);
        Assert.Contains("takes that the word space finds: 5 before, 5 now, of 5", run.Lines);
        Assert.Contains(run.Lines, line => line.StartsWith("candidates in your negatives accepted: 0 before, 0 now, of ", StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.StartsWith("false alarms in ", StringComparison.Ordinal) && line.Contains(" h of the bank's speech: ", StringComparison.Ordinal));
        Assert.NotEqual(before, File.ReadAllBytes(model));
        Assert.Contains("6 takes", (await Enroll("halt", Wav("more.wav", SampleTakes.Word("stop", 0.97)), "--add", model, "--dry-run")).Lines[1]);
        Assert.StartsWith("halt: 4 takes, ", (await Enroll("halt", Mine, "--add", model, "--afresh", "--dry-run")).Lines[0]);

        File.WriteAllText(Folder.File("halt.takes"), "{");
        Assert.Contains("halt.takes: these are no kept takes", (await Enroll("halt", "--reviewed", near, "--add", model)).Error);
        File.Delete(Folder.File("halt.takes"));
        run = await Enroll("halt", "--reviewed", near, "--add", model);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("the takes of 'halt' are not kept beside the model: name its recordings too", run.Error);
    }

    [Fact]
    public async Task OneTake_IsEnough_AndSaidToBeLittle()
    {
        Record(count: 1);
        Assert.Contains((await Enroll("halt", Mine, "--out", Folder.File("halt.surnn"))).Lines, line => line.StartsWith("halt: 1 take is little", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ARemovedWord_IsForgottenInTheKeptTakesToo()
    {
        Record();
        Record("right");
        var model = Folder.File("halt.surnn");
        await Enroll("halt", Path.Combine(Mine, "stop-0.wav"), Path.Combine(Mine, "stop-1.wav"), "--out", model);
        await Enroll("hello", Path.Combine(Mine, "right-0.wav"), Path.Combine(Mine, "right-1.wav"), "--add", model);
        Assert.Contains("\"label\":\"hello\"", File.ReadAllText(Folder.File("halt.takes")));
        await Enroll("hello", "--remove", model);
        Assert.DoesNotContain("hello", File.ReadAllText(Folder.File("halt.takes")));
        Assert.Contains("\"label\":\"halt\"", File.ReadAllText(Folder.File("halt.takes")));
    }

    [Fact]
    public async Task BadRecordings_CostALineEach()
    {
        Record();
        Wav("mine/silent.wav", new float[16_000]);
        Wav("mine/clipped.wav", [.. SampleTakes.Word("stop").Select(x => Math.Clamp(40 * x, -1, 1))]);
        Wav("mine/telephone.wav", Resampler.To(new ArraySource(SampleTakes.Word("stop"), 16_000), 8_000).ReadAll(4_096), 8_000);
        File.WriteAllText(Path.Combine(Mine, "text.wav"), "no sound");
        var run = await Enroll("halt", Mine, "--out", Folder.File("halt.surnn"));
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(4, run.Errors.Length);
        Assert.Contains(run.Errors, line => line.Contains("silent.wav: nothing is detected in it", StringComparison.Ordinal));
        Assert.Contains(run.Errors, line => line.Contains("clipped.wav: it is clipped", StringComparison.Ordinal));
        Assert.Contains(run.Errors, line => line.Contains("telephone.wav: there is nothing above 4 kHz", StringComparison.Ordinal));
        Assert.Contains("4 takes", run.Lines[0]);
        Directory.CreateDirectory(Folder.File("empty"));
        Assert.Contains("there is no sound file", (await Enroll("halt", Folder.File("empty"), "--out", Folder.File("x.surnn"))).Error);
    }

    [Fact]
    public async Task OddTakes_AreNamed_AndNothingIsWritten()
    {
        Record();
        Wav("mine/zother.wav", SampleTakes.Word("left"));
        var run = await Enroll("halt", Mine, "--out", Folder.File("halt.surnn"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("zother.wav: unlike the other takes of 'halt'", Assert.Single(run.Errors));
        Assert.False(File.Exists(Folder.File("halt.surnn")));
    }

    [Theory]
    [InlineData(2, "enroll needs a word")]
    [InlineData(2, "name it with --out", "halt", "x.wav")]
    [InlineData(2, "there is no recording of 'halt'", "halt", "--out", "x.surnn")]
    [InlineData(2, "--say-count is 1 to 1000", "halt", "--say", "--say-count", "0", "--out", "x.surnn")]
    [InlineData(2, "--only-me knows a voice", "halt", "--say", "--only-me", "--out", "x.surnn")]
    [InlineData(2, "--afresh forgets takes that are kept", "halt", "x.wav", "--afresh", "--out", "x.surnn")]
    [InlineData(1, "no-such.surnn", "halt", "x.wav", "--add", "no-such.surnn")]
    public async Task WrongOptions_AreSaid(int exitCode, string error, params string[] args)
    {
        var run = args.Length == 0 ? await Run("enroll") : await Enroll(args);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(error, Assert.Single(run.Errors));
    }

    [Fact]
    public async Task Record_KeepsGoodTakes_RefusesOthers_AndGoesOn()
    {
        float[] pause = Sounds.Noise(16_000, 0.0005);
        float[] clipped = [.. SampleTakes.Word("stop").Select(x => Math.Clamp(40 * x, -1, 1))];
        var first = Wav("first.wav", [.. pause, .. SampleTakes.Word("stop"), .. pause, .. clipped, .. pause]);
        var run = await Run("record", "halt", "--count", "2", "--out", Mine, "--from", first, "--talk", "2", "--quiet", "0");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("take 1 of 2: say \"halt\" now", run.Lines);
        Assert.Contains(run.Lines, line => line.StartsWith("good: ", StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.StartsWith("not kept: it is clipped", StringComparison.Ordinal));
        Assert.Contains("first.wav ended before take 2; what is recorded stays, the same command goes on", run.Error);
        var note = System.Text.Json.JsonElement.Parse(File.ReadAllText(Path.Combine(Mine, "halt-01.json")));
        Assert.Equal("take", note.GetProperty("kind").GetString());
        Assert.InRange(note.GetProperty("level").GetDouble(), -50, 0);

        var second = Wav("second.wav", [.. pause, .. SampleTakes.Word("stop", 1.03), .. pause, .. pause, .. SampleTakes.Word("yes"), .. pause, .. pause]);
        run = await Run("record", "halt", "--count", "2", "--out", Mine, "--from", second, "--talk", "2", "--quiet", "0");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("1 of 2 takes of halt are there already", run.Lines[0]);
        Assert.Equal(["halt-01.json", "halt-01.wav", "halt-02.json", "halt-02.wav", "talk.json", "talk.wav"], Directory.GetFiles(Mine).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("is complete: surnn enroll", run.Lines[^1]);
    }

    [Theory]
    [InlineData("record needs a word, or --from a sensor")]
    [InlineData("are for a sensor: leave the word out", "halt", "--out", "x", "--label", "wave")]
    [InlineData("cannot be the name of a file", "a/b", "--out", "x")]
    [InlineData("--count is 1 to 1000", "halt", "--out", "x", "--count", "0")]
    [InlineData("--talk and --quiet are 0 to 3600 seconds", "halt", "--out", "x", "--talk", "-1")]
    [InlineData("is a sensor, but a word is recorded from a microphone", "halt", "--out", "x", "--from", "serial:///dev/ttyUSB0")]
    public async Task Record_WrongOptions_AreSaid(string error, params string[] args)
    {
        var run = await Run(["record", .. args]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(error, Assert.Single(run.Errors));
    }
}
