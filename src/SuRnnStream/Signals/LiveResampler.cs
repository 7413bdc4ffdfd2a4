namespace SuRnnStream;

/// <summary>
/// A <see cref="Resampler"/> for sound that is pushed: takes samples as they come and gives what they make. Over a whole stream that is, sample for sample, what
/// the resampler gives, however the samples are cut up. Not thread-safe.
/// </summary>
public sealed class LiveResampler
{
    readonly Pushed _pushed;
    readonly ISampleSource _source;
    readonly int _behind;           // source samples that an output may need beyond its own place: Resampler's remark, and a filter's rounding
    long _in, _out;
    float[] _output = [];

    /// <param name="rate">Of the samples that come, per second.</param>
    /// <param name="targetRate">Of those that are given: above zero, and at least 1/4096 of <paramref name="rate"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is out of its range.</exception>
    public LiveResampler(int rate, int targetRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        _pushed = new Pushed(rate);
        _source = Resampler.To(_pushed, targetRate);
        _behind = (int)Math.Ceiling(54 * Math.Max(1, (double)rate / targetRate)) + 16;
    }

    /// <summary>Takes samples; those of them that later ones still change wait.</summary>
    /// <param name="samples">Any number, at the source's rate.</param>
    /// <returns>What is ready at the target's rate; valid until the next call.</returns>
    public ReadOnlyMemory<float> Push(ReadOnlySpan<float> samples)
    {
        _pushed.Add(samples);
        _in += samples.Length;
        var ready = Math.Max(0, _in - _behind) * _source.SampleRate / _pushed.SampleRate;
        return Read((int)(ready - _out));
    }

    /// <summary>The sound has ended. Call it once, last.</summary>
    /// <returns>The rest.</returns>
    public ReadOnlyMemory<float> End()
    {
        _pushed.Ended = true;
        return Read((int)((_in * _source.SampleRate + _pushed.SampleRate - 1) / _pushed.SampleRate - _out));
    }

    ReadOnlyMemory<float> Read(int count)
    {
        if (_output.Length < count) _output = new float[count];
        for (var read = 0; read < count;) read += _source.Read(_output.AsSpan(read, count - read));
        _out += count;
        return _output.AsMemory(0, count);
    }

    sealed class Pushed(int rate) : ISampleSource
    {
        float[] _samples = [];
        int _first, _end;

        public int SampleRate => rate;
        public bool Ended { get; set; }

        public void Add(ReadOnlySpan<float> samples)
        {
            if (_end + samples.Length > _samples.Length)
            {
                var waiting = _samples.AsSpan(_first, _end - _first);
                var to = waiting.Length + samples.Length > _samples.Length ? new float[2 * (waiting.Length + samples.Length)] : _samples;
                waiting.CopyTo(to);
                (_samples, _first, _end) = (to, 0, waiting.Length);
            }
            samples.CopyTo(_samples.AsSpan(_end));
            _end += samples.Length;
        }

        public int Read(Span<float> samples)
        {
            if (_first == _end && !Ended) throw new InvalidOperationException("The resampler was asked for more than there is.");
            var count = Math.Min(samples.Length, _end - _first);
            _samples.AsSpan(_first, count).CopyTo(samples);
            _first += count;
            return count;
        }
    }
}
