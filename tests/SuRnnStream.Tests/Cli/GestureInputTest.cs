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

    /// <summary>Names and units as a phone may export them: exact conversions give the same detections to the bit.</summary>
    [Theory]
    [InlineData("csv", "x,y,z", " [cm/s2]", null)]
    [InlineData("csv", "x,y,z", "", "acc x=x [cm/s2],acc y=y [cm/s2],acc z=z [cm/s2]")]
    [InlineData("jsonl", "accelerometer.x,accelerometer.y,accelerometer.z", "", "acc x=accelerometer.x [cm/s2],acc y=accelerometer.y [cm/s2],acc z=accelerometer.z [cm/s2]")]
    public async Task Table_WithOtherNamesAndUnits_GivesTheSameDetections(string kind, string names, string unit, string? map)
    {
        var heads = Sample[0].Split(',');
        if (kind == "csv") foreach (var (i, name) in names.Split(',').Index()) heads[1 + i] = (map is null ? "acc " : "") + name + unit;
        string[][] cells = [.. Sample.Skip(1).Select(line => line.Split(',').Select((cell, i) => i is >= 1 and <= 3 ? (100 * decimal.Parse(cell, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture) : cell).ToArray())];
        var path = kind == "csv" ? Table("other.csv", string.Join(',', heads), cells.Select(row => string.Join(',', row))) : Folder.File("other.jsonl");
        if (kind == "jsonl") File.WriteAllLines(path, cells.Select(row => $$"""{"accelerometer": {"x": {{row[1]}}, "y": {{row[2]}}, "z": {{row[3]}}}, "gyro x": {{row[4]}}, "gyro y": {{row[5]}}, "gyro z": {{row[6]}}}"""));
        static string Found(CliRun run) => string.Join(' ', run.Json[..^1].Select(json => $"{json.GetProperty("label")} {json.GetProperty("end")} {json.GetProperty("score")}"));
        string[] options = map is null ? [] : ["--map", map];
        var expected = await Run("detect", Repository.File("samples", "sensors", "gesture.csv"), "--model", Gestures, "--format", "json");
        var run = await Run(["detect", path, "--model", Gestures, "--format", "json", .. options]);
        Assert.Equal("", run.Error);
        Assert.Equal(Found(expected), Found(run));
    }

    /// <summary>Units of every quantity and orders of the columns: to the bit where a conversion is a power of ten, and to 1 in 10,000 of the score where it is rounded.</summary>
    [Theory]
    [InlineData("s", "m/s2", "rad/s", 1, 1, 1, 0)]
    [InlineData("ms", "cm/s2", "rad/s", 1000, 100, 1, 1)]
    [InlineData("us", "m/s2", "rad/s", 1000000, 1, 1, 2)]
    [InlineData("s", "g", "deg/s", 1, 1 / 9.80665, 180 / Math.PI, 3)]
    [InlineData("ms", "mg", "deg/s", 1000, 1000 / 9.80665, 180 / Math.PI, 4)]
    public async Task Table_InEveryUnitAndOrder_GivesTheSameDetections(string time, string acceleration, string rotation, double times, double accelerated, double turned, int seed)
    {
        var exact = Math.Abs(accelerated - Math.Round(accelerated)) == 0;
        int[] order = [.. Enumerable.Range(0, 7)];
        new Random(seed).Shuffle(order);
        var heads = Sample[0].Split(',').Select(head => head.Replace("[s]", $"[{time}]").Replace("m/s2", acceleration).Replace("rad/s", rotation)).ToArray();
        string Cell(string cell, int i)
        {
            var value = double.Parse(cell, CultureInfo.InvariantCulture);
            return exact ? ((decimal)(i == 0 ? times : i <= 3 ? accelerated : 1) * decimal.Parse(cell, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture)
                : (value * (i == 0 ? times : i <= 3 ? accelerated : turned)).ToString("R", CultureInfo.InvariantCulture);
        }
        var path = Table("units.csv", string.Join(',', order.Select(i => heads[i])), Sample.Skip(1).Select(line => line.Split(',')).Select(cells => string.Join(',', order.Select(i => Cell(cells[i], i)))));
        var expected = await Run("detect", Repository.File("samples", "sensors", "gesture.csv"), "--model", Gestures, "--format", "json");
        var run = await Run("detect", path, "--model", Gestures, "--format", "json");
        Assert.Equal("", run.Error);
        static (string?, double, double)[] Found(CliRun run) => [.. run.Json[..^1].Select(json => (json.GetProperty("label").GetString(), json.GetProperty("end").GetDouble(), json.GetProperty("score").GetDouble()))];
        var (wanted, found) = (Found(expected), Found(run));
        Assert.Equal(8, found.Length);
        if (exact) Assert.Equal(wanted, found);
        Assert.Equal(wanted.Select(one => (one.Item1, one.Item2)), found.Select(one => (one.Item1, one.Item2)));
        Assert.All(wanted.Zip(found), pair => Assert.Equal(pair.First.Item3, pair.Second.Item3, 1e-4));
    }

    [Fact]
    public async Task Table_InGWithoutSayingSo_IsToldOnce()
    {
        var run = await Run("detect", Table("g.csv", Sample[0], Sample.Skip(1).Select(line => string.Join(',', line.Split(',').Select((cell, i) =>
            i is >= 1 and <= 3 ? (double.Parse(cell, CultureInfo.InvariantCulture) / 9.80665).ToString("R", CultureInfo.InvariantCulture) : cell)))), "--model", Gestures);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("gravity is 9.807: is it in g? Say so in the header or a map", Assert.Single(run.Errors));
    }

    [Theory]
    [InlineData("acc q=x", "--map: the model has no channel 'acc q', only 'acc x'")]
    [InlineData("acc x", "--map: 'acc x' does not map a channel")]
    public async Task Map_ThatIsNone_IsOneLine(string map, string says)
    {
        foreach (var command in new[] { "detect", "listen" })
            Assert.Contains(says, Assert.Single((await Run(command, Repository.File("samples", "sensors", "gesture.csv"), "--model", Gestures, "--map", map)).Errors));
        Assert.Contains("--map is for sensors", Assert.Single((await Run("detect", Repository.File("samples", "audio", "commands.wav"), "--map", "acc x=x", "--model", Repository.File("models", "commands.surnn"))).Errors));
    }

    [Theory]
    [InlineData("acc z [m/s2],", "", "line 1: there is no channel 'acc z', only 'time', 'acc x', 'acc y', 'gyro x'")]
    [InlineData("[m/s2]", "[V]", "line 1: the channel 'acc x' is in V, but the model needs m/s2; convert it to m/s2")]
    [InlineData("[rad/s]", "[K]", "line 1: the channel 'gyro x' is in K, but the model needs rad/s; convert it to rad/s")]
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
        Assert.Contains("lines come every 0.02 s, which is 50 Hz, but the model takes 100 Hz; resample the recording to 100 Hz", Assert.Single((await Run("detect", slow, "--model", Gestures)).Errors));
        var cut = Table("cut.csv", Sample[0], [.. Sample[1..50], "0.5,1,2"]);
        Assert.Contains("cut.csv: line 51: there are 3 cells, but the header has 7; complete the line or remove it", Assert.Single((await Run("detect", cut, "--model", Gestures)).Errors));
        var lines = Folder.File("other.jsonl");
        File.WriteAllText(lines, "[1, 2, 3]\n");
        Assert.Contains("other.jsonl: line 1: there are 3 numbers, but the model takes 6 channels", Assert.Single((await Run("detect", lines, "--model", Gestures)).Errors));
    }
}
