using System.Text.Json;
using Spectre.Console;
using SuRnnStream.Cli;
using SuRnnStream.Evaluation;
using SuRnnStream.Tests.Evaluation;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>Six events in the positives, of which four are found; one false alarm in 6.2 s of negatives.</summary>
public sealed class EvaluateCommandTest : CliTest
{
    static readonly float[] Beep = [.. ToneModel.Quiet(2), .. ToneModel.Tone(ToneModel.Low, 0.2), .. ToneModel.Quiet(2)];

    readonly string _positives, _negatives, _beep;

    public EvaluateCommandTest()
    {
        (_positives, _negatives) = (Folder.File("positives"), Folder.File("negatives"));
        Wav("positives/low/1.wav", ToneModel.Tone(ToneModel.Low, 1));
        Wav("positives/low/2.wav", ToneModel.Quiet(1));                     // missed
        Wav("positives/high/1.wav", ToneModel.Tone(ToneModel.High, 1));
        Wav("positives/high/2.wav", ToneModel.Tone(ToneModel.Low, 1));      // missed, and a wrong label
        Wav("positives/zebra/1.wav", ToneModel.Tone(ToneModel.Low, 1));     // no label of the model: a false alarm
        Wav("positives/talk.wav", ToneModel.Tones(2));
        File.WriteAllText(Folder.File("positives/talk.csv"), "label,start,end\nlow,0.3,0.5\nhigh,0.8,1.0\n");
        Wav("negatives/hum.wav", ToneModel.Quiet(2));
        _beep = Wav("negatives/deep/beep.wav", Beep);
    }

    string[] Arguments => ["evaluate", "--model", ModelPath, "--positives", _positives, "--negatives", _negatives];

