using System.Globalization;
using System.Text;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>surnn detect with a model of sensors: records, tables, JSON Lines.</summary>
public sealed class DetectSensorsTest : CliTest
{
    static readonly SuRnnModel Sensors = TinyModels.Build(SensorModels.Config(), defaults: TinyModels.Eager);
    static readonly short[][] Steps = Signals();

    public DetectSensorsTest() => ModelFile.Save(ModelPath, Sensors);

    /// <summary>Both channels in steps of 1/200, as a record holds them.</summary>
    static short[][] Signals()
    {
        var samples = SensorModels.Stream(3_000, seed: 3, missing: 0);
        return [.. Enumerable.Range(0, 2).Select(c => samples.Where((_, i) => i % 2 == c).Select(sample => (short)Math.Round(200 * sample)).ToArray())];
    }

    static float[] Moment(int m) => [Steps[0][m] / 200f, Steps[1][m] / 200f];

    static List<Detection> Expected()
    {
        var found = new List<Detection>();
        new StreamingDetector(Sensors).Process([.. Enumerable.Range(0, 3_000).SelectMany(Moment)], found.Add);
        Assert.True(found.Count > 5);
        return found;
    }

    string Record() => WfdbFiles.Write(Folder.Path, "ecg", 16, 125, ("acc x", Steps[1]), ("I", Steps[0]));

    [Fact]
    public async Task RecordTableAndLines_GiveTheSameDetections()
    {
        static string Cell(float value) => value.ToString("R", CultureInfo.InvariantCulture);
        var header = Record();
        File.WriteAllText(header, File.ReadAllText(header).Replace("ecg.dat 16 200 16 0 " + Steps[1][0], "ecg.dat 16 200/g 16 0 " + Steps[1][0]));
        var (table, lines) = (Folder.File("ecg.csv"), Folder.File("ecg.jsonl"));
        File.WriteAllLines(table, Enumerable.Range(0, 3_000).Select(m => $"{Cell(m / 125f)},{Cell(Moment(m)[1])},{Cell(Moment(m)[0])}").Prepend("time,acc x [g],I (mV)"));
        File.WriteAllLines(lines, Enumerable.Range(0, 3_000).Select(m => $"{{\"I\": {Cell(Moment(m)[0])}, \"acc x\": {Cell(Moment(m)[1])}}}"));
        var expected = Expected();
        foreach (var path in new[] { header, table, lines, "-" })
        {
            using var input = path == "-" ? File.OpenRead(lines) : Stream.Null;
            var run = await RunWith(input, "detect", path, "--model", ModelPath, "--format", "json");
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.Equal(expected.Count, run.Json.Length - 1);
            foreach (var (detection, json) in expected.Zip(run.Json))
            {
                Assert.Equal(["source", "label", "score", "start", "end", "time", "emitted"], json.EnumerateObject().Select(member => member.Name));
                Assert.Equal((path, detection.Label, detection.Score), (json.GetProperty("source").GetString(), json.GetProperty("label").GetString(), json.GetProperty("score").GetSingle()));
                Assert.Equal(detection.Landmark!.Value.TotalSeconds, json.GetProperty("time").GetDouble());
                Assert.Equal(detection.Time.TotalSeconds, json.GetProperty("emitted").GetDouble());
            }
            var summary = run.Json[^1].GetProperty("summary");
            Assert.Equal((24.0, 0, 0), (summary.GetProperty("seconds").GetDouble(), summary.GetProperty("held").GetInt64(), summary.GetProperty("lost").GetInt64()));
        }
    }

    [Fact]
    public async Task MissingValuesAndGaps_AreCounted()
    {
        var path = Folder.File("gaps.csv");
        File.WriteAllText(path, "t,I,acc x\n0,1,1\n0.008,,1\n0.016,1,\n0.816,1,1\n");
        var json = await Run("detect", path, "--model", ModelPath, "--format", "json");
        var summary = json.Json[^1].GetProperty("summary");
        Assert.Equal((2, 198), (summary.GetProperty("held").GetInt64(), summary.GetProperty("lost").GetInt64()));
        Assert.Contains("2 samples were missing and held from before, 198 fell into gaps", (await Run("detect", path, "--model", ModelPath)).Out);
    }

    [Fact]
    public async Task Folder_IsSearchedForRecordings()
    {
        File.WriteAllText(Folder.File("a.tsv"), "I\tacc x\n1\t1\n");
        File.WriteAllText(Folder.File("b.csv"), "I,acc x\n1\n");
        File.WriteAllText(Folder.File("c.txt"), "no recording");
        var run = await Run("detect", Folder.Path, "--model", ModelPath);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("0 detections in 0.0 s of sensor data from 2 sources", run.Out);
        Assert.Equal($"surnn: {Folder.File("b.csv")}: line 2: there are 1 cells, but the header has 2; complete the line or remove it.", Assert.Single(run.Errors));
    }

    [Fact]
    public async Task OtherInput_IsRefusedInOneLine()
    {
        async Task Refused(int exitCode, string says, params string[] args)
        {
            using var input = new MemoryStream(Encoding.UTF8.GetBytes("[1]\n"));
            var run = await RunWith(input, [.. args, "--model", ModelPath]);
            Assert.Equal(exitCode, run.ExitCode);
            Assert.Contains(says, Assert.Single(run.Errors));
        }
        await Refused(1, "sound.wav: the model takes sensors (I [mV], acc x [g]): give it a .hea, .edf, .bdf, .csv, .tsv or .jsonl file", "detect", Wav("sound.wav", [0]));
        await Refused(1, "there is no such file or folder", "detect", Folder.File("nowhere.csv"));
        await Refused(1, "there is no such file or folder", "detect", Folder.File("nowhere.wav"));
        await Refused(1, "-: line 1: there are 1 numbers, but the model takes 2 channels", "detect", "-");
        await Refused(2, "--rate and --channels are for raw audio, but the model takes sensors", "detect", "-", "--rate", "100");
        await Refused(1, "the channel 'acc x' is in mV, but the model needs g", "detect", Record());
        await Refused(2, "the model takes sensors (I [mV], acc x [g]): name mqtt://HOST/TOPIC, serial:///dev/NAME, a file, or - for JSON Lines", "listen");
        await Refused(1, "not sound", "classify", Wav("sound.wav", [0]));
        await Refused(1, "not sound", "bench");
    }

    [Fact]
    public async Task Inspect_ShowsTheChannels()
    {
        var table = await Run("inspect", ModelPath);
        string[] parts = ["125 Hz", "21 numbers, one every 5 moments (40 ms), Samples", "I [mV], high-pass 0.5 Hz, low-pass 30 Hz, scale 0.01", "over 2 s", "after 1 s without values", "largest I within 300 ms"];
        Assert.All(parts, part => Assert.Contains(part, table.Out));
        var sensor = Assert.Single((await Run("inspect", ModelPath, "--format", "json")).Json).GetProperty("sensor");
        Assert.Equal(("acc x", 125.0, 5), (sensor.GetProperty("channels")[1].GetProperty("name").GetString(), sensor.GetProperty("sampleRate").GetDouble(), sensor.GetProperty("hopLength").GetInt32()));
    }
}
