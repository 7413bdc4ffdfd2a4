using System.Globalization;
using System.Text.Json;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>What an evaluation says of single events, and who said them; two hits, three misses, three false alarms.</summary>
public sealed class EvaluateEventsTest : CliTest
{
    readonly string _positives, _negatives, _report;

    public EvaluateEventsTest()
    {
        (_positives, _negatives, _report) = (Folder.File("positives"), Folder.File("negatives"), Folder.File("report"));
        Wav("positives/low/ann_1.wav", ToneModel.Tone(ToneModel.Low, 1));
        Wav("positives/low/bob_1.wav", ToneModel.Quiet(1));                     // missed: no candidate
        Wav("positives/high/ann_2.wav", ToneModel.Tone(ToneModel.High, 1));
        Wav("positives/high/bob_2.wav", ToneModel.Tone(ToneModel.Low, 1));      // missed, and a wrong label
        Wav("positives/talk.wav", [.. ToneModel.Tones(1), .. ToneModel.Quiet(1.5)]);
        File.WriteAllText(Folder.File("positives/talk.csv"), "speaker,end,start,label\ncaro,2.2,2.0,high\n"); // missed, and the tone at 0.3 s is a false alarm
        Wav("negatives/dan_beep.wav", [.. ToneModel.Quiet(2), .. ToneModel.Tone(ToneModel.Low, 0.2), .. ToneModel.Quiet(2)]);
        File.WriteAllText(Folder.File("said.tsv"), "text\tfile\nthe old beep\tdan_beep.wav\n");
    }

