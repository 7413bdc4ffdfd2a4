using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>
/// Triangular bands, evenly spaced on the mel scale, over the bins of a spectrum. A bin is in two triangles, so four neighbouring bands
/// are summed side by side over the bins that any of them has, which is little more than each bin once. A band is (s0 + s1) + (s2 + s3), where s_i
/// sums bins i, i + 4, i + 8 ... in this order: four sums, for an add takes a processor longer than starting the next.
/// </summary>
sealed unsafe class MelBands
{
    const int Lanes = 4;

    readonly (int First, int Last, AlignedBuffer Weights)[] _groups; // bins, First a multiple of 4; [bins, Lanes]

    /// <exception cref="ArgumentException">A band has no bin.</exception>
    public MelBands(FrontEndConfig config)
    {
        var triangles = Triangles(config);
        _groups = [.. triangles.Chunk(Lanes).Select(Group)];
    }

    /// <param name="power">The bins, followed by 3 readable zeros.</param>
    /// <param name="energies">The bands, followed by up to 7 zeros.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Sum(float* power, float* energies)
    {
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            SumWide(power, energies);
            return;
        }
        foreach (var (first, last, weights) in _groups)
        {
            Vector128<float> s0 = default, s1 = default, s2 = default, s3 = default;
            var weight = weights.Pointer;
            for (var bin = first; bin <= last; bin += 4, weight += 4 * Lanes)
            {
                var bins = Vector128.Load(power + bin); // one load for four: loads are what there is most of
                s0 += Vector128.Load(weight) * Vector128.Shuffle(bins, Vector128.Create(0));
                s1 += Vector128.Load(weight + Lanes) * Vector128.Shuffle(bins, Vector128.Create(1));
                s2 += Vector128.Load(weight + 2 * Lanes) * Vector128.Shuffle(bins, Vector128.Create(2));
                s3 += Vector128.Load(weight + 3 * Lanes) * Vector128.Shuffle(bins, Vector128.Create(3));
            }
            (s0 + s1 + (s2 + s3)).Store(energies);
            energies += Lanes;
        }
    }

    /// <summary>The four sums of a group in one vector: the same adds in the same order. Two groups side by side, for an add takes longer than starting the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void SumWide(float* power, float* energies)
    {
        var spread = Vector512.Create(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
        var groups = _groups;
        for (var g = 0; g < groups.Length; g += 2, energies += 2 * Lanes)
        {
            var (first, last, weights) = groups[g];
            float* bins = power + first, end = power + last, weight = weights.Pointer;
            Vector512<float> sums = default, others = default;
            if (g + 1 < groups.Length)
            {
                var (otherFirst, otherLast, otherWeights) = groups[g + 1];
                float* otherBins = power + otherFirst, otherEnd = power + otherLast, otherWeight = otherWeights.Pointer;
                for (; bins <= end && otherBins <= otherEnd; bins += 4, weight += 4 * Lanes, otherBins += 4, otherWeight += 4 * Lanes)
                {
                    sums += Product(weight, bins, spread);
                    others += Product(otherWeight, otherBins, spread);
                }
                for (; otherBins <= otherEnd; otherBins += 4, otherWeight += 4 * Lanes) others += Product(otherWeight, otherBins, spread);
            }
            for (; bins <= end; bins += 4, weight += 4 * Lanes) sums += Product(weight, bins, spread);
            Vector256.Create(Fold(sums), Fold(others)).Store(energies);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Product(float* weight, float* bins, Vector512<int> spread) =>
        Vector512.Load(weight) * Avx512F.PermuteVar16x32(Vector128.Load(bins).ToVector256Unsafe().ToVector512Unsafe(), spread);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> Fold(Vector512<float> sums)
    {
        Vector256<float> low = sums.GetLower(), high = sums.GetUpper();
        return low.GetLower() + low.GetUpper() + (high.GetLower() + high.GetUpper());
    }

    /// <summary>Each band's first bin and the weights from there.</summary>
    internal static (int Start, float[] Weights)[] Triangles(FrontEndConfig config)
    {
        static double Mel(double hz) => 2595 * Math.Log10(1 + hz / 700);
        static double Hz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);
        var (low, high) = (Mel(config.LowHz), Mel(config.HighHz));
        var edges = Enumerable.Range(0, config.Bands + 2).Select(i => Hz(low + (high - low) * i / (config.Bands + 1))).ToArray();
        var binHz = (double)config.SampleRate / config.WindowLength;
        var bands = new (int, float[])[config.Bands];
        for (var band = 0; band < config.Bands; band++)
        {
            var (left, centre, right) = (edges[band] / binHz, edges[band + 1] / binHz, edges[band + 2] / binHz);
            var start = (int)Math.Floor(left) + 1;
            var end = Math.Min((int)Math.Ceiling(right) - 1, config.WindowLength / 2);
            if (end < start) throw new ArgumentException($"Mel band {band} of {config.Bands} is narrower than one FFT bin of {binHz} Hz: take fewer bands or a longer window.");
            bands[band] = (start, [.. Enumerable.Range(start, end - start + 1)
                .Select(bin => (float)(bin <= centre ? (bin - left) / (centre - left) : (right - bin) / (right - centre)))]);
        }
        return bands;
    }

    static (int, int, AlignedBuffer) Group((int Start, float[] Weights)[] bands)
    {
        var first = bands.Min(band => band.Start) / 4 * 4;
        var last = bands.Max(band => band.Start + band.Weights.Length - 1);
        var weights = new AlignedBuffer((last - first + 4) / 4 * 4 * Lanes);
        for (var lane = 0; lane < bands.Length; lane++)
            for (var i = 0; i < bands[lane].Weights.Length; i++) weights.Span[(bands[lane].Start + i - first) * Lanes + lane] = bands[lane].Weights[i];
        return (first, last, weights);
    }
}
