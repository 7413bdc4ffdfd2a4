using System.Globalization;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Sensors;

/// <summary>The shipped electrocardiogram is what its README says.</summary>
public sealed class EcgSampleTest
{
    static readonly SensorFrontEndConfig Sensor = new() { Channels = [new() { Name = "MLII", Unit = "mV" }], SampleRate = 360 };

    readonly float[] _values = ReadAll();
    readonly (double Time, string Label)[] _beats =
    [
        .. File.ReadLines(Repository.File("samples", "sensors", "ecg.labels.csv")).Skip(1).Select(line => line.Split(','))
            .Select(cells => (double.Parse(cells[0], CultureInfo.InvariantCulture), cells[1])),
    ];

    static float[] ReadAll()
    {
        using var source = CsvSource.Open(Repository.File("samples", "sensors", "ecg.csv"), Sensor);
        var values = new float[30_000];
        var count = 0;
        for (int got; (got = source.Read(values.AsSpan(count))) > 0;) count += got;
        Assert.Equal((21_600, 0), (count, source.SamplesLost)); // its times are rounded, which makes no gap
        return values[..count];
    }

    [Fact]
    public void Labels_AreAtThePeaks()
    {
        foreach (var (time, _) in _beats)
        {
            var at = (int)Math.Round(time * 360);
            var (from, to) = (Math.Max(0, at - 30), Math.Min(_values.Length, at + 30));
            var largest = from + _values.AsSpan(from, to - from).IndexOf(_values[from..to].Max());
            Assert.InRange(largest, at - 4, at + 4); // the noise may shift it by some samples
            Assert.InRange(_values[largest], 0.7f, 2);
        }
    }

    [Fact]
    public void VentricularBeats_AreEarly_AndAPauseFollows()
    {
        var sinus = Intervals((before, beat) => before == "beat" && beat == "beat");
        var early = Intervals((_, beat) => beat == "ventricular");
        var late = Intervals((before, _) => before == "ventricular");
        Assert.Equal((5, 5, 72), (early.Length, late.Length, _beats.Length));
        Assert.InRange(60 / sinus.Average(), 66, 78);
        Assert.InRange(sinus.Max() - sinus.Min(), 0.05, 0.25); // the rate varies
        Assert.All(early, interval => Assert.InRange(interval, 0.5 * sinus.Average(), 0.75 * sinus.Average()));
        Assert.All(late, interval => Assert.InRange(interval, 1.25 * sinus.Average(), 1.55 * sinus.Average()));
    }

    [Fact]
    public void ShippedModel_FindsEveryBeat_AndWhichAreVentricular()
    {
        var found = new List<Detection>();
        new StreamingDetector(ModelFile.Load(Repository.File("models", "heartbeat.surnn"))).Process(_values, found.Add);
        Assert.All(_beats, beat => Assert.Contains(found, detection => detection.Label == beat.Label && Math.Abs(detection.Landmark!.Value.TotalSeconds - beat.Time) < 0.15)); // seconds, as such figures are counted
        Assert.Equal(_beats.Select(beat => beat.Label), found.Select(detection => detection.Label)); // and nothing in the first moment, which looks like one
    }

    double[] Intervals(Func<string, string, bool> between) =>
        [.. _beats.Zip(_beats.Skip(1)).Where(pair => between(pair.First.Label, pair.Second.Label)).Select(pair => pair.Second.Time - pair.First.Time)];
}
