namespace SuRnnStream;

/// <summary>
/// Source of a <see cref="DetectorPipeline"/> whose samples are pushed: the thread that pushes cuts the blocks and puts them into the pipeline's queue, so that there is no capture thread
/// and no further queue. A push waits only where the pipeline's queue does (<see cref="OverflowPolicy.Wait"/>).
/// </summary>
/// <param name="rate">Moments per second, above zero.</param>
/// <param name="channels">One or more.</param>
sealed class SampleInlet(double rate, int channels) : ISampleOutlet, IPushedSource, ILossySource
{
    readonly Lock _lock = new();                    // guards what follows
    float[] _samples = [];                          // of pushes that no block has yet: one push, as a rule
    int _first, _end;
    readonly SampleGaps _gaps = new();              // places are those in _samples
    Exception? _failure;
    bool _ended;

    int _asked;                                     // calls of Pump that are not answered; above zero: a thread is in it

    /// <summary>Takes everything that is here. The pipeline's; called by one thread at a time.</summary>
    public Action? Pumped { get; set; }

    /// <inheritdoc/>
    public int SampleRate { get; } = (int)Math.Ceiling(rate);

    /// <inheritdoc/>
    public double Rate => rate;

    /// <inheritdoc/>
    public int Channels => channels;

    /// <inheritdoc/>
    public long SamplesLost { get; private set; }

    /// <inheritdoc/>
    public bool Ended
    {
        get
        {
            lock (_lock) return _ended;
        }
    }

    /// <inheritdoc/>
    public void Push(ReadOnlySpan<float> samples)
    {
        lock (_lock)
        {
            if (_ended || samples.IsEmpty) return;
            _gaps.Mark(_end);
            Append(samples);
        }
        Pump();
    }

    /// <inheritdoc/>
    public void Lose(long samples)
    {
        lock (_lock)
        {
            if (!_ended) _gaps.Lose(samples);
        }
    }

    /// <inheritdoc/>
    public void Complete(Exception? failure = null)
    {
        lock (_lock)
        {
            if (_ended) return;
            (_ended, _failure) = (true, failure);
            _gaps.Mark(_end);
        }
        ThreadPool.QueueUserWorkItem(_ => Pump()); // the last block may have to wait for room, and whoever stops a stream must not
    }

    /// <inheritdoc/>
    public int Read(Span<float> samples)
    {
        lock (_lock)
        {
            SamplesLost += _gaps.Cross(_first);
            if (_first == _end) return _failure is null ? 0 : throw _failure;
            var count = _gaps.Until(_first, Math.Min(samples.Length, _end - _first));
            _samples.AsSpan(_first, count).CopyTo(samples);
            _first += count;
            if (_first == _end && !_gaps.Any) (_first, _end) = (0, 0);
            return count;
        }
    }

    /// <summary>A thread that finds another one at work leaves the rest to it.</summary>
    void Pump()
    {
        if (Interlocked.Increment(ref _asked) > 1) return;
        int answered;
        do
        {
            answered = Volatile.Read(ref _asked);
            Pumped?.Invoke();
        }
        while (Interlocked.Add(ref _asked, -answered) > 0);
    }

    void Append(ReadOnlySpan<float> samples)
    {
        if (_end + samples.Length > _samples.Length) Array.Resize(ref _samples, Math.Max(2 * _samples.Length, _end + samples.Length));
        samples.CopyTo(_samples.AsSpan(_end));
        _end += samples.Length;
    }
}