    async Task<JsonElement> Report(params string[] options)
    {
        var run = await Run([.. Arguments, "--format", "json", .. options]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return Assert.Single(run.Json);
    }

    static int Int(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    static double Number(JsonElement json, string name) => json.GetProperty(name).GetDouble();

    static (int Events, int Hits, int Wrong, int InPositives, int InNegatives) Counts(JsonElement point) =>
        (Int(point, "events"), Int(point, "hits"), Int(point, "wrongLabels"), Int(point, "falseAlarmsInPositives"), Int(point, "falseAlarms"));

    [Theory]
    [InlineData("Low,0.3,0.5", "talk.wav: the label 'Low' is none of the model's, which writes 'low'; write it so too")]
    [InlineData("bass,0.3,0.5\ntreble,0.8,1.0", "talk.csv: none of its labels (bass, treble) is one of the model's (silence, unknown, low, high), so it would count no event")]
    public async Task Table_WithOtherLabelsThanTheModels_SaysSo(string lines, string says)
    {
        File.WriteAllText(Folder.File("positives/talk.csv"), $"label,start,end\n{lines}\n");
        var run = await Run([.. Arguments, "--format", "json"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(says, Assert.Single(run.Errors));
        Assert.Equal(4, Int(Assert.Single(run.Json).GetProperty("asShipped"), "events")); // the others are counted
    }

    [Fact]
    public async Task Json_CountsClipsRecordingsAndNegatives()
    {
        var report = await Report();
        Assert.Equal((6, 4, 1, 2, 1), Counts(report.GetProperty("asShipped")));
        Assert.Equal((3, 2, 1, 2, 1), Counts(report.GetProperty("asShippedByLabel").GetProperty("low")));
        Assert.Equal((3, 2, 0, 0, 0), Counts(report.GetProperty("asShippedByLabel").GetProperty("high")));
        Assert.Equal("[[2,0,1],[1,2,0],[2,0,0]]", report.GetProperty("confusion").GetRawText());
        Assert.Equal(5 + 1.3, Number(report, "positiveSeconds"), 1e-6);
        Assert.Equal(2 + 4.2, Number(report, "negativeSeconds"), 1e-6);
        Assert.Equal(1 / (6.2 / 3600), Number(report.GetProperty("asShipped"), "falseAlarmsPerHour"), 1e-6);
        Assert.Equal(101, report.GetProperty("sweep").GetArrayLength());
        Assert.Equal("", report.GetProperty("conditions").GetString());
        Assert.False(report.TryGetProperty("recommended", out _));
        Assert.True(Number(report.GetProperty("latencySeconds"), "median") < 0); // a tone is known before it ends
    }

    [Fact]
    public async Task Jobs_DoNotChangeTheFigures()
    {
        async Task<string> Figures(string jobs) => (await Report("--jobs", jobs)).EnumerateObject().Where(member => member.Name != "compute").Aggregate("", (text, member) => text + member);
        Assert.Equal(await Figures("1"), await Figures("4"));
    }

    [Fact]
    public async Task Table_SaysWhatIsFoundHowSureAndWhatToDo()
    {
        var run = await Run([.. Arguments, "--max-fa-per-hour", "1000"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var all = Assert.Single(run.Lines, line => line.StartsWith("all labels", StringComparison.Ordinal));
        Assert.Matches(@"all labels +0\.50 +6 +4 +33\.3 % +4\.3 to 77\.7 % +16\.7 % +1 +580\.65 +14\.70 to 3235\.1\d", all); // 2 of 6 missed, 1 in 6.2 s
        Assert.Contains(run.Lines, line => line.StartsWith("latency from an event's end: median -", StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.Contains("within   5 FA/h: ") && line.Contains("100.0 % missed, 0.00 FA/h (at most 1739.46, one-sided)")); // 2.9957 / 6.2 s
        Assert.Contains(run.Lines, line => line.StartsWith("together: 4 of 6 events found", StringComparison.Ordinal));
    }

    [Fact]
    public void Table_WhereNoThresholdMeetsTheBudget_SaysSoPlainly()
    {
        var evaluator = new Evaluator(HandMadeStream.Model);
        JudgedStream[] streams =
        [
            HandMadeStream.Heard(20, [HandMadeStream.Event("low", 1, 2), HandMadeStream.Event("high", 3, 4)], (1.5, "low", 0.9f), (3.5, "high", 0.9f)),
            HandMadeStream.Heard(3600, null, (1.00, "high", 1), (3.00, "high", 1)),
        ];
        var lines = EvaluationTable.Lines(evaluator.Recommend(evaluator.Report("", streams), streams, 1)).ToArray();
        Assert.Contains("  high        no threshold of high meets it; the best is 0.90, 0.0 % missed, 2.00 FA/h (0.24 to 7.22)", lines);
        Assert.Contains(lines, line => line.StartsWith("together: 2 of 2 events found", StringComparison.Ordinal) && line.EndsWith("over the budget", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Write_PutsTheThresholdsIntoACopy_WhichThenDoesWhatWasPromised()
    {
        var better = Folder.File("better.surnn");
        var promised = (await Report("--max-fa-per-hour", "1000", "--write", better)).GetProperty("recommended");
        var (before, after) = (ModelFile.Load(ModelPath), ModelFile.Load(better));
        Assert.Equal(["high", "low"], after.Defaults.Thresholds.Keys.Order());
        foreach (var (label, threshold) in after.Defaults.Thresholds)
            Assert.Equal(threshold, promised.GetProperty("byLabel").GetProperty(label).GetProperty("threshold").GetSingle());
        Assert.Equal(before.Defaults.Threshold, after.Defaults.Threshold);
        Assert.Equal(before.Weights["head.weight"], after.Weights["head.weight"]);
        Assert.Equal(["evaluation", "made"], after.Card.Keys.Order());
        Assert.Contains("4 of 6 events found", after.Card["evaluation"]);

        var run = await Run("evaluate", "--model", better, "--positives", _positives, "--negatives", _negatives, "--format", "json");
        Assert.Equal(Counts(promised.GetProperty("together")), Counts(Assert.Single(run.Json).GetProperty("asShipped")));
    }

    [Fact]
    public async Task Write_MayReplaceTheModelItself()
    {
        await Report("--max-fa-per-hour", "0", "--write", ModelPath);
        Assert.Equal(0.999f, ModelFile.Load(ModelPath).Defaults.Thresholds["low"]); // nothing lower keeps the beep out
        Assert.Equal(0, Int((await Report()).GetProperty("asShipped"), "falseAlarms"));
    }

    [Fact]
    public async Task SaveFalseAlarms_CutsThemOutOfTheNegatives()
    {
        var fired = Folder.File("fired");
        await Report("--save-false-alarms", fired);
        var detection = Assert.Single(ToneModel.Detect(Model, AsPcm(Beep)));
        var file = Assert.Single(Directory.GetFiles(fired));
        Assert.Equal(Words.Text($"deep_beep-low-{detection.Time.TotalSeconds:0.000}.wav"), Path.GetFileName(file));
        var (from, to) = ((int)Math.Round((detection.Start.TotalSeconds - 1) * 16_000), (int)Math.Round((detection.Time.TotalSeconds + 1) * 16_000));
        Assert.Equal(AsPcm(Beep)[from..to], AudioFile.ReadAll(file, 16_000));

        var again = await Run([.. Arguments, "--save-false-alarms", fired]);
        Assert.Equal((1, ""), (again.ExitCode, again.Out));
        Assert.Contains("name another folder", Assert.Single(again.Errors));
    }

    [Fact]
    public async Task MixNoise_MakesItHarder_AndIsSaidInTheReport()
    {
        Wav("noise/hiss.wav", ToneModel.Loud(3));
        var report = await Report("--mix-noise", Folder.File("noise"), "--snr", "-20");
        Assert.Contains("noise", report.GetProperty("conditions").GetString());
        Assert.True(Int(report.GetProperty("asShipped"), "hits") < 4);
    }

    [Fact]
    public async Task Room_IsSaidInTheReport()
    {
        Wav("rooms/hall.wav", [0.9f, 0, 0, 0, 0.1f]);
        Assert.Contains("rooms", (await Report("--room", Folder.File("rooms"))).GetProperty("conditions").GetString());
    }

    [Fact]
    public async Task Report_HasTheWholeSweep()
    {
        await Report("--report", Folder.File("report"), "--max-fa-per-hour", "1");
        var report = JsonElement.Parse(File.ReadAllText(Folder.File("report/report.json")));
        Assert.Equal(101, report.GetProperty("sweepByLabel").GetProperty("high").GetArrayLength());
        Assert.Equal(3, report.GetProperty("eventScores").GetProperty("low").GetArrayLength());
        Assert.Equal(2 + 5, report.GetProperty("negativeScoreCounts").GetProperty("low").EnumerateArray().Sum(count => count.GetInt32())); // seconds that were begun
        foreach (var picture in new[] { "det.svg", "confusion.svg", "scores.svg" })
            Assert.StartsWith("<svg ", File.ReadAllText(Folder.File($"report/{picture}")));
        Assert.Contains("tones.surnn", File.ReadAllText(Folder.File("report/report.html")));
    }

    [Fact]
    public async Task OnlyNegatives_HaveNoMisses_AndOnlyPositivesNoRate()
    {
        var negatives = await Run("evaluate", "--model", ModelPath, "--negatives", _negatives, _beep);
        Assert.Contains(negatives.Lines, line => line.Contains("all labels") && line.Contains("692.31") && line.Contains("-  -")); // 2 in 10.4 s
        var positives = await Run("evaluate", "--model", ModelPath, "--positives", _positives, "--format", "json");
        Assert.Equal(JsonValueKind.Null, Assert.Single(positives.Json).GetProperty("asShipped").GetProperty("falseAlarmsPerHour").ValueKind);
        Assert.Equal(JsonValueKind.Null, Assert.Single(positives.Json).GetProperty("detArea").ValueKind);
    }

    [Fact]
    public async Task AFileThatCannotBeRead_IsNamed_AndTheOthersCount()
    {
        File.WriteAllText(Folder.File("positives/low/0.wav"), "This is no sound.");
        Wav("positives/lost.wav", ToneModel.Tones(2));
        Wav("positives/wrong.wav", ToneModel.Tones(2));
        File.WriteAllText(Folder.File("positives/wrong.csv"), "label,start,end\nlow,0.3\n");
        var run = await Run([.. Arguments, "--format", "json"]);
        Assert.Equal((1, 3), (run.ExitCode, run.Errors.Length));
        Assert.Contains("lost.wav: there is no table lost.csv", run.Errors[0]);
        Assert.StartsWith($"surnn: {Folder.File("positives/wrong.csv")}: line 2: ", run.Errors[1]);
        Assert.Contains("0.wav", run.Errors[2]);
        Assert.Equal((6, 4, 1, 2, 1), Counts(Assert.Single(run.Json).GetProperty("asShipped")));
    }

    [Theory]
    [InlineData(2, "evaluate needs --positives", "--format", "json")]
    [InlineData(2, "--positives needs a value", "--positives", "--negatives", "x")]
    [InlineData(1, "no such file or folder", "--positives", "nowhere")]
    [InlineData(1, "no such file or folder", "--negatives", "nowhere.wav")]
    [InlineData(2, "--write needs --max-fa-per-hour", "--negatives", "x", "--write", "y")]
    [InlineData(2, "--max-fa-per-hour needs --positives", "--negatives", "x", "--max-fa-per-hour", "1")]
    [InlineData(2, "a number from 0", "--negatives", "x", "--positives", "x", "--max-fa-per-hour", "-1")]
    [InlineData(2, "--save-false-alarms needs --negatives", "--positives", "x", "--save-false-alarms", "y")]
    [InlineData(2, "--snr needs --mix-noise", "--positives", "x", "--snr", "3")]
    [InlineData(2, "--jobs", "--positives", "x", "--jobs", "0")]
    public async Task WhatCannotBe_IsOneLineWithTheRemedy(int exitCode, string part, params string[] options)
    {
        var run = await Run(["evaluate", "--model", ModelPath, .. options]);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Out));
        Assert.Contains(part, Assert.Single(run.Errors));
    }

    [Fact]
    public async Task AFolderOfNothing_IsAnError()
    {
        Directory.CreateDirectory(Folder.File("empty"));
        Assert.Contains("LABEL/*.wav", Assert.Single((await Run("evaluate", "--model", ModelPath, "--positives", Folder.File("empty"))).Errors));
        Assert.Contains("no sound file", Assert.Single((await Run("evaluate", "--model", ModelPath, "--negatives", Folder.File("empty"))).Errors));
    }

    [Fact]
    public async Task Progress_IsShownOnATerminal_AndNowhereElse()
    {
        var (output, drawn) = (new StringWriter(), new StringWriter());
        var screen = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(drawn), Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes });
        await Surnn.RunAsync(Arguments, new Terminal(output, TextWriter.Null, () => Stream.Null, screen), TestContext.Current.CancellationToken);
        Assert.Contains("8 files", drawn.ToString());
        Assert.DoesNotContain("8 files", output.ToString());
        var quiet = await Run(Arguments);
        Assert.DoesNotContain("8 files", quiet.Out + quiet.Error);
    }

    [Fact]
    public async Task CtrlC_EndsWithoutATable()
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var exitCode = await Surnn.RunAsync(Arguments, new Terminal(output, errors, () => Stream.Null), new CancellationToken(canceled: true));
        Assert.Equal((130, "", ""), (exitCode, output.ToString(), errors.ToString()));
    }

    [Fact]
    public async Task RealRecordings_GiveWhatTheCardSays()
    {
        var (words, books) = (Recordings.Folder("speech-commands", "validation"), Recordings.Folder("speech-negatives"));
        foreach (var label in new[] { "yes", "stop" })
        {
            foreach (var clip in Directory.GetFiles(Path.Combine(words, label), "*.wav").Order(StringComparer.Ordinal).Take(20))
            {
                Directory.CreateDirectory(Folder.File($"real/{label}"));
                File.Copy(clip, Folder.File($"real/{label}/{Path.GetFileName(clip)}"));
            }
        }
        var speech = Directory.GetFiles(books, "3664-*.wav").Order(StringComparer.Ordinal).First();
        var run = await Run("evaluate", "--model", Repository.File("models", "commands.surnn"), "--positives", Folder.File("real"), "--negatives", speech, "--format", "json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var shipped = Assert.Single(run.Json).GetProperty("asShipped");
        Assert.Equal(40, Int(shipped, "events"));
        Assert.InRange(Int(shipped, "hits"), 36, 40);
        Assert.InRange(Number(Assert.Single(run.Json).GetProperty("latencySeconds"), "median"), -0.2, 0.5);
    }

    /// <summary>The same file: no silence is added for one of them.</summary>
    [Fact]
    public async Task Detect_FindsWhatEvaluateFinds_ToTheLastSample()
    {
        for (var length = 0.04; length < 0.25; length += 0.013)
        {
            var path = Wav("end/cut.wav", [.. ToneModel.Quiet(0.3), .. ToneModel.Tone(ToneModel.Low, length)]);
            File.WriteAllText(Folder.File("end/cut.csv"), $"label,start,end\nlow,0.3,{(0.3 + length).ToString("0.000", System.Globalization.CultureInfo.InvariantCulture)}\n");
            var evaluated = await Run("evaluate", "--model", ModelPath, "--positives", path, "--format", "json");
            var detected = await Run("detect", path, "--model", ModelPath, "--format", "json");
            Assert.Equal(1, Int(Assert.Single(evaluated.Json).GetProperty("asShipped"), "hits"));
            Assert.Equal("low", detected.Json[0].GetProperty("label").GetString());
            Assert.Equal(2, detected.Json.Length);
        }
    }
}
