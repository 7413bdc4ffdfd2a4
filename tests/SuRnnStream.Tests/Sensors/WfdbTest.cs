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

    /// <summary>Twelve leads, as electrocardiographs write them: a map says which one a model of a single lead gets.</summary>
    [Theory]
    [InlineData("II", 1)]
    [InlineData("aVF", 5)]
    [InlineData("v5", 10)]
    public void Leads_OfTwelve_AreChosenByName(string lead, int number)
    {
        string[] names = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"];
        var header = WfdbFiles.Write(_folder.Path, "twelve", 16, 500, [.. names.Select((name, n) => (name, Enumerable.Range(0, 20).Select(i => (short)(200 * n + i)).ToArray()))]);
        var model = new SensorFrontEndConfig { Channels = [new() { Name = "MLII", Unit = "mV" }], SampleRate = 500 };
        var samples = new float[20];
        Assert.Equal(20, SensorFile.Open(header, SensorMap.Parse($"MLII={lead}").Apply(model)).Read(samples));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (200 * number + i) / 200f), samples);
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
    [InlineData("r.dat 212 200", "r.dat 8 200", "line 2: the format is '8', first differences; convert the record")]
    [InlineData("r.dat 212 200", "r.dat 516 200", "line 2: the format is '516', which is FLAC; convert the record")]
    [InlineData("r.dat 212 200", "r.dat 212x 200", "line 2: the format is '212x'")]
    [InlineData("r.dat 212 200", "r.dat 212x0 200", "line 2: the format is '212x0'")]
    [InlineData("r.dat 212 200", "r.dat 16+2000000000 200", "line 2: 'r.dat' has 15 bytes, but its samples are to begin at byte 2000000000")]
    [InlineData("r.dat 212 200", "s.dat 212 200", "line 2: the samples are missing: there is no file 's.dat' beside the header; put it there")]
    [InlineData("r.dat 212 200", "r\0.dat 212 200", "line 2: the file 'r?.dat' has a character in its name that no file has")]
    [InlineData("r.dat 212 200", "~ 212 200", "line 2: the header is the layout of a record of several segments")]
    [InlineData("r.dat 212 200", "../r.dat 212 200", "line 2: the file '../r.dat' is in another folder")]
    [InlineData("r.dat 212 200", "r.dat 212 much", "line 2: 'much' is no gain")]
    [InlineData("r 1 360 9", "r/3 1 360 9", "line 2: there should be 3 segments, but only 1 are described")]
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
        var header = WfdbFiles.Write(_folder.Path, "r", 212, 360, ("MLII", [.. Enumerable.Range(0, 100).Select(i => (short)(5 + 7 * i))]));
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
        File.WriteAllBytes(_folder.File("r.dat"), [0x1F, 0x8B, 8, 0]);
        Assert.Contains("compressed with gzip", Assert.Throws<InvalidSensorDataException>(() => WfdbRecord.Open(header)).Message);
        File.Move(_folder.File("r.dat"), _folder.File("r.dat.gz"));
        Assert.Contains("there is 'r.dat.gz' only; unpack it", Assert.Throws<InvalidSensorDataException>(() => WfdbRecord.Open(header)).Message);
        File.WriteAllBytes(header, [0x1F, 0x8B, 8, 0]);
        Assert.Contains("compressed with gzip", Assert.Throws<InvalidSensorDataException>(() => WfdbRecord.Open(header)).Message);
        File.WriteAllText(header, "# nothing\n");
        Assert.Contains("the header is empty", Assert.Throws<InvalidSensorDataException>(() => WfdbRecord.Open(header)).Message);
    }

    [Fact]
    public void ToSource_OfAnotherRateOrWithoutAChannel_SaysSo()
    {
        var record = WfdbRecord.Open(WfdbFiles.Write(_folder.Path, "r", 16, 250, ("MLII", [1, 2]), ("V5", [1, 2])));
        Assert.Contains("the record has 250 Hz, but the model takes 360 Hz; resample it with PhysioNet's xform", Assert.Throws<InvalidSensorDataException>(() => record.ToSource(Sensor)).Message);
        Assert.Contains("there is no channel 'V1', only 'MLII', 'V5'", Assert.Throws<InvalidSensorDataException>(() => record.ToSource(Sensor with { SampleRate = 250 })).Message);
        Assert.Contains("the channel 'V5' is in mV, but the model needs degC", Assert.Throws<InvalidSensorDataException>(() => record.ToSource(Of("degC"))).Message);
        var (volts, millivolts) = (new float[2], new float[2]);
        record.ToSource(Of("V")).Read(volts);
        record.ToSource(Of("mV")).Read(millivolts);
        Assert.Equal(millivolts.Select(value => (float)(value / 1000.0)), volts);

        SensorFrontEndConfig Of(string unit) => Sensor with { SampleRate = 250, Channels = [new() { Name = "V5", Unit = unit }] };
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
        for (var length = 1; length < good.Length; length += 2)
            Assert.StartsWith("r.atr: byte ", Assert.Throws<InvalidSensorDataException>(() => WfdbAnnotations.Parse(good[..length], "r.atr")).Message);
        Assert.Equal(2, WfdbAnnotations.Parse(good[..^2], "r.atr").Count); // without an end mark
        Assert.Contains("there is no annotation of type 52", Assert.Throws<InvalidSensorDataException>(() => WfdbAnnotations.Parse([1, 52 << 2, 0, 0], "r.atr")).Message);
        Assert.Contains("lies before the one before it", Assert.Throws<InvalidSensorDataException>(() => WfdbAnnotations.Parse(WfdbFiles.Annotations((50, 1), (40, 1)), "r.atr")).Message);
        Assert.Contains("within a text", Assert.Throws<InvalidSensorDataException>(() => WfdbAnnotations.Parse([9, 63 << 2, 0, 0], "r.atr")).Message);
    }

    /// <summary>Steps as each format packs them, written by hand: the third byte group of 310 and 311 is where implementations differ.</summary>
    [Theory]
    [InlineData(80, new byte[] { 0, 1, 127, 128, 255, 200 }, new[] { int.MinValue, -127, -1, 0, 127, 72 })]
    [InlineData(61, new byte[] { 0x80, 0, 0x80, 1, 0xFF, 0xFF, 0x12, 0x34 }, new[] { int.MinValue, -32_767, -1, 0x1234 })]
    [InlineData(160, new byte[] { 0, 0, 1, 0, 0, 0x80, 0xFF, 0xFF }, new[] { int.MinValue, -32_767, 0, 32_767 })]
    [InlineData(24, new byte[] { 0, 0, 0x80, 1, 0, 0x80, 0xFF, 0xFF, 0xFF, 1, 2, 3 }, new[] { int.MinValue, -8_388_607, -1, 0x030201 })]
    [InlineData(32, new byte[] { 1, 0, 0, 0x80, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4 }, new[] { -2_147_483_647, -1, 0x04030201 })]
    [InlineData(310, new byte[] { 0b0000_0010, 0b0101_0000, 0b1111_1110, 0b1111_1111, 0b0000_0011, 0 }, new[] { 1, -1, -22, 1 })] // 11111 01010 is -22
    [InlineData(311, new byte[] { 0x01, 0b1111_1100, 0b0010_1111, 0b0000_0001, 0xFF, 0x01 }, new[] { 1, -1, 18, 511 })]
    public void Open_OfEachFormat_UnpacksIt(int format, byte[] bytes, int[] steps)
    {
        File.WriteAllBytes(_folder.File("f.dat"), bytes);
        File.WriteAllText(_folder.File("f.hea"), $"f 1 360 {steps.Length}\nf.dat {format} 1\n");
        Assert.Equal(steps.Select(step => step == int.MinValue ? float.NaN : step), WfdbRecord.Open(_folder.File("f.hea")).Read(0));
    }

    /// <summary>Forms that every other reader takes.</summary>
    [Theory]
    [InlineData("x.dat 16x1 200", new[] { 1f, 2, 3, 4 })]
    [InlineData("x.dat 16:0 200", new[] { 1f, 2, 3, 4 })]
    [InlineData("x.dat 16+0 200/mV 16 0 200 0 0 MLII", new[] { 1f, 2, 3, 4 })]
    [InlineData("x.dat 16+4 200", new[] { 3f, 4 })]
    [InlineData("x.dat 16:1 200", new[] { 2f, 3, 4, float.NaN })]
    [InlineData("x.dat 16x2 200", new[] { 1.5f, 3.5f })]
    [InlineData("x.dat 16 -200", new[] { -1f, -2, -3, -4 })]
    [InlineData("x.dat 16 -200(200)/mV", new[] { 0f, -1, -2, -3 })]
    [InlineData("x.dat 16 2e2(0)/mV 16 0 0 0", new[] { 1f, 2, 3, 4 })]
    [InlineData("x.dat 16 200 16 0 200 67536", new[] { 1f, 2, 3, 4 })] // a sum of 2,000 in more than 16 bits
    public void Open_OfEveryFormOfASignalLine_ReadsIt(string line, float[] values)
    {
        File.WriteAllBytes(_folder.File("x.dat"), [200, 0, 144, 1, 88, 2, 32, 3]); // 200, 400, 600, 800
        File.WriteAllText(_folder.File("x.hea"), $"x 1 360\n{line}\n");
        Assert.Equal(values, WfdbRecord.Open(_folder.File("x.hea")).Read(0));
    }

    /// <summary>49 minutes at a zero of 2,048 threw from a sum of more than 2^31.</summary>
    [Fact]
    public void Open_OfSamplesThatSumPastAnInt_HasTheirSumsLowBits()
    {
        var header = WfdbFiles.Write(_folder.Path, "r", 16, 360, ("MLII", [.. Enumerable.Repeat((short)32_000, 70_000)]));
        File.WriteAllText(header, $"r 1 360 70000\nr.dat 16 200 16 0 32000 {unchecked((short)(32_000L * 70_000))} 0 MLII\n");
        Assert.Equal(70_000, WfdbRecord.Open(header).Moments);
    }

    [Fact]
    public void Open_OfSeveralSegments_JoinsThemByName_AndHoldsPausesOpen()
    {
        WfdbFiles.Write(_folder.Path, "a", 16, 360, ("MLII", [200, 400]), ("V1", [600, 800]));
        WfdbFiles.Write(_folder.Path, "b", 212, 360, ("V1", [1_000, 1_200]));
        File.WriteAllText(_folder.File("m.hea"), "m/3 2 360 7\na 2\n~ 3\nb 2\n");
        var record = WfdbRecord.Open(_folder.File("m.hea"));
        Assert.Equal((360.0, 7), (record.Rate, record.Moments));
        float none = float.NaN;
        Assert.Equal([1, 2, none, none, none, none, none], record.Read(0));
        Assert.Equal([3, 4, none, none, none, 5, 6], record.Read(1));

        File.WriteAllText(_folder.File("l.hea"), "l 2 360 0\n~ 0 200/mV 16 0 0 0 0 MLII\n~ 0 200/mV 16 0 0 0 0 V1\n");
        File.WriteAllText(_folder.File("m.hea"), "m/2 2 360 2\nl 0\nb 2\n"); // a layout of its own
        Assert.Equal([none, none], WfdbRecord.Open(_folder.File("m.hea")).Read(0));
        foreach (var (text, says) in new[] { ("m/1 2 360 2\nz 2\n", "there is no 'z.hea'"), ("m/1 2 360 3\na 3\n", "has 2 samples, but should have 3"), ("m/1 2 250 2\na 2\n", "has 360 Hz, but the record 250 Hz"), ("m/1 2 360 2\nm 2\n", "has segments itself"), ("m/1 2 360 2\n../a 2\n", "in another folder"), ("m/1 2 360 9\na 2\n", "but the first line says 9") })
        {
            File.WriteAllText(_folder.File("m.hea"), text);
            Assert.Contains(says, Assert.Throws<InvalidSensorDataException>(() => WfdbRecord.Open(_folder.File("m.hea"))).Message);
        }
    }

    /// <summary>A resolution of its own was ignored, and the events of a recording fell beside its beats.</summary>
    [Fact]
    public void Annotations_OfAnotherResolutionAndOwnCodes_AreThoseOfTheRecord()
    {
        static byte[] Note(string text) => [0, 22 << 2, (byte)text.Length, 63 << 2, .. System.Text.Encoding.ASCII.GetBytes(text), .. new byte[text.Length % 2]];
        byte[] file = [.. Note("## time resolution: 1000"), .. Note("## annotation type definitions"), .. Note("45 K knock at the door"), .. Note("## end of definitions"), .. WfdbFiles.Annotations((500, 1), (1_000, 45), (2_000, 44))];
        WfdbFiles.Write(_folder.Path, "r", 16, 360, ("MLII", [1, 2]));
        File.WriteAllBytes(_folder.File("r.atr"), file);
        Assert.Equal([new(180, "N", ""), new(360, "K", ""), new(720, "44", "")], WfdbAnnotations.Read(_folder.File("r.atr")));
        File.Delete(_folder.File("r.hea"));
        Assert.Contains("put r.hea there", Assert.Throws<InvalidSensorDataException>(() => WfdbAnnotations.Read(_folder.File("r.atr"))).Message);
        File.WriteAllBytes(_folder.File("r.atr"), Note("## time resolution: soon"));
        Assert.Contains("is no resolution", Assert.Throws<InvalidSensorDataException>(() => WfdbAnnotations.Read(_folder.File("r.atr"))).Message);
    }

    /// <summary>
    /// The sample records of wfdb-python (github.com/MIT-LCP/wfdb-python, sample-data), written by other programs, where SURNN_WFDB names them: each is
    /// read with its checksums right, or refused by name.
    /// </summary>
    [Fact]
    public void Open_OfTheSampleRecordsOfAnotherReader_IsRightOrRefused()
    {
        var folder = Environment.GetEnvironmentVariable("SURNN_WFDB");
        Assert.SkipWhen(folder is null, "SURNN_WFDB names no folder with wfdb-python's sample-data.");
        var (read, refused) = (new List<string>(), new List<string>());
        foreach (var header in Directory.GetFiles(folder, "*.hea", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            try
            {
                var record = WfdbRecord.Open(header);
                read.Add($"{Path.GetFileName(header)}: {record.Signals.Count} signals of {record.Moments} moments");
            }
            catch (InvalidSensorDataException reason)
            {
                refused.Add(reason.Message);
            }
        }
        foreach (var line in read.Concat(refused)) TestContext.Current.TestOutputHelper?.WriteLine(line);
        Assert.All(refused, message => Assert.True(message.Contains("the format is '") || message.Contains("is missing") || message.Contains("are missing") || message.Contains("is the layout")
            || message.Contains("frame.hea says -57"), message)); // two copies there whose samples were cut, and whose headers were not
        Assert.True(read.Count > 30, $"{read.Count} were read");
    }

    [Fact]
    public void Open_OfTheRealRecords_HasEveryChecksumRight()
    {
        var folder = Recordings.Folder("mit-bih");
        var headers = Directory.GetFiles(folder, "*.hea");
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
        var beats = WfdbAnnotations.Read(Path.Combine(folder, "208.atr")).CountBy(note => note.Code).ToDictionary();
        Assert.Equal((1_586, 992, 373, 2, 2), (beats["N"], beats["V"], beats["F"], beats["S"], beats["Q"]));
    }
}
