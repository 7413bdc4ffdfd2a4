namespace SuRnnStream;

/// <summary>
/// A windowed sinc, sampled at every phase that an output can have between two inputs: flat to 90 % of the lower Nyquist frequency,
/// 85 dB down from that frequency on. Immutable.
/// </summary>
internal sealed class ResamplerFilter
{
    const double StopBandDecibels = 85;
    const double Cutoff = 0.95;         // of the lower Nyquist frequency: the middle of the transition from 0.90 to 1
    const int Reach = 54;               // samples of the lower rate on each side, which that transition needs at that stop band
    const int MaxExactFloats = 1 << 18; // 1 MiB; covers every pair of the usual audio rates
    const int InterpolatedPhases = 512; // per sample of the lower rate

    readonly float[] _rows;             // [phases (+ 1 when interpolated), Taps], every row sums to 1

    public ResamplerFilter(long up, long down)
    {
        var lower = Math.Min(1, (double)up / down);         // the lower rate per source rate
        Half = (int)Math.Ceiling(Reach / lower / 8) * 8;
        Interpolated = up * Taps > MaxExactFloats;
        Phases = Interpolated ? (int)Math.Ceiling(InterpolatedPhases * lower) : (int)up;
        _rows = new float[(Phases + (Interpolated ? 1 : 0)) * Taps];

        var beta = 0.1102 * (StopBandDecibels - 8.7);       // Kaiser's rule for more than 50 dB
        var taps = new double[Taps];
        for (var row = 0; row * Taps < _rows.Length; row++)
        {
            var sum = 0.0;
            for (var k = 0; k < Taps; k++)
            {
                var distance = k - (Half - 1) - (double)row / Phases;
                sum += taps[k] = Sinc(Cutoff * lower * distance) * Kaiser(distance / Half, beta);
            }
            for (var k = 0; k < Taps; k++) _rows[row * Taps + k] = (float)(taps[k] / sum);
        }
    }

    /// <summary>Source samples from the start of a window to just after the one at or before the output; a multiple of 8.</summary>
    public int Half { get; }

    /// <summary>Source samples that make one output; a multiple of 16, so of every vector width.</summary>
    public int Taps => 2 * Half;

    /// <summary>Phases between two source samples.</summary>
    public int Phases { get; }

    /// <summary>
    /// There are more phases than rows, and an output is taken linearly between the two nearest. The error is below (pi / 512)^2 / 8,
    /// -106 dB of the signal.
    /// </summary>
    public bool Interpolated { get; }

    public ReadOnlySpan<float> Row(int phase) => _rows.AsSpan(phase * Taps, Taps);

    static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    static double Kaiser(double x, double beta) => Bessel(beta * Math.Sqrt(Math.Max(0, 1 - x * x)));

    // I0 by its power series; the rows are scaled afterwards, so the window need not be.
    static double Bessel(double x)
    {
        var (sum, term) = (1.0, 1.0);
        for (var k = 1; term > 1e-17 * sum; k++) sum += term *= x / (2 * k) * (x / (2 * k));
        return sum;
    }
}
