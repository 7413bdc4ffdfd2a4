using Xunit;

namespace SuRnnStream.Tests.Sensors;

/// <summary>Columns with a source's own names and units, and the hint where a unit is not what it seems.</summary>
public sealed class SensorMapTest
{
    static readonly SensorFrontEndConfig Wand = new()
    {
        Channels = [new() { Name = "acc x", Unit = "m/s2" }, new() { Name = "acc y", Unit = "m/s2" }, new() { Name = "acc z", Unit = "m/s2" }, new() { Name = "gyro x", Unit = "rad/s" }],
        SampleRate = 100,
    };

    [Theory, InlineData(" acc x [g]", "acc x", "g"), InlineData("acc x (m/s2) ", "acc x", "m/s2"), InlineData("beat", "beat", ""), InlineData("[g]", "[g]", "")]
    public void AChannel_IsTakenFromAHeading(string text, string name, string unit)
    {
        var channel = SensorChannel.Parse(text);
        Assert.Equal((name, unit), (channel.Name, channel.Unit));
        Assert.Equal(channel, SensorChannel.Parse(channel.ToString()));
    }

    [Theory]
    [InlineData("acc x=ax [g], ACC Y=ay, acc z=az", "ax,az,gyro x,ay [m/s2]\n1,3,4,2\n", new[] { 9.80665f, 2, 3, 4 })]
    [InlineData("gyro x=Gyroscope x (deg/s)", "acc x,acc y,acc z,gyroscope x\n1,2,3,180\n", new[] { 1, 2, 3, 3.1415927f })]
    [InlineData("acc x=acc y, acc y=acc x", "acc x,acc y,acc z,gyro x\n1,2,3,4\n", new[] { 2f, 1, 3, 4 })]
    public void Table_IsReadByTheMap(string map, string text, float[] expected) =>
        Assert.Equal(expected, Read(new CsvSource(new StringReader(text), "a.csv", SensorMap.Parse(map).Apply(Wand)), 4));

    [Theory]
    [InlineData("acc x=imu.acc.0, acc y=imu.acc.1, acc z=imu.acc.2 [g], gyro x=imu.rot", """{"imu":{"acc":[1,2,1],"rot":4},"noise":[]}""", new[] { 1, 2, 9.80665f, 4 })]
    [InlineData("acc x=a.b", """{"a.b":1,"a":{"b":9},"acc y":2,"acc z":null,"gyro x [deg/s]":180}""", new[] { 1, 2, float.NaN, 3.1415927f })]
    [InlineData("acc x=a.b", """{"a":{"b":1},"\ud800":1,"acc y":2}""", new[] { float.NaN, 2, float.NaN, float.NaN })] // half a character for a name
    [InlineData("acc x=a.b", """{"a":{"b":1,"\ud800":1},"acc y":2}""", new[] { float.NaN, 2, float.NaN, float.NaN })]
    [InlineData("acc x=a.b", """{"a":7,"acc y":2}""", new[] { float.NaN, 2, float.NaN, float.NaN })]
    [InlineData("acc x=ax [g]", "[1,2,3,4]", new[] { 9.80665f, 2, 3, 4 })]
    public void Json_IsReadByTheMap_AlongPaths(string map, string line, float[] expected) =>
        Assert.Equal(expected, Read(new JsonLinesSource(new StringReader(line), "a.jsonl", SensorMap.Parse(map).Apply(Wand)), 4));

