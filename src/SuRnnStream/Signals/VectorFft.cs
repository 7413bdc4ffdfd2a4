using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>
/// The FFT at one width of vectors: a Stockham radix-4 transform (self-sorting: no bit reversal). In every pass neighbouring butterflies
/// make a vector. What they put out is woven together in registers while the pass' stride is below a vector's length.
/// Loops over vectors are compiled well at once: what the first tier makes of them is a hundred times slower.
/// </summary>
sealed unsafe class VectorFft<T>(float[] window) : RealFft(window) where T : struct, IFloatLanes<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float Load(ReadOnlySpan<float> samples, ReadOnlySpan<float> more)
    {
        if (samples.Length + more.Length != Length) throw new ArgumentException($"The FFT takes {Length} samples, not {samples.Length + more.Length}.");
        if (samples.Length % EnergyParts != 0) throw new ArgumentException($"The FFT takes its first samples in multiples of {EnergyParts}, not {samples.Length}.");
        float* parts = Parts.Pointer, window = Window.Pointer, re = Re0.Pointer, im = Im0.Pointer;
        var first = samples.Length;
        fixed (float* one = samples, other = more)
        {
            for (var part = 0; part < EnergyParts; part += 4 * T.Count) // four sums side by side
            {
                T energy0 = T.All(0), energy1 = energy0, energy2 = energy0, energy3 = energy0;
                for (var i = part; i < Length; i += EnergyParts)
                {
                    var from = i < first ? one + i : other + (i - first);
                    var x0 = T.Load(from) * T.Load(window + i);
                    var x1 = T.Load(from + T.Count) * T.Load(window + i + T.Count);
                    var x2 = T.Load(from + 2 * T.Count) * T.Load(window + i + 2 * T.Count);
                    var x3 = T.Load(from + 3 * T.Count) * T.Load(window + i + 3 * T.Count);
                    energy0 += x0 * x0;
                    energy1 += x1 * x1;
                    energy2 += x2 * x2;
                    energy3 += x3 * x3;
                    var (re0, im0) = T.Unzip(x0, x1);
                    var (re1, im1) = T.Unzip(x2, x3);
                    re0.Store(re + i / 2);
                    im0.Store(im + i / 2);
                    re1.Store(re + i / 2 + T.Count);
                    im1.Store(im + i / 2 + T.Count);
                }
                energy0.Store(parts + part);
                energy1.Store(parts + part + T.Count);
                energy2.Store(parts + part + 2 * T.Count);
                energy3.Store(parts + part + 3 * T.Count);
            }
        }
        var half = EnergyParts / 2;
        for (; half >= T.Count; half /= 2)
            for (var i = 0; i < half; i += T.Count) (T.Load(parts + i) + T.Load(parts + i + half)).Store(parts + i);
        if (half == 8)
        {
            for (var i = 0; i < half; i += 4) (Vector128.Load(parts + i) + Vector128.Load(parts + i + half)).Store(parts + i);
            half /= 2;
        }
        var four = half == 4 ? Vector128.Load(parts) + Vector128.Load(parts + 4) : Vector128.Load(parts);
        var two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 2, 3));
        return two[0] + two[1];
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void PowerSpectrum(float* power)
    {
        float* re = Re0.Pointer, im = Im0.Pointer, toRe = Re1.Pointer, toIm = Im1.Pointer;
        int pass = 0, stride = 1;
        for (; Half / stride >= 4; stride *= 4, pass++)
        {
            Pass(re, im, toRe, toIm, stride, pass < Twiddles.Length ? Twiddles[pass].Pointer : null);
            float* usedRe = re, usedIm = im;
            re = toRe;
            im = toIm;
            toRe = usedRe;
            toIm = usedIm;
        }
        if (stride < Half)
        {
            Pass2(re, toRe);
            Pass2(im, toIm);
            re = toRe;
            im = toIm;
        }
        (re[Half], im[Half]) = (re[0], im[0]);
        Split(re, im, power);
    }

    /// <summary>One radix-4 pass: Half / 4 butterflies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Pass(float* re, float* im, float* toRe, float* toIm, int stride, float* twiddles)
    {
        var quarter = Half / 4;
        for (var i = 0; i < quarter; i += T.Count)
        {
            T aRe = T.Load(re + i), bRe = T.Load(re + i + quarter), cRe = T.Load(re + i + 2 * quarter), dRe = T.Load(re + i + 3 * quarter);
            T aIm = T.Load(im + i), bIm = T.Load(im + i + quarter), cIm = T.Load(im + i + 2 * quarter), dIm = T.Load(im + i + 3 * quarter);
            T sumRe = aRe + cRe, sumIm = aIm + cIm, gapRe = aRe - cRe, gapIm = aIm - cIm;
            T crossRe = bRe + dRe, crossIm = bIm + dIm, turnRe = dIm - bIm, turnIm = bRe - dRe; // i (b - d)
            T re0 = sumRe + crossRe, im0 = sumIm + crossIm, re1 = gapRe - turnRe, im1 = gapIm - turnIm;
            T re2 = sumRe - crossRe, im2 = sumIm - crossIm, re3 = gapRe + turnRe, im3 = gapIm + turnIm;
            if (twiddles != null)
            {
                (re1, im1) = Turn(re1, im1, twiddles + i, quarter);
                (re2, im2) = Turn(re2, im2, twiddles + i + 2 * quarter, quarter);
                (re3, im3) = Turn(re3, im3, twiddles + i + 4 * quarter, quarter);
            }
            Put(re0, re1, re2, re3, toRe, i, stride);
            Put(im0, im1, im2, im3, toIm, i, stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (T Re, T Im) Turn(T re, T im, float* cos, int toSin)
    {
        T c = T.Load(cos), s = T.Load(cos + toSin);
        return (re * c - im * s, re * s + im * c);
    }

    /// <summary>Output n of butterfly p of transform q of a pass goes to q + stride (4 p + n).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put(T y0, T y1, T y2, T y3, float* to, int i, int stride)
    {
        if (stride == 1)
        {
            T.StoreZipped(y0, y1, y2, y3, to + 4 * i);
        }
        else if (stride == 4)
        {
            T.StoreZippedQuads(y0, y1, y2, y3, to + 4 * i);
        }
        else
        {
            var q = i & (stride - 1); // strides are powers of two
            to += q + 4 * (i - q);
            y0.Store(to);
            y1.Store(to + stride);
            y2.Store(to + 2 * stride);
            y3.Store(to + 3 * stride);
        }
    }

    /// <summary>The last pass where the length is no power of four: sums and differences.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Pass2(float* from, float* to)
    {
        var half = Half / 2;
        for (var i = 0; i < half; i += T.Count)
        {
            T a = T.Load(from + i), b = T.Load(from + i + half);
            (a + b).Store(to + i);
            (a - b).Store(to + i + half);
        }
    }

    /// <summary>Bins k and Half - k are the sum and the difference of the spectra of the even samples and of the odd ones, turned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Split(float* re, float* im, float* power)
    {
        var middle = Half / 2;
        float* cos = SplitCos.Pointer, sin = SplitSin.Pointer;
        var half = T.All(0.5f);
        for (var k = 0; k < middle; k += T.Count)
        {
            var back = Half - k - T.Count + 1; // the mirror images, from the last one
            T reK = T.Load(re + k), imK = T.Load(im + k), reJ = T.Load(re + back).Reverse(), imJ = T.Load(im + back).Reverse();
            T evenRe = half * (reK + reJ), evenIm = half * (imK - imJ), oddRe = half * (imK + imJ), oddIm = half * (reJ - reK);
            T c = T.Load(cos + k), s = T.Load(sin + k);
            T turnedRe = oddRe * c - oddIm * s, turnedIm = oddRe * s + oddIm * c;
            T sumRe = evenRe + turnedRe, sumIm = evenIm + turnedIm, gapRe = evenRe - turnedRe, gapIm = evenIm - turnedIm;
            (sumRe * sumRe + sumIm * sumIm).Store(power + k);
            (gapRe * gapRe + gapIm * gapIm).Reverse().Store(power + back);
        }
        power[middle] = re[middle] * re[middle] + im[middle] * im[middle]; // its own mirror image
    }
}
