using System.Globalization;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Sensors;

/// <summary>The shipped gestures are what their README says, and the shipped model finds them.</summary>
public sealed class GestureSampleTest
{
    const int Rate = 100, Channels = 6;

    static readonly SuRnnModel Model = ModelFile.Load(Repository.File("models", "gesture.surnn"));

    readonly float[] _values = ReadAll();
    readonly (double Time, string Label)[] _gestures =
    [
        .. File.ReadLines(Repository.File("samples", "sensors", "gesture.labels.csv")).Skip(1).Select(line => line.Split(','))
            .Select(cells => (double.Parse(cells[0], CultureInfo.InvariantCulture), cells[1])),
    ];

    static float[] ReadAll()
    {
        using var source = CsvSource.Open(Repository.File("samples", "sensors", "gesture.csv"), Model.Config.Sensor!);
        var values = new float[50_000];
        var count = 0;
        for (int got; (got = source.Read(values.AsSpan(count))) > 0;) count += got;
        Assert.Equal((60 * Rate * Channels, 0), (count, source.SamplesLost));
        return values[..count];
    }

    double Length(int moment, int channel) => Math.Sqrt(Enumerable.Range(0, 3).Sum(axis => Math.Pow(_values[moment * Channels + channel + axis], 2)));

    [Fact]
    public void AtRest_TheWandHearsGravity_AndGesturesAreFast()
    {
        Assert.Equal((4, 4), (_gestures.Count(gesture => gesture.Label == "wingardium"), _gestures.Count(gesture => gesture.Label == "flippendo")));
        double[] quiet = [.. Enumerable.Range(5, 60 * Rate - 10).Where(m => Enumerable.Range(m - 5, 11).All(near => Length(near, 3) < 0.3)).Select(m => Length(m, 0)).Order()];
        Assert.True(quiet.Length > 2 * Rate, $"{quiet.Length} quiet moments");
        Assert.InRange(quiet[quiet.Length / 2], 9.7, 9.9); // m/s2
        foreach (var (time, _) in _gestures) Assert.InRange(Enumerable.Range((int)((time - 1) * Rate), Rate).Max(m => Length(m, 3)), 7, 18); // rad/s
    }

    [Fact]
    public void GravityTurnsByWhatTheGyroscopeSays()
    {
        // In the wand's own axes a direction that stands still in the room turns as dg/dt = g x w. Slow moments, in which the accelerometer hears little else.
        var (product, square) = (0.0, 0.0);
        for (var m = 5; m < 60 * Rate - 5; m++)
        {
            if (Enumerable.Range(m - 5, 11).Any(near => Length(near, 3) is < 0.3 or > 2 || Math.Abs(Length(near, 0) - 9.81) > 0.5)) continue;
            for (var axis = 0; axis < 3; axis++)
            {
                float At(int moment, int channel) => _values[moment * Channels + channel];
                var (b, c) = ((axis + 1) % 3, (axis + 2) % 3);
                var turned = At(m, b) * At(m, 3 + c) - At(m, c) * At(m, 3 + b);
                var heard = (At(m + 5, axis) - At(m - 5, axis)) / (10.0 / Rate);
                (product, square) = (product + turned * heard, square + turned * turned);
            }
        }
        Assert.InRange(product / square, 0.8, 1.2);
    }

    [Fact]
    public void ShippedModel_FindsEveryGesture_AndNothingElse()
    {
        var found = new List<Detection>();
        new StreamingDetector(Model).Process(_values, found.Add);
        Assert.Equal(_gestures.Select(gesture => gesture.Label), found.Select(detection => detection.Label));
        Assert.All(_gestures.Zip(found), pair => Assert.InRange(pair.Second.Time.TotalSeconds - pair.First.Time, -0.1, 0.6));
    }
}
