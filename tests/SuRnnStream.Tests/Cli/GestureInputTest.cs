using System.Globalization;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>The shipped gesture model's six channels from the command line: right and wrong columns, units, rates and lines.</summary>
public sealed class GestureInputTest : CliTest
{
    static readonly string Gestures = Repository.File("models", "gesture.surnn");
    static readonly string[] Sample = File.ReadAllLines(Repository.File("samples", "sensors", "gesture.csv"));

    string Table(string name, string header, IEnumerable<string> lines)
    {
        File.WriteAllLines(Folder.File(name), lines.Prepend(header));
        return Folder.File(name);
    }

    [Fact]
    public async Task Table_InAnotherOrderAndAsJsonLines_GivesTheSameDetections()
    {
        static string Label(CliRun run) => string.Join(' ', run.Json[..^1].Select(json => $"{json.GetProperty("label").GetString()} {json.GetProperty("end").GetDouble()}"));
        var expected = await Run("detect", Repository.File("samples", "sensors", "gesture.csv"), "--model", Gestures, "--format", "json");
        Assert.Equal(9, expected.Json.Length);
        var turned = Table("turned.csv", string.Join(';', Sample[0].Split(',').Reverse()), Sample.Skip(1).Select(line => string.Join(';', line.Split(',').Reverse())));
        Assert.Equal(Label(expected), Label(await Run("detect", turned, "--model", Gestures, "--format", "json")));
        var names = Sample[0].Split(',').Select(head => head[..head.IndexOf(" [", StringComparison.Ordinal)]).ToArray();
        var lines = Folder.File("gesture.jsonl");
        File.WriteAllLines(lines, Sample.Skip(1).Select(line => $"{{{string.Join(", ", line.Split(',').Select((cell, i) => $"\"{names[i]}\": {cell}"))}}}"));
        Assert.Equal(Label(expected), Label(await Run("detect", lines, "--model", Gestures, "--format", "json")));
    }

    [Theory]
    [InlineData("acc z [m/s2],", "", "line 1: there is no channel 'acc z', only 'time', 'acc x', 'acc y', 'gyro x'")]
    [InlineData("[m/s2]", "[g]", "line 1: the channel 'acc x' is in g, but the model hears m/s2; convert it to m/s2")]
    [InlineData("[rad/s]", "[deg/s]", "line 1: the channel 'gyro x' is in deg/s, but the model hears rad/s; convert it to rad/s")]
    [InlineData("gyro", "gyro_degs", "line 1: there is no channel 'gyro x', only")]
    [InlineData("gyro z", "gyro y", "line 1: the channel 'gyro y' is there 2 times; rename all but one")]
    public async Task Table_WithOtherColumns_IsOneLineThatSaysWhatToDo(string from, string to, string says)
    {
        var run = await Run("detect", Table("other.csv", Sample[0].Replace(from, to), Sample.Skip(1)), "--model", Gestures);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"other.csv: {says}", Assert.Single(run.Errors));
    }

    [Fact]
    public async Task Table_AtAnotherRateOrCutShort_IsOneLineThatSaysWhere()
    {
        var slow = Table("slow.csv", Sample[0], Sample.Skip(1).Select((line, i) => string.Create(CultureInfo.InvariantCulture, $"{0.02 * i}{line[line.IndexOf(',')..]}")));
        Assert.Contains("lines come every 0.02 s, which is 50 Hz, but the model hears 100 Hz; resample the recording to 100 Hz", Assert.Single((await Run("detect", slow, "--model", Gestures)).Errors));
        var cut = Table("cut.csv", Sample[0], [.. Sample[1..50], "0.5,1,2"]);
        Assert.Contains("cut.csv: line 51: there are 3 cells, but the header has 7; complete the line or remove it", Assert.Single((await Run("detect", cut, "--model", Gestures)).Errors));
        var lines = Folder.File("other.jsonl");
        File.WriteAllText(lines, "[1, 2, 3]\n");
        Assert.Contains("other.jsonl: line 1: there are 3 numbers, but the model hears 6 channels", Assert.Single((await Run("detect", lines, "--model", Gestures)).Errors));
    }
}
