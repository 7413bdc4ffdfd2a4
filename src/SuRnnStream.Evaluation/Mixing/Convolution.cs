using System.Numerics;

namespace SuRnnStream.Evaluation.Mixing;

/// <summary>Convolution with one impulse response by blocks in the frequency domain (overlap-add). Immutable.</summary>
sealed class Convolution
{
    readonly int _taps, _size;
    readonly Complex[] _spectrum, _turns; // [_size] of the response; [_size / 2] exp(-2 pi i k / _size)

    /// <param name="response">At least one sample.</param>
    public Convolution(ReadOnlySpan<float> response)
    {
        _taps = response.Length;
        _size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1024, 4 * _taps));
        _turns = new Complex[_size / 2];
        for (var k = 0; k < _turns.Length; k++) _turns[k] = Complex.FromPolarCoordinates(1, -2 * Math.PI * k / _size);
        _spectrum = Load(response);
        Transform(_spectrum);
    }

    /// <summary>The sound convolved with the response, from sample <paramref name="delay"/> on, as many samples as the sound has.</summary>
    public float[] Apply(ReadOnlySpan<float> sound, int delay)
    {
        var sum = new double[sound.Length];
        var block = _size - _taps + 1;
        for (var start = 0; start < sound.Length; start += block)
        {
            var piece = Load(sound[start..Math.Min(sound.Length, start + block)]);
            Transform(piece);
            // The inverse transform is the transform of the conjugate.
            for (var k = 0; k < _size; k++) piece[k] = Complex.Conjugate(piece[k] * _spectrum[k]);
            Transform(piece);
            for (var i = Math.Max(0, delay - start); i < _size && start + i - delay < sum.Length; i++) sum[start + i - delay] += piece[i].Real / _size;
        }
        return Array.ConvertAll(sum, x => (float)x);
    }

    Complex[] Load(ReadOnlySpan<float> samples)
    {
        var values = new Complex[_size];
        for (var i = 0; i < samples.Length; i++) values[i] = samples[i];
        return values;
    }

    /// <summary>Radix 2, in place.</summary>
    void Transform(Complex[] values)
    {
        for (int i = 1, j = 0; i < _size; i++)
        {
            var bit = _size >> 1;
            for (; (j & bit) != 0; bit >>= 1) j ^= bit;
            j |= bit;
            if (i < j) (values[i], values[j]) = (values[j], values[i]);
        }
        for (var half = 1; half < _size; half *= 2)
        {
            var step = _size / (2 * half);
            for (var start = 0; start < _size; start += 2 * half)
            {
                for (var k = 0; k < half; k++)
                {
                    var (even, odd) = (values[start + k], values[start + k + half] * _turns[k * step]);
                    (values[start + k], values[start + k + half]) = (even + odd, even - odd);
                }
            }
        }
    }
}
