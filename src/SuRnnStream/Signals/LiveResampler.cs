namespace SuRnnStream;

/// <summary>
/// A <see cref="Resampler"/> for sound that is pushed: takes samples as they come and gives what they make. Over a whole stream that is, sample for sample, what
/// the resampler gives, however the samples are cut up. Not thread-safe.
/// </summary>
public sealed class LiveResampler
{
    readonly Pushed _pushed;
    readonly ISampleSource _source;
    float[] _output = [];

    /// <param name="rate">Of the samples that come, per second.</param>
    /// <param name="targetRate">Of those that are given: above zero, and at least 1/4096 of <paramref name="rate"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is out of its range.</exception>
    public LiveResampler(int rate, int targetRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        _pushed = new Pushed(rate);
        _source = Resampler.To(_pushed, targetRate);
    }

    /// <summary>Takes samples; those of them that later ones still change wait.</summary>
    /// <param name="samples">Any number, at the source's rate.</param>
    /// <returns>What is ready at the target's rate; valid until the next call.</returns>
    public ReadOnlyMemory<float> Push(ReadOnlySpan<float> samples)
    {
        _pushed.Add(samples);
        return Read();
    }

    /// <summary>The sound has ended. Call it once, last.</summary>
    /// <returns>The rest.</returns>
    public ReadOnlyMemory<float> End()
    {
        _pushed.Ended = true;
        return Read();
    }

    ReadOnlyMemory<float> Read()
    {
        for (var count = 0; ;)
        {
            if (count == _output.Length) Array.Resize(ref _output, Math.Max(1_024, 2 * count));
            var got = _source.Read(_output.AsSpan(count));
            if (got == 0) return _output.AsMemory(0, count);
            count += got;
        }
    }

    sealed class Pushed(int rate) : IPushedSource
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
            var count = Math.Min(samples.Length, _end - _first);
            _samples.AsSpan(_first, count).CopyTo(samples);
            _first += count;
            return count;
        }
    }
}
