using Xunit;

namespace SuRnnStream.Tests.Sensors;

public sealed class CsvSourceTest
{
    static readonly SensorFrontEndConfig Sensor = new() { Channels = [new() { Name = "acc x", Unit = "g" }, new() { Name = "acc y", Unit = "g" }], SampleRate = 100 };
    const float None = float.NaN;

    [Theory]
    [InlineData("acc x,acc y\n1,2\n3.5,-4e1\n")]
    [InlineData("acc x [g],acc y [g]\r\n1,2\r\n3.5,-4e1")]
    [InlineData("ACC X (g)\tother [m/s]\tAcc Y (g)\n1\tx\t2\n3.5\t\t-4e1\n\n")]
    [InlineData("acc y;time;acc x\n2;0;1\n-40;0.01;3.5\n")]
    [InlineData("\uFEFF\"acc x [g]\",\"a, b\",acc y\n1,\"c, d\",2\n\"3.5\",9,\" -40 \"\n")]
    [InlineData("acc x,t [ms],acc y\n1,100,2\n3.5,109.7,-40\n")]
    [InlineData("Timestamp,acc x,acc y\n2026-11-23T09:00:00.000Z,1,2\n2026-11-23T10:00:00.010+01:00,3.5,-40\n")]
    public void Read_FindsTheColumnsByName(string text)
    {
        var source = Open(text);
        Assert.Equal((2, 100, 100.0), (((ISampleSource)source).Channels, source.SampleRate, ((ISampleSource)source).Rate));
        Assert.Equal([(0L, 1f), (0, 2), (0, 3.5f), (0, -40)], ReadAll(source, 100));
    }

    [Fact]
    public void Read_OfMissingValues_GivesNaN() =>
        Assert.Equal([1, None, None, 2, None, None, None, None], ReadAll(Open("acc x,acc y\n1,\n NaN ,2\nNA,nan\nnull,\n"), 100).Select(read => read.Sample));

    [Theory, InlineData(2), InlineData(3), InlineData(100)]
    public void Read_WhereTheClockJumps_LosesMoments(int room)
    {
        // Jitter of half a period is none; behind 0.02 five moments are missing, behind 0.09 one.
        var read = ReadAll(Open("time,acc x,acc y\n10,1,1\n10.014,2,2\n10.02,3,3\n10.08,4,4\n10.089,5,5\n10.11,6,6\n"), room);
        Assert.Equal([0L, 0, 0, 10, 10, 12], read.Where((_, i) => i % 2 == 0).Select(one => one.Lost));
        Assert.Equal([1f, 2, 3, 4, 5, 6], read.Where((_, i) => i % 2 == 0).Select(one => one.Sample));
    }

    [Fact]
    public void Read_OfADriftingClock_LosesNothing()
    {
        var lines = Enumerable.Range(0, 5_000).Select(i => FormattableString.Invariant($"{0.01003 * i + 0.003 * (i % 2)},1,2"));
        Assert.Equal(0, ReadAll(Open("time,acc x,acc y\n" + string.Join('\n', lines)), 512)[^1].Lost);
    }

    [Theory]
    [InlineData("", "line 1: the file is empty; give a header line")]
    [InlineData("1,2\n3,4\n", "line 1: there is no header, only numbers; begin with a line that names the columns: acc x [g],acc y [g]")]
    [InlineData("acc x,acc z\n", "line 1: there is no channel 'acc y', only 'acc x', 'acc z'; name the channels as the model does, acc x [g], acc y [g], or map them (--map \"acc y=COLUMN\")")]
    [InlineData("acc x,acc y,ACC X\n", "line 1: the channel 'acc x' is there 2 times; rename all but one")]
    [InlineData("acc x [V],acc y\n", "line 1: the channel 'acc x' is in V, but the model needs g; convert it to g")]
    [InlineData("time [h],acc x,acc y\n", "line 1: the time is in 'h'; give it in s, ms or us")]
    [InlineData("acc x,acc y\n1,2\n1\n", "line 3: there are 1 cells, but the header has 2; complete the line or remove it")]
    [InlineData("acc x,acc y\n1,2,3\n", "line 2: there are 3 cells, but the header has 2")]
    [InlineData("acc x,acc y\n1,2\n\n1,\"2,5\"\n", "line 4: '2,5' under 'acc y' is no number; write numbers with a decimal point")]
    [InlineData("acc x,acc y,t\n1,2,soon\n", "line 2: 'soon' under 't' is no time; write seconds")]
    public void Read_OfWhatCannotBeUnderstood_SaysWhereAndWhatToDo(string text, string says)
    {
        var wrong = Assert.Throws<InvalidSensorDataException>(() => ReadAll(Open(text), 100));
        Assert.StartsWith("imu.csv: " + says, wrong.Message);
        Assert.EndsWith(".", wrong.Message);
        Assert.DoesNotContain('\n', wrong.Message);
    }

