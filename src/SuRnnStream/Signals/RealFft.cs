using System.Numerics;
using System.Runtime.Intrinsics;

namespace SuRnnStream;

/// <summary>
/// Power spectrum of a real signal whose length is a power of two. Even and odd samples form one complex signal of half the length; its
/// transform is a Stockham radix-4 FFT (self-sorting: no bit reversal). Plain multiplies and adds: the same bits at every vector width.
/// </summary>
sealed class RealFft
{
    readonly int _half;                      // N/2, the length of the complex transform
    readonly float[] _cos, _sin;             // [N/2] cos and sin of -2 pi k / (N/2)
    readonly float[] _splitCos, _splitSin;   // [N/4 + 1] cos and sin of -2 pi k / N: takes the two real halves apart
    readonly float[] _re0, _im0, _re1, _im1; // [N/2] working memory, two sides used in turn

    public RealFft(int length)
    {
        if (length < 8 || !BitOperations.IsPow2(length)) throw new ArgumentException($"The FFT length is a power of two from 8, not {length}.");
        _half = length / 2;
        (_cos, _sin) = Table(_half, _half);
        (_splitCos, _splitSin) = Table(_half / 2 + 1, length);
        (_re0, _im0, _re1, _im1) = (new float[_half], new float[_half], new float[_half], new float[_half]);
    }

    static (float[] Cos, float[] Sin) Table(int count, int period)
    {
        var angles = Enumerable.Range(0, count).Select(k => -2 * Math.PI * k / period).ToArray();
        return (Array.ConvertAll(angles, a => (float)Math.Cos(a)), Array.ConvertAll(angles, a => (float)Math.Sin(a)));
    }

    /// <summary>Squared magnitudes of bins 0 .. N/2 of <paramref name="signal"/> [N] into <paramref name="power"/> [N/2 + 1].</summary>
    public void PowerSpectrum(ReadOnlySpan<float> signal, Span<float> power)
    {
        for (var i = 0; i < _half; i++) (_re0[i], _im0[i]) = (signal[2 * i], signal[2 * i + 1]);
        var (re, im) = Transform();
        power[0] = (re[0] + im[0]) * (re[0] + im[0]);
        power[_half] = (re[0] - im[0]) * (re[0] - im[0]);
        for (int k = 1, j = _half - 1; k <= j; k++, j--)
        {
            float evenRe = 0.5f * (re[k] + re[j]), evenIm = 0.5f * (im[k] - im[j]); // spectrum of the even samples
            float oddRe = 0.5f * (im[k] + im[j]), oddIm = 0.5f * (re[j] - re[k]);   // spectrum of the odd samples
            var turnedRe = oddRe * _splitCos[k] - oddIm * _splitSin[k];
            var turnedIm = oddRe * _splitSin[k] + oddIm * _splitCos[k];
            power[k] = Square(evenRe + turnedRe) + Square(evenIm + turnedIm);
            power[j] = Square(evenRe - turnedRe) + Square(evenIm - turnedIm);
        }
    }

    static float Square(float x) => x * x;

    (float[] Re, float[] Im) Transform()
    {
        float[] re = _re0, im = _im0, toRe = _re1, toIm = _im1;
        int length = _half, stride = 1;
        for (; length >= 4; length /= 4, stride *= 4)
        {
            Pass4(re, im, toRe, toIm, length, stride);
            (re, im, toRe, toIm) = (toRe, toIm, re, im);
        }
        if (length == 2)
        {
            for (var q = 0; q < stride; q++)
            {
                (toRe[q], toIm[q]) = (re[q] + re[q + stride], im[q] + im[q + stride]);
                (toRe[q + stride], toIm[q + stride]) = (re[q] - re[q + stride], im[q] - im[q + stride]);
            }
            (re, im) = (toRe, toIm);
        }
        return (re, im);
    }

    /// <summary>One radix-4 pass: length/4 butterflies for each of the stride interleaved transforms.</summary>
    void Pass4(float[] re, float[] im, float[] toRe, float[] toIm, int length, int stride)
    {
        var quarter = length / 4;
        for (var p = 0; p < quarter; p++)
        {
            int w1 = p * stride, w2 = 2 * w1, w3 = 3 * w1;
            int from = stride * p, step = stride * quarter, to = stride * 4 * p, q = 0;
            for (; q + 4 <= stride; q += 4)
            {
                var i = from + q;
                Vector128<float> aRe = Vector128.Create(re, i), aIm = Vector128.Create(im, i);
                Vector128<float> bRe = Vector128.Create(re, i + step), bIm = Vector128.Create(im, i + step);
                Vector128<float> cRe = Vector128.Create(re, i + 2 * step), cIm = Vector128.Create(im, i + 2 * step);
                Vector128<float> dRe = Vector128.Create(re, i + 3 * step), dIm = Vector128.Create(im, i + 3 * step);
                Vector128<float> sumRe = aRe + cRe, sumIm = aIm + cIm, gapRe = aRe - cRe, gapIm = aIm - cIm;
                Vector128<float> crossRe = bRe + dRe, crossIm = bIm + dIm, turnRe = dIm - bIm, turnIm = bRe - dRe; // i (b - d)
                var o = to + q;
                (sumRe + crossRe).CopyTo(toRe, o);
                (sumIm + crossIm).CopyTo(toIm, o);
                Turn(gapRe - turnRe, gapIm - turnIm, w1, toRe, toIm, o + stride);
                Turn(sumRe - crossRe, sumIm - crossIm, w2, toRe, toIm, o + 2 * stride);
                Turn(gapRe + turnRe, gapIm + turnIm, w3, toRe, toIm, o + 3 * stride);
            }
            for (; q < stride; q++)
            {
                var i = from + q;
                float aRe = re[i], aIm = im[i], bRe = re[i + step], bIm = im[i + step];
                float cRe = re[i + 2 * step], cIm = im[i + 2 * step], dRe = re[i + 3 * step], dIm = im[i + 3 * step];
                float sumRe = aRe + cRe, sumIm = aIm + cIm, gapRe = aRe - cRe, gapIm = aIm - cIm;
                float crossRe = bRe + dRe, crossIm = bIm + dIm, turnRe = dIm - bIm, turnIm = bRe - dRe;
                var o = to + q;
                (toRe[o], toIm[o]) = (sumRe + crossRe, sumIm + crossIm);
                Turn(gapRe - turnRe, gapIm - turnIm, w1, toRe, toIm, o + stride);
                Turn(sumRe - crossRe, sumIm - crossIm, w2, toRe, toIm, o + 2 * stride);
                Turn(gapRe + turnRe, gapIm + turnIm, w3, toRe, toIm, o + 3 * stride);
            }
        }
    }

    void Turn(Vector128<float> re, Vector128<float> im, int w, float[] toRe, float[] toIm, int at)
    {
        (re * _cos[w] - im * _sin[w]).CopyTo(toRe, at);
        (re * _sin[w] + im * _cos[w]).CopyTo(toIm, at);
    }

    void Turn(float re, float im, int w, float[] toRe, float[] toIm, int at) =>
        (toRe[at], toIm[at]) = (re * _cos[w] - im * _sin[w], re * _sin[w] + im * _cos[w]);
}
