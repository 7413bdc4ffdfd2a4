using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Sensors;

/// <summary>Records as PhysioNet has them: made ones, damaged ones, and the real ones where they are at hand.</summary>
public sealed class WfdbTest : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static readonly SensorFrontEndConfig Sensor = new() { Channels = [new() { Name = "V1", Unit = "mV" }, new() { Name = "MLII" }], SampleRate = 360 };

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData(212, 7), InlineData(212, 8), InlineData(16, 7)]
    public void Open_GivesTheSignalsInTheirUnits(int format, int moments)
    {
        var most = format == 16 ? 32_767 : 2_047;
        short[] first = [.. Enumerable.Range(0, moments).Select(i => (short)(i % 2 == 0 ? most - i : -most + i))], second = [.. Enumerable.Range(0, moments).Select(i => (short)(200 * i))];
        second[3] = (short)(format == 16 ? short.MinValue : -2_048); // no sample
        var record = WfdbRecord.Open(WfdbFiles.Write(_folder.Path, "r", format, 360, ("MLII", first), ("V1", second)));
        Assert.Equal((360.0, moments), (record.Rate, record.Moments));
        Assert.Equal(["MLII", "V1"], record.Signals);
        Assert.Equal(first.Select(step => step / 200f), record.Read(0));
        Assert.Equal(second.Select((step, i) => i == 3 ? float.NaN : step / 200f), record.Read(1));

        var (source, samples) = (record.ToSource(Sensor), new float[2 * moments + 5]);
        Assert.Equal((2, 360.0, 2 * moments), (source.Channels, source.Rate, source.Read(samples)));
        Assert.Equal(record.Read(1).Zip(record.Read(0), (v1, mlii) => new[] { v1, mlii }).SelectMany(x => x), samples[..(2 * moments)]);
    }

    [Fact]
    public void Open_OfGainsAndBaselines_GoesByThem()
    {
        File.WriteAllBytes(_folder.File("x.dat"), [0, 1, 44, 1]); // 256, 300
        void Header(string signals) => File.WriteAllText(_folder.File("x.hea"), "# a note first\nx 2 0.5/10(3) 1 10:00:00\n" + signals);
        Header("x.dat 16 100(56)/uV 12 0 256 256 0 left arm\nx.dat 16 0 12 100\n");
        var record = WfdbRecord.Open(_folder.File("x.hea"));
        Assert.Equal(0.5, record.Rate);
        Assert.Equal(["left arm", ""], record.Signals);
        Assert.Equal((2f, 1f), (record.Read(0)[0], record.Read(1)[0]));
    }

    [Theory]
    [InlineData("r.dat 212 200", "r.dat 80 200", "line 2: the format is '80'; convert the record")]
    [InlineData("r.dat 212 200", "r.dat 212x4 200", "line 2: the format is '212x4'")]
    [InlineData("r.dat 212 200", "../r.dat 212 200", "line 2: the file '../r.dat' is in another folder")]
    [InlineData("r.dat 212 200", "r.dat 212 much", "line 2: 'much' is no gain")]
    [InlineData("r 1 360 9", "r/3 1 360 9", "line 1: the record has several segments; give the header of one of them")]
    [InlineData("r 1 360 9", "r", "line 1: 'r' does not say how many signals")]
    [InlineData("r 1 360 9", "r 2 360 9", "line 2: there should be 2 signals, but only 1 are described")]
    [InlineData("r 1 360 9", "r 1 fast 9", "line 1: 'fast' is no sample rate")]
    [InlineData("r 1 360 9", "r 1 360 many", "line 1: 'many' is no number of samples")]
    [InlineData("r 1 360 9", "", "line 2: there should be 212 signals, but only 0 are described")]
    public void Open_OfAHeaderThatCannotBeRead_SaysWhereAndWhatToDo(string good, string bad, string says)
    {
        var header = WfdbFiles.Write(_folder.Path, "r", 212, 360, ("MLII", [5, 1, 1, 1, 1, 1, 1, 1, 1]));
        File.WriteAllText(header, File.ReadAllText(header).Replace(good, bad));
        Assert.StartsWith($"{header}: {says}", Assert.Throws<InvalidSensorDataException>(() => WfdbRecord.Open(header)).Message);
    }

    [Fact]
    public void Open_OfDamagedSamples_IsRefused()
    {
        var header = WfdbFiles.Write(_folder.Path, "r", 212, 360, ("MLII", [.. Enumerable.Range(0, 100).Select(i => (short)(7 * i))]));
        var good = File.ReadAllBytes(_folder.File("r.dat"));
        void Refused(byte[] bytes, string says)
        {
            File.WriteAllBytes(_folder.File("r.dat"), bytes);
            Assert.StartsWith("r.dat: signal 0: " + says, Assert.Throws<InvalidSensorDataException>(() => WfdbRecord.Open(header)).Message);
        }
        Refused(good[..^3], "it has 98 samples, but");
        Refused([], "it has 0 samples");
        Refused([3, .. good[1..]], "it begins with 3, but");
        for (var at = 3; at < good.Length; at++) Refused([.. good[..at], (byte)(good[at] ^ 1), .. good[(at + 1)..]], "its checksum is");
        File.Delete(_folder.File("r.dat"));
        Assert.Throws<FileNotFoundException>(() => WfdbRecord.Open(header));
        File.WriteAllText(header, "# nothing\n");
        Assert.Contains("the header is empty", Assert.Throws<InvalidSensorDataException>(() => WfdbRecord.Open(header)).Message);
    }

    [Fact]
    public void ToSource_OfAnotherRateOrWithoutAChannel_SaysSo()
    {
        var record = WfdbRecord.Open(WfdbFiles.Write(_folder.Path, "r", 16, 250, ("MLII", [1, 2]), ("V5", [1, 2])));
        Assert.Contains("the record has 250 Hz, but the model hears 360 Hz; resample it with PhysioNet's xform", Assert.Throws<InvalidSensorDataException>(() => record.ToSource(Sensor)).Message);
        Assert.Contains("there is no channel 'V1', only 'MLII', 'V5'", Assert.Throws<InvalidSensorDataException>(() => record.ToSource(Sensor with { SampleRate = 250 })).Message);
        var volts = Sensor with { SampleRate = 250, Channels = [new() { Name = "V5", Unit = "V" }] };
        Assert.Contains("the channel 'V5' is in mV, but the model hears V", Assert.Throws<InvalidSensorDataException>(() => record.ToSource(volts)).Message);
    }

    [Fact]
    public void Annotations_AreReadWithSkipsAndTexts()
    {
        byte[] text = [0, 28 << 2, 3, 63 << 2, (byte)'(', (byte)'A', (byte)'B', 0]; // '+' at once, then its text of three bytes
        byte[] odd = [7, 60 << 2, 1, 61 << 2, 2, 62 << 2];                                               // number, subtype, channel
        var beats = WfdbFiles.Annotations((18, 1), (1_041, 5), (1_000_000, 6), (1_000_001, 41));
        var read = WfdbAnnotations.Parse([.. text, .. odd, .. beats], "r.atr");
        Assert.Equal([new(0, "+", "(AB"), new(18, "N", ""), new(1_041, "V", ""), new(1_000_000, "F", ""), new(1_000_001, "r", "")], read);
    }

    [Fact]
    public void Annotations_OfADamagedFile_AreRefused()
    {
        var good = WfdbFiles.Annotations((18, 1), (5_000, 5));
        for (var length = 0; length < good.Length; length++)
            Assert.StartsWith("r.atr: byte ", Assert.Throws<InvalidSensorDataException>(() => WfdbAnnotations.Parse(good[..length], "r.atr")).Message);
        Assert.Contains("there is no annotation of type 17", Assert.Throws<InvalidSensorDataException>(() => WfdbAnnotations.Parse([1, 17 << 2, 0, 0], "r.atr")).Message);
        Assert.Contains("lies before the one before it", Assert.Throws<InvalidSensorDataException>(() => WfdbAnnotations.Parse(WfdbFiles.Annotations((50, 1), (40, 1)), "r.atr")).Message);
        Assert.Contains("within a text", Assert.Throws<InvalidSensorDataException>(() => WfdbAnnotations.Parse([9, 63 << 2, 0, 0], "r.atr")).Message);
    }

    [Fact]
    public void Open_OfTheRealRecords_HasEveryChecksumRight()
    {
        var data = Environment.GetEnvironmentVariable("SURNN_DATA");
        Assert.SkipWhen(data is null, "SURNN_DATA names no folder with recordings: unpack ../shared/data there (see .ci/run).");
        var headers = Directory.GetFiles(Path.Combine(data, "mit-bih"), "*.hea");
        Assert.Equal(22, headers.Length);
        foreach (var header in headers)
        {
            var record = WfdbRecord.Open(header);
            Assert.Equal((650_000, 2, 360.0), (record.Moments, record.Signals.Count, record.Rate));
            Assert.Contains("MLII", record.Signals);
            var notes = WfdbAnnotations.Read(Path.ChangeExtension(header, ".atr"));
            Assert.InRange(notes.Count(note => note.Code is "N" or "L" or "R" or "V"), 1_000, 3_500);
            Assert.InRange(notes[^1].Moment, 640_000, 650_000);
        }
        // The database's own table of beats for record 208: 1,586 normal, 992 ventricular, 373 fusion, 2 supraventricular, 2 unclassified.
        var beats = WfdbAnnotations.Read(Path.Combine(data, "mit-bih", "208.atr")).CountBy(note => note.Code).ToDictionary();
        Assert.Equal((1_586, 992, 373, 2, 2), (beats["N"], beats["V"], beats["F"], beats["S"], beats["Q"]));
    }
}
