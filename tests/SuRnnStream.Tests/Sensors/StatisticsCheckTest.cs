using SuRnnStream.Tests.Pipeline;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Sensors;

/// <summary>What a model file says of its training tells a recording in another unit.</summary>
public sealed class StatisticsCheckTest
{
    static SensorFrontEndConfig Model(string name, string unit, double deviation, double calm) => new()
    {
        Channels = [new() { Name = name, Unit = unit, Statistics = new() { Mean = 0, Deviation = deviation, Least = -3 * deviation, Most = 3 * deviation, Calm = calm } }],
        SampleRate = 100,
    };

    [Theory]
    [InlineData("ecg", "mV", 0.3, 0.1, 0.3, null)]
    [InlineData("ecg", "mV", 0.3, 0.1, 0.0003, "is it in V? Say so in the header or a map, as in \"ecg [V]\"")]
    [InlineData("ecg", "mV", 0.3, 0.1, 300, "is it in uV?")]
    [InlineData("gyro x", "rad/s", 2, 0.02, 115, "gyro x comes to")]
    [InlineData("gyro x", "rad/s", 2, 0.02, 115, "is it in deg/s?")]
    [InlineData("gyro x", "rad/s", 2, 0.02, 0.02, null)]   // at rest, as the training's calmest segments
    [InlineData("gyro x", "deg/s", 115, 1, 2, null)]       // in rad/s, but a slow hand would look alike
    [InlineData("acc z", "m/s2", 9.8, 9, 1, "acc z is 1 (root mean square) in the first 500 moments, and the model was trained on 9 or more m/s2: is it in g?")]
    [InlineData("acc z", "", 9.8, 9, 1, null)]             // without a unit there is no other
    [InlineData("count", "", 1, 0.1, 1000, "check its unit and its scale")]
    [InlineData("ecg", "mV", 0.3, 0.1, 0, null)]           // stuck: not this check's
    public void FirstSeconds_TellAnotherUnit(string name, string unit, double deviation, double calm, double heard, string? told)
    {
        var (check, random, said) = (new StatisticsCheck(Model(name, unit, deviation, calm)), new Random(1), new List<string>());
        for (var i = 0; i < 2_000; i++)
            if (check.Look([(float)(heard * (random.Next(2) == 0 ? 1 : -1))]) is { } one) said.Add(one);
        if (told is null) Assert.Empty(said);
        else Assert.Contains(told, Assert.Single(said));
    }

    [Fact]
    public void Table_InAnotherUnit_IsRemarkedOn_AndOneThatSaysItIsNot()
    {
        string Text(string head) => $"{head}\n{string.Join('\n', Enumerable.Range(0, 800).Select(i => FormattableString.Invariant($"{0.0004 * Math.Sin(i)}")))}";
        string? Remark(string head)
        {
            var source = new CsvSource(new StringReader(Text(head)), "a.csv", Model("ecg", "mV", 0.3, 0.1));
            var samples = new float[800];
            Assert.Equal(800, source.Read(samples));
            return source.Remark;
        }
        Assert.Contains("is it in V?", Remark("ecg"));
        Assert.Null(Remark("ecg [V]"));
    }

    [Fact]
    public void LiveSensor_IsToldOnce()
    {
        var (said, queue) = (new List<string>(), new PushSource(100, 1, 5_000));
        var intake = new SensorIntake("test", Model("ecg", "mV", 0.3, 0.1), new LiveSensorOptions { Time = new ManualTime() }.Validate(), queue, said.Add);
        for (var i = 0; i < 1_500; i++) intake.Take(FormattableString.Invariant($"{300 * Math.Sin(i):0.###}\n"), whole: true);
        Assert.Contains("is it in uV?", Assert.Single(said, line => line.Contains("trained")));
    }

    /// <summary>A wand that is held another way has another axis along gravity: one axis alone says nothing.</summary>
    [Fact]
    public void ShippedGestures_InAnyPose_AreAsTrained_AndTheirGyroscopeInDegreesIsNot()
    {
        var sensor = ModelFile.Load(Repository.File("models", "gesture.surnn")).Config.Sensor!;
        Assert.All(sensor.Channels, channel => Assert.NotNull(channel.Statistics));
        foreach (var moment in new float[][] { [9.8f, 0.1f, 0.1f, 0, 0, 0], [0.1f, 9.8f, 0, 0, 0, 0], [0, 0, -9.8f, 0.01f, 0, 0], [0, 0, 9.8f, 5, -9, 7] })
            Assert.Null(Said(moment));
        Assert.Contains("gyro y comes to", Said([0, 0, 9.8f, 20, -500, 0]));
        Assert.Contains("is it in deg/s?", Said([0, 0, 9.8f, 20, -500, 0]));

        string? Said(float[] moment)
        {
            var check = new StatisticsCheck(sensor);
            return Enumerable.Range(0, 1_000).Select(_ => check.Look(moment)).FirstOrDefault(told => told is not null);
        }
    }

    [Theory]
    [InlineData(10, 100, "that is 1,000 times the model's step: if the times are in ms, name the column time [ms]")]
    [InlineData(9.2, 100, "if the times are in ms")] // a sensor that is 8 % fast
    [InlineData(10_000, 100, "if the times are in us")]
    [InlineData(1e7, 100, "if the times are in ns")]
    [InlineData(1e-5, 100, "that is a 1,000th of the model's step: if the times are in s, name the column time [s]")]
    [InlineData(0.04, 100, null)]
    [InlineData(1, 100, null)]
    [InlineData(1e10, 100, null)]
    public void Step_OfAThousandTimes_IsAnotherUnitOfTime(double step, double rate, string? hint)
    {
        if (hint is null) Assert.Null(MomentTime.HintOf(step, rate));
        else Assert.Contains(hint, MomentTime.HintOf(step, rate), StringComparison.Ordinal);
    }
}
