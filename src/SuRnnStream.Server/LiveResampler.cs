namespace SuRnnStream.Server;

/// <summary>
/// Pushes samples through a <see cref="Resampler"/>, which pulls: asks it for no more than what the samples pushed so far make, so that it
/// never waits. In all it gives what the resampler gives for the whole.
/// </summary>
sealed class LiveResampler
{
    readonly Pushed _pushed;
    readonly ISampleSource _source;
    readonly int _behind;           // source samples that an output may need beyond its own place: Resampler's remark, and a filter's rounding
    long _in, _out;
    float[] _output = [];

    public LiveResampler(int rate, int targetRate)
    {
        _pushed = new Pushed(rate);
        _source = Resampler.To(_pushed, targetRate);
        _behind = (int)Math.Ceiling(54 * Math.Max(1, (double)rate / targetRate)) + 16;
    }

    /// <returns>What is ready; valid until the next call.</returns>
    public ReadOnlyMemory<float> Push(ReadOnlySpan<float> samples)
    {
        _pushed.Add(samples);
        _in += samples.Length;
        var ready = Math.Max(0, _in - _behind) * _source.SampleRate / _pushed.SampleRate;
        return Read((int)(ready - _out));
    }

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
        readonly Queue<float> _samples = new();

        public int SampleRate => rate;
        public bool Ended { get; set; }

        public void Add(ReadOnlySpan<float> samples)
        {
            foreach (var sample in samples) _samples.Enqueue(sample);
        }

        public int Read(Span<float> samples)
        {
            if (_samples.Count == 0 && !Ended) throw new InvalidOperationException("The resampler was asked for more than there is.");
            var count = Math.Min(samples.Length, _samples.Count);
            for (var i = 0; i < count; i++) samples[i] = _samples.Dequeue();
            return count;
        }
    }
}
