namespace SuRnnStream;

/// <summary>
/// Source of a <see cref="DetectorPipeline"/> whose samples are pushed: the thread that pushes cuts the blocks and puts them into the pipeline's queue, so that there is no capture thread
/// and no further queue. A push waits only where the pipeline's queue does (<see cref="OverflowPolicy.Wait"/>). Of one pipeline; what is pushed before there is one is kept for it.
/// A pusher that must never wait takes a <see cref="PushSource"/>, or <see cref="OverflowPolicy.DropOldest"/>.
/// </summary>
public sealed class SampleInlet : ISampleOutlet, IPushedSource, ILossySource
{
    readonly Lock _lock = new();                    // guards what follows
    float[] _samples = [];                          // of pushes that no block has yet: one push, as a rule
    int _first, _end;
    readonly SampleGaps _gaps = new();              // places are those in _samples
    Exception? _failure;
    bool _ended;

    int _asked;                                     // calls of Pump that are not answered; above zero: a thread is in it

    Action? _pumped;                                // the pipeline's: takes everything that is here; called by one thread at a time

    /// <param name="rate">Moments per second, above zero.</param>
    /// <param name="channels">Samples of a moment: one for sound, one or more for sensors.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public SampleInlet(double rate, int channels = 1)
    {
        if (rate is not (> 0 and <= int.MaxValue)) throw new ArgumentOutOfRangeException(nameof(rate), rate, "The rate is above zero.");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        (Rate, SampleRate, Channels) = (rate, (int)Math.Ceiling(rate), channels);
    }

    /// <inheritdoc/>
    public int SampleRate { get; }

    /// <inheritdoc/>
    public double Rate { get; }

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public long SamplesLost { get; private set; }

    /// <summary>True: it is completed, or nobody takes what is pushed any more. Until then a <see cref="Read"/> that gives 0 has found nothing yet.</summary>
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
        if (samples.Length % Channels != 0) throw new ArgumentException($"{samples.Length} samples are no whole moments of {Channels} channels.");
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
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
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

    /// <summary>The pipeline that takes what is pushed.</summary>
    /// <exception cref="ArgumentException">There is one already.</exception>
    internal void FeedTo(Action pumped)
    {
        if (Interlocked.CompareExchange(ref _pumped, pumped, null) is not null) throw new ArgumentException("The inlet feeds another pipeline already: make one for each.");
        lock (_lock)
        {
            if (_first == _end && !_ended) return;
        }
        ThreadPool.QueueUserWorkItem(_ => Pump()); // what is here already
    }

    /// <summary>A thread that finds another one at work leaves the rest to it.</summary>
    void Pump()
    {
        if (Interlocked.Increment(ref _asked) > 1) return;
        int answered;
        do
        {
            answered = Volatile.Read(ref _asked);
            Volatile.Read(ref _pumped)?.Invoke();
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