    async Task<string> Evaluated(params string[] options)
    {
        var run = await Run(["evaluate", "--model", ModelPath, "--positives", _positives, "--negatives", _negatives, "--report", _report, .. options]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run.Out;
    }

    JsonElement[] Rows() => [.. File.ReadLines(Path.Combine(_report, "events.jsonl")).Select(line => JsonElement.Parse(line))];

    static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;

    [Fact]
    public async Task EveryEventAndFalseAlarm_IsARow_WithItsReason()
    {
        await Evaluated("--transcripts", Folder.File("said.tsv"));
        Assert.Equal(
        [
            "talk.wav|false alarm|low||talk.wav", "talk.wav|miss|high|no candidate|caro",
            "high/ann_2.wav|hit|high||ann", "high/bob_2.wav|false alarm|low||bob", "high/bob_2.wav|miss|high|other label|bob",
            "low/ann_1.wav|hit|low||ann", "low/bob_1.wav|miss|low|no candidate|bob",
            "dan_beep.wav|false alarm|low||dan",
        ], Rows().Select(row => string.Join('|', new[] { "file", "kind", "label", "reason", "speaker" }.Select(name => Text(row, name).Replace('\\', '/')))).OrderBy(row => row.StartsWith("talk", StringComparison.Ordinal) ? 0 : row.StartsWith("dan", StringComparison.Ordinal) ? 2 : 1).ThenBy(row => row.Split('|')[0]).ThenBy(row => row.Split('|')[1]));
        var wrong = Rows().Single(row => Text(row, "kind") == "miss" && Text(row, "speaker") == "bob" && Text(row, "label") == "high");
        Assert.Equal("low", Text(wrong, "other"));
        Assert.Equal(0.5, wrong.GetProperty("threshold").GetDouble());
        Assert.Equal(-9.0, Rows().First(row => Text(row, "kind") == "hit").GetProperty("level").GetDouble(), 0.1); // a sine of half of full scale
        Assert.Equal("the old beep", Text(Rows().Single(row => row.GetProperty("negative").GetBoolean()), "said"));
        Assert.Equal(JsonValueKind.Null, wrong.GetProperty("found").ValueKind);
    }

    [Fact]
    public async Task TheCsv_HasTheSameRows_AndTheSummaryAFileOfItsOwn()
    {
        await Evaluated();
        var lines = File.ReadAllLines(Path.Combine(_report, "events.csv"));
        Assert.Equal("file,kind,label,start,end,found,score,peak,threshold,reason,other,level,snr,speaker,condition,negative,said,clip", lines[0]);
        Assert.Equal(Rows().Length, lines.Length - 1);
        Assert.All(lines, line => Assert.Equal(17, line.Count(c => c == ',')));
        var summary = JsonElement.Parse(File.ReadAllText(Path.Combine(_report, "summary.json")));
        Assert.Equal(5, summary.GetProperty("asShipped").GetProperty("events").GetInt32());
        Assert.False(summary.TryGetProperty("sweepByLabel", out _));
    }

    [Fact]
    public async Task MissesAndFalseAlarms_HaveClipsTracksAndAPlace_InThePage()
    {
        await Evaluated();
        string[] clips = [.. Rows().Select(row => Text(row, "clip")).Where(clip => clip.Length > 0)];
        Assert.Equal(6, clips.Length);
        Assert.All(clips, clip => Assert.True(File.Exists(Path.Combine(_report, clip)), clip));
        Assert.Equal(6, Directory.GetFiles(Path.Combine(_report, "clips")).Length);
        var missed = AudioFile.ReadAll(Path.Combine(_report, clips.Single(clip => clip.Contains("missed-talk", StringComparison.Ordinal))), 16_000);
        Assert.Equal(AudioFile.ReadAll(Folder.File("positives/talk.wav"), 16_000)[16_000..], missed); // from 1 s before; 1 s after is more than there is
        Assert.Matches(@"^0\.\d{3}\t\d\.\d{3}\tfalse low\n2\.000\t2\.200\tmissed high\n$", File.ReadAllText(Path.Combine(_report, "labels", "talk.txt")));
        var page = System.Xml.Linq.XDocument.Parse(File.ReadAllText(Path.Combine(_report, "report.html")));
        Assert.Equal(6, page.Descendants("audio").Count());
        Assert.Equal(6, page.Descendants("polyline").Count());
        Assert.Equal(4, page.Descendants("select").Count());
        string[][] rows = [.. page.Descendants("table").Single(table => (string?)table.Attribute("id") == "events").Descendants("tr").Select(row => row.Elements().Select(cell => cell.Value).ToArray())];
        Assert.Equal(["File", "Label", "What", "Score and sound"], rows[0][..4]); // sounds are where no page cuts them off
        Assert.All(rows, row => Assert.Equal(rows[0].Length, row.Length));
        Assert.DoesNotContain("Said", rows[0]); // there are no transcripts
        Assert.All(page.Descendants("select"), list => Assert.Equal(rows[0][(int)list.Attribute("data-column")!] + ": all", list.Value));
        var reasons = page.Descendants("details").Single(details => details.Element("summary")!.Value == "Why events were missed").Descendants("tr").Select(row => row.Elements().Select(cell => cell.Value).ToArray()).ToArray();
        Assert.Equal(["reason", "Missed", "Part of all missed"], reasons[0]);
        Assert.Equal(100, reasons[1..].Sum(row => double.Parse(row[2].TrimEnd(' ', '%'), CultureInfo.InvariantCulture)), 0.11);
        Assert.Contains("missed: other label (low)", page.ToString());
    }

    [Fact]
    public async Task Clips_AreAtMostAsManyAsAllowed()
    {
        await Evaluated("--clips", "2");
        Assert.Equal(2, Directory.GetFiles(Path.Combine(_report, "clips")).Length);
    }

    [Fact]
    public async Task Groups_CountBySpeakerReasonAndCondition()
    {
        var table = await Evaluated("--conditions", "clean,quiet,child,telephone,loudspeaker,room,noise", "--transcripts", Folder.File("said.tsv"));
        var groups = JsonElement.Parse(File.ReadAllText(Path.Combine(_report, "report.json"))).GetProperty("groups").EnumerateArray().ToArray();
        JsonElement Group(string group, string name) => groups.Single(one => Text(one, "group") == group && Text(one, "name") == name);
        Assert.Equal((14, 14), (Group("speaker", "bob").GetProperty("events").GetInt32(), groups.Where(one => Text(one, "group") == "condition").Count() * 2));
        Assert.Equal((5, 3), (Group("condition", "clean").GetProperty("events").GetInt32(), Group("condition", "clean").GetProperty("misses").GetInt32()));
        Assert.Equal(1, Group("condition", "clean").GetProperty("falseAlarms").GetInt32());
        Assert.True(Group("said", "beep").GetProperty("falseAlarms").GetInt32() >= 1);
        Assert.Contains("by condition", table);
        Assert.Contains("why events were missed", table);
        Assert.Equal(7 * 5, Rows().Count(row => Text(row, "kind") != "false alarm"));
        Assert.Equal(["child", "clean", "loudspeaker", "noise", "quiet", "room", "telephone"], Rows().Select(row => Text(row, "condition")).Distinct().Order());
    }

    [Fact]
    public async Task Against_CountsWhatOnlyOneFinds()
    {
        var deaf = Folder.File("deaf.surnn");
        ModelFile.Save(deaf, ToneModel.Build(Model.Defaults with { Thresholds = new Dictionary<string, float> { ["high"] = 0.999f } }));
        var table = await Evaluated("--against", deaf);
        var against = JsonElement.Parse(File.ReadAllText(Path.Combine(_report, "summary.json"))).GetProperty("against");
        int Int(string name) => against.GetProperty(name).GetInt32();
        Assert.Equal((1, 1, 0, 3), (Int("both"), Int("onlyThis"), Int("onlyOther"), Int("neither")));
        Assert.Equal(1, against.GetProperty("mcNemar").GetDouble()); // one pair says nothing
        Assert.Contains("only this 1, only the other 0", table);
        Assert.Contains("deaf.surnn", table);
        var page = System.Xml.Linq.XDocument.Parse(File.ReadAllText(Path.Combine(_report, "report.html")));
        var missed = page.Descendants("section").Single(section => section.Element("h2")!.Value == "Against deaf.surnn").Descendants("tr").ElementAt(1).Elements().Select(cell => cell.Value).ToArray();
        Assert.Equal(["missed, difference in points", "60.0 %", "80.0 %", "-20.0"], missed[..4]);

        var run = await Run(["evaluate", "--model", ModelPath, "--positives", _positives, "--against", Repository.File("models", "commands.surnn")]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("only models of the same labels can be compared", Assert.Single(run.Errors));
    }

    [Theory]
    [InlineData(2, "--conditions", "sea", "--conditions sea: it is one of clean, noise")]
    [InlineData(2, "--clips", "3", "--clips needs --report")]
    [InlineData(1, "--transcripts", "said.csv", "said.csv")]
    public async Task WhatCannotBe_IsOneLine(int exitCode, string option, string value, string says)
    {
        var run = await Run(["evaluate", "--model", ModelPath, "--positives", _positives, option, value]);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Out));
        Assert.Contains(says, Assert.Single(run.Errors));
    }
}
