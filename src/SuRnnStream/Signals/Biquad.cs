namespace SuRnnStream;

/// <summary>
/// A causal Butterworth filter of the second order (bilinear transform, direct form II transposed). It computes in double: with a low corner at a
/// high rate, changes of the state are smaller than a float resolves.
/// </summary>
struct Biquad
{
    readonly double _b0, _b1, _b2, _a1, _a2;
    double _s1, _s2; // what earlier samples add to later outputs

    Biquad(double b0, double b1, double b2, double a0, double a1, double a2) =>
        (_b0, _b1, _b2, _a1, _a2) = (b0 / a0, b1 / a0, b2 / a0, a1 / a0, a2 / a0);

    /// <summary>A filter that changes nothing.</summary>
    public static Biquad None => new(1, 0, 0, 1, 0, 0);

    public static Biquad LowPass(double hertz, double rate)
    {
        var k = Math.Tan(Math.PI * hertz / rate);
        return new(k * k, 2 * k * k, k * k, 1 + Math.Sqrt(2) * k + k * k, 2 * (k * k - 1), 1 - Math.Sqrt(2) * k + k * k);
    }

    public static Biquad HighPass(double hertz, double rate)
    {
        var k = Math.Tan(Math.PI * hertz / rate);
        return new(1, -2, 1, 1 + Math.Sqrt(2) * k + k * k, 2 * (k * k - 1), 1 - Math.Sqrt(2) * k + k * k);
    }

    /// <summary>Starts as if the input had always been <paramref name="x"/>, so that the start makes no step.</summary>
    /// <returns>The filter's output for it.</returns>
    public double Begin(double x)
    {
        var y = (_b0 + _b1 + _b2) / (1 + _a1 + _a2) * x;
        _s2 = _b2 * x - _a2 * y;
        _s1 = _b1 * x - _a1 * y + _s2;
        return y;
    }

    /// <summary>What <see cref="Next"/> would return; the state stays as it is.</summary>
    public readonly double Peek(double x) => _b0 * x + _s1;

    public double Next(double x)
    {
        var y = _b0 * x + _s1;
        _s1 = _b1 * x - _a1 * y + _s2;
        _s2 = _b2 * x - _a2 * y;
        return y;
    }

    public readonly void Save(BinaryWriter to)
    {
        to.Write(_s1);
        to.Write(_s2);
    }

    public void Restore(BinaryReader from) => (_s1, _s2) = (SensorTrack.Finite(from.ReadDouble()), SensorTrack.Finite(from.ReadDouble()));
}