    /// <summary>Every pair of units that makers' boards use, in a table's header and in a map; powers of ten to the bit.</summary>
    [Theory]
    [InlineData("mV", "V", 0.0012, 1.2f)]
    [InlineData("V", "mV", 1234.5, 1.2345f)]
    [InlineData("mV", "uV", 1200, 1.2f)]
    [InlineData("m/s2", "g", 1, 9.80665f)]
    [InlineData("g", "m/s2", 9.80665, 1)]
    [InlineData("g", "mg", 250, 0.25f)]
    [InlineData("rad/s", "deg/s", 180, 3.1415927f)]
    [InlineData("deg/s", "rad/s", 3.141592653589793, 180)]
    [InlineData("degC", "°F", 68, 20)]
    [InlineData("°F", "°C", 20, 68)]
    [InlineData("°C", "K", 293.15, 20)]
    [InlineData("Pa", "hPa", 1013.25, 101_325)]
    [InlineData("hPa", "Pa", 101_325, 1013.25f)]
    [InlineData("hPa", "mbar", 1013.25, 1013.25f)]
    [InlineData("kPa", "bar", 1.01325, 101.325f)]
    public void Units_AreConverted_InHeadersAndMaps(string model, string own, double value, float expected)
    {
        var config = new SensorFrontEndConfig { Channels = [new() { Name = "x", Unit = model }], SampleRate = 100 };
        var text = value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal([expected], Read(new CsvSource(new StringReader($"x [{own}]\n{text}\n"), "a.csv", config), 1));
        Assert.Equal([expected], Read(new CsvSource(new StringReader($"y\n{text}\n"), "a.csv", SensorMap.Parse($"x=y [{own}]").Apply(config)), 1));
        Assert.Equal([expected], Read(new JsonLinesSource(new StringReader($$$"""{"a":{"y":{{{text}}}}}"""), "a.jsonl", SensorMap.Parse($"x=a.y [{own}]").Apply(config)), 1));
    }

    /// <summary>Times of a table in seconds, milliseconds, microseconds and nanoseconds are the same moments.</summary>
    [Theory]
    [InlineData("s", "0|0.01|0.04")]
    [InlineData("ms", "0|10|40")]
    [InlineData("us", "0|10000|40000")]
    [InlineData("µs", "0|10000|40000")]
    [InlineData("ns", "0|10000000|40000000")]
    public void Times_AreConverted(string unit, string times)
    {
        var config = new SensorFrontEndConfig { Channels = [new() { Name = "x", Unit = "V" }], SampleRate = 100 };
        foreach (var (header, map) in new[] { ($"time [{unit}],x", "x=x"), ("when,x", $"time=when [{unit}],x=x") })
        {
            var source = new CsvSource(new StringReader($"{header}\n{string.Join('\n', times.Split('|').Select(time => $"{time},1"))}\n"), "a.csv", SensorMap.Parse(map).Apply(config));
            while (source.Read(new float[1]) > 0) { }
            Assert.Equal(2, source.SamplesLost);
        }
    }

    [Theory]
    [InlineData("", "the map is empty")]
    [InlineData("acc x", "'acc x' does not map a channel: write CHANNEL=COLUMN")]
    [InlineData("acc x=", "'acc x=' does not map a channel")]
    [InlineData("acc x=a=b", "'acc x=a=b' does not map a channel")]
    [InlineData("acc x=a,ACC X=b", "the channel 'ACC X' is mapped twice")]
    [InlineData("acc w=a", "the model has no channel 'acc w', only 'acc x', 'acc y', 'acc z', 'gyro x'")]
    [InlineData("acc x=a,acc y=A", "two channels are read from 'a'")]
    [InlineData("acc x=acc y", "two channels are read from 'acc y'")]
    [InlineData("acc x=a [deg/s]", "is in deg/s, but the model needs m/s2")]
    public void Map_ThatIsNone_SaysWhatIsWrong(string map, string says) =>
        Assert.Contains(says, Assert.Throws<FormatException>(() => SensorMap.Parse(map).Apply(Wand)).Message);

    [Fact]
    public void Map_ToAColumnThatIsNotThere_IsWhatHasToBeCorrected()
    {
        var wrong = Assert.Throws<InvalidSensorDataException>(() => new CsvSource(new StringReader("ax,acc y,acc z,gyro x\n"), "a.csv", SensorMap.Parse("acc x=a").Apply(Wand)));
        Assert.Contains("there is no channel 'a', only 'ax', 'acc y', 'acc z', 'gyro x'; correct what the map says of 'acc x': acc x=COLUMN", wrong.Message);
    }

