using System.Numerics;
using System.Runtime.InteropServices;

namespace SuRnnStream;

/// <summary>
/// Another source at another rate. Output n is the sound at n / rate seconds of the source (no delay), and there are
/// ceil(length * rate / source rate) of them; before its start and after its end the source counts as silent.
/// Flat to 90 % of the lower Nyquist frequency; aliases and images are 85 dB down. The output does not depend on how reads are cut up.
/// Where the source has lost samples it counts as silent too: no output mixes sound from both sides of a gap, and those whose time falls
/// into it are lost.
/// </summary>
/// <remarks>Delays a live source by 54 samples of the lower rate (3.4 ms at 16 kHz).</remarks>
public sealed class Resampler : ILossySource
{
    const int BlockSamples = 1024;
    const int MaxRatio = 4096; // the filter has 108 taps per unit of it

    readonly ISampleSource _source;
    readonly ILossySource? _lossy;      // the same, if it can lose samples
    readonly IPushedSource? _pushed;    // the same, if its Read gives 0 when nothing is there yet
    readonly ResamplerFilter _filter;
    readonly long _up, _down;           // target and source rate without their common factor
    readonly float[] _input;            // source samples, after the silence before the first
    int _at;                            // where in _input the window of the next output begins
    long _phase;                        // of the next output between two source samples, [0, _up)
    int _filled;                        // samples in _input
    int _end = int.MaxValue;            // where in _input the source has ended or a gap begins
    readonly float[] _after;           // [_afterGap] source samples that wait after that gap
    int? _afterGap;                    // null: there is no gap at _end
    long _sourceLost;                   // of the source's SamplesLost, those before _after or, without a gap, of what was read
    long _gap;                          // source samples lost at _end

    Resampler(ISampleSource source, int targetRate)
    {
        var common = GreatestCommonDivisor(source.SampleRate, targetRate);
        (_source, _lossy, _pushed, SampleRate) = (source, source as ILossySource, source as IPushedSource, targetRate);
        (_up, _down) = (targetRate / common, source.SampleRate / common);
        _filter = new ResamplerFilter(_up, _down);
        _input = new float[_filter.Taps + Math.Max(BlockSamples, _filter.Half)]; // less than a window is held when more is read
        _after = _lossy is null ? [] : new float[_input.Length];
        _filled = _filter.Half - 1;
    }

    /// <summary>The source at the target rate: the source itself if that is its rate.</summary>
    /// <param name="source">Read by the result from now on; stays the caller's to close.</param>
    /// <param name="targetRate">Samples per second: above zero, and at least 1/4096 of the source's rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of its range.</exception>
    public static ISampleSource To(ISampleSource source, int targetRate)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(targetRate);
        ArgumentOutOfRangeException.ThrowIfLessThan((long)targetRate * MaxRatio, source.SampleRate, nameof(targetRate));
        return source.SampleRate == targetRate ? source : new Resampler(source, targetRate);
    }

    /// <inheritdoc/>
    public int SampleRate { get; }

    /// <inheritdoc/>
    public long SamplesLost { get; private set; }

    /// <inheritdoc/>
    public int Read(Span<float> samples)
    {
        var written = 0;
        while (written < samples.Length)
        {
            if (_at + _filter.Half - 1 >= _end)
            {
                if (written > 0 || _afterGap is null) break;
                Cross(_afterGap.Value);
            }
            else if (_at + _filter.Taps <= _filled)
            {
                samples[written++] = Next();
            }
            else if (written > 0 || !Fill())
            {
                break; // a live source would make us wait although we have something
            }
        }
        return written;
    }

    float Next()
    {
        var window = _input.AsSpan(_at, _filter.Taps);
        float sample;
        if (_filter.Interpolated)
        {
            var (row, rest) = Math.DivRem(_phase * _filter.Phases, _up);
            var (before, after) = (Dot(window, _filter.Row((int)row)), Dot(window, _filter.Row((int)row + 1)));
            sample = before + (float)((double)rest / _up) * (after - before);
        }
        else
        {
            sample = Dot(window, _filter.Row((int)_phase));
        }
        (var step, _phase) = Math.DivRem(_phase + _down, _up);
        _at += (int)step;
        return sample;
    }

    /// <summary>False: nothing more is there yet.</summary>
    bool Fill()
    {
        _input.AsSpan(_at, _filled - _at).CopyTo(_input);
        (_filled, _at) = (_filled - _at, 0);
        var got = _source.Read(_input.AsSpan(_filled, _input.Length - _filter.Taps)); // no more than fits after a gap
        if (got == 0 && _pushed is { Ended: false }) return false;
        _gap = (_lossy?.SamplesLost ?? 0) - _sourceLost;
        if (_gap > 0)
        {
            _input.AsSpan(_filled, got).CopyTo(_after);
            (_afterGap, _sourceLost) = (got, _sourceLost + _gap);
        }
        if (got == 0 || _gap > 0)
        {
            _end = _filled;
            _input.AsSpan(_filled, _filter.Half).Clear();
            got = _filter.Half;
        }
        _filled += got;
        return true;
    }

    /// <summary>Continues with the first output that is not before the samples after the gap.</summary>
    void Cross(int after)
    {
        var next = (_at + _filter.Half - 1 - _end - (Int128)_gap) * _up + _phase; // in 1 / _up samples, from the first one after the gap
        var lost = next < 0 ? (-next + _down - 1) / _down : 0;
        (var at, _phase) = Math.DivRem((long)(next + lost * _down), _up);
        SamplesLost += (long)lost;

        _input.AsSpan(0, _filter.Half - 1).Clear();
        _after.AsSpan(0, after).CopyTo(_input.AsSpan(_filter.Half - 1));
        (_at, _filled, _end, _afterGap) = ((int)at, _filter.Half - 1 + after, int.MaxValue, null);
    }

    static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);

    static float Dot(ReadOnlySpan<float> samples, ReadOnlySpan<float> taps)
    {
        var x = MemoryMarshal.Cast<float, Vector<float>>(samples);
        var h = MemoryMarshal.Cast<float, Vector<float>>(taps);
        var sum = Vector<float>.Zero;
        for (var i = 0; i < h.Length; i++) sum += x[i] * h[i];
        return Vector.Sum(sum);
    }
}
