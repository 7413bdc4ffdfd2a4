using System.Globalization;
using System.Text;
using SuRnnStream.Cli;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>Recording a sensor to tables, and labelling what moves in them, key by key.</summary>
public sealed class RecordCommandTest : CliTest
{
    static readonly string Gestures = Repository.File("models", "gesture.surnn"), Sample = Repository.File("samples", "sensors", "gesture.csv");

    string Mine => Folder.File("mine");

    static Task<CliRun> Typed(string keys, params string[] args) => RunWith(new MemoryStream(Encoding.ASCII.GetBytes(keys)), args);

    [Fact]
    public async Task Record_OfASensor_IsItsTable_AndDetectsTheSame()
    {
        var run = await Run("record", "--from", Sample, "--out", Mine, "-m", Gestures, "--label", "wave");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("keys: 1 wave, q stop", run.Lines[0]);
        Assert.Contains($"60.0 s in {Path.Combine(Mine, "wave-1.csv")}", run.Lines);
        Assert.Contains($"find its gestures with: surnn label {Mine}", run.Lines);
        var (before, after) = (await Run("detect", Sample, "-m", Gestures, "-f", "json"), await Run("detect", Path.Combine(Mine, "wave-1.csv"), "-m", Gestures, "-f", "json"));
        Assert.Equal(before.Json[..^1].Select(one => one.GetRawText().Replace(Sample, "")), after.Json[..^1].Select(one => one.GetRawText().Replace(Path.Combine(Mine, "wave-1.csv"), "")));
        await Run("record", "--from", Sample, "--out", Mine, "-m", Gestures, "--label", "wave", "--duration", "2");
        Assert.Equal(201, File.ReadAllLines(Path.Combine(Mine, "wave-2.csv")).Length);
    }

    [Fact]
    public async Task Record_OfNoGesture_HasLabelsWithoutALine()
    {
        await Run("record", "--from", Sample, "--out", Mine, "-m", Gestures, "--label", "none", "--person", "ann", "-d", "1");
        Assert.Equal(["time,label"], File.ReadAllLines(Path.Combine(Mine, "ann_none-1.labels.csv")));
    }

    [Fact]
    public async Task Record_OfJsonLines_KeepsTimesOverAGap_AndMapsNames()
    {
        var lines = string.Join('\n', Enumerable.Range(0, 20).Where(i => i is < 5 or > 9).Select(i => FormattableString.Invariant($$"""{"time": {{0.1 * i}}, "a": {{i}}}""")));
        var run = await Typed(lines, "record", "--from", "-", "--out", Mine, "--channels", "level [m/s2]", "--rate", "10", "--map", "level=a [cm/s2]");
        Assert.Equal(0, run.ExitCode);
        var table = File.ReadAllLines(Path.Combine(Mine, "recording-1.csv"));
        Assert.Equal("time [s],level [m/s2]", table[0]);
        Assert.Equal(["0.4,0.04", "1,0.1"], table[5..7]);
        Assert.Contains("0.5 s of them lost", run.Out);
    }

    [Theory]
    [InlineData(2, "record needs a word, or --from a sensor: serial", "--out", "x")]
    [InlineData(2, "record needs --out", "--from", "-")]
    [InlineData(2, "record needs --channels", "--from", "-", "--out", "x")]
    [InlineData(2, "--channels and --rate: ", "--from", "-", "--out", "x", "--channels", "a,a", "--rate", "10")]
    [InlineData(1, "'a,b' is no label", "--from", "-", "--out", "x", "--channels", "a", "--rate", "10", "--label", "a,b")]
    [InlineData(2, "--model says channels and rate", "--from", "-", "--out", "x", "--rate", "10", "-m", "gesture")]
    [InlineData(2, "a recording of none has no marks", "--from", "-", "--out", "x", "--channels", "a", "--rate", "10", "--label", "none", "--labels", "b")]
    [InlineData(2, "--map: the model has no channel 'q'", "--from", "-", "--out", "x", "--channels", "a", "--rate", "10", "--map", "q=a")]
    public async Task Record_WithWrongOptions_IsOneLine(int exitCode, string says, params string[] args)
    {
        var run = await Run(["record", .. args]);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(says, Assert.Single(run.Errors));
        Assert.False(Directory.Exists("x"));
    }

    /// <summary>A sensor that gives a second, waits until something was marked, and gives another.</summary>
    sealed class WaitingSource(ManualResetEventSlim marked) : ISampleSource
    {
        int _given;

        public int SampleRate => 50;
        public int Channels => 1;

        public int Read(Span<float> samples)
        {
            if (_given == 50) Assert.True(marked.Wait(TimeSpan.FromMinutes(5)));
            if (_given == 100) return 0;
            samples[..50].Fill(_given += 50);
            return 50;
        }
    }