    /// <summary>Headers as these programs write them; a gap of two moments after the second line.</summary>
    [Theory]
    [InlineData("\"Time (s)\",\"Acceleration x (m/s^2)\",\"Acceleration y (m/s^2)\",\"Acceleration z (m/s^2)\",\"Absolute acceleration (m/s^2)\"", "0.00E0,1.0E0,2E0,3E0,4E0|1.0E-2,5E0,6E0,7E0,8E0|4.0E-2,9E0,1E1,1.1E1,1E0", "acc x=Acceleration x,acc y=Acceleration y,acc z=Acceleration z")] // Phyphox
    [InlineData("time,seconds_elapsed,z,y,x", "1700000000000000000,0.1,3,2,1|1700000000010000000,0.11,7,6,5|1700000000040000000,0.14,11,10,9", "acc x=x,acc y=y,acc z=z")] // Sensor Logger
    [InlineData("timestamp,accX,accY,accZ", "0,1,2,3|10,5,6,7|40,9,10,11", "time=timestamp [ms],acc x=accX,acc y=accY,acc z=accZ")] // Edge Impulse
    [InlineData("clock_ms,accX,accY,accZ", "0,1,2,3|0.01,5,6,7|0.04,9,10,11", "TIME=clock_ms [s],acc x=accX,acc y=accY,acc z=accZ")] // what the map says counts before the name
    public void PhonesAndBoards_AreReadByAMap(string header, string lines, string map)
    {
        var acceleration = Wand with { Channels = [.. Wand.Channels.Take(3)] };
        var source = new CsvSource(new StringReader($"{header}\n{lines.Replace('|', '\n')}\n"), "a.csv", SensorMap.Parse(map).Apply(acceleration));
        var samples = new float[9];
        Assert.Equal(6, source.Read(samples));
        Assert.Equal(3, source.Read(samples.AsSpan(6)));
        Assert.Equal([1, 2, 3, 5, 6, 7, 9, 10, 11], samples);
        Assert.Equal(6, source.SamplesLost);
    }

    [Theory]
    [InlineData("time=ts [ms],acc x=a", """{"ts":10,"a":1}""")]
    [InlineData("time=meta.ts [ms],acc x=a", """{"meta":{"ts":10},"a":1}""")]
    public void Json_HasItsTimeByTheMap(string map, string line)
    {
        var source = new JsonLinesSource(new StringReader($"{line}\n{line.Replace("10", "40")}\n"), "a.jsonl", SensorMap.Parse(map).Apply(Wand));
        Assert.Equal(4, source.Read(new float[8]));
        Assert.Equal(4, source.Read(new float[8]));
        Assert.Equal(8, source.SamplesLost);
    }

    [Fact]
    public void Time_InAnUnknownUnitOrColumn_SaysSo()
    {
        Assert.Contains("the time is in 'h'", Assert.Throws<FormatException>(() => SensorMap.Parse("time=t [h]").Apply(Wand)).Message);
        var wrong = Assert.Throws<InvalidSensorDataException>(() => new CsvSource(new StringReader("acc x,acc y,acc z,gyro x\n"), "a.csv", SensorMap.Parse("time=when [ms]").Apply(Wand)));
        Assert.Contains("there is no column 'when' for the time", wrong.Message);
    }

    /// <summary>An accelerometer that turns while it is shaken a little: its length is gravity, whatever its axes.</summary>
    [Theory]
    [InlineData(1, "", "is it in g?")]
    [InlineData(1, " [g]", null)]
    [InlineData(9.80665, "", null)]
    [InlineData(1000, "", "is it in mg?")]
    [InlineData(980.665, "", "is it in cm/s2?")] // near to mg too, but nearer to this
    [InlineData(0.2, "", null)] // acceleration without gravity
    public void Gravity_TellsAWrongUnit(double gravity, string unit, string? told)
    {
        var random = new Random(7);
        var lines = Enumerable.Range(0, 600).Select(i =>
        {
            var (turn, length) = (i * 0.01, gravity * (1 + 0.1 * (random.NextDouble() - 0.5)));
            return FormattableString.Invariant($"{length * Math.Cos(turn)},{length * Math.Sin(turn)},0,0");
        });
        var source = new CsvSource(new StringReader($"acc x{unit},acc y{unit},acc z{unit},gyro x\n{string.Join('\n', lines)}"), "a.csv", Wand);
        Read(source, 4 * 600);
        if (told is null) Assert.Null(source.Remark);
        else Assert.Contains(told, source.Remark);
    }

    static float[] Read(LineSource source, int count)
    {
        var samples = new float[count];
        Assert.Equal(count, source.Read(samples));
        return samples;
    }
}
