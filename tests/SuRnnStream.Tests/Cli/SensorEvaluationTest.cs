using System.Text.Json;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>surnn evaluate with models of sensors, on the shipped minute of each.</summary>
public sealed class SensorEvaluationTest : CliTest
{
    static readonly string Heartbeat = Repository.File("models", "heartbeat.surnn"), Gesture = Repository.File("models", "gesture.surnn");
    static readonly string Ecg = Repository.File("samples", "sensors", "ecg.csv"), Gestures = Repository.File("samples", "sensors", "gesture.csv");

    static int Lines(string table, string label) => File.ReadLines(Path.ChangeExtension(table, ".labels.csv")).Count(line => line.EndsWith($",{label}", StringComparison.Ordinal));

    [Fact]
    public async Task Heartbeats_AreCountedByLabel()
    {
        var run = await Run("evaluate", "--model", Heartbeat, "--positives", Ecg, "--format", "json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var json = Assert.Single(run.Json);
        Assert.Equal(0.15, json.GetProperty("toleranceSeconds").GetDouble());
        foreach (var label in new[] { "beat", "ventricular" })
        {
            var scores = json.GetProperty("labels").GetProperty(label);
            Assert.Equal(Lines(Ecg, label), scores.GetProperty("found").GetInt32() + scores.GetProperty("missed").GetInt32());
            Assert.True(scores.GetProperty("f1").GetDouble() > 0.9, scores.ToString());
        }
        Assert.InRange(json.GetProperty("latencySeconds").GetProperty("median").GetDouble(), 0.02, 0.4);
        Assert.Equal(json.GetProperty("any").ToString(), json.GetProperty("recordings").GetProperty("ecg").GetProperty("any").ToString());
    }

    [Fact]
    public async Task Gestures_AreFoundByTheirNames_WithinTheTolerance()
    {
        var run = await Run("evaluate", "--model", Gesture, "--positives", Gestures, "--tolerance", "0.75");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["gesture", "all", "false", "from", "from", "a"], run.Lines.Select(line => line.Split(' ')[0]));
        Assert.StartsWith("gesture    any event Se 100.00 %", run.Lines[0], StringComparison.Ordinal);
        var narrow = await Run("evaluate", "--model", Gesture, "--positives", Gestures, "--tolerance", "0.001");
        Assert.StartsWith("gesture    any event Se 0.00 %", narrow.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFolder_IsReadWhole_AndARecordingWithoutEventsCountsFalseOnes()
    {
        foreach (var file in new[] { "gesture.csv", "gesture.labels.csv" }) File.Copy(Repository.File("samples", "sensors", file), Folder.File(file));
        File.Copy(Gestures, Folder.File("none.csv"));
        File.WriteAllText(Folder.File("none.labels.csv"), "time,label\n");
        var run = await Run("evaluate", "--model", Gesture, "--positives", Folder.Path, "--tolerance", "0.75", "--format", "json");
        var recordings = Assert.Single(run.Json).GetProperty("recordings");
        var (found, wrong) = (recordings.GetProperty("gesture").GetProperty("any").GetProperty("found").GetInt32(), recordings.GetProperty("none").GetProperty("any").GetProperty("false").GetInt32());
        Assert.True(found > 0);
        Assert.True(wrong >= found, $"{wrong} of {found}"); // the same detections, none of which is right
    }

    /// <summary>Thresholds are chosen within a budget, and a label that cannot meet it has none; the model that is written has them, and does as was said.</summary>
    [Fact]
    public async Task ThresholdsWithinABudget_AreChosenFromTheSweep_AndWritten()
    {
        foreach (var file in new[] { "gesture.csv", "gesture.labels.csv" }) File.Copy(Repository.File("samples", "sensors", file), Folder.File(file));
        File.WriteAllLines(Folder.File("gesture.labels.csv"), File.ReadLines(Gestures.Replace(".csv", ".labels.csv")).Where((_, line) => line != 1)); // its first gesture is a false alarm
        string[] evaluate = ["evaluate", "--model", Gesture, "--positives", Folder.Path, "--tolerance", "0.75", "--format", "json"];
        async Task<JsonElement> Chosen(string budget, params string[] more)
        {
            var run = await Run([.. evaluate, "--max-fa-per-hour", budget, .. more]);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            return Assert.Single(run.Json);
        }
        var (wide, none) = (await Chosen("1000", "--write", Folder.File("chosen.surnn")), await Chosen("0"));
        Assert.Equal(19, wide.GetProperty("sweep").GetArrayLength());
        foreach (var point in wide.GetProperty("sweep").EnumerateArray())
            Assert.Equal(wide.GetProperty("sweepByLabel").EnumerateObject().SelectMany(label => label.Value.EnumerateArray()).Where(one => one.GetProperty("threshold").GetDouble() == point.GetProperty("threshold").GetDouble()).Sum(one => one.GetProperty("falseAlarms").GetInt32()),
                point.GetProperty("falseAlarms").GetInt32());
        var (ofWide, ofNone) = (wide.GetProperty("recommended").GetProperty("together"), none.GetProperty("recommended").GetProperty("together"));
        Assert.Equal((7, 1), (ofWide.GetProperty("hits").GetInt32(), ofWide.GetProperty("falseAlarms").GetInt32()));
        Assert.Equal(1, ofNone.GetProperty("falseAlarms").GetInt32());
        Assert.Equal(JsonValueKind.Null, none.GetProperty("recommended").GetProperty("byLabel").GetProperty("wingardium").ValueKind); // the one that lost its label is too sure for any threshold
        Assert.InRange(none.GetProperty("recommended").GetProperty("byLabel").GetProperty("flippendo").GetProperty("threshold").GetDouble(), 0.15, 0.9);

        var written = ModelFile.Load(Folder.File("chosen.surnn"));
        foreach (var label in wide.GetProperty("recommended").GetProperty("byLabel").EnumerateObject()) Assert.Equal(label.Value.GetProperty("threshold").GetSingle(), written.Defaults.Thresholds[label.Name]);
        Assert.Contains("thresholds chosen for 1000 false alarms an hour; 7 of 7 events found", written.Card["evaluation"]);
        var again = Assert.Single((await Run("evaluate", "--model", Folder.File("chosen.surnn"), "--positives", Folder.Path, "--tolerance", "0.75", "--format", "json")).Json);
        Assert.Equal(ofWide.GetProperty("hits").GetInt32(), again.GetProperty("labels").EnumerateObject().Sum(label => label.Value.GetProperty("found").GetInt32()));
    }

    [Fact]
    public async Task TheTable_HasALineAThreshold_AndTheChoice()
    {
        var run = await Run("evaluate", "--model", Gesture, "--positives", Gestures, "--tolerance", "0.75", "--max-fa-per-hour", "60");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(19, run.Lines.Count(line => line.StartsWith("  0.", StringComparison.Ordinal)));
        Assert.Contains("  0.05    0.0 % missed      60.00 FA/h (1.52 to 334.30)", run.Lines);
        Assert.Contains("  0.95   12.5 % missed       0.00 FA/h (at most 179.74, one-sided)", run.Lines);
        Assert.Contains("thresholds for 60 FA/h of all labels together, chosen on these recordings: judge them on others", run.Lines);
        Assert.StartsWith("together: 8 of 8 events found", run.Lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--room is for models of sound, but this one takes sensors", "--room", "rooms")]
    [InlineData("--negatives is for models of sound, but this one takes sensors", "--negatives", "quiet")]
    [InlineData("the model detects background, ", "--codes", "a=A")]
    [InlineData("--codes: 'a' does not say which codes a label has", "--codes", "a")]
    [InlineData("--tolerance is a number of seconds above 0 and up to 10, not 0", "--tolerance", "0")]
    public async Task WhatDoesNotFit_IsRefused(string says, params string[] options)
    {
        var run = await Run(["evaluate", "--model", Gesture, "--positives", Gestures, .. options]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(says, Assert.Single(run.Errors));
    }

    [Fact]
    public async Task AModelOfSound_HasNoTolerance()
    {
        var run = await Run("evaluate", "--model", ModelPath, "--positives", Folder.Path, "--tolerance", "0.2");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--tolerance is for models of sensors, but ", Assert.Single(run.Errors));
    }
}
