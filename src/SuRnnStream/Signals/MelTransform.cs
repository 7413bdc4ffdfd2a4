using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>
/// One window of samples to its log-mel frame. Remembers nothing: tables and working memory, which the streams that one thread runs can share.
/// </summary>
sealed unsafe class MelTransform
{
    readonly RealFft _fft;
    readonly float[] _window;
    readonly MelBands _bands;
    readonly AlignedBuffer _power;    // [WindowLength / 2 + 1]
    readonly AlignedBuffer _features; // [Bands] energies, then their logarithms; whole vectors
    readonly Vector256<float> _floor, _logFloor, _scale;
    readonly float _silentEnergy;     // a windowed frame below this energy has every band under the floor
    readonly float _loudestEnergy;    // above this energy the spectrum could overflow

    /// <exception cref="ArgumentException">A setting is outside its range.</exception>
    public MelTransform(FrontEndConfig config) : this(config, RealFft.Create) { }

    /// <summary>For tests: with an FFT of their choice.</summary>
    internal MelTransform(FrontEndConfig config, Func<float[], RealFft> fft)
    {
        Config = config.Validate();
        var length = config.WindowLength;
        (_fft, _window) = (fft(Hann(length)), new float[length]);
        _bands = new MelBands(config);
        (_power, _features) = (new AlignedBuffer(length / 2 + 1), new AlignedBuffer(RowKernel.Pad(config.Bands)));
        (_floor, _scale) = (Vector256.Create(config.Floor), Vector256.Create(config.Scale));
        _logFloor = NaturalLog.Of(_floor);
        // Parseval: the power of all bins together is WindowLength times the energy, and no band weighs a bin by more than 1.
        _silentEnergy = config.Floor / length * 0.999f;
        _loudestEnergy = float.MaxValue / length / 4;
    }

    public FrontEndConfig Config { get; }

    /// <summary>A window's samples may lie in two places, parted at a multiple of this.</summary>
    public const int Together = RealFft.EnergyParts;

    /// <summary>[WindowLength] working memory for a frame's samples.</summary>
    public Span<float> Window => _window;

    /// <summary>Energy of the last window: the sum of its windowed samples' squares.</summary>
    public float Energy { get; private set; }

    /// <summary>The same of a signal whose mean square is 1, on average.</summary>
    public float WindowEnergy => Hann(Config.WindowLength).Sum(weight => weight * weight);

    /// <inheritdoc cref="Compute(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, bool)"/>
    public void Compute(ReadOnlySpan<float> samples, Span<float> frame, bool shortCut) => Compute(samples, [], frame, shortCut);

    /// <summary>
    /// <paramref name="samples"/> and <paramref name="more"/>, together [WindowLength], parted at a multiple of <see cref="Together"/>, to <paramref name="frame"/> [Bands]. The short cut for silent
    /// ones gives the same bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compute(ReadOnlySpan<float> samples, ReadOnlySpan<float> more, Span<float> frame, bool shortCut)
    {
        var energy = Energy = _fft.Load(samples, more);
        if ((shortCut && energy <= _silentEnergy) || !(energy <= _loudestEnergy))
        {
            frame.Clear(); // what the long way would give, without the FFT; a NaN sample silences its frames and no others
            return;
        }
        _fft.PowerSpectrum(_power.Pointer);
        var features = _features.Pointer;
        _bands.Sum(_power.Pointer, features);
        for (var band = 0; band < frame.Length; band += NaturalLog.Lanes)
        {
            var log = NaturalLog.Of(Vector256.Max(Vector256.Load(features + band), _floor));
            ((log - _logFloor) * _scale).Store(features + band);
        }
        _features.Span[..frame.Length].CopyTo(frame);
    }

    /// <summary>Periodic: its halves at twice the hop add up to one.</summary>
    internal static float[] Hann(int length) => [.. Enumerable.Range(0, length).Select(i => (float)(0.5 - 0.5 * Math.Cos(2 * Math.PI * i / length)))];
}
