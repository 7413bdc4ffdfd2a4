namespace SuRnnStream;

/// <summary>
/// Says once when an accelerometer's three axes are not in the unit that the model needs: gravity always pulls at it. The median length of its
/// vector over the first seconds is then near to gravity in another unit. Acceleration without gravity, as some phones give it, is near none of them.
/// </summary>
sealed class GravityCheck
{
    const double Seconds = 5, Near = 0.15;
    const int LeastMoments = 50, MostMoments = 5_000;
    static readonly string[] Units = ["m/s2", "g", "mg", "cm/s2"];

    readonly int[] _axes;      // channels
    readonly string _unit;
    readonly List<double> _lengths = [];
    readonly int _looks;

    public GravityCheck(SensorFrontEndConfig sensor)
    {
        _axes = AxesOf(sensor);
        _unit = _axes.Length == 3 ? sensor.Channels[_axes[0]].Unit : "";
        _looks = _unit.Length == 0 ? 0 : (int)Math.Clamp(Seconds * sensor.SampleRate, LeastMoments, MostMoments);
    }

    /// <summary>Looks at a moment. A sentence without a full stop when enough have been seen and they are in another unit; else null.</summary>
    public string? Look(ReadOnlySpan<float> moment)
    {
        if (_lengths.Count == _looks) return null;
        var square = 0.0;
        foreach (var axis in _axes) square += (double)moment[axis] * moment[axis];
        if (double.IsNaN(square)) return null;
        _lengths.Add(Math.Sqrt(square));
        if (_lengths.Count < _looks) return null;
        double[] sorted = [.. _lengths.Order()];
        var (low, median, high) = (sorted[_looks / 4], sorted[_looks / 2], sorted[3 * _looks / 4]);
        var unit = Units.MinBy(Off)!;
        if (Off(_unit) <= Near || Off(unit) > Near || high - low > 2 * Near * median) return null;
        return FormattableString.Invariant(
            $"the acceleration is {median:0.###} {_unit} long in the first {_looks} moments, and gravity is {GravityIn(_unit):0.###}: is it in {unit}? Say so in the header or a map, as in \"acc x [{unit}]\"");

        double Off(string unit) => Math.Abs(median / GravityIn(unit) - 1);
    }

    /// <summary>The three channels of an accelerometer, in one unit; none where there are more or fewer.</summary>
    public static int[] AxesOf(SensorFrontEndConfig sensor)
    {
        int[] axes = [.. Enumerable.Range(0, sensor.Channels.Count).Where(c => SensorUnit.Between(sensor.Channels[c].Unit, Units[0]) is not null)];
        return axes.Length == 3 && axes.All(axis => SensorUnit.Same(sensor.Channels[axis].Unit, sensor.Channels[axes[0]].Unit)) ? axes : [];
    }

    public static double GravityIn(string unit) => SensorUnit.Between("g", unit)!.Value.Of(1);
}
