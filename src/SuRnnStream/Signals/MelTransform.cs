using System.Runtime.Intrinsics;

namespace SuRnnStream;

/// <summary>
/// One window of samples to its log-mel frame. Remembers nothing: tables and working memory, which the streams that one thread runs can share.
/// </summary>
sealed class MelTransform
{
    readonly FrontEndConfig _config;
    readonly RealFft _fft;
    readonly float[] _hann;        // [WindowLength]
    readonly float[] _power;       // [WindowLength / 2 + 1]
    readonly int[] _bandStart;     // [Bands] first bin of a band
    readonly float[][] _bandWeight;// [Bands][bins] its triangle
    readonly float _logFloor;
    readonly float _silentEnergy;  // a windowed frame below this energy has every band under the floor
    readonly float _loudestEnergy; // above this energy the spectrum could overflow
    readonly float[] _windowed;    // [WindowLength]

    /// <exception cref="ArgumentException">A setting lies outside its range.</exception>
    public MelTransform(FrontEndConfig config)
    {
        _config = config.Validate();
        var length = config.WindowLength;
        _fft = new RealFft(length);
        _hann = [.. Enumerable.Range(0, length).Select(i => (float)(0.5 - 0.5 * Math.Cos(2 * Math.PI * i / length)))];
        (_power, _windowed) = (new float[length / 2 + 1], new float[length]);
        (_bandStart, _bandWeight) = Triangles(config);
        _logFloor = Log(Vector128.Create(config.Floor))[0];
        // Parseval: the power of all bins together is WindowLength times the energy, and no band weighs a bin by more than 1.
        _silentEnergy = config.Floor / length * 0.999f;
        _loudestEnergy = float.MaxValue / length / 4;
    }

    /// <summary><paramref name="samples"/> [WindowLength] to <paramref name="frame"/> [Bands]. The short cut for silent ones gives the same bits.</summary>
    public void Compute(float[] samples, Span<float> frame, bool shortCut)
    {
        var energy = Vector128<float>.Zero;
        for (var i = 0; i < _windowed.Length; i += 4)
        {
            var x = Vector128.Create(samples, i) * Vector128.Create(_hann, i);
            x.CopyTo(_windowed, i);
            energy += x * x;
        }
        var total = Vector128.Sum(energy);
        if ((shortCut && total <= _silentEnergy) || !(total <= _loudestEnergy))
        {
            frame.Clear(); // what the long way would give, without the FFT; a NaN sample silences its frames and no others
            return;
        }
        _fft.PowerSpectrum(_windowed, _power);
        for (var band = 0; band < frame.Length; band++)
        {
            var weights = _bandWeight[band];
            var bins = _power.AsSpan(_bandStart[band], weights.Length);
            var sum = 0f;
            for (var i = 0; i < weights.Length; i++) sum += weights[i] * bins[i];
            frame[band] = sum;
        }
        Span<float> four = stackalloc float[4];
        for (var band = 0; band < frame.Length; band += 4)
        {
            var some = frame[band..Math.Min(band + 4, frame.Length)];
            some.CopyTo(four);
            var log = Log(Vector128.Max(Vector128.Create<float>(four), Vector128.Create(_config.Floor)));
            ((log - Vector128.Create(_logFloor)) * _config.Scale).CopyTo(four);
            four[..some.Length].CopyTo(some);
        }
    }

    static Vector128<float> Log(Vector128<float> x) => Vector128.Log(x);

    static (int[] Start, float[][] Weight) Triangles(FrontEndConfig config)
    {
        static double Mel(double hz) => 2595 * Math.Log10(1 + hz / 700);
        static double Hz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);
        var (low, high) = (Mel(config.LowHz), Mel(config.HighHz));
        var edges = Enumerable.Range(0, config.Bands + 2).Select(i => Hz(low + (high - low) * i / (config.Bands + 1))).ToArray();
        var binHz = (double)config.SampleRate / config.WindowLength;
        var start = new int[config.Bands];
        var weight = new float[config.Bands][];
        for (var band = 0; band < config.Bands; band++)
        {
            var (left, centre, right) = (edges[band] / binHz, edges[band + 1] / binHz, edges[band + 2] / binHz);
            start[band] = (int)Math.Floor(left) + 1;
            var end = Math.Min((int)Math.Ceiling(right) - 1, config.WindowLength / 2);
            weight[band] = [.. Enumerable.Range(start[band], Math.Max(0, end - start[band] + 1))
                .Select(bin => (float)(bin <= centre ? (bin - left) / (centre - left) : (right - bin) / (right - centre)))];
            if (weight[band].Length == 0) throw new ArgumentException($"Mel band {band} of {config.Bands} is narrower than one FFT bin of {binHz} Hz: take fewer bands or a longer window.");
        }
        return (start, weight);
    }
}