    [Fact]
    public void Read_AtAnotherRate_SaysSo()
    {
        var lines = Enumerable.Range(0, 50).Select(i => FormattableString.Invariant($"{0.04 * i},1,2"));
        var wrong = Assert.Throws<InvalidSensorDataException>(() => ReadAll(Open("time,acc x,acc y\n" + string.Join('\n', lines)), 100));
        Assert.Equal("imu.csv: line 18: lines come every 0.04 s, which is 25 Hz, but the model takes 100 Hz; resample the recording to 100 Hz.", wrong.Message);
    }

    /// <summary>A live sensor left such a moment out; a file ended there.</summary>
    [Fact]
    public void Read_OfATimeThatIsThereTwice_LeavesItOutAndSaysSoOnce()
    {
        var source = Open("t,acc x,acc y\n1,1,1\n1.01,2,2\n1.01,9,9\n1.005,9,9\n1.02,3,3\n");
        Assert.Equal([(0L, 1f), (0, 1), (0, 2), (0, 2), (0, 3), (0, 3)], ReadAll(source, 100));
        Assert.Equal("2 moments whose time stands still or goes back were left out, the first in line 4; write each moment once, sorted by time", source.Damage);
    }

    [Fact]
    public void Read_OfAClockThatWasSetBack_GoesOn_ButATableThatIsNotSorted_IsRefused()
    {
        string Lines(int pieces) => "t,acc x,acc y\n" + string.Concat(Enumerable.Range(0, pieces).SelectMany(p => Enumerable.Range(0, 3).Select(i => FormattableString.Invariant($"{1_000 - 5 * p + 0.01 * i},1,2\n"))));
        var source = Open(Lines(3));
        Assert.Equal((18, 0L), (ReadAll(source, 100).Count, source.SamplesLost));
        Assert.Contains("its clock was set back by 5.02 s in line 5", source.Remark);
        Assert.Contains("sort the lines by time", Assert.Throws<InvalidSensorDataException>(() => ReadAll(Open(Lines(20)), 100)).Message);
    }

    /// <summary>Phones give 99.3 or 101.5 moments a second where 100 are asked for.</summary>
    [Theory, InlineData(0.9), InlineData(0.95), InlineData(1.007), InlineData(1.1), InlineData(1.18)]
    public void Read_OfASensorThatIsOff_LosesNothing_AndKnowsItsTimes(double off)
    {
        var random = new Random(17);
        var lines = Enumerable.Range(0, 4_000).Select(i => FormattableString.Invariant($"{50 + 0.01 * off * (i + 0.3 * random.NextDouble()):0.000},1,2"));
        var source = Open("time,acc x,acc y\n" + string.Join('\n', lines));
        Assert.Equal(8_000, ReadAll(source, 512).Count);
        Assert.Equal(0, source.SamplesLost);
        Assert.Contains(off < 1 ? "fast); times are the recording's own" : "slow); times are the recording's own", source.Remark);
        var recorded = ((IRecordedSource)source).Recorded(TimeSpan.FromSeconds(39)).TotalSeconds;
        Assert.InRange(recorded, 39 * off - 0.01, 39 * off + 0.01);
    }

    [Fact]
    public void Read_OfALineWithoutEnd_IsRefusedBeforeItIsKept()
    {
        var endless = new EndlessLine();
        Assert.Contains("line 2: the line has more than 65536 characters", Assert.Throws<InvalidSensorDataException>(() => new CsvSource(endless, "imu.csv", Sensor).Read(new float[10])).Message);
        Assert.True(endless.Given < 200_000, $"{endless.Given} characters were taken");
    }

    sealed class EndlessLine : TextReader
    {
        public long Given { get; private set; }

        public override int Read(char[] buffer, int index, int count)
        {
            var text = Given == 0 ? "acc x,acc y\n" : new string('1', count);
            text.CopyTo(0, buffer, index, text.Length);
            Given += text.Length;
            return text.Length;
        }
    }

    [Fact]
    public void Read_AtTheEnd_GivesNothingForEver()
    {
        var source = Open("acc x,acc y\n1,2\n");
        var room = new float[3]; // a moment and a half
        Assert.Equal([2, 0, 0], new[] { source.Read(room), source.Read(room), source.Read(room) });
    }

    [Fact]
    public void Open_OfAFile_ReadsAndClosesIt()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("imu.csv");
        File.WriteAllText(path, "acc x,acc y\n1,2\n");
        using (var source = CsvSource.Open(path, Sensor)) Assert.Equal(2, ReadAll(source, 10).Count);
        File.WriteAllText(path, "nothing\n");
        Assert.StartsWith(path, Assert.Throws<InvalidSensorDataException>(() => CsvSource.Open(path, Sensor)).Message);
        File.Delete(path);
        Assert.Throws<FileNotFoundException>(() => CsvSource.Open(path, Sensor));
    }

    static CsvSource Open(string text) => new(new StringReader(text), "imu.csv", Sensor);

    /// <summary>Every sample, with the samples lost up to it.</summary>
    static List<(long Lost, float Sample)> ReadAll(LineSource source, int room)
    {
        var (all, samples) = (new List<(long, float)>(), new float[room]);
        for (int got; (got = source.Read(samples)) > 0;) all.AddRange(samples.Take(got).Select(sample => (source.SamplesLost, sample)));
        return all;
    }
}
