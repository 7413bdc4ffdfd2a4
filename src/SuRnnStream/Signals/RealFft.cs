using System.Numerics;
using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>
/// Power spectrum of windowed real samples whose number is a power of two. Even and odd samples form one complex signal of half the length,
/// whose transform takes the two apart again. Has working memory: one thread at a time. Each width of vectors gives the same bits.
/// </summary>
abstract unsafe class RealFft
{
    /// <summary>Sums of squares are kept in this many parts, whatever the vectors' width; also the shortest length.</summary>
    public const int EnergyParts = 64;

    /// <summary>The widths that exist on this machine, best first. Measured with FrontEndBench: wider was never slower.</summary>
    public static readonly IReadOnlyList<(string Name, int Lanes, Func<float[], RealFft> New)> Widths = Find();

    protected readonly int Length, Half;           // samples; length of the complex transform
    protected readonly AlignedBuffer Window;       // [Length]
    protected readonly AlignedBuffer[] Twiddles;   // a pass each, but for those that turn nothing: [6, Half / 4] re and im of w, w^2, w^3
    protected readonly AlignedBuffer SplitCos, SplitSin; // [Half / 2] cos and sin of -2 pi k / Length: takes the two real halves apart
    protected readonly AlignedBuffer Re0, Im0, Re1, Im1; // [Half + 1] two sides used in turn; the last place repeats the first
    protected readonly AlignedBuffer Parts = new(EnergyParts);

    /// <param name="window">What each sample is multiplied by. Its length is the transform's: a power of two, 64 or more.</param>
    /// <exception cref="ArgumentException">The length is another.</exception>
    protected RealFft(float[] window)
    {
        (Length, Half) = (window.Length, window.Length / 2);
        if (Length < EnergyParts || !BitOperations.IsPow2(Length)) throw new ArgumentException($"The FFT length is a power of two from {EnergyParts}, not {Length}.");
        Window = Filled(Length, i => window[i]);
        Twiddles = [.. Strides(Half).Select(PassTwiddles)];
        SplitCos = Filled(Half / 2, k => Math.Cos(-2 * Math.PI * k / Length));
        SplitSin = Filled(Half / 2, k => Math.Sin(-2 * Math.PI * k / Length));
        (Re0, Im0, Re1, Im1) = (new(Half + 1), new(Half + 1), new(Half + 1), new(Half + 1));
    }

    /// <summary>At the best width that is not too long for the window.</summary>
    /// <inheritdoc cref="RealFft(float[])"/>
    public static RealFft Create(float[] window) => Widths.First(width => width.Lanes == Lanes4.Count || Fits(width.Lanes, window.Length)).New(window);

    /// <summary>A pass of Length / 8 butterflies is whole vectors.</summary>
    public static bool Fits(int lanes, int length) => lanes <= length / 8;

    /// <summary>Takes <paramref name="samples"/> [Length], windowed.</summary>
    /// <returns>The sum of the squares of what was taken.</returns>
    public float Load(ReadOnlySpan<float> samples) => Load(samples, []);

    /// <summary>The same of samples that lie in two places: the number of the first is a multiple of <see cref="EnergyParts"/>.</summary>
    public abstract float Load(ReadOnlySpan<float> samples, ReadOnlySpan<float> more);

    /// <summary>Squared magnitudes of bins 0 .. Length / 2 of what was loaded, which is then used up.</summary>
    public abstract void PowerSpectrum(float* power);

    static List<(string, int, Func<float[], RealFft>)> Find()
    {
        var found = new List<(string, int, Func<float[], RealFft>)>();
        if (Lanes16.IsSupported) found.Add(("V512", Lanes16.Count, window => new VectorFft<Lanes16>(window)));
        if (Lanes8.IsSupported) found.Add(("V256", Lanes8.Count, window => new VectorFft<Lanes8>(window)));
        found.Add(("V128", Lanes4.Count, window => new VectorFft<Lanes4>(window)));
        return found;
    }

    /// <summary>Strides of the radix-4 passes that turn something: the last of them all has one butterfly a transform and does not.</summary>
    static IEnumerable<int> Strides(int half)
    {
        for (var stride = 1; half / stride > 4; stride *= 4) yield return stride;
    }

    /// <summary>Butterfly i of a pass is butterfly i / stride of its transforms.</summary>
    AlignedBuffer PassTwiddles(int stride)
    {
        var quarter = Half / 4;
        return Filled(6 * quarter, at =>
        {
            var (row, i) = Math.DivRem(at, quarter);
            var angle = -2 * Math.PI * (row / 2 + 1) * (i / stride * stride) / Half;
            return row % 2 == 0 ? Math.Cos(angle) : Math.Sin(angle);
        });
    }

    static AlignedBuffer Filled(int length, Func<int, double> value)
    {
        var buffer = new AlignedBuffer(length);
        for (var i = 0; i < length; i++) buffer.Span[i] = (float)value(i);
        return buffer;
    }
}
