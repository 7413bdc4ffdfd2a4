using System.Text.Json;
using SuRnnStream.Cli;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>An evaluation that is interrupted, wherever it was, comes to the same figures.</summary>
public sealed class EvaluateResumeTest : CliTest
{
    readonly string _journal, _report;

    public EvaluateResumeTest()
    {
        (_journal, _report) = (Folder.File("journal"), Folder.File("report"));
        for (var i = 0; i < 4; i++) Wav($"positives/low/ann_{i}.wav", i % 2 == 0 ? ToneModel.Tone(ToneModel.Low, 1) : ToneModel.Quiet(1));
        for (var i = 0; i < 4; i++) Wav($"negatives/bob_{i}.wav", [.. ToneModel.Quiet(1), .. ToneModel.Tone(ToneModel.High, 0.1 * i), .. ToneModel.Quiet(1)]);
    }

    string[] Arguments => ["evaluate", "--model", ModelPath, "--positives", Folder.File("positives"), "--negatives", Folder.File("negatives"), "--report", _report, "--max-fa-per-hour", "400", "--format", "json", "--jobs", "1"];

    /// <summary>Everything that the evaluation says but for the times that were measured.</summary>
    async Task<string> Figures(params string[] options)
    {
        var run = await Run([.. Arguments, .. options]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var report = JsonElement.Parse(File.ReadAllText(Path.Combine(_report, "report.json"))).EnumerateObject().Where(member => member.Name != "compute").Aggregate("", (text, member) => text + member);
        return report + File.ReadAllText(Path.Combine(_report, "events.jsonl")) + File.ReadAllText(Path.Combine(_report, "events.csv"));
    }

    [Fact]
    public async Task AJournalThatWasCutOffAnywhere_GivesTheSameFigures()
    {
        var expected = await Figures();
        Assert.Equal(expected, await Figures("--resume", _journal));
        Assert.Equal(expected, await Figures("--resume", _journal));
        var whole = File.ReadAllBytes(_journal);
        for (var length = 0; length < whole.Length; length += whole.Length / 7)
        {
            File.WriteAllBytes(_journal, whole[..length]);
            Assert.Equal(expected, await Figures("--resume", _journal));
            Assert.Equal(whole.Length, new FileInfo(_journal).Length);
        }
        File.WriteAllBytes(_journal, [.. whole[..(whole.Length / 2)], (byte)~whole[whole.Length / 2], .. whole[(whole.Length / 2 + 1)..]]); // a bit that turned ends what counts
        Assert.Equal(expected, await Figures("--resume", _journal));
    }

    [Fact]
    public async Task CtrlC_KeepsWhatIsDone_AndTheNextRunGoesOn()
    {
        var expected = await Figures();
        var errors = new StringWriter();
        using var stop = new CancellationTokenSource();
        using var watcher = new Timer(_ => { if (File.Exists(_journal) && new FileInfo(_journal).Length > 1_000) stop.Cancel(); }, null, 0, 1);
        var exitCode = await Surnn.RunAsync([.. Arguments, "--resume", _journal], new Terminal(new StringWriter(), errors, () => Stream.Null), stop.Token);
        Assert.True(exitCode is 130 or 0, errors.ToString()); // 0: it was faster than the watcher
        Assert.Equal(expected, await Figures("--resume", _journal));
    }

    [Fact]
    public async Task WhatIsDone_IsNotHeardAgain_AndAChangedFileIs()
    {
        await Figures("--resume", _journal);
        var before = new FileInfo(_journal).Length;
        await Figures("--resume", _journal);
        Assert.Equal(before, new FileInfo(_journal).Length);
        Wav("positives/low/ann_1.wav", ToneModel.Tone(ToneModel.Low, 1.2));
        Assert.Equal(await Figures(), await Figures("--resume", _journal));
        Assert.True(new FileInfo(_journal).Length > before);
    }

    [Fact]
    public async Task AJournalOfOtherSettings_OrNone_IsOneError()
    {
        await Figures("--resume", _journal);
        var other = await Run([.. Arguments, "--resume", _journal, "--mix-noise", Folder.File("negatives")]);
        Assert.Contains("it was written with another model or other settings", Assert.Single(other.Errors));
        File.WriteAllText(_journal, new string('x', 500));
        var none = await Run([.. Arguments, "--resume", _journal]);
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("this is no journal of an evaluation", Assert.Single(none.Errors));
    }
}