    [Fact]
    public async Task Key_MarksWhatHasJustEnded_AndTheTableHasIt()
    {
        using var marked = new ManualResetEventSlim();
        var (output, sensor, path) = (new SignallingWriter(marked), new SensorFrontEndConfig { Channels = [new() { Name = "a" }], SampleRate = 50 }, Folder.File("wave-1.csv"));
        var terminal = new Terminal(output, new StringWriter(), () => new MemoryStream("x2"u8.ToArray()));
        using var input = new ListenInput("made", new WaitingSource(marked), Live: false);
        Assert.Equal(0, await new RecordRun(terminal, input, sensor, path, ["wave", "circle"]).RunAsync(keysFromInput: true, TestContext.Current.CancellationToken));
        Assert.Equal(101, File.ReadAllLines(path).Length);
        var labels = File.ReadAllLines(Folder.File("wave-1.labels.csv"));
        Assert.Equal(("time,label", 2, ",circle"), (labels[0], labels.Length, labels[1][labels[1].IndexOf(',')..]));
        Assert.InRange(double.Parse(labels[1].Split(',')[0], CultureInfo.InvariantCulture), 0, 2);
        Assert.Contains("'x' is no key here", output.ToString());
    }

    /// <summary>A minute with a burst of movement at these seconds.</summary>
    void Write(string name, params double[] at)
    {
        Directory.CreateDirectory(Mine);
        var random = new Random(1);
        File.WriteAllLines(Path.Combine(Mine, name), Enumerable.Range(0, 2_000).Select(i => i / 50.0).Select(time => FormattableString.Invariant(
            $"{1_000 * time:0},{9.8 + 0.02 * random.NextDouble() + at.Sum(begin => time > begin && time < begin + 1 ? 5 * Math.Sin(20 * (time - begin)) : 0):0.###}")).Prepend("time [ms],acc z [m/s2]"));
    }

    string[] Labels(string name) => File.ReadAllLines(Path.Combine(Mine, name));

    [Fact]
    public async Task Keys_LabelWhatMoves_AndGoOnWhereTheyWereBrokenOff()
    {
        Write("wave-1.csv", 5, 15, 25);
        Write("circle-1.csv", 10);
        var first = await Typed("y q", "label", Mine); // circle, and a wave that is not finished
        Assert.Equal(0, first.ExitCode);
        Assert.Contains("1 table labelled, 1 without labels", first.Lines);
        Assert.Contains("nothing was written for wave-1.csv", first.Lines);
        Assert.Contains($"go on with: surnn label {Mine}", first.Lines);
        Assert.Contains(first.Lines, line => line.Contains('█') && line.StartsWith("acc z ", StringComparison.Ordinal));
        Assert.Matches(@"^1[01]\.[0-9]+,circle$", Labels("circle-1.labels.csv")[1]);

        var second = await Typed("b ? n b y 1 n", "label", Mine);
        Assert.Contains("there is nothing to go back to", second.Lines);
        Assert.Contains("'?' is no key here", second.Lines);
        Assert.Equal(["wave", "circle"], Labels("wave-1.labels.csv").Skip(1).Select(line => line.Split(',')[1])); // 1 is circle: names in order
        Assert.Contains($"train with: surnn-train gesture {Mine} --out my.surnn", second.Lines);

        await Typed("aa", "label", Mine, "--again", "--labels", "wave");
        Assert.Equal(3, Labels("wave-1.labels.csv").Count(line => line.EndsWith(",wave", StringComparison.Ordinal)));
        Assert.All(Labels("wave-1.labels.csv").Skip(1).Zip([6, 16, 26]), pair => Assert.Equal(pair.Second, double.Parse(pair.First.Split(',')[0], CultureInfo.InvariantCulture), 0.35));
    }

    [Fact]
    public async Task Label_OfWhatIsNoTable_IsOneLine()
    {
        Directory.CreateDirectory(Mine);
        Assert.Contains("there is no .csv file: record one", Assert.Single((await Run("label", Mine)).Errors));
        File.WriteAllText(Path.Combine(Mine, "a.csv"), "acc x,acc y\n1,2\n");
        Assert.Contains("there is no column of times", Assert.Single((await Run("label", Mine)).Errors));
        File.WriteAllText(Path.Combine(Mine, "a.csv"), "0,1\n1,2\n");
        Assert.Contains("there is no header", Assert.Single((await Run("label", Mine)).Errors));
        Assert.Contains("there is no such folder", Assert.Single((await Run("label", Folder.File("none"))).Errors));
    }

    /// <summary>The simulated wand: every gesture that it draws is found, its end to 0.3 s.</summary>
    [Fact]
    public void Finder_FindsTheSampleGestures()
    {
        var table = SensorTable.Read(Sample);
        var found = MovementFinder.Find(table.Channels, table.Sensor.SampleRate);
        foreach (var line in File.ReadAllLines(Repository.File("samples", "sensors", "gesture.labels.csv")).Skip(1))
            Assert.Contains(found, one => Math.Abs(one.To / 100.0 - double.Parse(line.Split(',')[0], CultureInfo.InvariantCulture)) < 0.35);
        Assert.Empty(MovementFinder.Find([new float[500]], 100));
    }
}
